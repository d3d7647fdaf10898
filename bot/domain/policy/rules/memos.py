"""Rules about what people wrote. Words can raise a flag and never lower one (law 2 in ARCHITECTURE.md)."""

import re
from functools import lru_cache

from bot.domain.names import plain_words, visible
from bot.domain.policy.batch import Batch
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.transaction import Transaction


def vague_memo(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A memo that was left empty or, as a whole, explains nothing.

    Where the source has no memos at all, none is missed.
    """
    if transaction.memo is None:
        return None
    plain = _plain_text(transaction.memo)
    if plain not in batch.computed_once(_vague_memos):
        return None
    evidence = f"the memo says only “{visible(transaction.memo.strip())}”" if plain else "the memo is empty"
    return RuleHit(evidence, "vague_memos")


def _vague_memos(batch: Batch) -> frozenset[str]:
    return frozenset(map(_plain_text, batch.policy.vague_memos))


# By the setting that a finding cites, the settings of which a text must hold one phrase each.
_LISTS_BY_CITED_SETTING = {
    "phrases": ("phrases",),
    "authorities": ("authorities", "consents"),
    "orders": ("orders", "addresses"),
}


def memo_argues(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A text that claims approval, invokes authority, or speaks to the reviewer or to the bot."""
    may_argue = batch.computed_once(_beginnings_of_arguments)
    for text in _texts_of(transaction):
        if may_argue.search(_plain_text(text)):
            for setting, names in _LISTS_BY_CITED_SETTING.items():
                lists = tuple(getattr(batch.rules.memo_argues, name) for name in names)
                if phrases := _one_of_each(lists, text):
                    quoted = " and ".join(f"“{phrase}”" for phrase in phrases)
                    evidence = f"it argues for its own approval ({quoted})"
                    return RuleHit(evidence, f"rules.memo_argues.{setting}")
    return None


def _beginnings_of_arguments(batch: Batch) -> re.Pattern[str]:
    """One phrase of each way to argue; one search tells of most texts that they do not argue at all."""
    settings = batch.rules.memo_argues
    return _any_of((*settings.phrases, *settings.authorities, *settings.orders)) or re.compile("(?!)")


def audit_keyword(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A word that auditors search ledgers for, from an amount up."""
    settings = batch.rules.audit_keyword
    if abs(transaction.amount) < batch.share_of_limit(transaction.currency, settings.amount_from):
        return None
    words = (settings.words,)
    keyword = next((phrase for text in _texts_of(transaction) for phrase in _one_of_each(words, text)), None)
    if keyword is None:
        return None
    return RuleHit(f"“{keyword}” is a word that auditors look for", "rules.audit_keyword.words")


# -- phrases in texts


def _texts_of(transaction: Transaction) -> list[str]:
    texts = (transaction.memo, transaction.vendor, transaction.category, transaction.invoice)
    return [text for text in texts if text]


def _plain_text(text: str) -> str:
    """The text as a hurried reader sees it, whatever disguises its letters."""
    return " ".join(plain_words(text))


@lru_cache(maxsize=65_536)
def _one_of_each(lists: tuple[tuple[str, ...], ...], text: str) -> tuple[str, ...]:
    """For each list one of its phrases that stands in the text; empty where one list has none in it.

    A phrase that is found for two lists is told once, as the policy writes it.
    """
    plain, phrases_found = _plain_text(text), {}
    for phrases in lists:
        pattern = _any_of(phrases)
        match = pattern.search(plain) if pattern else None
        if match is None:
            return ()
        phrases_found[_as_listed(phrases)[match[0]]] = True
    return tuple(phrases_found)


@lru_cache(maxsize=32)
def _as_listed(phrases: tuple[str, ...]) -> dict[str, str]:
    """Each phrase as the policy writes it, by its plain text; of two that are equal the first."""
    return {_plain_text(phrase): phrase for phrase in reversed(phrases)}


@lru_cache(maxsize=32)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """A pattern for any of the phrases as whole words, longest first; ``None`` where there is none."""
    texts = sorted({_plain_text(phrase) for phrase in phrases} - {""}, key=lambda text: (-len(text), text))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, texts))})\b") if texts else None
