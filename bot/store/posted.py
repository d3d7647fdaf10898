"""What stands in Slack for one review, as typed values, and their text in Redis.

A text is at most 64 bytes long, since Redis keeps a small hash of longer ones in several times the room.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.store.codec import EPOCH, MICROSECOND

PROPOSAL = "proposal "  # and the proposal's id: the field of its message's ts


@dataclass(frozen=True, slots=True)
class PostedCard:
    """The card by its Slack ``ts``.

    ``content`` names the blocks that it was last given, so that equal ones are not sent again; empty where
    nobody knows which blocks it shows. ``replaces`` is the ts of the earlier card that it stands in for.
    """

    ts: str
    content: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class CardIntent:
    """Somebody set out to post the card, and whether it stands in Slack is not known.

    ``since`` is when that was, aware UTC; ``None`` where the call to Slack has ended without an answer.
    ``replaces`` is the ts of the earlier card that it is to stand in for.
    """

    since: datetime | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class TurnsIntent:
    """Somebody set out to post the turns up to ``last`` as one message; whether it stands there is not known.

    ``since`` is when that was, aware UTC; ``None`` where the call to Slack has ended without an answer.
    """

    last: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PostedThread:
    """How far the thread goes: the last turn that stands in it, from 1, and the ts of the last message.

    ``intent`` is the message that is being posted after it.
    """

    turn: int = 0
    last_ts: str = ""
    intent: TurnsIntent | None = None


@dataclass(frozen=True, slots=True)
class PostedDirect:
    """A direct message to the submitter, by its Slack ``ts``; ``content`` names what it was last given."""

    ts: str
    content: str


@dataclass(frozen=True, slots=True)
class DirectIntent:
    """Somebody set out to send a direct message, and whether it stands in Slack is not known.

    ``since`` is when that was, aware UTC; ``None`` where the call to Slack has ended without an answer.
    """

    since: datetime | None = None


Direct = PostedDirect | DirectIntent | None
"""What is known of a direct message; ``None`` where none was sent yet."""


@dataclass(frozen=True, slots=True)
class SubmitterMessages:
    """What is known of the direct messages to the submitter of a review.

    ``channel`` is Slack's id of the conversation, empty while none is open; ``standing`` the message that
    says how the payments stand, and ``end`` the one that says that all is decided. ``is_over`` says that
    Slack delivers nothing to them any more, so that nothing is tried again.
    """

    channel: str = ""
    standing: Direct = None
    end: Direct = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class PostedSummary:
    """The message that sums the review up, by its Slack ``ts``; ``content`` names the blocks it was given."""

    ts: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class PostedMessages:
    """All that is known of a review's messages in Slack.

    ``proposals`` are the messages with a button to confirm, by the proposal's id: their ts. ``version`` is
    the version of the review that card and thread show; ``None`` where they show none, or nobody knows which.
    ``told_error`` is Slack's name of the refusal that the submitter was told of, until a round succeeds.
    ``told_short`` are the groups, separated by spaces, of which operators were told that too few are left.
    ``summary`` is the message that sums it up, ``None`` where there is none, and ``submitter`` are the direct
    messages to the submitter.
    """

    card: PostedCard | CardIntent | None = None
    thread: PostedThread = field(default_factory=PostedThread)
    proposals: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    told_error: str = ""
    told_short: str = ""
    summary: PostedSummary | None = None
    submitter: SubmitterMessages = field(default_factory=SubmitterMessages)


def fields_of(posted: PostedMessages) -> dict[str, str]:
    """The fields that a record is stored in; what is as it is at first is not stored."""
    fields = {PROPOSAL + proposal: ts for proposal, ts in posted.proposals.items()}
    if posted.card is not None:
        fields["card"] = _card_text(posted.card)
    if posted.thread != PostedThread():
        fields["thread"] = _thread_text(posted.thread)
    if posted.version is not None:
        fields["version"] = str(posted.version)
    if posted.summary:
        fields["summary"] = _text([posted.summary.ts, posted.summary.content])
    if posted.told_error:
        fields["told_error"] = posted.told_error
    if posted.told_short:
        fields["told_short"] = posted.told_short
    return fields | _fields_of_submitter(posted.submitter)


def posted_of(fields: Mapping[str, str]) -> PostedMessages:
    """The record that ``fields_of`` wrote; raises ``ValueError`` where it cannot be read."""
    version = fields.get("version")
    proposals = {name.removeprefix(PROPOSAL): ts for name, ts in fields.items() if name.startswith(PROPOSAL)}
    return PostedMessages(
        card=_card(fields["card"]) if "card" in fields else None,
        thread=_thread(fields["thread"]) if "thread" in fields else PostedThread(),
        proposals=proposals,
        version=None if version is None else int(version),
        told_error=fields.get("told_error", ""),
        told_short=fields.get("told_short", ""),
        summary=PostedSummary(*json.loads(fields["summary"])) if "summary" in fields else None,
        submitter=_submitter(fields),
    )


def _fields_of_submitter(direct: SubmitterMessages) -> dict[str, str]:
    fields = {"direct_channel": direct.channel, "direct_over": "1" if direct.is_over else ""}
    for name, sent in (("direct", direct.standing), ("direct_end", direct.end)):
        if isinstance(sent, PostedDirect):
            fields[name] = _text([sent.ts, sent.content])
        elif sent is not None:
            fields[name] = _text([_micros(sent.since)])
    return {name: text for name, text in fields.items() if text}


def _submitter(fields: Mapping[str, str]) -> SubmitterMessages:
    return SubmitterMessages(
        channel=fields.get("direct_channel", ""),
        standing=_direct(fields.get("direct")),
        end=_direct(fields.get("direct_end")),
        is_over="direct_over" in fields,
    )


def _direct(text: str | None) -> Direct:
    """A message is written as ``[ts, content]``, an intent as ``[since]``."""
    match None if text is None else json.loads(text):
        case None:
            return None
        case [str(ts), str(content)]:
            return PostedDirect(ts, content)
        case [int() | None as since]:
            return DirectIntent(_time(since))
    raise ValueError("what is noted of a direct message cannot be read")


def _card_text(card: PostedCard | CardIntent) -> str:
    """A card is written as ``[ts, content]``, an intent as ``[since]``; then the card replaced, if any."""
    replaces = [card.replaces] if card.replaces else []
    if isinstance(card, PostedCard):
        return _text([card.ts, card.content, *replaces])
    return _text([_micros(card.since), *replaces])


def _card(text: str) -> PostedCard | CardIntent:
    match json.loads(text):
        case [str(ts), str(content)]:
            return PostedCard(ts, content)
        case [str(ts), str(content), str(replaces)]:
            return PostedCard(ts, content, replaces)
        case [int() | None as since]:
            return CardIntent(_time(since))
        case [int() | None as since, str(replaces)]:
            return CardIntent(_time(since), replaces)
    raise ValueError("what is noted of the card cannot be read")


def _thread_text(thread: PostedThread) -> str:
    """A thread is written as ``[turn, last_ts]``, with an intent as ``[turn, last_ts, last, since]``."""
    intent = [thread.intent.last, _micros(thread.intent.since)] if thread.intent else []
    return _text([thread.turn, thread.last_ts, *intent])


def _thread(text: str) -> PostedThread:
    match json.loads(text):
        case [int(turn), str(last_ts)]:
            return PostedThread(turn, last_ts)
        case [int(turn), str(last_ts), int(last), int() | None as since]:
            return PostedThread(turn, last_ts, TurnsIntent(last, _time(since)))
    raise ValueError("what is noted of the thread cannot be read")


def _text(parts: list[str | int | None]) -> str:
    return json.dumps(parts, separators=(",", ":"))


def _micros(at: datetime | None) -> int | None:
    """Microseconds since 1970."""
    return None if at is None else (at - EPOCH) // MICROSECOND


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else EPOCH + micros * MICROSECOND
