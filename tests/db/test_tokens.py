"""A token can be typed behind an option of a command."""

from db.tokens import new_token


def test_no_token_reads_as_an_option() -> None:
    tokens = {new_token() for _ in range(2000)}
    assert len(tokens) == 2000
    assert not [token for token in tokens if token.startswith("-")]
