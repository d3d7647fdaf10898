"""Which payments are frozen until somebody has called the vendor about their bank account, by a policy."""

from collections.abc import Iterable, Iterator

from bot.domain.judgement import CALL_BACK_CODES, Judgement
from bot.domain.policy.config import Policy


def with_exemptions(policy: Policy, profile: str, judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Judgements that say which of their payments need no call-back though their account was flagged.

    ``profile`` names the one of the channel, empty for none. One that rows choose by naming a card can ask
    for a call-back, and spare none: whoever typed the rows has chosen it.
    """
    asking = set(codes_that_ask(policy, profile))
    if asking == CALL_BACK_CODES:
        return tuple(judgements)
    return tuple(_exempted(judgement, asking) for judgement in judgements)


def codes_that_ask(policy: Policy, profile: str) -> Iterator[str]:
    """The codes of findings that freeze a payment until somebody has called the vendor."""
    chosen = policy.profiles.get(profile)
    cards = [other for name, other in policy.profiles.items() if other.with_cards and name != profile]
    for code in CALL_BACK_CODES:
        policies = [policy.under(chosen) if chosen else policy]
        policies += [policy.under(other) for other in cards if code in other.rules]
        if any(getattr(asking.rules, code).call_back for asking in policies):
            yield code


def _exempted(judgement: Judgement, asking: set[str]) -> Judgement:
    codes = {finding.code for finding in judgement.findings} & CALL_BACK_CODES
    is_exempt = bool(codes) and not codes & asking
    return judgement.model_copy(update={"is_exempt": True}) if is_exempt else judgement
