"""Rules about what people wrote. Words can raise a flag and never lower one (law 2)."""

import re
from functools import lru_cache

from bot.domain.lookalike import skeleton, visible
from bot.domain.policy.batch import Batch, Said
from bot.domain.transaction import Transaction


def vague_memo(batch: Batch, one: Transaction) -> Said | None:
    """A memo that is missing or, as a whole, says nothing; where the source has no memos, none is missed."""
    if one.memo is None or (shape := skeleton(one.memo)) not in batch.worked_out(_vague):
        return None
    words = f"the memo says only “{visible(one.memo.strip())}”" if shape else "the memo is empty"
    return Said(words, "vague_memos")


def _vague(batch: Batch) -> frozenset[str]:
    return frozenset(map(skeleton, batch.policy.vague_memos))


def memo_argues(batch: Batch, one: Transaction) -> Said | None:
    """A text that claims approval, invokes authority, or speaks to the reviewer or to the bot."""
    texts = [skeleton(text) for text in _texts(one)]
    for key, needed in batch.worked_out(_arguments).items():
        for text in texts:
            found = [phrase[0] for phrases in needed if (phrase := phrases.search(text))]
            if len(found) == len(needed):
                words = " and ".join(f"“{phrase}”" for phrase in dict.fromkeys(found))
                return Said(f"it argues for its own approval ({words})", batch.line_of("memo_argues", key))
    return None


def audit_keyword(batch: Batch, one: Transaction) -> Said | None:
    """A word that auditors search ledgers for, from an amount up."""
    if abs(one.amount) < batch.share(one.currency, batch.rules.audit_keyword.amount_from):
        return None
    phrase = _first_phrase(batch.worked_out(_keywords), one)
    if phrase is None:
        return None
    return Said(f"“{phrase}” is a word that auditors look for", batch.line_of("audit_keyword", "words"))


def _first_phrase(phrases: re.Pattern[str] | None, one: Transaction) -> str | None:
    """The first phrase of the list that stands in memo, category or vendor, whatever it is disguised as."""
    if phrases is None:
        return None
    found = (phrases.search(skeleton(text)) for text in _texts(one))
    return next((phrase[0] for phrase in found if phrase), None)


def _texts(one: Transaction) -> list[str]:
    texts = (one.memo, one.vendor, one.category, one.invoice)
    return [text.replace("_", " ") for text in texts if text]  # "system_message" is two words


def _arguments(batch: Batch) -> dict[str, list[re.Pattern[str]]]:
    """By the key of the policy, lists of which a text must hold one phrase each."""
    rule = batch.rules.memo_argues
    lists = {
        "phrases": [rule.phrases],
        "authorities": [rule.authorities, rule.consents],
        "orders": [rule.orders, rule.addresses],
    }
    patterns = {key: [_any_of(phrases) for phrases in needed] for key, needed in lists.items()}
    return {
        key: [pattern for pattern in needed if pattern]
        for key, needed in patterns.items()
        if None not in needed
    }


def _keywords(batch: Batch) -> re.Pattern[str] | None:
    return _any_of(batch.rules.audit_keyword.words)


@lru_cache(maxsize=32)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Whole words, longest phrase first; compared by what they look like."""
    shapes = sorted({skeleton(phrase) for phrase in phrases} - {""}, key=lambda shape: (-len(shape), shape))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, shapes))})\b") if shapes else None
