"""Tokens of browsers, links and devices: made here, handed out once, kept as a digest."""

from db.tokens import new_token, sha256

__all__ = ["new_token", "sha256"]
