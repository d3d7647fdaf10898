"""Submitting: a batch of payments becomes a review, or a draft where its submitter has a choice to make."""

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.application.column_questions import ColumnQuestions
from bot.application.first_state import NOTE_CHARACTERS, first_state
from bot.application.off_loop import read_off_loop
from bot.application.ports import UNOBSERVED, Clock, JobQueue, Observer, PolicyInForce
from bot.application.steps import TRIES, Contended
from bot.application.submission_rate import TooManySubmissions
from bot.application.submitted_before import FindSubmittedBefore, known_in_words, numbered_anew
from bot.domain.bounds import shortened
from bot.domain.review.audit_entries import handed_in_again, submitted
from bot.domain.review.state import Price, ReviewState, digest, review_id
from bot.domain.review.transition import Transition
from bot.domain.submission import AssumedCurrency, Draft, FileRef, FileSubmission, Origin, RawInput
from bot.domain.transaction import Transaction
from bot.intake import (
    MAX_FILE_BYTES,
    ColumnQuestion,
    Intake,
    IntakeError,
    only_bare_lists,
    read_text,
    sample,
)
from bot.llm import ChatModel
from bot.store import Committed, DraftStore, PolicyArchive, ReviewStore, StoreUnavailable, SubmittedRows
from bot.store.off_loop import computed
from bot.store.submissions import SubmissionCounts

REVIEW_ID_LENGTHS = range(5, 13)


@dataclass(frozen=True, slots=True)
class AcceptedBatch:
    """A batch that became a review, and how it was read.

    ``mapped`` are the keys of the headers that were read as somebody said before.
    """

    state: ReviewState
    notes: tuple[str, ...]
    mapped: tuple[str, ...] = ()


def payments_and_note(text: str, currency: str) -> tuple[str, str]:
    """What text beside a file is: ``(payments, note)``, one of them empty.

    It is payments if at least one payment can be read from it; what cannot be read of such a text is told as
    bad rows, and then nothing is taken before the submitter says so. Any other text is the note for the
    approvers, cut to ``NOTE_CHARACTERS``; so are words and bare numbers between commas. ``currency`` (ISO
    4217) is for amounts that name none.
    """
    try:
        read = read_text(text, currency=currency).transactions
        is_payments = bool(read) and not only_bare_lists(text)
    except ColumnQuestion:
        is_payments = True  # a pasted table, about which its sender is asked
    except IntakeError:
        is_payments = False
    if is_payments:
        return text, ""
    return "", shortened(text.strip(), NOTE_CHARACTERS)


def _kept(origin: Origin, attempt: str, files: Sequence[FileRef], text: str) -> FileSubmission:
    """What is kept until it is read; the same attempt of the same person is the same submission."""
    name = f"{origin.request}-{attempt or origin.submitter}".replace(" ", "-")
    return FileSubmission(id=name, origin=origin, files=tuple(files), text=text)


class SubmitPayments:
    """Takes batches in, whichever way they were handed over."""

    def __init__(
        self,
        *,
        reviews: ReviewStore,
        columns: ColumnQuestions,
        drafts: DraftStore,
        counts: SubmissionCounts,
        rows: SubmittedRows,
        policies: PolicyArchive,
        queue: JobQueue,
        policy: PolicyInForce,
        model: ChatModel | None,
        now: Clock,
        price: Price | None = None,
        observer: Observer = UNOBSERVED,
    ) -> None:
        self._reviews = reviews
        self._columns = columns
        self._drafts = drafts
        self._counts = counts
        self._rows = rows
        self._before = FindSubmittedBefore(rows=rows, reviews=reviews)
        self._policies = policies
        self._queue = queue
        self._policy = policy
        self._model = model
        self._now = now
        self._price = price
        self._observer = observer

    async def hand_in(
        self, origin: Origin, text: str, files: Sequence[FileRef] = (), attempt: str = ""
    ) -> AcceptedBatch | Draft | FileSubmission:
        """Take typed or pasted payments at once; with files beside them, keep all for a job that reads them.

        A pasted table with two readings is kept too, as a submission with a question for its submitter.
        ``attempt`` names what the person did, where they may hand in the same request again: each attempt
        gets its answer, and all of them the same review. Raises ``IntakeError`` where there is no file and
        the text holds no payment, and ``TooManySubmissions``.
        """
        await self._admit(origin, attempt, files)
        currency = self._policy().currency_in(origin.channel)
        if files:
            payments, note = await read_off_loop(text, lambda typed: payments_and_note(typed, currency))
            note = " · ".join(part for part in (origin.note, note) if part)
            submission = _kept(origin.model_copy(update={"note": note}), attempt, files, payments)
            await self.receive_files(submission)
            return submission
        mapping_of = await self._columns.mapping_of(origin)
        try:
            intake = await read_off_loop(
                text, lambda typed: read_text(typed, currency=currency, mapping_of=mapping_of)
            )
        except ColumnQuestion as question:
            return await self._columns.ask_about_text(_kept(origin, attempt, (), text), question)
        intake, earlier, origin = await self._columns.told_of(origin, intake)
        taken = await self.offer(origin, intake)
        return taken if isinstance(taken, Draft) else AcceptedBatch(taken, intake.notes, earlier)

    async def submit_sample(self, origin: Origin, count: int) -> ReviewState:
        """Make a review of made-up payments; raises as ``hand_in`` does."""
        await self._admit(origin)
        return await self.submit(origin, sample(count))

    async def _admit(self, origin: Origin, attempt: str = "", files: Sequence[FileRef] = ()) -> None:
        """Count what somebody hands in; raises ``TooManySubmissions``, and nothing was read or kept then."""
        now = self._now()
        # A larger file is refused when it is fetched; one whose size Slack does not state may have as much.
        size = sum(file.size if 0 < file.size < MAX_FILE_BYTES else MAX_FILE_BYTES for file in files)
        request = f"{origin.request} {attempt}"
        refused = await self._counts.admit(origin.team, origin.submitter, request, size, now)
        if refused:
            raise TooManySubmissions(refused, now)

    async def offer(self, origin: Origin, intake: Intake) -> ReviewState | Draft:
        """Take a batch whole; one with bad rows, or submitted before, waits for its submitter's word."""
        now = self._now()
        before = await self._before.find(origin.team, intake.transactions, now)
        if not intake.errors and before is None:
            return await self.submit(
                origin, intake.transactions, intake.notes, intake.inputs, assumed=intake.assumed
            )
        draft = Draft(
            # The same request makes the same draft, and both its buttons the same review.
            id=hashlib.sha256(f"{origin.submitter}\n{origin.request}".encode()).hexdigest()[:20],
            origin=origin,
            transactions=intake.transactions,
            problems=tuple(str(error) for error in intake.errors),
            notes=intake.notes,
            inputs=intake.inputs,
            earlier=before.earlier if before else (),
            known=before.known if before else {},
            at=now,
            assumed=intake.assumed,
        )
        if not draft.problems and (taken := await self._taken_of(draft)):
            return await self._brought_too(taken, origin)
        await self._drafts.keep(draft)
        return draft

    async def _taken_of(self, draft: Draft) -> ReviewState | None:
        """The review that the same request made before of all rows of a batch, or of its new ones."""
        origin = draft.origin
        for length in REVIEW_ID_LENGTHS:
            state = await self._reviews.state(origin.team, review_id(origin.team, origin.request, length))
            if state is None:
                return None
            if state.request == origin.request:
                ours = {ref for ref, name in draft.known.items() if name.endswith(f" of {state.id}")}
                others = draft.known.keys() - ours
                new = [payment for payment in draft.transactions if payment.ref not in others]
                for rows in (draft.transactions, numbered_anew(new)):
                    if await _digest(rows, state.policy_version) == state.digest:
                        return state
                return None
        return None

    async def submit(
        self,
        origin: Origin,
        transactions: Sequence[Transaction],
        notes: Sequence[str] = (),
        inputs: Sequence[RawInput] = (),
        left_out: Sequence[str] = (),
        rows_left_out: int = 0,
        submitted_again: bool = False,
        assumed: AssumedCurrency | None = None,
    ) -> ReviewState:
        """Make a review of a batch; the same request always meets the same review.

        ``notes`` say how the batch was read (columns, currency), ``inputs`` from what, and ``left_out``
        which rows were refused, ``rows_left_out`` in number; the audit trail keeps them, and which currency
        was ``assumed``. With ``submitted_again`` every row that was submitted before is flagged. Raises
        ``Contended`` where no id is free, and ``IntakeError`` where the same request was submitted before
        with other payments.
        """
        policy = self._policy()
        await self._policies.keep(policy)
        for length in REVIEW_ID_LENGTHS:
            name = review_id(origin.team, origin.request, length)
            model, price, now = self._model, self._price, self._now()
            begun = partial(first_state, origin, transactions, policy, name, now, model, price)
            state = await computed(len(transactions), begun)
            state = state.but(submitted_again=submitted_again, assumed=assumed, left_out=rows_left_out)
            audit = submitted(state, notes, inputs, left_out)
            step = Transition(state, audit=(audit,), jobs=("assess", "publish"))
            done = await self._reviews.create(transactions, step)
            if isinstance(done, Committed):
                # The batch is stored, whatever comes of this; the job that judges it notes them too. That
                # begins afterwards, so that a process holds a large batch once.
                with contextlib.suppress(*StoreUnavailable):
                    await self._rows.note(origin.team, name, transactions, state.created_at)
                self._queue.relay(done.jobs)
                self._observer.step_stored(name, done.state.version, 0, 0, step.jobs)
                return done.state
            if done.request == origin.request and (stored := await self._reviews.state(state.team, name)):
                if stored.digest != await _digest(transactions, stored.policy_version):
                    raise IntakeError(
                        f"This was submitted before, as {name}, with other payments. Nothing of this was "
                        "taken; please send it again as a new message."
                    )
                return await self._brought_too(stored, origin)
        raise Contended(f"no free id for request {origin.request}")

    async def _brought_too(self, stored: ReviewState, origin: Origin) -> ReviewState:
        """The review with those barred from it who handed the same in again, by whichever way."""
        people = {origin.submitter, origin.author, *origin.brought_by} - {""}
        state: ReviewState | None = stored
        for _ in range(TRIES):
            if state is None or not (new := sorted(people - state.barred)):
                return state or stored
            audit = handed_in_again(origin.submitter, new, self._now())
            barred = state.but(brought_by=(*state.brought_by, *new))
            done = await self._reviews.commit(state, Transition(barred, audit=(audit,)))
            if isinstance(done, Committed):
                self._queue.relay(done.jobs)
                return done.state
            state = await self._reviews.state(stored.team, stored.id)
        raise Contended(f"{stored.id}: {TRIES} tries")

    async def submit_draft(
        self, team: str, draft_id: str, user: str, *, again: bool = False
    ) -> ReviewState | None:
        """Take the good rows of a draft; ``None`` where it is gone or somebody else's.

        Rows that were submitted before are left out, or with ``again`` taken too and flagged. Raises as
        ``submit`` does, and ``IntakeError`` where no row is left.
        """
        draft = await self._drafts.draft(team, draft_id)
        if draft is None or draft.origin.submitter != user or not draft.transactions:
            return None
        bad = len(draft.problems)
        submit = partial(
            self.submit, draft.origin, inputs=draft.inputs, assumed=draft.assumed, rows_left_out=bad
        )
        if not draft.known:
            return await submit(draft.transactions, draft.notes, left_out=draft.problems)
        known = known_in_words(draft)
        if again:
            notes = (f"{known}, and were submitted again.", *draft.notes)
            return await submit(draft.transactions, notes, left_out=draft.problems, submitted_again=True)
        if not draft.new:
            raise IntakeError("All of these payments were submitted before, so nothing was submitted.")
        left_out = (f"{known}, and left out.", *draft.problems)
        new = numbered_anew(draft.new)
        return await submit(
            new,
            draft.notes,
            left_out=left_out,
            rows_left_out=bad + len(draft.known),
            assumed=draft.assumed_of_new,
        )

    async def receive_files(self, submission: FileSubmission) -> None:
        """Keep who sent which files where; a job fetches and reads them."""
        team = submission.origin.team
        await self._drafts.keep_files(submission)
        await self._queue.add("take_in", f"take_in:{team}:{submission.id}", team, submission.id)


async def _digest(transactions: Sequence[Transaction], policy_version: str) -> str:
    return await computed(len(transactions), partial(digest, transactions, policy_version))
