"""How much is kept of what people write: what stays for ever has a bound, and says where something is cut."""

from collections.abc import Sequence

TEXT_LIMIT = 500  # characters of any text of a payment, note or reason that has no shorter bound of its own


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters of a text; the last of one that is cut is ``…``."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def first_sentences(sentences: Sequence[str], count: int, most: int) -> list[str]:
    """The first ``count`` sentences, each ``shortened`` to ``most`` characters, and the number of others."""
    kept = [shortened(sentence, most) for sentence in sentences[:count]]
    return kept if len(sentences) <= count else [*kept, f"… and {len(sentences) - count:,} more."]
