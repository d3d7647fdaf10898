"""Asking the submitter how a table is to be read, and reading it by the answer from then on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.application.mapping_preview import Preview, preview_of
from bot.application.ports import Clock, JobQueue, PolicyInForce
from bot.domain.column_mapping import COLUMN_ROLES, ColumnMapping, RememberedMapping, header_key
from bot.domain.submission import AskedColumns, FileSubmission, Origin, table_key
from bot.intake import ColumnQuestion, Intake, MappingOf
from bot.intake.header_row import header_names
from bot.intake.packed_table import pack_table, unpack_table
from bot.intake.question import Table
from bot.store import DraftStore, MappingStore

EXAMPLE_ROWS = 200  # below the header, in which values of the columns are looked for
CHECKED_ROWS = 2_000  # before a form is taken, within the time that Slack gives
TRIES = 5  # at keeping an answer, while a job that runs again changes the submission
MOST_CONFIRMED = 50  # people who are remembered to have said the same of a header


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

    async def mapping_of(
        self, origin: Origin, said: Mapping[str, ColumnMapping] | None = None, file: str = ""
    ) -> MappingOf:
        """What is known of headers: what was ``said`` of this batch, else what the workspace remembers.

        Only what was said of the table itself is confirmed for it: that of ``file``, an id, or of the text.
        """
        remembered = await self._mappings.known(origin.team)
        of_tables = said or {}
        of_others = {name.rpartition(" ")[2]: mapping for name, mapping in of_tables.items()}

        def known(header: tuple[str, ...]) -> ColumnMapping | None:
            key = header_key(header)
            if mapping := of_tables.get(table_key(file, key)):
                return mapping
            if key in of_others:
                return of_others[key].but(confirmed=False)
            if key in remembered:
                by_another = origin.submitter not in remembered[key].confirmed_by
                return remembered[key].mapping.but(confirmed=False, by_another=by_another)
            return None

        return known

    async def told_of(
        self, origin: Origin, intake: Intake, said: Mapping[str, ColumnMapping] | None = None
    ) -> ReadByMapping:
        """What is told of a batch whose columns were ``said`` by its submitter, or by somebody before."""
        keys = [header_key(header) for header in intake.mapped]
        answered = {table.rpartition(" ")[2] for table in said or {}}
        earlier = [key for key in keys if key not in answered]
        known = await self._mappings.known(origin.team) if earlier else {}
        days = dict.fromkeys(known[key].at.date() for key in earlier if key in known)
        notes = [f"Columns read as on {day.day} {day:%B %Y}." for day in days]
        by = [known[key].by for key in earlier if key in known]
        if len(keys) > len(earlier):
            notes.insert(0, "Columns read as their submitter said.")
            by.insert(0, origin.submitter)
        told = intake.model_copy(update={"notes": (*notes, *intake.said, *intake.notes)})
        return ReadByMapping(
            told, tuple(earlier), origin.model_copy(update={"columns_said_by": next(iter(by), "")})
        )

    async def ask(self, submission: FileSubmission, question: ColumnQuestion) -> FileSubmission | None:
        """Keep a question about a table of a submission; raises it anew where it came with no table.

        ``None`` where the submission was changed since it was read: it was asked about, or answered.
        """
        if (table := question.table) is None:
            raise question
        asked = AskedColumns(
            name=question.name,
            about=question.asked,
            question=question.question,
            key=header_key(table.header),
            header=table.header,
            columns=tuple((header.place, header.name) for header in table.headers),
            examples=_examples(table),
            guess=_open_guess(question),
            remembered=table.has_header,
            file=question.file,
            number=len(submission.answered),
        )
        packed, head = await asyncio.to_thread(_packed, table)
        return await self._drafts.keep_question(submission.model_copy(update={"asked": asked}), packed, head)

    async def ask_about_text(self, submission: FileSubmission, question: ColumnQuestion) -> FileSubmission:
        """Keep text with a question, and ask once: Slack may hand it over again while it is answered."""
        kept = await self._drafts.keep_files(submission)
        if kept.done or (kept.answered and kept.asked is None):
            return kept.model_copy(update={"asked": None})
        return await self.ask(kept, question) or await self._drafts.keep_files(kept)

    async def asked(self, team: str, submission_id: str, user: str, token: str = "") -> AskedColumns | None:
        """What somebody is asked; ``None`` where it is settled or gone, or somebody else is asked.

        A ``token`` is that of the question that a form was opened for: ``None`` where another one stands.
        """
        submission = await self._drafts.files(team, submission_id)
        return _open_question(submission, user, token)

    async def currency(self, team: str, submission_id: str) -> str:
        """The currency (ISO 4217) that amounts without one are read in where a submission goes."""
        submission = await self._drafts.files(team, submission_id)
        policy = self._policy()
        return policy.currency_in(submission.origin.channel) if submission else policy.currency

    async def preview(
        self,
        team: str,
        submission_id: str,
        user: str,
        mapping: ColumnMapping,
        token: str = "",
        *,
        whole: bool = True,
    ) -> Preview | None:
        """What would come of a mapping; ``None`` where nobody is asked any more, or something else.

        Of a table that is not to be read as a ``whole``, the first ``CHECKED_ROWS`` rows are.
        """
        asked = await self.asked(team, submission_id, user, token)
        packed = await self._drafts.table(team, submission_id, whole=whole)
        if asked is None or packed is None:
            return None
        currency = await self.currency(team, submission_id)

        def read() -> Preview:
            rows, look = unpack_table(packed)
            shown = rows if whole else rows[:CHECKED_ROWS]
            return preview_of(shown, look, asked.key, mapping, currency)

        return await asyncio.to_thread(read)

    async def answer(
        self, team: str, submission_id: str, user: str, mapping: ColumnMapping, token: str
    ) -> Preview | None:
        """Take a mapping and have the submission read by it; the preview says what is still missing.

        Files with the same header are read so from then on. ``token`` is that of the question: an answer is
        never taken for another one. ``None`` where nobody is asked any more, or it was answered otherwise;
        the same answer given again is taken once, and queued again.
        """
        submission = await self._drafts.files(team, submission_id)
        preview = await self.preview(team, submission_id, user, mapping, token, whole=False)
        if preview and (preview.error or preview.question or not preview.rows):
            return preview
        for _ in range(TRIES if preview else 0):
            asked = _open_question(submission, user, token)
            if submission is None or asked is None:
                break
            said = {**submission.said, asked.table: mapping}
            answered = (*submission.answered, token)
            kept = await self._drafts.keep_answer(
                submission.model_copy(update={"asked": None, "said": said, "answered": answered})
            )
            if kept:
                await self._have_read(kept)
                if asked.remembered:
                    await self._remember(team, asked.key, mapping, user)
                return preview
            submission = await self._drafts.files(team, submission_id)
        if submission and token in submission.answered and submission.origin.submitter == user:
            same = mapping in submission.said.values()
            if same and not submission.done and submission.asked is None:
                # It was kept, and perhaps nothing after it: Redis may have gone in between.
                await self._have_read(submission)
            return Preview(mapping, taken=True) if same else None
        return None

    async def _have_read(self, submission: FileSubmission) -> None:
        """Queue the reading; a job that asked before may still be running under a key of its own."""
        team, name = submission.origin.team, submission.id
        job = f"take_in:{team}:{name}:{len(submission.answered)}"
        await self._queue.add("take_in", job, team, name)

    async def _remember(self, team: str, key: str, mapping: ColumnMapping, user: str) -> None:
        """Read files with this header so; a year is that of one file, and next year's is asked about."""
        mapping = mapping.but(year=None)
        known = (await self._mappings.known(team)).get(key)
        also = known.confirmed_by if known and known.mapping == mapping else ()
        others = tuple(person for person in also if person != user)[:MOST_CONFIRMED]
        await self._mappings.remember(
            team, key, RememberedMapping(mapping=mapping, by=user, at=self._now(), also=others)
        )

    async def forget(self, team: str, keys: Sequence[str]) -> int:
        """Ask about these headers again from now on; how many were known."""
        return await self._mappings.forget(team, tuple(keys)) if keys else 0


def _packed(table: Table) -> tuple[str, str]:
    """The table, and of a long one its first rows: nobody waits until 50,000 rows are unpacked."""
    head = replace(table, rows=table.rows[:CHECKED_ROWS]) if len(table.rows) > CHECKED_ROWS else None
    return pack_table(table), pack_table(head) if head else ""


def _open_guess(question: ColumnQuestion) -> ColumnMapping:
    """The guess with which the form begins: a field that is asked about has to be chosen."""
    field = "currency" if question.asked == "currency_of_file" else question.asked
    asked = {field: None} if question.asked not in COLUMN_ROLES else {}
    return question.guess.but(confirmed=True, by_another=False, **asked)


def _open_question(submission: FileSubmission | None, user: str, token: str) -> AskedColumns | None:
    """What this person is asked, where it is the question of ``token``, or any where that is empty."""
    if submission is None or submission.done or submission.origin.submitter != user:
        return None
    asked = submission.asked
    return asked if asked and token in ("", asked.token) else None


def _examples(table: Table) -> dict[int, tuple[str, ...]]:
    """Up to three different values of each column below the header, by place, as they are written."""
    key = header_key(table.header)
    same = (place + 1 for place, row in enumerate(table.rows) if header_key(header_names(row[1])) == key)
    below = next(same, 0)
    found: dict[int, tuple[str, ...]] = {}
    for _, cells in table.rows[below : below + EXAMPLE_ROWS]:
        for place, cell in enumerate(cells):
            text = " ".join(str(cell).split())
            if text and len(found.get(place, ())) < 3 and text not in found.get(place, ()):
                found[place] = (*found.get(place, ()), text[:60])
    return found
