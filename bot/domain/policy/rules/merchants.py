"""Rules about what kind of merchant is paid."""

from functools import cache, lru_cache

from bot.domain.policy.batch import Batch
from bot.domain.policy.merchants import merchant_kinds
from bot.domain.policy.phrases import PhraseIndex
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.policy.text_readings import readings
from bot.domain.transaction import Transaction


def cash_or_personal(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A merchant where money becomes cash, or from whom people buy for themselves, from an amount up."""
    settings = batch.rules.cash_or_personal
    if abs(transaction.amount) < batch.share_of_limit(transaction.currency, settings.amount_from):
        return None
    for field, text in (("vendor", transaction.vendor), ("category", transaction.category)):
        for kind, word in _kinds_in(text or ""):
            if kind not in settings.kinds_off:
                evidence = f"“{word}” in the {field}: {merchant_kinds()[kind].reason}"
                return RuleHit(evidence, batch.setting("cash_or_personal", "amount_from"))
    return None


@lru_cache(maxsize=65_536)
def _kinds_in(text: str) -> tuple[tuple[str, str], ...]:
    """Each kind of merchant whose word stands in the text, with that word as it is listed."""
    return tuple(_words().find(readings(text)).items()) if text else ()


@cache
def _words() -> PhraseIndex[str]:
    return PhraseIndex((name, word) for name, kind in merchant_kinds().items() for word in kind.words)
