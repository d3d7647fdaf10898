"""Lists inside sentences."""

from collections.abc import Iterable


def joined_with_and(words: Iterable[str]) -> str:
    """``1``, ``1 and 2``, ``1, 2 and 3``; empty for no words."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def joined_with_or(words: Iterable[str]) -> str:
    """``1``, ``1 or 2``, ``1, 2 or 3``; empty for no words."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} or {last}" if first else last
