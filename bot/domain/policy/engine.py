"""Every rule with its severity, in ``RULES``, and ``judge_by_policy``, which runs them over a batch.

A rule can only add a finding; nothing written in a memo or a vendor's name takes one away (laws 1 and 2 in
ARCHITECTURE.md). To add a rule, write a function of its code's name in one of the families in ``rules/``,
give it settings in ``rule_settings.py`` and ``default.toml``, and list it here.
"""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bot.domain.collector import collection_paused
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.names import folded_name, visible
from bot.domain.policy.batch import Batch
from bot.domain.policy.config import Policy
from bot.domain.policy.history import History
from bot.domain.policy.profiles import Profile
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.policy.rules import (
    accounts,
    amounts,
    calendar,
    exposure,
    invoice_sums,
    invoices,
    memos,
    merchants,
    patterns,
    planted_text,
    refunds,
    repeats,
    splits,
    together,
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
    Rule(invoices.altered_invoice, HIGH),
    Rule(invoices.invoice_other_vendor, HIGH),
    Rule(invoices.invoice_other_currency, HIGH),
    Rule(invoice_sums.invoice_over_limit, HIGH),
    Rule(invoice_sums.gross_after_net, HIGH),
    Rule(vendors.changed_bank_details, HIGH),
    Rule(accounts.shared_account, HIGH),
    Rule(vendors.lookalike_vendor, HIGH),
    Rule(memos.memo_argues, HIGH),
    Rule(planted_text.machine_text, HIGH),
    Rule(planted_text.hidden_characters, HIGH),
    Rule(memos.called_off, HIGH),
    Rule(amounts.cluster_under_limit, HIGH),
    Rule(repeats.near_duplicate, MEDIUM, "duplicate_payment"),
    Rule(together.repeated_together, MEDIUM),
    Rule(refunds.refund_twice, MEDIUM),
    Rule(refunds.paid_after_refund, MEDIUM),
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
    Rule(patterns.sequential_invoices, LOW),
    Rule(patterns.dormant_vendor, LOW),
    Rule(amounts.round_amount, LOW),
    Rule(calendar.weekend_or_holiday, LOW),
)


def judge_by_policy(
    policy: Policy,
    transactions: Sequence[Transaction],
    history: History | None = None,
    today: dt.date | None = None,
    sanctions: SanctionsList | None = None,
    profile: str = "",
    done: Callable[[int], object] | None = None,
) -> tuple[Judgement, ...]:
    """Judge a batch by the policy alone, one judgement for each transaction in their order.

    Of two payments that repeat each other on one day the one with the higher reference is flagged; no
    other verdict depends on the order.

    ``history`` is what was paid before; without it and the policy's own list no vendor counts as unknown.
    ``today`` is the day of submission (UTC); without it the last date of the batch stands for it.
    ``sanctions`` is the list that the policy names, ``None`` where it names none or it could not be read.
    ``profile`` names the one that stands in for the rules that it has settings for; one that the rows choose
    by naming a card adds its findings to the others'. ``done`` is told how many rows more are judged.
    """
    dates = [transaction.date for transaction in transactions if transaction.date]
    last_day = max(dates, default=dt.date.min)
    about = (transactions, history or History(), today or last_day, sanctions)
    with collection_paused():
        return tuple(_judged_with_profiles(Batch(policy, *about), profile, done))


def _judged_with_profiles(
    batch: Batch, profile: str, done: Callable[[int], object] | None
) -> tuple[Judgement, ...]:
    policy, transactions = batch.policy, batch.transactions
    chosen = policy.profiles.get(profile)
    replaced = _codes_of(chosen) if chosen else frozenset()
    judgements = _judge(batch, [rule for rule in RULES if rule.code not in replaced], done)
    batch = batch.under(policy)  # without what only those rules have needed
    if chosen:
        judgements = _with_profile(batch, profile, judgements, {row.ref for row in transactions})
    cards = {row.ref for row in transactions if folded_name(row.card or "")}
    for name, other in policy.profiles.items():
        if other.with_cards and cards and name != profile:
            judgements = _with_profile(batch, name, judgements, cards)
    return judgements


def _judge(
    batch: Batch, among: Sequence[Rule], done: Callable[[int], object] | None = None
) -> tuple[Judgement, ...]:
    rules = [rule for rule in among if rule.is_on(batch.policy)]
    judgements = []
    for transaction in batch.transactions:
        judgements.append(_judged(batch, transaction, rules))
        if done:
            done(1)
    batch.flagged = frozenset(judgement.ref for judgement in judgements if judgement.findings)
    last = [rule for rule in rules if rule.last]
    return tuple(
        judgement if judgement.findings else _judged(batch, transaction, last, last=True)
        for transaction, judgement in zip(batch.transactions, judgements, strict=True)
    )


def _codes_of(profile: Profile) -> frozenset[str]:
    """The codes of the rules that a profile judges by: those of its limits, and those that it names."""
    of_limits = {amounts.amount_over_limit.__name__, amounts.no_limit_for_currency.__name__}
    return frozenset(
        rule.code for rule in RULES if rule.code in of_limits or (rule.table or rule.code) in profile.rules
    )


def _with_profile(
    batch: Batch, name: str, judgements: Sequence[Judgement], refs: Collection[int]
) -> tuple[Judgement, ...]:
    """The judgements with what a profile finds about some rows; no code is told twice of a row."""
    profile = batch.policy.profiles[name]
    codes = _codes_of(profile)
    found = _judge(batch.under(batch.policy.under(profile)), [rule for rule in RULES if rule.code in codes])
    return tuple(
        judgement.joined(
            finding.model_copy(update={"evidence": f"{finding.evidence} (profile {visible(name)})"})
            for finding in (added.findings if judgement.ref in refs else ())
            if finding.code not in {own.code for own in judgement.findings}
        )
        if added.findings
        else judgement
        for judgement, added in zip(judgements, found, strict=True)
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
        about=hit.names,
    )
