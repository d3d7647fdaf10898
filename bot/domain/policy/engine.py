"""All rules with their codes and severities, and ``assess``, which runs them.

A rule can only add a finding; nothing written in a memo or a vendor's name takes one away (laws 1 and 2).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.policy.batch import Batch, Said
from bot.domain.policy.config import Policy
from bot.domain.policy.history import History
from bot.domain.policy.rules import amounts, calendar, memos, repeats, vendors
from bot.domain.policy.sanctions import SanctionsList
from bot.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule under its code, which is its function's name; ``table`` switches it on and off."""

    find: Callable[[Batch, Transaction], Said | None]
    severity: Severity
    table: str = ""

    @property
    def code(self) -> str:
        return self.find.__name__

    def is_on(self, policy: Policy) -> bool:
        return getattr(getattr(policy.rules, self.table or self.code, None), "on", True)


LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH

# In the order in which their findings stand on a card.
RULES: tuple[Rule, ...] = (
    Rule(vendors.sanctioned_name, HIGH),
    Rule(vendors.denied_vendor, HIGH),
    Rule(amounts.amount_over_limit, HIGH),
    Rule(amounts.no_limit_for_currency, HIGH),
    Rule(repeats.split_payment, HIGH),
    Rule(repeats.duplicate_payment, HIGH),
    Rule(vendors.changed_bank_details, HIGH),
    Rule(vendors.lookalike_vendor, HIGH),
    Rule(memos.memo_argues, HIGH),
    Rule(amounts.cluster_under_limit, HIGH),
    Rule(repeats.near_duplicate, MEDIUM, "duplicate_payment"),
    Rule(amounts.just_under_limit, MEDIUM),
    Rule(vendors.unknown_vendor, MEDIUM),
    Rule(amounts.unusual_amount, MEDIUM),
    Rule(calendar.category_not_allowed, MEDIUM),
    Rule(calendar.date_out_of_range, MEDIUM),
    Rule(amounts.refund_without_original, MEDIUM),
    Rule(memos.vague_memo, MEDIUM),
    Rule(memos.audit_keyword, MEDIUM),
    Rule(amounts.round_amount, LOW),
    Rule(calendar.weekend_or_holiday, LOW),
)


def assess(
    policy: Policy,
    transactions: Sequence[Transaction],
    history: History | None = None,
    today: dt.date | None = None,
    sanctions: SanctionsList | None = None,
) -> tuple[Judgement, ...]:
    """Judge a batch by the policy alone, in its order.

    Of two payments that repeat each other on one day the one with the higher reference is flagged; no
    other verdict depends on the order.

    ``history`` is what was paid before; without it and the policy's own list no vendor counts as unknown.
    ``today`` is the day of submission (UTC); without it the last date of the batch stands for it.
    """
    last = max((one.date for one in transactions if one.date), default=dt.date.min)
    batch = Batch(policy, transactions, history or History(), today or last, sanctions)
    rules = [rule for rule in RULES if rule.is_on(policy)]
    return tuple(
        Judgement(
            ref=one.ref,
            findings=tuple(_finding(rule, said) for rule in rules if (said := rule.find(batch, one))),
        )
        for one in transactions
    )


def _finding(rule: Rule, said: Said) -> Finding:
    return Finding(
        source=Source.RULE, code=rule.code, evidence=said.evidence, severity=rule.severity, policy=said.line
    )
