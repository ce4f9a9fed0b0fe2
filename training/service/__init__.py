"""Putting a network in service, and taking it back: compared first on records that no network learnt from. No torch."""
