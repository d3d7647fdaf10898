"""What runs later: assess, answer, publish, take in, sweep. Every job may run twice (law 6)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.application.assess import judge, learn
from bot.application.service import Service
from bot.domain import text as wording
from bot.domain.conversation import Correct, Decide, DecisionKind, Exit, Medium, Skip, Turn, TurnKind
from bot.domain.money import format_amount
from bot.domain.policy import HumanInputMode
from bot.domain.review.audit_entries import decided
from bot.domain.review.review import Transition, bot_turn, counted, tallied
from bot.domain.review.state import (
    FINANCE_BOT,
    AuditEntry,
    Decision,
    Proposal,
    ReviewedTransaction,
    ReviewState,
    ReviewStatus,
    proposal_text,
)
from bot.domain.submission import Draft, FileRef, Origin
from bot.intake import MAX_FILE_BYTES, IntakeError, join_intakes, read_file, read_text
from bot.llm import POLICY_ONLY, DigestRow, ReviewDigest, in_words, interpret
from bot.store import Committed


class Later(Exception):
    """It cannot be done for so many seconds; nothing is wrong."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class FileUnavailable(Exception):
    """A file cannot be had; the message is a sentence for its sender."""


class Publisher(Protocol):
    """The side that people see."""

    async def publish(self, team: str, review: str) -> None:
        """Bring card and thread to what is stored; raises ``Later`` where Slack wants to be left alone."""

    async def receipt(self, origin: Origin, state: ReviewState, notes: Sequence[str]) -> None:
        """Tell the submitter what was understood, and how it was read."""

    async def draft(self, draft: Draft) -> None:
        """Show the submitter which rows are bad, and offer to take the others."""

    async def tell(self, origin: Origin, sentence: str) -> None:
        """Tell the submitter one thing, privately."""

    async def alarm(self, sentence: str) -> None:
        """Tell the operators, where they have a channel."""

    async def fetch(self, team: str, file: FileRef, limit: int) -> bytes:
        """The bytes of a file; raises ``FileUnavailable``, also where it is over ``limit`` bytes."""


class Work:
    """The bodies of the jobs, driven by state alone."""

    def __init__(self, service: Service, publisher: Publisher) -> None:
        self._service = service
        self._publisher = publisher

    # -- assess

    async def assess(self, team: str, review: str) -> None:
        """Judge what is not judged yet, portion by portion, each stored; then hand over to the human."""
        loaded = await self._service.reviews.load(team, review)
        if loaded is None or loaded.state.status is not ReviewStatus.ASSESSING:
            return
        if await judge(self._service, loaded):
            await self._hand_over(team, review)

    async def _hand_over(self, team: str, review: str) -> None:
        """The bot's first turn; without a human (NEVER), what is flagged is held, never approved."""
        flagged = await self._service.reviews.undecided(team, review)
        loaded = await self._service.reviews.load(team, review, flagged)
        if loaded is None or loaded.state.status is not ReviewStatus.ASSESSING:
            return
        now, state, entries = self._service.now(), loaded.state, list(loaded.entries.values())
        step = Transition(
            expect={"status": ReviewStatus.ASSESSING.value},
            set={"status": ReviewStatus.WAITING.value},
            turns=(bot_turn(wording.opening(state, entries), now, TurnKind.OPENING),),
            jobs=("publish", "learn"),
        )
        if state.mode is HumanInputMode.NEVER:
            held = tuple(_held(entry, state, now) for entry in entries)
            step = step.model_copy(
                update={
                    "undecided": flagged,
                    "decisions": held,
                    "add": counted(held, loaded.entries),
                    "audit": tuple(decided(one) for one in held),
                }
            )
        await self._commit(state, step)

    async def learn(self, team: str, review: str) -> None:
        """Note what became of the payments, for the judgement of later ones."""
        await learn(self._service, team, review)

    # -- converse

    async def conclude(self, team: str, review: str) -> None:
        """With nothing left to decide, sum up; the review ends by itself unless a human is to say exit."""
        state = await self._service.reviews.state(team, review)
        if state is None or state.status is not ReviewStatus.WAITING or state.undecided or state.concluded:
            return
        now = self._service.now()
        ends = state.mode is not HumanInputMode.ALWAYS
        then = state.model_copy(update={"status": ReviewStatus.CLOSED if ends else ReviewStatus.WAITING})
        step = Transition(
            expect={"status": ReviewStatus.WAITING.value, "concluded": "false", **tallied(state)},
            set={"concluded": "true", "status": then.status.value, "proposal": proposal_text(None)},
            turns=(bot_turn(wording.summary(then), now, TurnKind.SUMMARY),),
            audit=(AuditEntry(event="closed" if ends else "concluded", actor=FINANCE_BOT, at=now),),
            jobs=("publish", "learn"),
        )
        await self._commit(state, step)

    async def answer(self, team: str, review: str) -> None:
        """Read what the grammar did not; what comes of it is a proposal, never a decision."""
        while True:
            state = await self._service.reviews.state(team, review)
            if state is None or state.status is ReviewStatus.CLOSED:
                return
            turns = await self._service.reviews.turns(team, review, after=state.read_to)
            unread = next((turn for turn in turns if turn.form is TurnKind.UNREAD), None)
            if unread is None:
                return
            await self._commit(state, await self._read(state, unread))

    async def _read(self, state: ReviewState, turn: Turn) -> Transition:
        digest = await self._digest(state)
        now = self._service.now()
        bound = self._service.policy.model.tokens_a_day
        # Asked before and counted after: replies under way at once may pass the bound by what they cost.
        spent = bool(bound) and await self._service.shelf.purse.spent_on(state.team, now) >= bound
        model = self._service.model
        heard = await interpret(None if spent else model, turn.text, digest)
        tokens = heard.prompt_tokens + heard.completion_tokens
        await self._service.shelf.purse.add(state.team, now, tokens)
        reader = FINANCE_BOT if heard.described or heard.model == POLICY_ONLY else state.model
        settings = {"read_to": str(turn.seq)}
        if isinstance(heard.reading, Decide | Correct | Skip | Exit):
            reading = heard.reading
            proposal = Proposal(
                id=f"P-{turn.seq}",
                by=turn.actor or "",
                words=in_words(reading),
                reading=reading.asks if isinstance(reading, Decide) else reading,
            )
            settings["proposal"] = proposal_text(proposal)
            said = bot_turn(f"I understood: {proposal.words}.", now, TurnKind.PROPOSAL)
            said = said.model_copy(update={"proposal": proposal.id})
        elif heard.answer:
            said = bot_turn(heard.answer, now, TurnKind.MODEL)
        else:
            asks = getattr(heard.reading, "question", wording.CAN_SAY)
            said = bot_turn(wording.day_is_spent(bound, asks) if spent and model else asks, now)
        return Transition(
            expect={"read_to": str(state.read_to), "status": state.status.value},
            set=settings,
            add={"prompt_tokens": heard.prompt_tokens, "completion_tokens": heard.completion_tokens},
            turns=(said,),
            audit=(
                AuditEntry(
                    event="read", actor=reader, at=now, detail={"turn": turn.seq, "answer": said.text}
                ),
            ),
        )

    async def _digest(self, state: ReviewState) -> ReviewDigest:
        """What the model is told of the review: the flagged rows, the undecided ones at least."""
        flagged = await self._service.flagged(state.team, state.id)
        entries = await self._service.entries(state.team, state.id, flagged)
        return ReviewDigest(
            review=state.id,
            total=state.total,
            routine=state.routine,
            rows=tuple(_row(one) for one in entries),
        )

    # -- publish, take in, sweep

    async def publish(self, team: str, review: str) -> None:
        """Sum up where that is due, then bring card and thread to what is stored."""
        await self.conclude(team, review)
        await self._publisher.publish(team, review)

    async def take_in(self, team: str, submission_id: str) -> None:
        """Fetch and read files that were handed in; a review or a draft comes of them."""
        submission = await self._service.shelf.submission(team, submission_id)
        if submission is None or submission.done:
            return
        currency = self._service.policy.currency
        try:
            intakes = [read_text(submission.text, currency=currency)] if submission.text else []
            for file in submission.files:
                content = await self._publisher.fetch(team, file, MAX_FILE_BYTES)
                # Reading takes up to seconds, and listeners have to answer meanwhile.
                intakes.append(await asyncio.to_thread(read_file, file.name, content, currency=currency))
            intake = join_intakes(intakes)
        except (IntakeError, FileUnavailable) as error:
            await self._publisher.tell(submission.origin, str(error))
            await self._service.shelf.finish_submission(submission)
            return
        taken = await self._service.offer(submission.origin, intake)
        if isinstance(taken, Draft):
            await self._publisher.draft(taken)
        else:
            await self._publisher.receipt(submission.origin, taken, intake.notes)
        await self._service.shelf.finish_submission(submission)

    async def delayed(self, team: str, submission_id: str) -> None:
        """Tell the sender of files that they are not forgotten."""
        if submission := await self._service.shelf.submission(team, submission_id):
            names = ", ".join(file.name for file in submission.files)
            await self._publisher.tell(
                submission.origin,
                f"Reading {names} takes longer than it should. I keep trying; nothing is lost.",
            )

    async def sweep(self) -> None:
        """Queue what a crash left in the outboxes."""
        for job in await self._service.reviews.waiting_jobs():
            self._service.follow(Committed(version=job.version, undecided=0, jobs=(job,)))

    async def alarm(self, sentence: str) -> None:
        """Tell the operators."""
        await self._publisher.alarm(sentence)

    async def _commit(self, state: ReviewState, step: Transition) -> None:
        done = await self._service.reviews.commit(state.team, state.id, step, tail=state.tail)
        if isinstance(done, Committed):
            self._service.follow(done)


def _row(entry: ReviewedTransaction) -> DigestRow:
    one = entry.transaction
    return DigestRow(
        ref=one.ref,
        amount=format_amount(one.amount, one.currency),
        vendor=one.vendor,
        memo=one.memo,
        state=entry.decision.kind.value if entry.decision else "undecided",
        open=entry.undecided,
        findings=tuple(found.evidence for found in entry.judgement.findings) if entry.judgement else (),
        value=one.amount,
        currency=one.currency,
    )


def _held(entry: ReviewedTransaction, state: ReviewState, now: datetime) -> Decision:
    return Decision(
        ref=entry.transaction.ref,
        kind=DecisionKind.HELD,
        by=FINANCE_BOT,
        at=now,
        how=Medium.API,
        reason="no human is asked in this mode",
        content_hash=entry.content_hash(state.policy_version),
    )
