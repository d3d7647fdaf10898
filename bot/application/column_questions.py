"""Asking the submitter how a table is to be read, and reading it by the answer from then on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from bot.application.ports import Clock, JobQueue, PolicyInForce
from bot.domain.column_mapping import ColumnMapping, RememberedMapping, header_key
from bot.domain.submission import AskedColumns, FileSubmission, Origin
from bot.domain.transaction import Transaction
from bot.intake import ColumnQuestion, Intake, IntakeError, MappingOf, read_table
from bot.intake.cells import Row
from bot.intake.header_row import header_names
from bot.intake.packed_table import pack_table, unpack_table
from bot.store import DraftStore, MappingStore

EXAMPLES = 5  # payments that are shown of what would be read
PROBLEMS = 3
EXAMPLE_ROWS = 200  # below the header, in which values of the columns are looked for
CHECKED_ROWS = 2_000  # before a form is taken, within the time that Slack gives


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a table by a mapping: its payments in figures, and what is still to be said.

    ``question`` and ``about`` are what has to be answered yet, ``error`` why it cannot be read so at all;
    otherwise ``rows`` are read and ``refused`` are not. Dates are the earliest and the latest.
    """

    mapping: ColumnMapping
    rows: int = 0
    refused: int = 0
    totals: Mapping[str, Decimal] | None = None
    dates: tuple[date, date] | None = None
    examples: tuple[Transaction, ...] = ()
    problems: tuple[str, ...] = ()
    about: str = ""
    question: str = ""
    error: str = ""


class ReadByMapping(NamedTuple):
    """A batch with notes on its columns, the keys of headers said before, and the origin with who said so."""

    intake: Intake
    earlier: tuple[str, ...]
    origin: Origin


class ColumnQuestions:
    """Keeps what is asked and what was answered; only whoever submitted the table answers."""

    def __init__(
        self,
        *,
        drafts: DraftStore,
        mappings: MappingStore,
        queue: JobQueue,
        policy: PolicyInForce,
        now: Clock,
    ) -> None:
        self._drafts = drafts
        self._mappings = mappings
        self._queue = queue
        self._policy = policy
        self._now = now

    async def mapping_of(self, team: str, said: Mapping[str, ColumnMapping] | None = None) -> MappingOf:
        """What is known of headers: what was ``said`` of this batch, else what the workspace remembers."""
        remembered = await self._mappings.known(team)
        answers = said or {}

        def known(header: tuple[str, ...]) -> ColumnMapping | None:
            key = header_key(header)
            if key in answers:
                return answers[key]
            return remembered[key].mapping.but(confirmed=False) if key in remembered else None

        return known

    async def told_of(
        self, origin: Origin, intake: Intake, said: Mapping[str, ColumnMapping] | None = None
    ) -> ReadByMapping:
        """What is told of a batch whose columns were ``said`` by its submitter, or by somebody before."""
        keys = [header_key(header) for header in intake.mapped]
        earlier = [key for key in keys if key not in (said or {})]
        known = await self._mappings.known(origin.team) if earlier else {}
        days = dict.fromkeys(known[key].at.date() for key in earlier if key in known)
        notes = [f"Columns read as on {day.day} {day:%B %Y}." for day in days]
        by = [known[key].by for key in earlier if key in known]
        if len(keys) > len(earlier):
            notes.insert(0, "Columns read as their submitter said.")
            by.insert(0, origin.submitter)
        told = intake.model_copy(update={"notes": (*notes, *intake.notes)})
        return ReadByMapping(
            told, tuple(earlier), origin.model_copy(update={"columns_said_by": next(iter(by), "")})
        )

    async def ask(self, submission: FileSubmission, question: ColumnQuestion) -> FileSubmission:
        """Keep a question about a table of a submission; raises it anew where it came with no table."""
        if (table := question.table) is None:
            raise question
        asked = AskedColumns(
            name=question.name,
            about=question.asked,
            question=question.question,
            key=header_key(table.header),
            header=table.header,
            columns=tuple((header.place, header.name) for header in table.headers),
            guess=question.guess,
            remembered=table.has_header,
        )
        waiting = submission.model_copy(update={"asked": asked})
        await self._drafts.keep_question(waiting, await asyncio.to_thread(pack_table, table))
        return waiting

    async def asked(self, team: str, submission_id: str, user: str) -> AskedColumns | None:
        """What somebody is asked; ``None`` where it is settled or gone, or somebody else is asked."""
        submission = await self._drafts.files(team, submission_id)
        if submission is None or submission.done or submission.origin.submitter != user:
            return None
        return submission.asked

    async def currency(self, team: str, submission_id: str) -> str:
        """The currency (ISO 4217) that amounts without one are read in where a submission goes."""
        submission = await self._drafts.files(team, submission_id)
        policy = self._policy()
        return policy.currency_in(submission.origin.channel) if submission else policy.currency

    async def columns(
        self, team: str, submission_id: str, header: tuple[str, ...]
    ) -> Mapping[int, tuple[str, ...]]:
        """Up to three different values of each column below the header; none where the table is gone."""
        packed = await self._drafts.table(team, submission_id)
        if packed is None:
            return {}
        rows, _ = await asyncio.to_thread(unpack_table, packed)
        key = header_key(header)
        same = (place + 1 for place, row in enumerate(rows) if header_key(header_names(row[1])) == key)
        below = next(same, 0)
        return _examples(rows[below : below + EXAMPLE_ROWS])

    async def preview(
        self, team: str, submission_id: str, user: str, mapping: ColumnMapping, *, whole: bool = True
    ) -> Preview | None:
        """What would come of a mapping; ``None`` where nobody is asked any more.

        Of a table that is not to be read as a ``whole``, the first ``CHECKED_ROWS`` rows are.
        """
        asked = await self.asked(team, submission_id, user)
        packed = await self._drafts.table(team, submission_id)
        if asked is None or packed is None:
            return None
        currency = await self.currency(team, submission_id)

        def read() -> Preview:
            rows, look = unpack_table(packed)
            shown = rows if whole else rows[:CHECKED_ROWS]
            known = {asked.key: mapping}
            try:
                intake = read_table(
                    shown,
                    currency=currency,
                    look=look,
                    mapping_of=lambda header: known.get(header_key(header)),
                )
            except ColumnQuestion as question:
                return Preview(mapping, about=question.asked, question=question.question)
            except IntakeError as error:
                return Preview(mapping, error=str(error))
            return _in_figures(mapping, intake)

        return await asyncio.to_thread(read)

    async def answer(
        self, team: str, submission_id: str, user: str, mapping: ColumnMapping
    ) -> Preview | None:
        """Take a mapping and have the submission read by it; the preview says what is still missing.

        Files with the same header are read so from then on. ``None`` where nobody is asked any more.
        """
        preview = await self.preview(team, submission_id, user, mapping, whole=False)
        submission = await self._drafts.files(team, submission_id)
        if preview is None or submission is None or submission.asked is None:
            return None
        if preview.error or preview.question or not preview.rows:
            return preview
        asked = submission.asked
        said = {**submission.said, asked.key: mapping}
        await self._drafts.keep_answer(submission.model_copy(update={"asked": None, "said": said}))
        if asked.remembered:
            remembered = RememberedMapping(mapping=mapping, by=user, at=self._now())
            await self._mappings.remember(team, asked.key, remembered)
        # The job that asked may still be running under its own key.
        job = f"take_in:{team}:{submission_id}:{asked.key}"
        await self._queue.add("take_in", job, team, submission_id)
        return preview

    async def forget(self, team: str, keys: Sequence[str]) -> int:
        """Ask about these headers again from now on; how many were known."""
        return await self._mappings.forget(team, tuple(keys)) if keys else 0


def _in_figures(mapping: ColumnMapping, intake: Intake) -> Preview:
    payments = intake.transactions
    days = [payment.date for payment in payments if payment.date]
    return Preview(
        mapping,
        rows=len(payments),
        refused=len(intake.errors),
        totals=intake.totals,
        dates=(min(days), max(days)) if days else None,
        examples=payments[:EXAMPLES],
        problems=tuple(str(error) for error in intake.errors[:PROBLEMS]),
    )


def _examples(rows: Sequence[Row]) -> dict[int, tuple[str, ...]]:
    """The first values of each column, by place, as they are written."""
    found: dict[int, tuple[str, ...]] = {}
    for _, cells in rows:
        for place, cell in enumerate(cells):
            text = " ".join(str(cell).split())
            if text and len(found.get(place, ())) < 3 and text not in found.get(place, ()):
                found[place] = (*found.get(place, ()), text[:60])
    return found
