"""Reading evidence: what a file was, by size and SHA-256; its bytes are not kept.

Whoever decides cannot open what was sent in somebody's direct message, so a copy of that goes into the
review's thread, and its link is the one that is kept.
"""

from functools import partial

from bot.application.ports import Clock, ExaminedFile, FileNotShared, FileUnavailable, Publisher
from bot.application.steps import ReviewSteps
from bot.domain import text
from bot.domain.review.outcome import RequestResult
from bot.domain.review.remarking import copied, keep
from bot.domain.review.remarks import EvidenceFile, WaitingFile
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.domain.submission import FileRef
from bot.store import ReviewStore

MOST_BYTES = 25_000_000  # of one file; of a longer one the digest is not made


class KeepEvidence:
    """Reads the files that were shared as evidence of a review, and keeps what they were."""

    def __init__(self, *, steps: ReviewSteps, reviews: ReviewStore, publisher: Publisher, now: Clock) -> None:
        self._steps = steps
        self._reviews = reviews
        self._publisher = publisher
        self._now = now

    async def keep(self, team: str, review_id: str) -> None:
        """Read every file that waits, and keep each in a step of its own; may run twice.

        A crash between copying a file into the thread and noting that leaves a second copy there. Raises
        ``TryLater`` where Slack wants to be left alone, and what makes another try worth it.
        """
        state = await self._reviews.state(team, review_id)
        if state is None:
            return
        for waits in state.waiting_files:
            waiting, file = await self._read(state, waits)
            await self._steps.take(team, review_id, partial(self._kept, waiting, file))

    def _kept(self, waiting: WaitingFile, file: EvidenceFile, review: Review) -> RequestResult:
        return keep(review, waiting, file, text.kept(file, waiting.refs), self._now())

    async def _read(self, state: ReviewState, waiting: WaitingFile) -> tuple[WaitingFile, EvidenceFile]:
        """What a file is, copied where it must be; where it cannot be read, what is known of it and why."""
        ref = FileRef(id=waiting.id, name=waiting.name, size=waiting.size)
        is_direct = bool(waiting.question)
        file = EvidenceFile(id=waiting.id, name=waiting.name, size=waiting.size, is_direct=is_direct)
        try:
            examined = await self._publisher.examine(state.team, ref, MOST_BYTES, whole=is_direct)
        except FileUnavailable as error:
            return waiting, file.model_copy(update={"link": error.link, "problem": error.why})
        known = {
            "size": examined.size,
            "sha256": examined.sha256,
            "link": examined.link,
            "uploaded_by": examined.uploaded_by,
        }
        file = file.model_copy(update=known)
        if is_direct:
            waiting = await self._copied(state, waiting, examined)
        if waiting.copy_id and (link := await self._publisher.link_of_file(state.team, waiting.copy_id)):
            file = file.model_copy(update={"link": link, "is_direct": False})
        return waiting, file

    async def _copied(self, state: ReviewState, waiting: WaitingFile, examined: ExaminedFile) -> WaitingFile:
        """The file with a copy in the review's thread, noted before anything else; with none if refused."""
        if waiting.copy_id:
            return waiting
        above = text.copy_words(waiting.refs)
        try:
            copy_id = await self._publisher.share(state, waiting.name, examined.content, above)
        except FileNotShared:
            return waiting
        await self._steps.take(state.team, state.id, lambda review: copied(review, waiting, copy_id))
        return waiting.model_copy(update={"copy_id": copy_id})
