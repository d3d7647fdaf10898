"""Rules about what people wrote. Words can raise a flag and never lower one (law 2)."""

import re
from functools import lru_cache

from bot.domain.names import plain_words, visible
from bot.domain.policy.batch import Batch, Said
from bot.domain.transaction import Transaction


def vague_memo(batch: Batch, one: Transaction) -> Said | None:
    """A memo that is missing or, as a whole, says nothing; where the source has no memos, none is missed."""
    if one.memo is None or (shape := _shape(one.memo)) not in batch.worked_out(_vague):
        return None
    words = f"the memo says only “{visible(one.memo.strip())}”" if shape else "the memo is empty"
    return Said(words, "vague_memos")


def _vague(batch: Batch) -> frozenset[str]:
    return frozenset(map(_shape, batch.policy.vague_memos))


def memo_argues(batch: Batch, one: Transaction) -> Said | None:
    """A text that claims approval, invokes authority, or speaks to the reviewer or to the bot."""
    argue = batch.worked_out(_arguments)
    for text in _texts(one):
        if argue.search(_shape(text)):
            for key, needed in _LISTS.items():
                lists = tuple(getattr(batch.rules.memo_argues, name) for name in needed)
                if found := _one_of_each(lists, text):
                    words = " and ".join(f"“{phrase}”" for phrase in found)
                    line = batch.line_of("memo_argues", key)
                    return Said(f"it argues for its own approval ({words})", line)
    return None


# By the key that a finding cites, the lists of which a text must hold one phrase each.
_LISTS = {
    "phrases": ("phrases",),
    "authorities": ("authorities", "consents"),
    "orders": ("orders", "addresses"),
}


def _arguments(batch: Batch) -> re.Pattern[str]:
    """Whatever an argument begins with: of most texts, one look tells that there is none."""
    rule = batch.rules.memo_argues
    return _any_of((*rule.phrases, *rule.authorities, *rule.orders)) or re.compile("(?!)")


@lru_cache(maxsize=65_536)
def _one_of_each(lists: tuple[tuple[str, ...], ...], text: str) -> tuple[str, ...]:
    """A phrase of each list that stands in the text, in any disguise; none where one is missing."""
    shape, found = _shape(text), {}
    for phrases in lists:
        pattern = _any_of(phrases)
        phrase = pattern.search(shape) if pattern else None
        if phrase is None:
            return ()
        found[_as_listed(phrases)[phrase[0]]] = True
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


def _shape(text: str) -> str:
    """What a text says to a hurried reader, in any disguise."""
    return " ".join(plain_words(text))


def _texts(one: Transaction) -> list[str]:
    texts = (one.memo, one.vendor, one.category, one.invoice)
    return [text for text in texts if text]


@lru_cache(maxsize=32)
def _as_listed(phrases: tuple[str, ...]) -> dict[str, str]:
    """Each phrase as the policy writes it, by what it looks like."""
    return {_shape(phrase): phrase for phrase in reversed(phrases)}


@lru_cache(maxsize=32)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Whole words, longest phrase first; compared by what they look like."""
    shapes = sorted({_shape(phrase) for phrase in phrases} - {""}, key=lambda shape: (-len(shape), shape))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, shapes))})\b") if shapes else None
