"""Every rule with its severity, in ``RULES``, and ``judge_by_policy``, which runs them over a batch.

A rule can only add a finding; nothing written in a memo or a vendor's name takes one away (laws 1 and 2 in
ARCHITECTURE.md). To add a rule, write a function of its code's name in one of the families in ``rules/``,
give it settings in ``rule_settings.py`` and ``default.toml``, and list it here.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.policy.batch import Batch
from bot.domain.policy.config import Policy
from bot.domain.policy.history import History
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.policy.rules import (
    accounts,
    amounts,
    calendar,
    exposure,
    memos,
    merchants,
    planted_text,
    repeats,
    splits,
    vendors,
)
from bot.domain.policy.sanctions import SanctionsList
from bot.domain.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the function that looks at a payment, and how much its findings weigh.

    ``table`` names the table ``[rules.<table>]`` of the policy file that switches the rule on and off, where
    that is not called like the rule itself. A rule without a table is always on. One that is ``last`` looks
    at what no other rule has flagged.
    """

    find: Callable[[Batch, Transaction], RuleHit | None]
    severity: Severity
    table: str = ""
    last: bool = False

    @property
    def code(self) -> str:
        """The code of its findings: the name of its function."""
        return self.find.__name__

    def is_on(self, policy: Policy) -> bool:
        """Whether the policy has the rule switched on."""
        return getattr(getattr(policy.rules, self.table or self.code, None), "on", True)


LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH

# In the order in which their findings stand on a card.
RULES: tuple[Rule, ...] = (
    Rule(vendors.sanctioned_name, HIGH),
    Rule(vendors.denied_vendor, HIGH),
    Rule(amounts.amount_over_limit, HIGH),
    Rule(amounts.no_limit_for_currency, HIGH),
    Rule(splits.split_payment, HIGH),
    Rule(repeats.submitted_before, HIGH),
    Rule(repeats.duplicate_payment, HIGH),
    Rule(vendors.changed_bank_details, HIGH),
    Rule(accounts.shared_account, HIGH),
    Rule(vendors.lookalike_vendor, HIGH),
    Rule(memos.memo_argues, HIGH),
    Rule(planted_text.machine_text, HIGH),
    Rule(planted_text.hidden_characters, HIGH),
    Rule(memos.called_off, HIGH),
    Rule(amounts.cluster_under_limit, HIGH),
    Rule(repeats.near_duplicate, MEDIUM, "duplicate_payment"),
    Rule(amounts.zero_amount, MEDIUM),
    Rule(amounts.just_under_limit, MEDIUM),
    Rule(vendors.unknown_vendor, MEDIUM),
    Rule(accounts.invalid_account, MEDIUM),
    Rule(amounts.unusual_amount, MEDIUM),
    Rule(calendar.category_not_allowed, MEDIUM),
    Rule(calendar.date_out_of_range, MEDIUM),
    Rule(amounts.refund_without_original, MEDIUM),
    Rule(memos.vague_memo, MEDIUM),
    Rule(memos.audit_keyword, MEDIUM),
    Rule(merchants.cash_or_personal, MEDIUM),
    Rule(exposure.exposure, MEDIUM, last=True),
    Rule(amounts.round_amount, LOW),
    Rule(calendar.weekend_or_holiday, LOW),
)


def judge_by_policy(
    policy: Policy,
    transactions: Sequence[Transaction],
    history: History | None = None,
    today: dt.date | None = None,
    sanctions: SanctionsList | None = None,
) -> tuple[Judgement, ...]:
    """Judge a batch by the policy alone, one judgement for each transaction in their order.

    Of two payments that repeat each other on one day the one with the higher reference is flagged; no
    other verdict depends on the order.

    ``history`` is what was paid before; without it and the policy's own list no vendor counts as unknown.
    ``today`` is the day of submission (UTC); without it the last date of the batch stands for it.
    ``sanctions`` is the list that the policy names, ``None`` where it names none or it could not be read.
    """
    dates = [transaction.date for transaction in transactions if transaction.date]
    last_day = max(dates, default=dt.date.min)
    batch = Batch(policy, transactions, history or History(), today or last_day, sanctions)
    rules = [rule for rule in RULES if rule.is_on(policy)]
    judgements = [_judged(batch, transaction, rules) for transaction in transactions]
    batch.flagged = frozenset(judgement.ref for judgement in judgements if judgement.findings)
    last = [rule for rule in rules if rule.last]
    return tuple(
        judgement if judgement.findings else _judged(batch, transaction, last, last=True)
        for transaction, judgement in zip(transactions, judgements, strict=True)
    )


def _judged(
    batch: Batch, transaction: Transaction, rules: Sequence[Rule], *, last: bool = False
) -> Judgement:
    return Judgement(
        ref=transaction.ref,
        findings=tuple(
            _finding(rule, hit)
            for rule in rules
            if rule.last is last and (hit := rule.find(batch, transaction))
        ),
    )


def _finding(rule: Rule, hit: RuleHit) -> Finding:
    return Finding(
        source=Source.RULE,
        code=rule.code,
        evidence=hit.evidence,
        severity=rule.severity,
        policy=hit.policy_line,
    )
