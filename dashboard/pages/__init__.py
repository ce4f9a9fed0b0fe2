"""Pages that Dash draws."""
