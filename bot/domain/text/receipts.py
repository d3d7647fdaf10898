"""Sentences for whoever hands payments in."""


def takes_longer(names: str) -> str:
    """What the sender of files is told whose reading has failed several times."""
    return f"Reading {names} takes longer than it should. I keep trying; nothing is lost."
