"""What the use cases need of the outside, in their own words; stores are used as they are."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.installation import InstalledBot
from bot.domain.people import Person
from bot.domain.policy import Policy, SanctionsList
from bot.domain.review.remarking import AskedQuestion
from bot.domain.review.review import Review
from bot.domain.review.state import ReviewState
from bot.domain.submission import Draft, FileRef, FileSubmission, Origin
from bot.store.outbox import Job

Clock = Callable[[], datetime]
"""Now, aware, in UTC."""

PolicyInForce = Callable[[], Policy]
"""The policy in force, as this process knows it; raises ``StoreAway`` where it was never told."""

RefreshPolicy = Callable[[str], Awaitable[None]]
"""Takes over what is in force for a workspace; raises what ``StoreUnavailable`` names, ``PolicyUnreadable``,
and ``NotInstalled`` where many are served, and this one is none of them.
"""

OurBot = Callable[[], InstalledBot]
"""The bot where something is done: in the one workspace, or in the one that a request or a job is for."""

ChosenChannel = Callable[[], str | None]
"""Slack's id of a channel that was chosen where something is done, as that of all cards, or ``None``."""

Sanctions = Callable[[Policy], SanctionsList | None]
"""The sanctions list that a policy names, or ``None``."""


class TryLater(Exception):
    """Raised by what cannot be done now and can in ``seconds``: a limit, or somebody else is at it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class RefusedForGood(Exception):
    """What was asked is refused until somebody mends the cause, so that no job need try it again by itself.

    The message is for the operators: what is wrong and who can mend it, without a word that people wrote.
    """


class FileUnavailable(Exception):
    """A file cannot be fetched; the message tells its sender why, and what to do to hand it in.

    ``why`` is the first of that alone, in a sentence; ``link`` is Slack's address of the file, where known.
    """

    def __init__(self, why: str, mend: str = "", link: str = "") -> None:
        super().__init__(f"{why} {mend}".strip())
        self.why = why
        self.link = link


class FileNotShared(Exception):
    """Slack takes no copy of a file into the thread of a review, now or later."""


class Undeliverable(Exception):
    """A person gets no direct message, now or later; the message is a sentence for whoever sent it."""


class NotEstablished(Exception):
    """Slack does not say, or not in time, what an authority rests on; so the answer is no."""


class Directory(Protocol):
    """What the workspace says of people; who asks hears ``NotEstablished`` where Slack does not say."""

    async def person(self, team: str, user: str, homes: Collection[str]) -> Person:
        """Who a user id of workspace ``team`` is; ``homes`` are those that the request names as theirs."""

    async def time_zone(self, team: str, user: str) -> str:
        """The name of somebody's time zone (``Europe/Berlin``), as Slack last told it, or empty."""

    async def people_of_group(self, team: str, group: str) -> frozenset[str]:
        """The user ids in a user group."""

    async def people_in_channel(self, team: str, channel: str) -> frozenset[str]:
        """The user ids in a channel."""

    async def forget(self, name: str) -> None:
        """Ask anew about the person, group or channel of this id; raises what ``StoreUnavailable`` names."""


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """What is in a file, and who uploaded it, by Slack user id."""

    content: bytes
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """What a file was when it was read to its end: size in bytes, SHA-256 (hex) over them.

    ``link`` is Slack's address of it, ``uploaded_by`` the Slack user id that the file carries; either may be
    empty where Slack does not say. ``content`` are the bytes, where they were asked for.
    """

    size: int
    sha256: str
    link: str
    uploaded_by: str
    content: bytes = b""


class JobQueue(Protocol):
    """Where jobs wait for a worker; adding a key that waits already is a no-op."""

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        """Queue a job that stands in no outbox; raises what ``StoreUnavailable`` names."""

    def relay(self, jobs: Sequence[Job]) -> None:
        """Have jobs queued that stand in their outbox; what a crash leaves there, the sweep queues."""


class Observer(Protocol):
    """Somebody who watches the bot at work; told of ids and counts, never of what people wrote."""

    def step_stored(
        self, review_id: str, version: int, turns: int, decisions: int, jobs: Sequence[str]
    ) -> None:
        """A step made this version of a review, with so many turns and decisions and the named jobs."""

    def job_done(self, key: str) -> None:
        """A job has succeeded; its key begins with its name, its workspace and an id."""

    def job_failed(self, key: str, reference: str) -> None:
        """An attempt at a job has failed; ``reference`` finds the failure in the log."""


class Unobserved:
    """An observer that nobody looks through."""

    def step_stored(
        self, review_id: str, version: int, turns: int, decisions: int, jobs: Sequence[str]
    ) -> None:
        """Tell nobody."""

    def job_done(self, key: str) -> None:
        """Tell nobody."""

    def job_failed(self, key: str, reference: str) -> None:
        """Tell nobody."""


UNOBSERVED = Unobserved()


class QuestionPublisher(Protocol):
    """The direct messages in which whoever submitted is asked, as one of them sees them."""

    async def ask(self, review: Review, question: AskedQuestion) -> None:
        """Send a question, once; ``review`` has the payments that are shown.

        Raises ``Undeliverable``, and ``TryLater`` where Slack wants to be left alone or another is at it.
        """

    async def show_answer(self, review: Review, question: AskedQuestion, answers: Sequence[str]) -> None:
        """Show in the message of a question what was answered, or that it is asked no more."""


class Publisher(Protocol):
    """The side that people see."""

    async def publish(self, team: str, review_id: str) -> None:
        """Bring card and thread to what is stored.

        Raises ``TryLater`` where Slack wants to be left alone, ``RefusedForGood`` where it takes no message.
        """

    async def receipt(
        self, origin: Origin, state: ReviewState, notes: Sequence[str], mapped: Sequence[str] = ()
    ) -> None:
        """Tell the submitter what was understood, and how it was read.

        ``mapped`` are the keys of headers that were read as somebody said before, which can be changed.
        """

    async def ask_columns(self, submission: FileSubmission) -> None:
        """Ask the submitter how a table is to be read."""

    async def draft(self, draft: Draft) -> None:
        """Show the submitter which rows are bad, and offer to take the others."""

    async def tell(self, origin: Origin, sentence: str) -> None:
        """Tell the submitter one thing, privately."""

    async def alarm(self, sentence: str) -> None:
        """Tell the operators, where they have a channel."""

    async def send_file(self, team: str, user: str, name: str, content: bytes, sentence: str) -> None:
        """Send one person a file in a direct message, under a sentence; raises ``TryLater``."""

    async def fetch(self, team: str, file: FileRef, limit: int) -> FetchedFile:
        """A file; raises ``FileUnavailable``, also where it is over ``limit`` bytes or nobody's."""

    async def examine(self, team: str, file: FileRef, limit: int, *, whole: bool = False) -> ExaminedFile:
        """What a file is, with its content where it is wanted ``whole``.

        Raises ``FileUnavailable``, also where it is over ``limit`` bytes.
        """

    async def share(self, state: ReviewState, name: str, content: bytes, sentence: str) -> str:
        """Put a file into the thread of a review, under a sentence; answers Slack's id of it.

        Raises ``FileNotShared``, and ``TryLater``. Done twice, it stands there twice.
        """

    async def link_of_file(self, team: str, file_id: str) -> str:
        """Slack's address of a file that stands there; raises ``TryLater``."""
