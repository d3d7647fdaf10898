"""Sentences about payments that are frozen until somebody has called the vendor, and about these calls."""

from collections.abc import Callable, Mapping

from bot.domain.judgement import CALL_BACK_CODES
from bot.domain.review.call_backs import CallBack, CallBackReport, NumberSource
from bot.domain.review.outcome import Outcome
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.text.sums import refs_in_words

Named = Callable[[str], str]
"""A person as they are to be named, by Slack user id."""

FROM: Mapping[NumberSource, str] = {
    NumberSource.RECORDS: "our vendor records",
    NumberSource.EARLIER: "an earlier contract or invoice",
    NumberSource.PUBLIC: "the vendor's public page",
    NumberSource.OTHER: "another source",
    NumberSource.PAYMENT: "this invoice, message or file",
}
"""Where a number is from."""

CALL_BACK_LABEL = "Note the call-back"
CALL_HOW = (
    "Call a number that you had before, never one from the invoice or message that names the account. "
    "Whoever notes the call does not approve the payment."
)
_WHY: Mapping[str, str] = {
    "changed_bank_details": "bank account changed",
    "shared_account": "bank account known from another vendor",
}


def why_frozen(entry: ReviewedTransaction) -> str:
    """``bank account changed``: why somebody has to call the vendor of a payment."""
    findings = entry.judgement.findings if entry.judgement else ()
    codes = dict.fromkeys(finding.code for finding in findings if finding.code in CALL_BACK_CODES)
    return " and ".join(_WHY[code] for code in codes)


def on_call_backs(entry: ReviewedTransaction, named: Named, day: Callable[[CallBack], str]) -> str:
    """How a payment stands that somebody has to call the vendor about; empty for any other.

    ``day`` says when a call was made. Nothing that people typed is in it.
    """
    if not entry.needs_call_back or entry.withdrawn:
        return ""
    if not entry.call_backs:
        return f"Frozen: {why_frozen(entry)}. Nobody has called the vendor yet." if entry.open else ""
    newest = entry.call_backs[-1]
    called = f"{named(newest.by)} called {day(newest)}"
    if not newest.confirmed:
        return f"Frozen: {why_frozen(entry)}. {called}, and the account was not confirmed."
    says = f"{called}: the account is confirmed, on a number from {FROM[newest.source]}."
    return f"{says} Another person approves." if entry.open else says


def why_not_approved(outcome: Outcome, entry: ReviewedTransaction | None) -> str:
    """``frozen, bank account changed: somebody has to call the vendor``, behind the name of a payment."""
    if outcome is not Outcome.FROZEN:
        return "you noted the call-back, so another person approves it"
    why = f", {why_frozen(entry)}" if entry else ""
    called = entry.call_backs[-1:] if entry else ()
    return f"frozen{why}: {'a call did not confirm it' if called else 'somebody has to call the vendor'}"


def frozen_in_short(entry: ReviewedTransaction) -> str:
    """How a payment stands that somebody has to call the vendor about, without names; empty for any other."""
    return on_call_backs(entry, lambda _: "Somebody", lambda call: f"on {call.called_at:%Y-%m-%d}")


def call_back_words(refs: tuple[int, ...], report: CallBackReport) -> str:
    """What the conversation shows of a call: whom somebody spoke to, when, and what came of it."""
    came = "the account is confirmed" if report.confirmed else "the account is not confirmed"
    source = report.source_words or FROM[report.source]
    return (
        f"called about {refs_in_words(refs)} at {report.called_at:%Y-%m-%d %H:%M} UTC, "
        f"on a number from {source}: spoke to {report.spoke_to}; {came}"
    )


def call_back_line(call: CallBack, names: Mapping[str, str]) -> str:
    """All of one call in a line, with people by name as far as ``names`` has them."""
    by = names.get(call.by, call.by)
    source = f"{FROM[call.source]}{f' ({call.source_words})' if call.source_words else ''}"
    came = "confirmed" if call.confirmed else "not confirmed"
    return (
        f"{by} called {call.number} at {call.called_at:%Y-%m-%d %H:%M} UTC (number from {source}), "
        f"spoke to {call.spoke_to}: account {came}"
    )


def hindered(outcome: Outcome, refs: tuple[int, ...]) -> str:
    """Why payments could not be approved by somebody, in a sentence."""
    is_ = "is" if len(refs) == 1 else "are"
    if outcome is Outcome.FROZEN:
        return (
            f"{refs_in_words(refs)} {is_} frozen until somebody has called the vendor on a number that you "
            "had before, and has noted the call."
        )
    return f"You noted the call-back on {refs_in_words(refs)}, so another person has to approve."
