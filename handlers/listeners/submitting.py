"""Handing in a batch, by whichever way it came."""

from typing import Any

from bot.application.use_cases import UseCases
from bot.domain.review.state import ReviewState
from bot.domain.submission import Draft, FileRef, FileSubmission, Origin
from bot.intake import Intake, IntakeError, read_text
from handlers.inbound.payloads import Place, submitted_text
from handlers.views import receipts

NOWHERE = (
    "Nobody else can see a card in this direct message, so nothing was submitted. "
    "Please submit in a channel, or set COUNTERSIGN_CHANNEL."
)


def card_channel(place: Place, default: str | None) -> str:
    """Where the card goes: the configured channel, else the one where the person was."""
    return default or place.channel


def file_refs(files: list[dict[str, Any]] | None) -> tuple[FileRef, ...]:
    """Slack's file objects by id and name."""
    return tuple(FileRef(id=one["id"], name=str(one.get("name") or one["id"])) for one in files or [])


def from_message(
    place: Place, message: dict[str, Any], default: str | None
) -> tuple[Origin, tuple[FileRef, ...]]:
    """A message that holds payments; the same message is the same request however it is handed in."""
    files = file_refs(message.get("files"))
    origin = Origin(
        team=place.team,
        submitter=place.user,
        request=f"message {place.channel} {message['ts']}",
        channel=card_channel(place, default),
        told_in=place.channel,
        source=names(files) or "a message",
    )
    return origin, files


def names(files: tuple[FileRef, ...]) -> str:
    """The files by name, for "from ..."."""
    return ", ".join(one.name for one in files)[:150]


async def hand_in(
    use_cases: UseCases, origin: Origin, files: tuple[FileRef, ...], text: str, act: str = ""
) -> receipts.Told | None:
    """Store what was handed in; what to tell at once, or ``None`` where a job reads files first.

    ``act`` names what the person did, where they may do it again with the same message: each gets its
    answer, and all of them the same review.
    """
    if origin.channel.startswith("D"):
        return receipts.sentence(NOWHERE)
    if files:
        submission_id = f"{origin.request}-{act or origin.submitter}".replace(" ", "-")
        await use_cases.submit.receive_files(
            FileSubmission(id=submission_id, origin=origin, files=files, text="")
        )
        return None
    try:
        intake = read_text(submitted_text(text), currency=use_cases.policy().currency)
    except IntakeError as error:
        return receipts.sentence(f"{error} Try /transactions help.")
    return taken(await use_cases.submit.offer(origin, intake), intake)


def taken(batch: ReviewState | Draft, intake: Intake) -> receipts.Told:
    """What the submitter is told of a batch: understood, or which rows are bad."""
    return receipts.draft(batch) if isinstance(batch, Draft) else receipts.receipt(batch, intake.notes)
