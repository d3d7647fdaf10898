"""Rules about what people wrote. Words can raise a flag and never lower one (law 2 in ARCHITECTURE.md)."""

import re
from functools import lru_cache
from itertools import chain

from bot.domain.names import visible
from bot.domain.policy.batch import Batch
from bot.domain.policy.free_texts import INVOICE, MEMO, free_texts
from bot.domain.policy.memo_languages import memo_languages
from bot.domain.policy.memo_phrases import (
    OF_POLICY,
    Found,
    MemoPhrases,
    PhraseList,
    language_name,
    memo_phrases,
    whole_phrase,
)
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.policy.text_readings import plain_reading
from bot.domain.transaction import Transaction


def vague_memo(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A memo that, as a whole, explains nothing, or that was left empty.

    An empty one is missed only where most rows of the batch have one, no category says what was bought, and
    the amount is worth the question.
    """
    if transaction.memo is None:
        return None
    plain = _plain_text(transaction.memo)
    if plain not in batch.computed_once(_vague_memos):
        return None
    if written := transaction.memo.strip():
        return RuleHit(f"the memo says only “{visible(written)}”", "vague_memos")
    floor = batch.share_of_limit(transaction.currency, batch.rules.vague_memo.empty_from)
    explained = transaction.category is not None and _plain_text(transaction.category)
    if abs(transaction.amount) < floor or explained or not batch.computed_once(_has_memos):
        return None
    return RuleHit("the memo is empty", batch.setting("vague_memo", "empty_from"))


def _has_memos(batch: Batch) -> bool:
    """Whether the source has memos in most rows, so that one that is missing tells something."""
    return sum(bool(row.memo and row.memo.strip()) for row in batch.transactions) * 2 > len(
        batch.transactions
    )


def _vague_memos(batch: Batch) -> frozenset[str]:
    return _saying_nothing(batch.policy.vague_memos)


@lru_cache(maxsize=4)
def _saying_nothing(of_policy: tuple[str, ...]) -> frozenset[str]:
    """What says nothing as a whole memo, in the policy's words and in those of every language."""
    by_language = chain.from_iterable(language.phrases["empty"] for language in memo_languages())
    return frozenset(map(_plain_text, (*of_policy, *by_language)))


# By the setting that a finding cites, the lists of the policy of which a text must hold one phrase each.
_OF_POLICY_BY_CITED_SETTING = {
    "phrases": ("phrases",),
    "authorities": ("authorities", "consents"),
    "orders": ("orders", "addresses"),
}
_OF_A_LANGUAGE = (("claims",), ("authorities", "consents"), ("orders",))


def memo_argues(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A text that claims approval, invokes authority, or speaks to the reviewer or to the bot."""
    phrases = batch.computed_once(_phrases)
    for _, text in free_texts(transaction):
        found = phrases.found_in(text)
        if not found:
            continue
        for setting, names in _OF_POLICY_BY_CITED_SETTING.items():
            if quoted := _one_of_each(found, names, OF_POLICY):
                return _argument(quoted, f"rules.memo_argues.{setting}")
        for language in dict.fromkeys(listed.language for listed in found):
            for names in _OF_A_LANGUAGE:
                if language != OF_POLICY and (quoted := _one_of_each(found, names, language)):
                    return _argument(quoted, batch.setting("memo_argues", "on"), language)
    return None


def _argument(phrases: tuple[str, ...], policy_line: str, language: str = OF_POLICY) -> RuleHit:
    quoted = " and ".join(f"“{phrase}”" for phrase in phrases)
    return RuleHit(f"it argues for its own approval ({_in(language)}{quoted})", policy_line)


def _in(language: str) -> str:
    """The beginning of a quotation that is not in English, the language that people here read."""
    return "" if language in (OF_POLICY, "en") else f"in {language_name(language)}: "


def audit_keyword(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A word that auditors search ledgers for, from an amount up."""
    settings = batch.rules.audit_keyword
    if abs(transaction.amount) < batch.share_of_limit(transaction.currency, settings.amount_from):
        return None
    phrases, listed = batch.computed_once(_phrases), PhraseList("words", OF_POLICY)
    for _, text in free_texts(transaction):
        if keyword := phrases.found_in(text).get(listed):
            evidence = f"“{keyword}” is a word that auditors look for"
            return RuleHit(evidence, "rules.audit_keyword.words")
    return None


# Where a part of a memo ends that may say by itself that the payment is called off.
_END_OF_PART = re.compile(
    r"[.,;:!?()\[\]{}|/*#_~<>\"“”„«»、。，；：！？（）【】「」·•।،؛؟]+|\s[-–—]+(?=\s)|^[-–—]+|(?<![-–—])[-–—]+$|[–—\n]"
)
_LONGEST_PART = 40  # characters


def called_off(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A memo or invoice number that says that the payment is not to be made: cancelled, disputed, a test."""
    phrases = batch.computed_once(_phrases)
    for field, text in free_texts(transaction):
        if field not in (MEMO, INVOICE):
            continue
        said = _called_off_by(phrases, text)
        if said:
            phrase, language = said
            evidence = f"the {field} says that it is not to be paid ({_in(language)}“{phrase}”)"
            return RuleHit(evidence, batch.setting("called_off", "on"))
    return None


def _called_off_by(phrases: MemoPhrases, text: str) -> tuple[str, str] | None:
    """The phrase that calls a payment off, anywhere, as a part or as the whole text; and its language."""
    for listed, phrase in phrases.found_in(text).items():
        if listed.name == "called_off":
            return phrase, listed.language
    for part in _END_OF_PART.split(text):
        if 0 < len(part) <= _LONGEST_PART and (said := whole_phrase("called_off_in_brief", part)):
            return said
    return whole_phrase("called_off_alone", text) if len(text) <= _LONGEST_PART else None


# -- phrases in texts


def _plain_text(text: str) -> str:
    """The text as a hurried reader sees it, whatever disguises its letters."""
    return " ".join(plain_reading(text))


def _phrases(batch: Batch) -> MemoPhrases:
    return memo_phrases(batch.rules.memo_argues, batch.rules.audit_keyword)


def _one_of_each(found: Found, names: tuple[str, ...], language: str) -> tuple[str, ...]:
    """For each list of these names one of its phrases, each once; empty where a list has none here."""
    phrases = [found.get(PhraseList(name, language)) for name in names]
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase)) if all(phrases) else ()
