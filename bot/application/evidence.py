"""Reading evidence: what a file was, by size and SHA-256; its bytes are not kept."""

from functools import partial

from bot.application.ports import Clock, FileUnavailable, Publisher
from bot.application.steps import ReviewSteps
from bot.domain import text
from bot.domain.review.outcome import RequestResult
from bot.domain.review.remarking import keep
from bot.domain.review.remarks import EvidenceFile, WaitingFile
from bot.domain.review.review import Review
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

        Raises ``TryLater`` where Slack wants to be left alone, and what makes another try worth it.
        """
        state = await self._reviews.state(team, review_id)
        for waiting in state.waiting_files if state else ():
            file = await self._read(team, waiting)
            await self._steps.take(team, review_id, partial(self._kept, waiting, file))

    def _kept(self, waiting: WaitingFile, file: EvidenceFile, review: Review) -> RequestResult:
        return keep(review, waiting, file, text.kept(file, waiting.refs), self._now())

    async def _read(self, team: str, waiting: WaitingFile) -> EvidenceFile:
        """What a file is; where it cannot be read, what is known of it and why."""
        ref = FileRef(id=waiting.id, name=waiting.name, size=waiting.size)
        try:
            examined = await self._publisher.examine(team, ref, MOST_BYTES)
        except FileUnavailable as error:
            return EvidenceFile(
                id=waiting.id, name=waiting.name, size=waiting.size, link=error.link, problem=error.why
            )
        return EvidenceFile(
            id=waiting.id,
            name=waiting.name,
            size=examined.size,
            sha256=examined.sha256,
            link=examined.link,
            uploaded_by=examined.uploaded_by,
        )
