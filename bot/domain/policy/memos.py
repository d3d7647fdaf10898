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
    rule = batch.rules.memo_argues
    lists = (
        ("phrases", (rule.phrases,)),
        ("authorities", (rule.authorities, rule.consents)),
        ("orders", (rule.orders, rule.addresses)),
    )
    for text in _texts(one):
        for key, needed in lists:
            if found := _one_of_each(needed, text):
                words = " and ".join(f"“{phrase}”" for phrase in found)
                return Said(f"it argues for its own approval ({words})", batch.line_of("memo_argues", key))
    return None


@lru_cache(maxsize=65_536)
def _one_of_each(lists: tuple[tuple[str, ...], ...], text: str) -> tuple[str, ...]:
    """A phrase of each list that stands in the text, in any disguise; none where one is missing."""
    shape, found = skeleton(text), {}
    for phrases in lists:
        pattern = _any_of(phrases)
        phrase = pattern.search(shape) if pattern else None
        if phrase is None:
            return ()
        found[phrase[0]] = True
    return tuple(found)


def audit_keyword(batch: Batch, one: Transaction) -> Said | None:
    """A word that auditors search ledgers for, from an amount up."""
    if abs(one.amount) < batch.share(one.currency, batch.rules.audit_keyword.amount_from):
        return None
    words = (batch.rules.audit_keyword.words,)
    found = next((phrase for text in _texts(one) for phrase in _one_of_each(words, text)), None)
    if found is None:
        return None
    return Said(f"“{found}” is a word that auditors look for", batch.line_of("audit_keyword", "words"))


def _texts(one: Transaction) -> list[str]:
    texts = (one.memo, one.vendor, one.category, one.invoice)
    return [text.replace("_", " ") for text in texts if text]  # "system_message" is two words


@lru_cache(maxsize=32)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Whole words, longest phrase first; compared by what they look like."""
    shapes = sorted({skeleton(phrase) for phrase in phrases} - {""}, key=lambda shape: (-len(shape), shape))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, shapes))})\b") if shapes else None
