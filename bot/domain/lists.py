"""Lists inside sentences."""

from collections.abc import Iterable


def joined_with_and(words: Iterable[str]) -> str:
    """``1``, ``1 and 2``, ``1, 2 and 3``; empty for no words."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last
