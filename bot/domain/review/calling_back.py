"""What noting a call to a vendor makes of a review: it decides nothing, and may let others decide."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.conversation import TurnKind
from bot.domain.names import plain_letters
from bot.domain.people import Approvers
from bot.domain.review import approvals, call_backs
from bot.domain.review.approving import Authority
from bot.domain.review.call_backs import MOST_CALL_BACKS, CallBackReport, NumberSource
from bot.domain.review.decision import without_refs
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor, Transition, human_turn

DIGITS = 5  # of a telephone number, at the least
TOLD_APART = 7  # digits from which on a number is known again in a text
MINUTE = timedelta(minutes=1)  # a form asks for no seconds

FROM_THE_PAYMENT = (
    "Whoever changes an account in an invoice or message puts their own number there too. Please call one "
    "that you had before."
)
IN_THE_PAYMENT = "This number stands in the payment itself. Please call one that you had before."
FROM_WHO_BROUGHT_IT = (
    "Whoever brought the payment wrote this number here. Please call one that you had before."
)

_AMONG_DIGITS = re.compile(r"\b[\doil]*[oil][\doil]*\b", re.IGNORECASE)  # also "OO" of "O2O 7946 OO18"
_AS_DIGITS = str.maketrans("oOiIlL", "001111")


def note_call_back(
    review: Review,
    shown: Mapping[int, int],
    report: CallBackReport,
    actor: Actor,
    approvers: Approvers,
) -> RequestResult:
    """Note what came of a call about payments; all of them, or none.

    ``shown`` are their versions, by reference, as whoever called has seen them. What was approved on the way
    before is void then: nobody had heard of this call. A refusal has no transition.
    """
    if refused := refused_call_back(review, shown, actor, approvers, confirmed=report.confirmed):
        return refused
    refs = tuple(sorted(shown))
    entries = {ref: review.entries[ref] for ref in refs}
    voided = [ref for ref, entry in entries.items() if entry.votes]
    turn = human_turn(actor).model_copy(update={"form": TurnKind.NOTE, "refs": refs})
    step = Transition(
        # What was proposed before is not confirmed by somebody who has not heard of it.
        review.state.but(proposal=without_refs(review.state.proposal, set(refs))),
        turns=(turn,),
        audit=(
            call_backs.noted(refs, report, actor.user, actor.now),
            *([approvals.voided(voided, actor.user, actor.now)] if voided else []),
        ),
    )
    return RequestResult(Outcome.RECORDED, step, refs=refs)


def refused_call_back(
    review: Review, shown: Mapping[int, int], actor: Actor, approvers: Approvers, *, confirmed: bool = True
) -> RequestResult | None:
    """Why this person can note no call-back on these payments; ``None`` where they can.

    One place is kept for a call that confirms nothing, so that a payment can always be frozen again.
    """
    if refused := review.refused(actor, approvers):
        return RequestResult(refused)
    refs = tuple(sorted(shown))
    unknown = tuple(ref for ref in refs if ref not in review.entries)
    if unknown or not refs:
        return RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=unknown)
    entries = {ref: review.entries[ref] for ref in refs}
    most = MOST_CALL_BACKS - confirmed
    authority = Authority(actor.user, approvers, review.state.barred)
    for outcome, found in (
        # A call thaws a payment: who has no say about it does not vouch for its account either.
        (Outcome.NOT_YOUR_STAGE, [ref for ref, entry in entries.items() if not authority.sits_in(entry)]),
        (Outcome.WITHDRAWN, [ref for ref, entry in entries.items() if entry.withdrawn]),
        (Outcome.REJUDGING, [ref for ref, entry in entries.items() if entry.rejudging]),
        (Outcome.STALE_CARD, [ref for ref, entry in entries.items() if entry.version != shown[ref]]),
        (Outcome.NO_CALL_BACK, [ref for ref, entry in entries.items() if not entry.needs_call_back]),
        (Outcome.ALREADY_DECIDED, [ref for ref, entry in entries.items() if not entry.open]),
        (Outcome.TOO_MANY_REMARKS, [ref for ref, entry in entries.items() if len(entry.call_backs) >= most]),
    ):
        if found:
            already = tuple(made for ref in found if (made := entries[ref].decision) is not None)
            return RequestResult(outcome, already=already, refs=tuple(found))
    return None


def faults_of(
    report: CallBackReport,
    state: ReviewState,
    entries: Sequence[ReviewedTransaction],
    now: datetime,
    written: Collection[tuple[str, str]] = (),
) -> dict[str, str]:
    """What is wrong with a report, a sentence for each of its fields; empty where it can be kept.

    A call from before the payment was handed in, in the version that stands, has not confirmed its account.
    ``written`` are who wrote in the review, and what: a number of whoever brought payments is none to call.
    """
    faults: dict[str, str] = {}
    if not report.spoke_to:
        faults["spoke_to"] = "Please say whom you spoke to."
    since = max([state.created_at, *(entry.amended.at for entry in entries if entry.amended)])
    if report.called_at >= now + MINUTE:
        faults["called_at"] = "This is in the future. Please note the call once it was made."
    elif report.called_at < since - MINUTE:
        faults["called_at"] = "This is before the payment was handed in. Please call about the account in it."
    if len(re.sub(r"\D", "", report.number)) < DIGITS:
        faults["number"] = "Please give the number that you called."
    elif any(_is_in(report.number, text) for text in _texts(state, entries)):
        faults["number"] = IN_THE_PAYMENT
    elif any(_is_in(report.number, text) for by, text in written if by in state.barred):
        faults["number"] = FROM_WHO_BROUGHT_IT
    if report.source is NumberSource.PAYMENT:
        faults["source"] = FROM_THE_PAYMENT
    elif report.source is NumberSource.OTHER and not report.source_words:
        faults["source_words"] = "Please say where the number is from."
    return faults


def _texts(state: ReviewState, entries: Sequence[ReviewedTransaction]) -> Iterator[str]:
    """What whoever brought payments handed in with them, in every version, and said of them since."""
    yield from (state.note, state.source)
    for entry in entries:
        for payment in (*entry.earlier, entry.transaction):
            yield from filter(None, (payment.vendor, payment.memo, payment.category, payment.invoice))
        for remark in entry.remarks:
            if remark.by in state.barred:
                yield remark.text
                yield from (remark.file.name,) if remark.file else remark.files


def _is_in(number: str, text: str) -> bool:
    """Whether a text has a telephone number in it, however either is written, with or without a prefix."""
    called = _digits(number)[-TOLD_APART:]
    if len(called) < TOLD_APART:
        return False
    with_letters = _AMONG_DIGITS.sub(lambda word: word[0].translate(_AS_DIGITS), plain_letters(text))
    return called in _digits(text) or called in _digits(with_letters)


def _digits(text: str) -> str:
    """The digits of a text in their order, of whichever script and form: a reader takes them for the same."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(char)) for char in plain if char.isdecimal())
