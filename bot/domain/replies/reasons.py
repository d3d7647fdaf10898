"""Where the reason of a decision begins in a line: behind a mark, a "because", or plainly."""

from collections.abc import Iterator, Sequence

from bot.domain.replies.lexicon import Lexicon
from bot.domain.replies.tokens import Token, folded, joined

_WEIGHT = {":": 0, "because": 1, "until": 1, "-": 2, ",": 3}  # which mark of a reason is tried first


def heads(words: Sequence[Token], line: str, lexicon: Lexicon) -> Iterator[tuple[Sequence[Token], str, str]]:
    """The line as a whole, and with what follows each mark as the reason: its words, the reason, the mark.

    The mark is ``""`` for none, ``because`` or ``until`` for such a word, else ``:``, ``,`` or ``-``.
    """
    yield words, "", ""
    marks = [found for at in range(1, len(words)) if (found := _mark(words, at, lexicon))]
    marks.sort(key=lambda found: _WEIGHT[found[0]])
    for mark, at, after in marks[:6]:
        reason = line[words[after].start :].strip()
        before = words[: at - 1] if words[at - 1].text == "," else words[:at]
        yield before, reason, mark


def _mark(words: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[str, int, int] | None:
    """The mark of a reason at this place, with where the reason begins; a condition is part of the reason."""
    text = words[at].text
    if at + 1 == len(words):
        return None
    if text == ":" or (text == "," and not words[at + 1].is_number):
        return text, at, at + 1
    if text == "-":
        apart = not words[at].tight and not words[at + 1].tight
        return (text, at, at + 1) if apart and not words[at + 1].is_number else None
    for length in (4, 3, 2, 1):
        if at + length < len(words) and joined(words[at : at + length]) in lexicon.because:
            return "because", at, at + length
        if tuple(map(folded, joined(words[at : at + length]))) in lexicon.doubts["condition"]:
            return "until", at, at
    return None


def plain_reason(words: Sequence[Token], line: str, lexicon: Lexicon) -> tuple[Sequence[Token], str] | None:
    """The words up to a leading list of references, and what plainly follows it; ``None`` for nothing."""
    ends = [at for at, word in enumerate(words) if word.is_number]
    end = next((at + 1 for at in ends if at + 1 not in ends and not _goes_on(words, at + 1, lexicon)), 0)
    if not end or end >= len(words) or joined(words[end:]) in lexicon.because:
        return None
    return words[:end], line[words[end].start :].strip(" .!;")


def _goes_on(words: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether the list goes on: a comma, "and", "to" or "except" stands here."""
    if at >= len(words):
        return False
    length = lexicon.longest_phrase(words, at)
    symbols = {meaning.symbol for meaning in lexicon.meanings.get(joined(words[at : at + length]), ())}
    ranges = "TO" in symbols and at + length < len(words) and words[at + length].is_number
    return (
        ranges
        or words[at].text in (",", "&", "-", ":", "+", "/")
        or not symbols.isdisjoint({"AND", "EXCEPT", "SEP", "PRE", "OPEN"})
    )
