"""What stands in Slack for one review, as typed values, and their text in Redis."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict, TypeAdapter

PROPOSAL = "proposal "  # and the proposal's id: the field of its message's ts


class PostedCard(BaseModel):
    """The card by its Slack ``ts``.

    ``content`` names the blocks that it was last given, so that equal ones are not sent again; empty where
    nobody knows which blocks it shows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ts: str
    content: str = ""


class CardIntent(BaseModel):
    """Somebody set out to post the card, and whether it stands in Slack is not known.

    ``since`` is when that was, aware UTC; ``None`` where the call to Slack has ended without an answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: datetime | None = None


class TurnsIntent(BaseModel):
    """Somebody set out to post the turns up to ``last`` as one message; ``since`` as for a card."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    last: int
    since: datetime | None = None


class PostedThread(BaseModel):
    """How far the thread goes: the last turn that stands in it, from 1, and the ts of the last message.

    ``intent`` is the message that is being posted after it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    turn: int = 0
    last_ts: str = ""
    intent: TurnsIntent | None = None


NO_THREAD = PostedThread()
CARD: TypeAdapter[PostedCard | CardIntent] = TypeAdapter(PostedCard | CardIntent)


@dataclass(frozen=True, slots=True)
class PostedMessages:
    """All that is known of a review's messages in Slack.

    ``proposals`` are the messages with a button to confirm, by the proposal's id: their ts. ``version`` is
    the version of the review that card and thread show; ``None`` where they show none, or nobody knows which.
    ``told_error`` is Slack's name of the error that the submitter was told of.
    """

    card: PostedCard | CardIntent | None = None
    thread: PostedThread = NO_THREAD
    proposals: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    told_error: str = ""


def fields_of(posted: PostedMessages) -> dict[str, str]:
    """The fields that a record is stored in; what is as it is at first is not stored."""
    fields = {PROPOSAL + proposal: ts for proposal, ts in posted.proposals.items()}
    if posted.card is not None:
        fields["card"] = posted.card.model_dump_json(exclude_defaults=True)
    if posted.thread != NO_THREAD:
        fields["thread"] = posted.thread.model_dump_json(exclude_defaults=True)
    if posted.version is not None:
        fields["version"] = str(posted.version)
    if posted.told_error:
        fields["told_error"] = posted.told_error
    return fields


def posted_of(fields: Mapping[str, str]) -> PostedMessages:
    """The record that ``fields_of`` wrote; raises ``ValueError`` where it cannot be read."""
    card, thread, version = fields.get("card"), fields.get("thread"), fields.get("version")
    return PostedMessages(
        card=None if card is None else CARD.validate_json(card),
        thread=NO_THREAD if thread is None else PostedThread.model_validate_json(thread),
        proposals={
            name.removeprefix(PROPOSAL): ts for name, ts in fields.items() if name.startswith(PROPOSAL)
        },
        version=None if version is None else int(version),
        told_error=fields.get("told_error", ""),
    )
