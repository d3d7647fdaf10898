"""Taking files in: fetched and read by a job; a review or a draft comes of them."""

import asyncio

from bot.application.column_questions import ColumnQuestions
from bot.application.off_loop import read_off_loop
from bot.application.ports import FileUnavailable, PolicyInForce, Publisher
from bot.application.submit import SubmitPayments
from bot.domain.submission import Draft, FileSubmission
from bot.domain.text import plural, takes_longer
from bot.intake import (
    MAX_FILE_BYTES,
    ColumnQuestion,
    Intake,
    IntakeError,
    MappingOf,
    join_intakes,
    read_file,
    read_text,
    refuse_too_many,
)
from bot.store import DraftStore


class TakeInFiles:
    """Reads the files that were handed over."""

    def __init__(
        self,
        *,
        submit: SubmitPayments,
        columns: ColumnQuestions,
        drafts: DraftStore,
        policy: PolicyInForce,
        publisher: Publisher,
    ) -> None:
        self._submit = submit
        self._columns = columns
        self._drafts = drafts
        self._policy = policy
        self._publisher = publisher

    async def take_in(self, team: str, submission_id: str) -> None:
        """Fetch and read files, and tell their sender what came of them."""
        submission = await self._drafts.files(team, submission_id)
        if submission is None or submission.done:
            return
        brought_by = set(submission.origin.brought_by)
        try:
            intake = await self._read(submission, brought_by)
        except ColumnQuestion as question:
            # Told again where the job runs again: better twice than never.
            if asked := await self._columns.ask(submission, question):
                await self._publisher.ask_columns(asked)
            return
        except (IntakeError, FileUnavailable) as error:
            await self._publisher.tell(submission.origin, str(error))
            await self._drafts.finish_files(submission)
            return
        # Whoever uploaded a file brought its payments, whoever shared it.
        origin = submission.origin.model_copy(update={"brought_by": tuple(sorted(brought_by))})
        intake, earlier, origin = await self._columns.told_of(origin, intake, submission.said)
        taken, notes = await self._submit.offer(origin, intake), intake.notes
        del intake  # which the job that judges it reads again
        if isinstance(taken, Draft):
            await self._publisher.draft(taken)
        else:
            await self._publisher.receipt(submission.origin, taken, notes, earlier)
        await self._drafts.finish_files(submission)

    async def _read(self, submission: FileSubmission, brought_by: set[str]) -> Intake:
        """All files and the text beside them as one batch; who uploaded a file is added to ``brought_by``.

        Raises ``ColumnQuestion``, ``IntakeError`` and ``FileUnavailable``.
        """
        origin, currency = submission.origin, self._policy().currency_in(submission.origin.channel)
        intakes: list[Intake] = []
        if submission.text:
            mapping_of = await self._columns.mapping_of(origin, submission.said)
            intakes.append(await _typed(submission, currency, mapping_of))
        for file in submission.files:
            fetched = await self._publisher.fetch(origin.team, file, MAX_FILE_BYTES)
            brought_by.add(fetched.uploaded_by)
            mapping_of = await self._columns.mapping_of(origin, submission.said, file.id)
            # Reading takes up to seconds, and listeners have to answer meanwhile.
            read = asyncio.to_thread(
                read_file, file.name, fetched.content, currency=currency, mapping_of=mapping_of
            )
            try:
                intakes.append(await read)
            except ColumnQuestion as question:
                question.file = file.id
                raise
            refuse_too_many(intakes)  # before more of them are held
        return await asyncio.to_thread(join_intakes, intakes)

    async def tell_delay(self, team: str, submission_id: str) -> None:
        """Tell the sender of files that they are not forgotten."""
        if submission := await self._drafts.files(team, submission_id):
            names = ", ".join(file.name for file in submission.files)
            await self._publisher.tell(submission.origin, takes_longer(names))


async def _typed(submission: FileSubmission, currency: str, mapping_of: MappingOf) -> Intake:
    """Payments that were typed; those beside files are told apart from theirs, and their number is told."""
    intake = await read_off_loop(
        submission.text, lambda typed: read_text(typed, currency=currency, mapping_of=mapping_of)
    )
    if not submission.files:
        return intake
    notes = (f"read as {plural(len(intake.transactions), 'payment')}", *intake.notes)
    return intake.model_copy(update={"name": "the text", "notes": notes})
