"""Taking files in: fetched and read by a job; a review or a draft comes of them."""

import asyncio

from bot.application.off_loop import read_off_loop
from bot.application.ports import FileUnavailable, PolicyInForce, Publisher
from bot.application.submit import SubmitPayments
from bot.domain.submission import Draft
from bot.domain.text import plural, takes_longer
from bot.intake import MAX_FILE_BYTES, Intake, IntakeError, join_intakes, read_file, read_text
from bot.store import DraftStore


class TakeInFiles:
    """Reads the files that were handed over."""

    def __init__(
        self, *, submit: SubmitPayments, drafts: DraftStore, policy: PolicyInForce, publisher: Publisher
    ) -> None:
        self._submit = submit
        self._drafts = drafts
        self._policy = policy
        self._publisher = publisher

    async def take_in(self, team: str, submission_id: str) -> None:
        """Fetch and read files, and tell their sender what came of them."""
        submission = await self._drafts.files(team, submission_id)
        if submission is None or submission.done:
            return
        currency = self._policy().currency
        try:
            intakes = [await _text_beside(submission.text, currency)] if submission.text else []
            brought_by = set(submission.origin.brought_by)
            for file in submission.files:
                fetched = await self._publisher.fetch(team, file, MAX_FILE_BYTES)
                # Reading takes up to seconds, and listeners have to answer meanwhile.
                brought_by.add(fetched.uploaded_by)
                read = asyncio.to_thread(read_file, file.name, fetched.content, currency=currency)
                intakes.append(await read)
            intake = join_intakes(intakes)
        except (IntakeError, FileUnavailable) as error:
            await self._publisher.tell(submission.origin, str(error))
            await self._drafts.finish_files(submission)
            return
        # Whoever uploaded a file brought its payments, whoever shared it.
        origin = submission.origin.model_copy(update={"brought_by": tuple(sorted(brought_by))})
        taken = await self._submit.offer(origin, intake)
        if isinstance(taken, Draft):
            await self._publisher.draft(taken)
        else:
            await self._publisher.receipt(submission.origin, taken, intake.notes)
        await self._drafts.finish_files(submission)

    async def tell_delay(self, team: str, submission_id: str) -> None:
        """Tell the sender of files that they are not forgotten."""
        if submission := await self._drafts.files(team, submission_id):
            names = ", ".join(file.name for file in submission.files)
            await self._publisher.tell(submission.origin, takes_longer(names))


async def _text_beside(text: str, currency: str) -> Intake:
    """Payments typed beside files, whose rows are told apart from theirs, and whose number is told."""
    intake = await read_off_loop(text, lambda typed: read_text(typed, currency=currency))
    notes = (f"read as {plural(len(intake.transactions), 'payment')}", *intake.notes)
    return intake.model_copy(update={"name": "the text", "notes": notes})
