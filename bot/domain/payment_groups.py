"""Payments of a review in an order that somebody asked for, and in groups by what they have in common."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain import text
from bot.domain.conversation import PaymentOrder
from bot.domain.judgement import Severity
from bot.domain.names import folded_name
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.reviewed_transaction import ReviewedTransaction

_RISKS = ("high risk", "medium risk", "low risk")
# What waits stands first, since that is what people look for.
_STATES = (
    "needs a decision",
    "on hold",
    "not approved",
    "rejected",
    "approved",
    "approved automatically",
    "not assessed yet",
)


def is_grouped(order: PaymentOrder) -> bool:
    """Whether this order has so few values that payments are shown in groups."""
    return order not in (PaymentOrder.REFERENCE, PaymentOrder.AMOUNT)


def in_order(
    entries: Sequence[ReviewedTransaction], order: PaymentOrder, user: str
) -> list[ReviewedTransaction]:
    """The payments in this order, those that are equal in it by reference; ``user`` asks.

    Amounts are compared inside a currency, the largest first: without rates, USD and EUR have no order. The
    currency of most payments stands first.
    """
    by_reference = sorted(entries, key=lambda entry: entry.transaction.ref)
    if order is PaymentOrder.REFERENCE:
        return by_reference
    if order is PaymentOrder.AMOUNT:
        often = Counter(entry.transaction.currency for entry in entries)
        return sorted(
            by_reference,
            key=lambda entry: (
                -often[entry.transaction.currency],
                entry.transaction.currency,
                -entry.transaction.amount,
            ),
        )
    if order is PaymentOrder.VENDOR:
        return sorted(by_reference, key=lambda entry: folded_name(entry.transaction.vendor))
    groups = grouped(by_reference, order, user)
    return list({entry.transaction.ref: entry for group in groups.values() for entry in group}.values())


def grouped(
    entries: Sequence[ReviewedTransaction], order: PaymentOrder, user: str
) -> dict[str, list[ReviewedTransaction]]:
    """The payments by what they have in common, by name of the group; ``user`` asks.

    Risks begin with the highest and states with what waits; other groups with the largest. A payment stands
    in the group of each of its findings.
    """
    groups: dict[str, list[ReviewedTransaction]] = {}
    written: dict[str, str] = {}  # a vendor that is written in several ways is shown as it comes first
    for entry in entries:
        for name in _names(entry, order, user):
            shown = written.setdefault(folded_name(name), name) if order is PaymentOrder.VENDOR else name
            groups.setdefault(shown, []).append(entry)
    fixed = (*_RISKS, *_STATES)

    def place(name: str) -> tuple[int, int, str]:
        known = fixed.index(name) if name in fixed else len(fixed)
        return known, -len(groups[name]), name

    if order in (PaymentOrder.RISK, PaymentOrder.STATE):
        return {name: groups[name] for name in sorted(groups, key=place)}
    return {name: groups[name] for name in sorted(groups, key=lambda name: (-len(groups[name]), name))}


def line_in(entry: ReviewedTransaction, order: PaymentOrder, user: str) -> str:
    """A payment in a list of this order: ``#2 USD 12,000.00 to Acme Corp (high risk)``."""
    line = text.one_line(entry)
    if order is PaymentOrder.FINDING:
        return f"{line}: {text.reasons(entry) or 'nothing was found'}"
    if order is PaymentOrder.RISK:
        line = f"{line} ({_risk(entry)})"
    if order is PaymentOrder.PERSON:
        return f"{line}: {text.outcome_of(entry)} ({_person(entry, user)})"
    return line if entry.undecided else f"{line}: {text.outcome_of(entry)}"


def _names(entry: ReviewedTransaction, order: PaymentOrder, user: str) -> Iterable[str]:
    match order:
        case PaymentOrder.FINDING:
            return dict.fromkeys(_findings(entry)) or ("nothing found",)
        case PaymentOrder.RISK:
            return (_risk(entry),)
        case PaymentOrder.STATE:
            return (text.state_of(entry),)
        case PaymentOrder.PERSON:
            return (_person(entry, user),)
        case _:
            return (entry.transaction.vendor,)


def _findings(entry: ReviewedTransaction) -> list[str]:
    """What its findings are called: ``paid twice``, ``vague memo, says the model``."""
    found = entry.judgement.findings if entry.judgement else ()
    return [text.finding_name(finding.code) for finding in found]


def _risk(entry: ReviewedTransaction) -> str:
    if entry.judgement is None:
        return "not assessed yet"
    risk = {Severity.HIGH: _RISKS[0], Severity.MEDIUM: _RISKS[1], Severity.LOW: _RISKS[2]}
    return risk[text.worst(entry)] if entry.flagged else "nothing found"


def _person(entry: ReviewedTransaction, user: str) -> str:
    """Who decided, as far as words can say it: the card shows the names, which only Slack knows."""
    if entry.decision is None:
        return "nobody yet" if entry.undecided or entry.judgement is None else "the bot"
    if entry.decision.by == FINANCE_BOT:
        return "the bot"
    return "you" if entry.decision.by == user else "others, whom the card names"
