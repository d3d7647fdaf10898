"""The answer to a person who edits or deletes a reply after it was acted on: its decisions stay."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.conversation import (
    VERB_OF,
    Change,
    Correct,
    Decide,
    DecisionKind,
    Medium,
    Reading,
    Skip,
    Turn,
)
from bot.domain.lists import joined_with_and
from bot.domain.payment_facts import PaymentFacts
from bot.domain.proposal import refs_listed
from bot.domain.review.decision import Decision
from bot.domain.review.review import REST
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.text import decided_as, refs_in_words

# How long after a reply is sent it may be stored: Slack delivers again after a minute, and after five.
STORED_WITHIN = timedelta(minutes=7)
# And how soon it usually is; both clocks may differ a little.
AT_ONCE = timedelta(seconds=5)


def asked_for(reading: Reading, among: Collection[int]) -> dict[int, Change]:
    """What a reading would do to each of the payments ``among``, by reference; empty for a question."""
    match reading:
        case Decide(asks=requests):
            pass
        case Skip():
            requests = (REST,)
        case Correct(changes=changes):
            return {ref: change for change in changes for ref in change.refs if ref in among}
        case _:
            return {}
    named = {ref for request in requests for ref in request.refs or ()}
    wanted: dict[int, Change] = {}
    for request in requests:
        general = set(among) - named - set(request.but)
        for ref in sorted(general if request.refs is None else set(request.refs) & set(among)):
            wanted.setdefault(ref, Change(refs=(ref,), kind=request.kind, reason=request.reason))
    return wanted


def as_first_said(turns: Iterable[Turn], user: str, sent: datetime, before: str) -> list[Turn]:
    """The turns of ``user`` that may hold a reply as it was first said, when it was ``sent``.

    Those with the words ``before`` this edit; else, where it was edited before, the one that was stored next
    to when it was sent. Empty where none was.
    """
    own = [turn for turn in turns if turn.actor == user and turn.how is Medium.THREAD_REPLY]
    after = [turn for turn in own if -AT_ONCE <= turn.at - sent <= STORED_WITHIN]
    alike = [turn for turn in after if turn.text == before]
    near = [turn for turn in after if turn.at - sent <= AT_ONCE]
    return sorted(alike or near, key=lambda turn: abs(turn.at - sent))[:1]


def as_it_was(
    payments: Iterable[PaymentFacts], entries: Mapping[int, ReviewedTransaction], times: Collection[datetime]
) -> tuple[PaymentFacts, ...]:
    """The payments as they were when a reply was first said: what was decided since is undecided.

    ``times`` are when a reply of these very words was stored.
    """
    first = min(times, default=None)
    if first is None:
        return tuple(payments)

    def since(payment: PaymentFacts) -> bool:
        decision = entries[payment.ref].decision
        return decision is not None and decision.at >= first

    return tuple(
        replace(payment, undecided=True, decided="") if since(payment) else payment for payment in payments
    )


def standing(
    before: Reading, entries: Mapping[int, ReviewedTransaction], user: str, times: Collection[datetime]
) -> tuple[Decision, ...]:
    """The decisions of ``user`` that a reply made and that stand still.

    ``times`` are when a reply of these very words was stored. A command decides in that moment; what was only
    proposed is decided later.
    """
    first = min(times, default=None)
    if first is None:
        return ()
    wanted = asked_for(before, entries)
    decisions = (entry.decision for entry in entries.values() if entry.decision and entry.decision.by == user)
    return tuple(
        decision
        for decision in decisions
        if decision.at in times
        or (decision.at > first and decision.ref in wanted and wanted[decision.ref].kind is decision.kind)
    )


def proposed_before(*, deleted: bool) -> str:
    """One sentence for whoever edited or deleted a reply of which a proposal was made that stands still."""
    if deleted:
        return "What I proposed was made of the words that you deleted: press Cancel on it."
    return "What I proposed was made of your words before the edit: press Cancel on it, or say it anew."


def told_of_edit(
    decisions: Sequence[Decision], after: Reading | None, undecided: Collection[int] = ()
) -> str:
    """One sentence for whoever edited a reply that made these ``decisions``, or deleted it.

    ``after`` is what the reply says now, ``None`` where it was deleted; ``undecided`` are the payments that
    still wait. Empty where the new words say what is decided anyway.
    """
    if not decisions:
        return ""
    refs = [decision.ref for decision in decisions]
    if after is None:
        return f"Deleting a reply changes nothing: {_so(decisions)}. To take it back, say: {_undo(refs)}."
    wanted = asked_for(after, refs)
    made = {decision.ref: decision for decision in decisions}
    changes = {ref: change for ref, change in wanted.items() if not _is_so(made[ref], change)}
    gone = [ref for ref in refs if ref not in wanted]
    added = asked_for(after, undecided)
    if not changes and not gone:
        if not added:
            return ""
        needs = "needs" if len(added) == 1 else "need"
        said = ", and then: ".join(_decisions(added))
        return (
            f"Editing a reply decides nothing more: {refs_in_words(added)} still {needs} a decision. "
            f"To decide, say: {said}."
        )
    commands = [*_commands(changes), *([_undo(gone)] if gone else []), *_decisions(added)]
    aim = "change it" if changes else "take it back"
    said = ", and then: ".join(commands)
    return f"Editing a reply changes nothing: {_so(decisions)}. To {aim}, say: {said}."


def _so(decisions: Sequence[Decision]) -> str:
    """``#1 stays approved and #2 and #3 stay rejected``."""
    by_kind: dict[DecisionKind, list[int]] = {}
    for decision in decisions:
        by_kind.setdefault(decision.kind, []).append(decision.ref)
    return joined_with_and(
        f"{refs_in_words(refs)} {'stays' if len(refs) == 1 else 'stay'} {decided_as(kind)}"
        for kind, refs in by_kind.items()
    )


def _is_so(decision: Decision, change: Change) -> bool:
    return change.kind is decision.kind and change.reason in ("", decision.reason)


def _commands(changes: Mapping[int, Change]) -> Iterator[str]:
    """``change 1 and 2 to reject: wrong vendor``, one for each kind and reason."""
    alike: dict[tuple[DecisionKind | None, str], list[int]] = {}
    for ref, change in changes.items():
        alike.setdefault((change.kind, change.reason), []).append(ref)
    for (kind, reason), refs in alike.items():
        if kind is None:
            yield _undo(refs)
        else:
            yield f"change {refs_listed(refs)} to {VERB_OF[kind]}{f': {reason}' if reason else ''}"


def _decisions(wanted: Mapping[int, Change]) -> Iterator[str]:
    """``approve 2 and 3``, one for each kind and reason."""
    alike: dict[tuple[DecisionKind, str], list[int]] = {}
    for ref, change in wanted.items():
        if change.kind is not None:
            alike.setdefault((change.kind, change.reason), []).append(ref)
    for (kind, reason), refs in alike.items():
        yield f"{VERB_OF[kind]} {refs_listed(refs)}{f': {reason}' if reason else ''}"


def _undo(refs: Sequence[int]) -> str:
    return f"undo {refs_listed(refs)}"
