"""Recordings of this house as a training set: collected with consent, de-identified, versioned. Without torch."""
