"""What runs later: assess, answer, publish, take in, sweep. Every job may run twice (law 6)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.agent import POLICY_ONLY, DigestRow, ReviewDigest, in_words, interpret
from bot.domain import wording
from bot.domain.audit import decided
from bot.domain.conversation import Correct, Decide, DecisionKind, Exit, Form, How, Skip, Turn
from bot.domain.money import format_amount
from bot.domain.policy import HumanInputMode
from bot.domain.review import Transition, bot_turn, counted, tallied
from bot.domain.state import (
    FINANCE_BOT,
    Audit,
    Decision,
    Entry,
    Head,
    Proposal,
    Status,
    proposal_text,
)
from bot.domain.submission import Draft, FileRef, Origin
from bot.intake import MAX_FILE_BYTES, IntakeError, join, read_file, read_text
from bot.judging import judge, learn
from bot.service import Service
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

    async def receipt(self, origin: Origin, head: Head, notes: Sequence[str]) -> None:
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
        if loaded is None or loaded.head.status is not Status.ASSESSING:
            return
        if await judge(self._service, loaded):
            await self._hand_over(team, review)

    async def _hand_over(self, team: str, review: str) -> None:
        """The bot's first turn; without a human (NEVER), what is flagged is held, never approved."""
        flagged = await self._service.reviews.undecided(team, review)
        loaded = await self._service.reviews.load(team, review, flagged)
        if loaded is None or loaded.head.status is not Status.ASSESSING:
            return
        now, head, entries = self._service.now(), loaded.head, list(loaded.entries.values())
        step = Transition(
            expect={"status": Status.ASSESSING.value},
            set={"status": Status.WAITING.value},
            turns=(bot_turn(wording.opening(head, entries), now, Form.OPENING),),
            jobs=("publish", "learn"),
        )
        if head.mode is HumanInputMode.NEVER:
            held = tuple(_held(entry, head, now) for entry in entries)
            step = step.model_copy(
                update={
                    "undecided": flagged,
                    "decisions": held,
                    "add": counted(held, loaded.entries),
                    "audit": tuple(decided(one) for one in held),
                }
            )
        await self._commit(head, step)

    async def learn(self, team: str, review: str) -> None:
        """Note what became of the payments, for the judgement of later ones."""
        await learn(self._service, team, review)

    # -- converse

    async def conclude(self, team: str, review: str) -> None:
        """With nothing left to decide, sum up; the review ends by itself unless a human is to say exit."""
        head = await self._service.reviews.head(team, review)
        if head is None or head.status is not Status.WAITING or head.undecided or head.concluded:
            return
        now = self._service.now()
        ends = head.mode is not HumanInputMode.ALWAYS
        then = head.model_copy(update={"status": Status.CLOSED if ends else Status.WAITING})
        step = Transition(
            expect={"status": Status.WAITING.value, "concluded": "false", **tallied(head)},
            set={"concluded": "true", "status": then.status.value, "proposal": proposal_text(None)},
            turns=(bot_turn(wording.summary(then), now, Form.SUMMARY),),
            audit=(Audit(event="closed" if ends else "concluded", actor=FINANCE_BOT, at=now),),
            jobs=("publish", "learn"),
        )
        await self._commit(head, step)

    async def answer(self, team: str, review: str) -> None:
        """Read what the grammar did not; what comes of it is a proposal, never a decision."""
        while True:
            head = await self._service.reviews.head(team, review)
            if head is None or head.status is Status.CLOSED:
                return
            turns = await self._service.reviews.turns(team, review, after=head.read_to)
            unread = next((turn for turn in turns if turn.form is Form.UNREAD), None)
            if unread is None:
                return
            await self._commit(head, await self._read(head, unread))

    async def _read(self, head: Head, turn: Turn) -> Transition:
        digest = await self._digest(head)
        now = self._service.now()
        bound = self._service.policy.model.tokens_a_day
        # Asked before and counted after: replies under way at once may pass the bound by what they cost.
        spent = bool(bound) and await self._service.shelf.purse.spent_on(head.team, now) >= bound
        model = self._service.model
        heard = await interpret(None if spent else model, turn.text, digest)
        tokens = heard.prompt_tokens + heard.completion_tokens
        await self._service.shelf.purse.add(head.team, now, tokens)
        reader = FINANCE_BOT if heard.described or heard.model == POLICY_ONLY else head.model
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
            said = bot_turn(f"I understood: {proposal.words}.", now, Form.PROPOSAL)
            said = said.model_copy(update={"proposal": proposal.id})
        elif heard.answer:
            said = bot_turn(heard.answer, now, Form.MODEL)
        else:
            asks = getattr(heard.reading, "question", wording.CAN_SAY)
            said = bot_turn(wording.day_is_spent(bound, asks) if spent and model else asks, now)
        return Transition(
            expect={"read_to": str(head.read_to), "status": head.status.value},
            set=settings,
            add={"prompt_tokens": heard.prompt_tokens, "completion_tokens": heard.completion_tokens},
            turns=(said,),
            audit=(
                Audit(event="read", actor=reader, at=now, detail={"turn": turn.seq, "answer": said.text}),
            ),
        )

    async def _digest(self, head: Head) -> ReviewDigest:
        """What the model is told of the review: the flagged rows, the undecided ones at least."""
        flagged = await self._service.flagged(head.team, head.id)
        entries = await self._service.entries(head.team, head.id, flagged)
        return ReviewDigest(
            review=head.id, total=head.total, routine=head.routine, rows=tuple(_row(one) for one in entries)
        )

    # -- publish, take in, sweep

    async def publish(self, team: str, review: str) -> None:
        """Sum up where that is due, then bring card and thread to what is stored."""
        await self.conclude(team, review)
        await self._publisher.publish(team, review)

    async def take_in(self, team: str, parcel_id: str) -> None:
        """Fetch and read files that were handed in; a review or a draft comes of them."""
        parcel = await self._service.shelf.parcel(team, parcel_id)
        if parcel is None or parcel.done:
            return
        currency = self._service.policy.currency
        try:
            intakes = [read_text(parcel.text, currency=currency)] if parcel.text else []
            for file in parcel.files:
                content = await self._publisher.fetch(team, file, MAX_FILE_BYTES)
                # Reading takes up to seconds, and listeners have to answer meanwhile.
                intakes.append(await asyncio.to_thread(read_file, file.name, content, currency=currency))
            intake = join(intakes)
        except (IntakeError, FileUnavailable) as error:
            await self._publisher.tell(parcel.origin, str(error))
            await self._service.shelf.finish_parcel(parcel)
            return
        taken = await self._service.offer(parcel.origin, intake)
        if isinstance(taken, Draft):
            await self._publisher.draft(taken)
        else:
            await self._publisher.receipt(parcel.origin, taken, intake.notes)
        await self._service.shelf.finish_parcel(parcel)

    async def delayed(self, team: str, parcel_id: str) -> None:
        """Tell the sender of files that they are not forgotten."""
        if parcel := await self._service.shelf.parcel(team, parcel_id):
            names = ", ".join(file.name for file in parcel.files)
            await self._publisher.tell(
                parcel.origin, f"Reading {names} takes longer than it should. I keep trying; nothing is lost."
            )

    async def sweep(self) -> None:
        """Queue what a crash left in the outboxes."""
        for job in await self._service.reviews.waiting_jobs():
            self._service.follow(Committed(version=job.version, undecided=0, jobs=(job,)))

    async def alarm(self, sentence: str) -> None:
        """Tell the operators."""
        await self._publisher.alarm(sentence)

    async def _commit(self, head: Head, step: Transition) -> None:
        done = await self._service.reviews.commit(head.team, head.id, step, tail=head.tail)
        if isinstance(done, Committed):
            self._service.follow(done)


def _row(entry: Entry) -> DigestRow:
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


def _held(entry: Entry, head: Head, now: datetime) -> Decision:
    return Decision(
        ref=entry.transaction.ref,
        kind=DecisionKind.HELD,
        by=FINANCE_BOT,
        at=now,
        how=How.API,
        reason="no human is asked in this mode",
        content_hash=entry.content_hash(head.policy_version),
    )
