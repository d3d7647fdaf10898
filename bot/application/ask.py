"""Asking whoever submitted, answering, noting, and bringing evidence: nothing of it decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.application.access import Access
from bot.application.steps import ReviewSteps, Wanted
from bot.domain import text
from bot.domain.bounds import shortened
from bot.domain.conversation import AddNote, AskSubmitter
from bot.domain.people import Approvers, Standing
from bot.domain.replies.file_comment import payments_named
from bot.domain.review import remarking
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarking import AskedQuestion
from bot.domain.review.remarks import MOST_FILES, MOST_REMARKS, WaitingFile, remark_in
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor, Transition, bot_turn, human_turn
from bot.domain.submission import FileRef
from bot.store import QuestionRecords, ReviewStore
from bot.store.scripts.load import Besides


@dataclass(frozen=True, slots=True)
class BroughtFiles:
    """What came of files that were shared in a review's thread.

    ``choices`` are the payments of which whoever shared them is asked which they are for, and ``files`` the
    ids of the files; empty where that is known.
    """

    result: RequestResult
    choices: tuple[ReviewedTransaction, ...] = ()
    files: tuple[str, ...] = ()


class RemarkOnPayments:
    """Stores questions, answers, notes and files about payments, each in one step with its audit entry.

    Nothing of what is answered is read as a decision or as a fact. Every method that is awaited raises
    ``Contended``, and what ``StoreUnavailable`` names.
    """

    def __init__(
        self, *, steps: ReviewSteps, reviews: ReviewStore, questions: QuestionRecords, access: Access
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._questions = questions
        self._access = access

    # -- by button

    async def ask(
        self,
        team: str,
        review_id: str,
        refs: tuple[int, ...],
        question: str,
        actor: Actor,
        *,
        idempotency_key: str | None = None,
    ) -> RequestResult:
        """Put a question about payments to whose they are; ``idempotency_key`` names the form."""
        approvers = await self._access.approvers(team, review_id, actor.user)
        to = await self.whose(team, review_id)
        return await self._steps.take(
            team,
            review_id,
            lambda review: remarking.ask(review, refs, question, actor, approvers, to),
            wanted=Wanted(refs),
            actor=actor,
            idempotency_key=idempotency_key,
        )

    async def note(
        self,
        team: str,
        review_id: str,
        refs: tuple[int, ...],
        words: str,
        actor: Actor,
        *,
        idempotency_key: str | None = None,
    ) -> RequestResult:
        """Write something down about payments; ``idempotency_key`` names the form."""
        approvers = await self._access.approvers(team, review_id, actor.user)
        return await self._steps.take(
            team,
            review_id,
            lambda review: remarking.note(review, refs, words, actor, approvers),
            wanted=Wanted(refs),
            actor=actor,
            idempotency_key=idempotency_key,
        )

    async def would_refuse(
        self, team: str, review_id: str, refs: tuple[int, ...], actor: Actor, *, asks: bool
    ) -> RequestResult | str | None:
        """Why a note, or a question where ``asks``, would not be kept; ``None`` where it would.

        A sentence where nobody is there any more who could answer. Asked before a form is opened.
        """
        approvers = await self._access.approvers(team, review_id, actor.user)
        does = remarking.ask if asks else remarking.note
        found: list[ReviewState] = []

        def answer(review: Review) -> RequestResult:
            result = does(review, refs, "…", actor, approvers)
            found[:] = [review.state] if result.transition else []
            return replace(result, transition=None)

        result = await self._steps.take(team, review_id, answer, wanted=Wanted(refs), actor=actor)
        if not found:
            return result
        return await self._absent(found[0]) or None if asks else None

    async def whose(self, team: str, review_id: str) -> str:
        """Who is asked about the payments of a review, by Slack user id; empty where there is no review."""
        state = await self._reviews.state(team, review_id)
        return await self._access.owner(state) if state else ""

    async def _absent(self, state: ReviewState) -> str:
        """Why nobody would answer a question about a review; empty where somebody may."""
        person = await self._access.person(state.team, await self._access.owner(state))
        gone = not self._access.admits(person) and person.standing is not Standing.UNKNOWN
        return text.not_delivered((), text.NOT_HERE[person.standing]) if gone else ""

    # -- by reply

    def asked(
        self, review: Review, reading: AskSubmitter, actor: Actor, approvers: Approvers, to: str
    ) -> RequestResult:
        """What a reply that asks ``to`` makes of a review, with the bot's own turn."""
        if not reading.question:
            return _told(review, text.WHAT_TO_ASK, actor)
        result = remarking.ask(review, reading.refs, reading.question, actor, approvers, to)
        return _with_turn(result, text.ASKED, actor)

    def noted(self, review: Review, reading: AddNote, actor: Actor, approvers: Approvers) -> RequestResult:
        """What a reply that notes something makes of a review, with the bot's own turn."""
        if not reading.text:
            return _told(review, text.WHAT_TO_NOTE, actor)
        result = remarking.note(review, reading.refs, reading.text, actor, approvers)
        return _with_turn(result, text.NOTED, actor)

    # -- answers

    async def question(self, team: str, review_id: str, place: int) -> AskedQuestion | None:
        """The question at this place of a review's trail, from 1, or ``None`` where none stands there."""
        entry = await self._reviews.audit_entry(team, review_id, place)
        if entry is None or entry.event != "asked":
            return None
        refs = tuple(entry.detail["refs"])
        return AskedQuestion(refs, remark_in(refs[0], place, entry))

    async def payments(self, team: str, review_id: str, refs: Sequence[int]) -> Review | None:
        """A review with these payments, for whoever may ask or was asked about them; ``None`` without one."""
        return await self._reviews.load(team, review_id, refs)

    async def question_of_thread(self, team: str, channel: str, ts: str) -> tuple[str, int] | None:
        """The review, and the place of the question, that a thread under a direct message answers."""
        return await self._questions.of_thread(team, channel, ts)

    async def adopt_thread(self, team: str, channel: str, ts: str, review_id: str, place: int) -> bool:
        """Note that a thread answers a question; not where there is no such question."""
        if await self.question(team, review_id, place) is None:
            return False
        await self._questions.link_thread(team, channel, ts, review_id, place)
        return True

    async def answer(
        self,
        team: str,
        review_id: str,
        place: int,
        words: str,
        files: Sequence[FileRef],
        actor: Actor,
        *,
        idempotency_key: str,
    ) -> RequestResult:
        """Keep an answer to the question at ``place``; ``idempotency_key`` names the form or message."""
        question = await self.question(team, review_id, place)
        if question is None:
            return RequestResult(Outcome.NO_REVIEW)
        waiting = _waiting(files, actor, question.refs, place)
        shown = text.answer_words(words, [file.name for file in waiting])
        by = replace(actor, text=shown)
        return await self._steps.take(
            team,
            review_id,
            lambda review: remarking.answer(review, question, words, waiting, by),
            wanted=Wanted(question.refs[:1]),
            actor=actor,
            idempotency_key=idempotency_key,
        )

    # -- evidence

    async def bring(
        self,
        team: str,
        review_id: str,
        files: Sequence[FileRef],
        actor: Actor,
        *,
        idempotency_key: str,
    ) -> BroughtFiles:
        """Take files that were shared in a review's thread as evidence; ``actor.text`` was said beside them.

        Where it is not said or plain which payment they are for, they are evidence of the whole review, and
        the result says which payments whoever shared them can choose from. ``idempotency_key`` names the
        message.
        """
        state = await self._reviews.state(team, review_id)
        if state is None:
            return BroughtFiles(RequestResult(Outcome.NO_REVIEW))
        refs, choices = await self._payments_for(state, actor.text)
        if not refs and len(await self._reviews.remarks_on_whole(team, review_id)) >= MOST_REMARKS:
            return BroughtFiles(RequestResult(Outcome.TOO_MANY_REMARKS))
        approvers = await self._access.approvers(team, review_id, actor.user)
        waiting = _waiting(files, actor, refs)
        result = await self._steps.take(
            team,
            review_id,
            lambda review: remarking.bring(review, waiting, actor, approvers),
            wanted=Wanted(refs),
            actor=actor,
            idempotency_key=idempotency_key,
        )
        asks = choices if result.outcome is Outcome.RECORDED else ()
        return BroughtFiles(result, asks, tuple(file.id for file in waiting) if asks else ())

    async def _payments_for(
        self, state: ReviewState, comment: str
    ) -> tuple[tuple[int, ...], tuple[ReviewedTransaction, ...]]:
        """The payments that files are for, or else those that can be chosen from."""
        if refs := payments_named(comment, state.total):
            return refs, ()
        if state.total == 1:
            return (1,), ()
        if len(state.open_questions) == 1:
            question = await self.question(state.team, state.id, state.open_questions[0])
            return (question.refs if question else ()), ()
        review = await self._reviews.load(state.team, state.id, besides=Besides.OPEN)
        waiting = tuple(entry for _, entry in sorted(review.entries.items())) if review else ()
        if len(waiting) == 1:
            return (waiting[0].transaction.ref,), ()
        return (), waiting

    async def place(
        self,
        team: str,
        review_id: str,
        file_ids: Sequence[str],
        ref: int,
        actor: Actor,
    ) -> RequestResult:
        """Put files at a payment that were shared for the whole review, as whoever shared them says."""
        kept = await self._reviews.remarks_on_whole(team, review_id)
        names = [remark.file.name for remark in kept if remark.file and remark.file.id in file_ids]
        by = replace(actor, text=text.place_words(names, ref))
        return await self._steps.take(
            team,
            review_id,
            lambda review: remarking.place(review, kept, file_ids, ref, by),
            wanted=Wanted((ref,)),
            actor=actor,
            idempotency_key=f"place {' '.join(sorted(file_ids))}",
        )


def _waiting(
    files: Sequence[FileRef], actor: Actor, refs: tuple[int, ...], question: int = 0
) -> tuple[WaitingFile, ...]:
    return tuple(
        WaitingFile(
            id=file.id,
            name=shortened(file.name, 150),
            size=file.size,
            by=actor.user,
            refs=refs,
            question=question,
        )
        for file in files[:MOST_FILES]
    )


def _with_turn(result: RequestResult, words: str, actor: Actor) -> RequestResult:
    step = result.transition
    return result.by(step.followed_by(turns=(bot_turn(words, actor.now),))) if step else result


def _told(review: Review, words: str, actor: Actor) -> RequestResult:
    """A reply that says too little, with what it could say."""
    turns = (human_turn(actor), bot_turn(words, actor.now))
    return RequestResult(Outcome.RECORDED, transition=Transition(review.state, turns=turns))
