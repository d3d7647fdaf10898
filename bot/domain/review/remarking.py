"""What asking, answering, noting and bringing evidence make of a review: none of it decides anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import TurnKind
from bot.domain.people import Approvers
from bot.domain.review import remarks
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarks import EvidenceFile, Remark, WaitingFile
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewStatus
from bot.domain.review.transition import Actor, Transition, bot_turn, human_turn


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as the trail holds it: about which payments, and what ``remark`` says of the first."""

    refs: tuple[int, ...]
    remark: Remark


def ask(
    review: Review, refs: Sequence[int], question: str, actor: Actor, approvers: Approvers, to: str = ""
) -> RequestResult:
    """Put a question about open payments to ``to``, else to whose they are; all of it, or nothing."""
    if refused := _refused(review, refs, actor, approvers):
        return refused
    entries = {ref: review.entries[ref] for ref in refs}
    unflagged = tuple(ref for ref, entry in entries.items() if not entry.flagged)
    if unflagged:
        return RequestResult(Outcome.NOT_FLAGGED, refs=unflagged)
    withdrawn = tuple(ref for ref, entry in entries.items() if entry.withdrawn)
    if withdrawn:
        return RequestResult(Outcome.WITHDRAWN, refs=withdrawn)
    decided = [ref for ref, entry in entries.items() if not entry.open]
    if decided:
        already = tuple(made for ref in decided if (made := entries[ref].decision) is not None)
        return RequestResult(Outcome.ALREADY_DECIDED, already=already, refs=tuple(decided))
    state = review.state
    to = to or state.owner or state.submitter
    entry = remarks.asked(refs, question, to, actor.user, actor.now)
    turn = human_turn(actor).model_copy(update={"form": TurnKind.QUESTION, "refs": tuple(refs), "to": to})
    place = state.audited + 1
    return _recorded(
        Transition(
            state.but(open_questions=(*state.open_questions, place)),
            turns=(turn,),
            audit=(entry,),
            jobs=("publish", "ask"),
        )
    )


def note(review: Review, refs: Sequence[int], text: str, actor: Actor, approvers: Approvers) -> RequestResult:
    """Write something down about payments, decided or not; it decides nothing."""
    if refused := _refused(review, refs, actor, approvers):
        return refused
    entry = remarks.noted(refs, text, actor.user, actor.now)
    turn = human_turn(actor).model_copy(update={"form": TurnKind.NOTE, "refs": tuple(refs)})
    return _recorded(Transition(review.state, turns=(turn,), audit=(entry,)))


def answer(
    review: Review, question: AskedQuestion, text: str, files: Sequence[WaitingFile], actor: Actor
) -> RequestResult:
    """Keep what somebody answered, with the files that came with it; nothing of it is read as a decision.

    The files wait to be read by a job; each names the question.
    """
    asked, state = question.remark, review.state
    if actor.user != asked.to:
        return RequestResult(Outcome.NOT_ASKED, refs=question.refs)
    if refused := _no_room(review, question.refs[:1], files):
        return refused
    names = [file.name for file in files]
    entry = remarks.answered(question.refs, asked.place, text, names, actor.user, actor.now)
    turn = human_turn(actor).model_copy(
        update={"form": TurnKind.ANSWER, "refs": question.refs, "to": asked.by}
    )
    left = tuple(place for place in state.open_questions if place != asked.place)
    after = state.but(open_questions=left, waiting_files=(*state.waiting_files, *files))
    jobs = ("publish", "ask", "evidence") if files else ("publish", "ask")
    return _recorded(Transition(after, turns=(turn,), audit=(entry,), jobs=jobs))


def bring(review: Review, files: Sequence[WaitingFile], actor: Actor, approvers: Approvers) -> RequestResult:
    """Take files as evidence that an approver, or who brought the payments, has shared; a job reads them."""
    refused = review.may_decide(actor.user, approvers)
    if refused and actor.user not in review.state.barred:
        # Of somebody of whom Slack does not tell just now it is not known either.
        known = refused is not Outcome.NOT_ESTABLISHED
        return RequestResult(Outcome.NO_PART if known else refused)
    refs = files[0].refs
    unknown = tuple(ref for ref in refs if ref not in review.entries)
    if unknown:
        return RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=unknown)
    if no_room := _no_room(review, refs, files):
        return no_room
    state = review.state
    after = state.but(waiting_files=(*state.waiting_files, *files))
    return _recorded(Transition(after, jobs=("evidence",)))


def copied(review: Review, waiting: WaitingFile, copy_id: str) -> RequestResult:
    """Note that a copy of a file that waits stands in the review's thread, so that no other is made."""
    state = review.state
    if waiting not in state.waiting_files:
        return RequestResult(Outcome.OVERTAKEN)
    noted = waiting.model_copy(update={"copy_id": copy_id})
    files = tuple(noted if file == waiting else file for file in state.waiting_files)
    return _recorded(Transition(state.but(waiting_files=files), jobs=()))


def keep(
    review: Review, waiting: WaitingFile, file: EvidenceFile, words: str, now: datetime
) -> RequestResult:
    """Keep a file that was read, or why it could not be, as evidence of what it waits for.

    ``words`` are what the conversation says of it.

    Nothing, where it does not wait any more: another worker has kept it, or its payments were named since.
    """
    state = review.state
    if waiting not in state.waiting_files:
        return RequestResult(Outcome.OVERTAKEN)
    left = list(state.waiting_files)
    left.remove(waiting)
    entry = remarks.evidence(waiting.refs, file, waiting.by, now, waiting.question)
    turn = bot_turn(words, now, TurnKind.EVIDENCE, refs=waiting.refs)
    after = state.but(waiting_files=tuple(left))
    return _recorded(Transition(after, turns=(turn,), audit=(entry,)))


def place(
    review: Review, kept: Sequence[Remark], file_ids: Sequence[str], ref: int, actor: Actor
) -> RequestResult:
    """Put files that were shared for the whole review at the payment that whoever shared them has named.

    ``kept`` are the remarks on the review as a whole; files that still wait to be read are changed there.
    """
    state = review.state
    if state.status is ReviewStatus.CLOSED:
        return RequestResult(Outcome.CLOSED)
    if ref not in review.entries:
        return RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=(ref,))
    mine = [
        remark for remark in kept if remark.file and remark.file.id in file_ids and remark.by == actor.user
    ]
    moved = tuple(
        file.model_copy(update={"refs": (ref,)})
        if file.id in file_ids and file.by == actor.user and not file.refs
        else file
        for file in state.waiting_files
    )
    if not mine and moved == state.waiting_files:
        return RequestResult(Outcome.NOTHING_TO_DECIDE)
    if no_room := _no_room(review, (ref,), ()):
        return no_room
    entries = tuple(
        remarks.evidence((ref,), remark.file, actor.user, actor.now, placed=(remark.place,))
        for remark in mine
        if remark.file
    )
    return _recorded(Transition(state.but(waiting_files=moved), turns=(human_turn(actor),), audit=entries))


def undelivered(review: Review, question: AskedQuestion, why: str, now: datetime) -> RequestResult:
    """Tell whoever asked that their question cannot reach the one who was asked; ``why`` is a sentence."""
    state, asked = review.state, question.remark
    if asked.place not in state.open_questions:
        return RequestResult(Outcome.OVERTAKEN)
    left = tuple(place for place in state.open_questions if place != asked.place)
    told = bot_turn(why, now, refs=question.refs).model_copy(update={"to": asked.by})
    detail = {"question": asked.place}
    entry = AuditEntry(event="undelivered", actor=FINANCE_BOT, at=now, detail=detail)
    return _recorded(Transition(state.but(open_questions=left), turns=(told,), audit=(entry,)))


def _refused(review: Review, refs: Sequence[int], actor: Actor, approvers: Approvers) -> RequestResult | None:
    refused = review.refused(actor, approvers)
    if refused is not None:
        return RequestResult(refused)
    unknown = tuple(ref for ref in refs if ref not in review.entries)
    if unknown or not refs:
        return RequestResult(Outcome.UNKNOWN_TRANSACTION, refs=unknown)
    return _no_room(review, refs, ())


def _no_room(review: Review, refs: Sequence[int], files: Sequence[WaitingFile]) -> RequestResult | None:
    """That nothing can be added to a payment any more, or to a review that is closed."""
    state = review.state
    if state.status is ReviewStatus.CLOSED:
        return RequestResult(Outcome.CLOSED)
    full = tuple(
        ref
        for ref in refs
        if ref in review.entries and len(review.entries[ref].remarks) >= remarks.MOST_REMARKS
    )
    if full or len(state.waiting_files) + len(files) > remarks.MOST_WAITING:
        return RequestResult(Outcome.TOO_MANY_REMARKS, refs=full)
    return None


def _recorded(step: Transition) -> RequestResult:
    return RequestResult(Outcome.RECORDED, transition=step)
