"""Handing in a batch: one way in for the command, the form, mentions, messages and the shortcut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.application.off_loop import read_off_loop
from bot.application.submission_rate import TooManySubmissions
from bot.application.submit import AcceptedBatch
from bot.application.use_cases import UseCases
from bot.domain.review.state import ReviewState
from bot.domain.submission import MESSAGE, AskedColumns, Draft, FileRef, FileSubmission, Origin
from bot.intake import ColumnQuestion, IntakeError, read_text
from handlers.inbound.payloads import Place, submitted_text, within
from handlers.manifest import COMMAND
from handlers.views import receipts
from handlers.views.receipts import BATCH_GONE, PrivateMessage

MOST_AUTHORS = 100  # of what a message forwards
SOURCE_CHARACTERS = 150  # of the names of files, behind "from"


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why nothing was submitted: a sentence, the field of the form that it is about, whether help helps."""

    sentence: str
    field: Literal["text", "channel"]
    help: bool = True


HandInResult = AcceptedBatch | Draft | FileSubmission | NotTaken
"""What came of handing in: a review, a batch with bad rows, files that a job reads, or nothing."""


async def hand_in(
    use_cases: UseCases, origin: Origin, text: str, files: Sequence[FileRef] = (), attempt: str = ""
) -> HandInResult:
    """Store what somebody handed in, by whichever way it came.

    Text alone is payments; beside files it is payments if it reads as payments, else the note. ``attempt``
    names what the person did, where they may do it again with the same message.
    """
    if refused := no_channel_for_card(origin):
        return refused
    try:
        return await use_cases.submit.hand_in(origin, text, files, attempt)
    except IntakeError as error:
        return NotTaken(str(error), "text", help=not isinstance(error, TooManySubmissions))


async def may_be_payments(use_cases: UseCases, place: Place, text: str) -> bool:
    """Whether any payment can be read in a text, whatever else stands there."""
    currency = use_cases.policy().currency_in(place.channel)
    try:
        return bool(
            (await read_off_loop(text, lambda typed: read_text(typed, currency=currency))).transactions
        )
    except ColumnQuestion:
        return True  # a table, about which its sender is asked
    except IntakeError:
        return False


async def submit_good_rows(
    use_cases: UseCases, place: Place, draft_id: str, *, again: bool = False
) -> ReviewState | str:
    """The review made of a draft's good rows, or a sentence why there is none.

    Of rows that were submitted before none is taken, or with ``again`` all.
    """
    try:
        state = await use_cases.submit.submit_draft(place.team, draft_id, place.user, again=again)
    except IntakeError as error:
        return str(error)
    return state or BATCH_GONE


def no_channel_for_card(origin: Origin) -> NotTaken | None:
    """Why the card can stand nowhere, or ``None`` where others can see it: not in a direct message."""
    if not origin.channel.startswith("D"):
        return None
    return NotTaken(
        "Nobody else can see a card in this direct message, so nothing was submitted. "
        "Please submit in a channel, or set COUNTERSIGN_CHANNEL.",
        "channel",
    )


def private_answer(result: HandInResult) -> PrivateMessage | None:
    """What the submitter is told or asked at once; ``None`` where a job reads files first."""
    match result:
        case AcceptedBatch(state, notes, mapped):
            return receipts.receipt(state, notes, mapped)
        case Draft():
            return receipts.draft(result)
        case NotTaken(sentence, "text", True):
            return receipts.sentence(f"{sentence} Try {COMMAND} help.")
        case NotTaken(sentence):
            return receipts.sentence(sentence)
        case FileSubmission(asked=AskedColumns() as asked):
            return receipts.question(result, asked)
        case FileSubmission():
            return None


def from_message(
    place: Place, message: dict[str, Any], default_channel: str | None
) -> tuple[Origin, str, tuple[FileRef, ...]]:
    """Origin, text and files of a message; it is the same request however it is handed in."""
    files = file_refs(message.get("files"))
    origin = Origin(
        team=place.team,
        submitter=place.user,
        request=f"message {place.channel} {message['ts']}",
        channel=card_channel(place, default_channel),
        told_in=place.channel,
        source=names(files) or MESSAGE,
        brought_by=forwarded_from(message),
    )
    return origin, submitted_text(str(message.get("text") or "")), files


def card_channel(place: Place, default_channel: str | None) -> str:
    """Where the card goes: the configured channel, else the one where the person was."""
    return default_channel or place.channel


def file_refs(files: Sequence[dict[str, Any]] | None) -> tuple[FileRef, ...]:
    """Slack's file objects by id, name and size."""
    return tuple(
        FileRef(id=file["id"], name=str(file.get("name") or file["id"]), size=int(file.get("size") or 0))
        for file in files or ()
    )


def forwarded_from(message: dict[str, Any]) -> tuple[str, ...]:
    """Who wrote what a message forwards, by user id: Slack attaches each such message with its author."""
    found: set[str] = set()
    waiting: list[Any] = list(message.get("attachments") or ())
    while waiting and len(found) < MOST_AUTHORS:
        part = waiting.pop()
        if not isinstance(part, dict):
            continue
        # A forwarded message may itself forward others.
        waiting += part.get("attachments") or ()
        inside = [within(block, "message") for block in part.get("message_blocks") or ()]
        named = (part.get("author_id"), *(each.get("user") for each in inside))
        found |= {author for author in named if isinstance(author, str) and author}
    return tuple(sorted(found))


def names(files: Sequence[FileRef]) -> str:
    """The files by name, for "from ..."."""
    return ", ".join(file.name for file in files)[:SOURCE_CHARACTERS]
