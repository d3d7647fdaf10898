"""What came of a step that was sent to Redis."""

from dataclasses import dataclass

from bot.domain.review.state import ReviewState
from bot.store.outbox import Job
from bot.store.scripts.commit import CommitRefusal


@dataclass(frozen=True, slots=True)
class Committed:
    """The step was taken: the state after it, and the jobs that now stand in the outbox.

    ``untold`` says that refused attempts are counted of which no entry of the trail tells.
    """

    state: ReviewState
    jobs: tuple[Job, ...] = ()
    untold: bool = False


@dataclass(frozen=True, slots=True)
class NotCommitted:
    """Nothing was changed; ``request`` is what ``Refused`` says of it."""

    why: CommitRefusal
    request: str = ""
