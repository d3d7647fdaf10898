"""Answers to questions about a review, composed from what is stored; no model has a word in them."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain import text
from bot.domain.conversation import (
    AskHistory,
    AskMyDecisions,
    AskOutcomes,
    DecisionKind,
    DescribePayments,
    Help,
    ListPayments,
    Question,
    ReviewFact,
    ShowStatus,
    SumPayments,
    TellFact,
    Why,
)
from bot.domain.payment_groups import grouped, in_order, is_grouped, line_in
from bot.domain.people import NOBODY, Approvers
from bot.domain.policy import PastPayment
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.vendor_history import history_in_words

LINES = 10  # payments, groups or days that an answer names one by one; more are counted
NOTHING_OPEN = "Nothing is undecided here."
NONE_OF_THEM = "No payment of this review is like that."


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says to a question.

    ``refs`` are the payments that the answer is about, in its order; empty where the text names all of them.
    """

    text: str
    refs: tuple[int, ...] = ()


def answer_to(
    question: Question,
    review: Review,
    *,
    user: str,
    today: dt.date,
    approvers: Approvers = NOBODY,
    past: Sequence[PastPayment] = (),
) -> Answer:
    """Answer what ``user`` (a Slack id) asks about a review, of which the payments in question are loaded.

    ``today`` is the day in UTC, ``approvers`` are those who may decide now, and ``past`` the payments of
    the vendor that is asked about, in the order in which they were stored.
    """
    entries = tuple(review.entries.values())
    match question:
        case Why(refs=refs):
            return _each(review, refs or None, why)
        case DescribePayments(refs=(_,) as refs):
            return _each(review, refs, what)
        case DescribePayments(refs=refs):
            return _each(review, refs, _in_brief)
        case ListPayments():
            return _list(review, question, user)
        case SumPayments(refs=refs):
            return _total(review, refs)
        case AskHistory(vendor=vendor):
            return Answer(history_in_words(vendor, past, review.state.id))
        case AskMyDecisions(kind=kind):
            return _decisions_of(user, kind, entries, today)
        case TellFact(what=ReviewFact.SUBMITTER):
            return Answer(submitter(review.state))
        case TellFact():
            return Answer(deciders(review.state, approvers, user))
        case AskOutcomes():
            return _outcomes(review)
        case ShowStatus() | Help():
            return Answer(text.CAN_SAY if isinstance(question, Help) else text.status(review.state))


def _outcomes(review: Review) -> Answer:
    """What became of the payments: how many stand how, then each that was flagged, with the reason."""
    flagged = [entry for _, entry in sorted(review.entries.items())]
    lines = [f"{text.one_line(entry)}: {text.outcome_of(entry)}." for entry in flagged]
    if len(lines) > LINES:
        lines[LINES:] = [f"… and {len(lines) - LINES:,} more."]
    refs = tuple(entry.transaction.ref for entry in flagged) if len(flagged) > LINES else ()
    return Answer("\n".join([f"{review.state.id}: {text.standing(review.state)}.", *lines]), refs)


def why(entry: ReviewedTransaction) -> str:
    """The answer to "why 2?"."""
    if entry.judgement is None:
        return f"{text.one_line(entry)} has not been assessed yet."
    if not entry.flagged:
        return f"{text.one_line(entry)} was approved automatically: nothing was found."
    end = f" It is {text.decided_as(entry.decision.kind)} now." if entry.decision else ""
    frozen = f" {text.frozen_in_short(entry)}" if entry.open and entry.needs_call_back else ""
    return f"{text.one_line(entry)} was flagged: {text.cited(entry)}.{frozen}{end}"


def what(entry: ReviewedTransaction) -> str:
    """The answer to "what is 2?": all that was submitted of it, and how it stands."""
    payment = entry.transaction
    fields = {
        "memo": payment.memo,
        "date": payment.date.isoformat() if payment.date else None,
        "category": payment.category,
        "invoice": payment.invoice,
        "card": payment.card,
        "account": f"ending in {payment.account[-4:]}" if payment.account else None,
    }
    known = [f"{name}: {value}" for name, value in fields.items() if value]
    lines = [f"{text.one_line(entry)}: {text.outcome_of(entry)}.", *known]
    if called := text.frozen_in_short(entry):
        lines.append(called)
    return "\n".join([*lines, f"flagged: {text.reasons(entry)}"] if entry.flagged else lines)


def submitter(state: ReviewState) -> str:
    """The answer to "who submitted this?"; the card shows the name, since only Slack knows it."""
    at = f"{state.created_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"{state.id} was submitted from {state.source} at {at} by the person whom the card names at its top."
    )


def deciders(state: ReviewState, approvers: Approvers, user: str) -> str:
    """The answer to "who may decide?", asked by ``user``.

    Names are left to the message that opens the conversation: a name in an answer would call each of these
    people, only because somebody wanted to know.
    """
    if approvers.anyone:
        return "Any full member of this channel may decide, except whoever brought the payments."
    if approvers.is_nobody:
        return "Nobody may decide here: the policy names no approvers."
    may = approvers.people - state.barred
    if not approvers.established:
        return "Slack does not tell me just now who is in the groups that the policy names."
    if not may:
        return "Nobody may decide here: all whom the policy names have brought these payments."
    others = len(may - {user})
    people = f"{others:,} {'person' if others == 1 else 'people'}"
    if user not in may:
        who = f"{people} may decide here"
    elif others:
        who = f"You and {others:,} {'other' if others == 1 else 'others'} may decide here"
    else:
        return "Only you may decide here."
    return f"{who}, and nobody who brought the payments. The opening message calls whoever decides by name."


def _in_brief(entry: ReviewedTransaction) -> str:
    found = f" Flagged: {text.reasons(entry)}." if entry.flagged else ""
    return f"{text.one_line(entry)}: {text.outcome_of(entry)}.{found}"


def _asked_about(
    review: Review, refs: Sequence[int] | None
) -> tuple[tuple[ReviewedTransaction, ...], tuple[str, ...]]:
    """The payments in question, and a sentence about those that the review does not have, if any."""
    if refs is None:
        return tuple(entry for entry in review.entries.values() if entry.undecided), ()
    named = tuple(dict.fromkeys(refs))
    unknown = [ref for ref in named if ref not in review.entries]
    is_ = "is" if len(unknown) == 1 else "are"
    missing = (f"{text.refs_in_words(unknown)} {is_} not in this review.",) if unknown else ()
    return tuple(review.entries[ref] for ref in named if ref in review.entries), missing


def _each(review: Review, refs: Sequence[int] | None, line: Callable[[ReviewedTransaction], str]) -> Answer:
    """A line about each of these payments."""
    entries, missing = _asked_about(review, refs)
    if not entries and not missing:
        return Answer(NOTHING_OPEN if refs is None else NONE_OF_THEM)
    return _lines(entries, [line(entry) for entry in entries[:LINES]], missing)


def _list(review: Review, question: ListPayments, user: str) -> Answer:
    """The payments in the order that was asked for, or their groups where they are many."""
    entries, missing = _asked_about(review, question.refs)
    if not entries and not missing:
        return Answer(NOTHING_OPEN if question.refs is None else NONE_OF_THEM)
    order = question.order
    if not (is_grouped(order) and len(entries) > LINES):
        entries = tuple(in_order(entries, order, user))
        return _lines(entries, [line_in(entry, order, user) for entry in entries[:LINES]], missing)
    groups = grouped(entries, order, user)
    lines = [f"{name}: {_few(group)}" for name, group in list(groups.items())[:LINES]]
    if len(groups) > LINES:
        lines.append(f"… and {len(groups) - LINES:,} more groups.")
    if sum(map(len, groups.values())) > len(entries):
        lines.append("A payment with several findings stands at each of them.")
    ordered = dict.fromkeys(entry.transaction.ref for group in groups.values() for entry in group)
    return Answer("\n".join([*lines, f"{_counted(entries)}.", *missing]), tuple(ordered))


def _lines(entries: Sequence[ReviewedTransaction], lines: list[str], missing: Iterable[str]) -> Answer:
    """The lines, one for each of the first payments; of several payments also the number and the sums."""
    more = len(entries) - len(lines)
    if more:
        lines = [*lines, f"… and {more:,} more. In all {_counted(entries)}."]
    elif len(entries) > 1:
        lines = [*lines, f"{_counted(entries)}."]
    refs = tuple(entry.transaction.ref for entry in entries) if more else ()
    return Answer("\n".join([*lines, *missing]), refs)


def _few(group: Sequence[ReviewedTransaction]) -> str:
    """``#3 and #7, USD 30.00``; of more than three payments ``12 payments, USD 300.00``."""
    counted = text.counted(group)
    if len(group) > 3:
        return counted
    return f"{text.refs_in_words(entry.transaction.ref for entry in group)}, {counted.partition(', ')[2]}"


def _counted(entries: Sequence[ReviewedTransaction]) -> str:
    return text.counted(entries, "undecided" if all(entry.undecided for entry in entries) else "")


def _total(review: Review, refs: Sequence[int] | None) -> Answer:
    """The number and the sums of these payments, or of all of the review, and of each outcome among them."""
    entries, missing = _asked_about(review, tuple(review.entries) if refs is None else refs)
    if not entries:
        return Answer("\n".join(missing) or NONE_OF_THEM)
    lines = [f"{_counted(entries)}."]
    outcomes: dict[str, list[ReviewedTransaction]] = {}
    for entry in entries:
        outcomes.setdefault(text.state_of(entry), []).append(entry)
    if len(outcomes) > 1:
        lines += [f"{outcome}: {text.counted(group)}" for outcome, group in outcomes.items()]
    return Answer("\n".join([*lines, *missing]))


def _did(kind: DecisionKind, what: str) -> str:
    """``approved #1``, ``put #1 on hold``: what somebody did with payments."""
    return f"put {what} on hold" if kind is DecisionKind.HELD else f"{kind.value} {what}"


def _decisions_of(
    user: str, kind: DecisionKind | None, entries: Iterable[ReviewedTransaction], today: dt.date
) -> Answer:
    """What this person has decided and what stands of it, by day (UTC), the newest first, and by kind."""
    made: dict[tuple[dt.date, DecisionKind], list[ReviewedTransaction]] = {}
    for entry in entries:
        decision = entry.decision
        if decision and decision.by == user and kind in (None, decision.kind):
            made.setdefault((decision.at.date(), decision.kind), []).append(entry)
    if not made:
        return Answer(f"You have {_did(kind, 'nothing') if kind else 'decided nothing'} in this review.")
    lines: list[str] = []
    for (day, of_kind), group in sorted(made.items(), key=lambda of: of[0], reverse=True)[:LINES]:
        when = "Today" if day == today else f"On {day}"
        refs = text.refs_in_words(entry.transaction.ref for entry in group)
        lines.append(f"{when} you {_did(of_kind, refs)} here: {text.counted(group)}.")
    hidden = len(made) > LINES or any(len(group) > text.LISTED for group in made.values())
    if len(made) > LINES:
        lines.append(f"In all {text.counted(entry for group in made.values() for entry in group)}.")
    named = sorted(entry.transaction.ref for group in made.values() for entry in group)
    return Answer("\n".join(lines), tuple(named) if hidden else ())
