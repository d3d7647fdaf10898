"""Downloading: the payments of a review as a file, sent to whoever asked for it alone."""

from bot.application.look import LookAtReviews
from bot.application.ports import JobQueue, Publisher
from bot.domain import text as wording
from bot.domain.review.outcome import Outcome
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.export import ExportedFile, ExportedState, FileFormat, export_file, people_named
from bot.store import PeopleNames, ReviewStore
from bot.store.off_loop import computed

IN_WORDS = {
    ExportedState.APPROVED: "approved",
    ExportedState.REJECTED: "rejected",
    ExportedState.HELD: "on hold",
    ExportedState.ALL: "all",
}


class AskForDownload:
    """Takes orders for files; a job makes them, since a long one takes seconds."""

    def __init__(self, *, look: LookAtReviews, queue: JobQueue) -> None:
        self._look = look
        self._queue = queue

    async def ask(
        self,
        team: str,
        review_id: str,
        user: str,
        which: ExportedState,
        file_format: FileFormat,
        request: str,
    ) -> Outcome:
        """Have ``user`` sent the payments that are ``which``, or say why they may not see them.

        ``request`` names the form that was sent, which may come twice. Raises what ``StoreUnavailable``
        names.
        """
        seen = await self._look.seen_by(user, team, review_id)
        if isinstance(seen, Outcome):
            return seen
        key = f"download:{team}:{review_id}:{request}"
        await self._queue.add("download", key, team, review_id, user, which.value, file_format.value)
        return Outcome.RECORDED


class DeliverDownload:
    """The job that makes a file and sends it; done twice, it sends it twice, which changes nothing."""

    def __init__(
        self, *, look: LookAtReviews, reviews: ReviewStore, names: PeopleNames, publisher: Publisher
    ) -> None:
        self._look = look
        self._reviews = reviews
        self._names = names
        self._publisher = publisher

    async def deliver(self, team: str, review_id: str, user: str, which: str, file_format: str) -> None:
        """Send ``user`` the file, where they still may see the review; else nothing.

        Raises what ``Publisher.send_file`` and ``StoreUnavailable`` name.
        """
        wanted = ExportedState(which)
        seen = await self._look.seen_by(user, team, review_id)
        if isinstance(seen, Outcome):
            return
        state: ReviewState = seen
        entries: list[ReviewedTransaction] = []
        async for portion in self._reviews.portions(team, review_id):
            state = portion.state
            entries += [entry for entry in portion.entries.values() if wanted.covers(entry)]
        names = await self._names.of(team, sorted(people_named(entries)))
        file = await computed(
            len(entries), lambda: export_file(state, entries, wanted, FileFormat(file_format), names)
        )
        await self._publisher.send_file(team, user, file.name, file.content, _said(state, wanted, file))


def _said(state: ReviewState, wanted: ExportedState, file: ExportedFile) -> str:
    """What stands above the file: how many payments it has, and their sums, which are not in it."""
    which = "" if wanted is ExportedState.ALL else f" ({IN_WORDS[wanted]})"
    if not file.count:
        return f"{state.id}{which}: no payments, so the file has its first line alone."
    return f"{state.id}{which}: {wording.plural(file.count, 'payment')}, {wording.totals_in_words(file.sums)}"
