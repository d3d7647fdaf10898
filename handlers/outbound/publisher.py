"""Stored state -> Slack messages: each posted once, each brought to what is stored, never read back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.application.look import LookAtReviews
from bot.application.ports import Clock, PolicyInForce, TryLater
from bot.domain.conversation import Turn, TurnKind
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import Draft, FileRef, Origin
from bot.store import INTENT, MessageStore, ReviewStore
from handlers.outbound import private
from handlers.outbound.calls import CALL_SECONDS, Calls, Lane, posts, put_off, reads, updates
from handlers.outbound.files import download
from handlers.views import receipts
from handlers.views.blocks import Block, sentence_blocks
from handlers.views.card import PAGE, card, notification, page_of
from handlers.views.thread import groups, message, shown

EVENT = "countersign_review"
PAGE_OF_HISTORY = 200
CLOCKS_APART = 60  # seconds by which Slack's clock may be behind ours
GONE = {"message_not_found", "cant_update_message"}
PROPOSAL = "proposal "  # and its id: where the ts of its message is noted until it is settled
# An intent as old as this is that of a process that died: its call to Slack has ended one way or the other.
UNDER_WAY = CALL_SECONDS + 2.0
OUTRUN = 0.2  # seconds; somebody else is at the same message, and has stored it by then
UNSHOWABLE = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A card as it should be, beside what is known of the one that stands there."""

    state: ReviewState
    posted: Mapping[str, str]
    blocks: list[Block]
    content: str

    @property
    def card(self) -> str:
        """Its ts, or the intent to post it, or nothing."""
        return self.posted.get("card", "")

    @property
    def is_posted(self) -> bool:
        return self.card not in ("", INTENT)

    @property
    def is_shown(self) -> bool:
        return self.is_posted and self.posted.get("card_content") == self.content

    @property
    def lane(self) -> Lane:
        if self.is_posted:
            return updates(self.state.team)
        return posts(self.state.team, self.state.channel)


class SlackPublisher:
    """Posts and updates the messages of reviews, and tells submitters what became of theirs."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        look: LookAtReviews,
        reviews: ReviewStore,
        messages: MessageStore,
        calls: Calls,
        policy: PolicyInForce,
        now: Clock,
        operators: str | None = None,
    ) -> None:
        self._client = client
        self._look = look
        self._reviews = reviews
        self._messages = messages
        self._calls = calls
        self._policy = policy
        self._now = now
        self._operators = operators

    # -- card and thread

    async def publish(self, team: str, review: str) -> None:
        """Bring the card, then the thread, to what is stored, until nothing newer is stored.

        A publisher that was held up may show what is no longer so; it looks again when it has finished,
        so the newest state is always shown last.
        """
        while (wanted := await self._wanted(team, review)) is not None:
            try:
                shown = await self._publish_card(wanted)
                if shown is None:
                    continue
                state, ts = shown
                await self._publish_thread(state, ts)
                await self._settle_proposals(team, review)
            except SlackApiError as error:
                await self._tell_once(wanted.state, private.error_code(error))
                raise
            await self._messages.note(team, review, version=str(state.version))

    async def _wanted(self, team: str, review: str) -> "_Wanted | None":
        """What Slack should show by what is stored now; ``None`` where it shows it."""
        posted = await self._messages.messages(team, review)
        state = await self._look.state(team, review)
        if state is None or posted.get("version") == str(state.version):
            return None
        # A long batch moves on all the time; only what was asked to be shown is worth a call.
        if state.status is ReviewStatus.ASSESSING and int(posted.get("version", -1)) >= state.due:
            return None
        blocks = await self._card(state)
        content = hashlib.sha256(json.dumps(blocks).encode()).hexdigest()[:16]
        return _Wanted(state, posted, blocks, content)

    async def _publish_card(self, wanted: "_Wanted") -> tuple[ReviewState, str] | None:
        """Post or update the card, where it is not what it should be; the state that it shows, and its ts.

        ``None`` where somebody else has shown the newest state meanwhile.
        """
        if wanted.is_shown:
            return wanted.state, wanted.card
        await self._calls.turn(wanted.lane)
        # What was decided while this job waited for its turn goes into the same update.
        newest = await self._wanted(wanted.state.team, wanted.state.id)
        if newest is None:
            return None
        wanted, state, ts = newest, newest.state, newest.card
        text = notification(state)
        if not ts or ts == INTENT or not await self._updated(state, ts, text, wanted.blocks):
            ts = await self._post_card(wanted, text)
            await self._messages.link_thread(state.team, state.channel, ts, state.id)
        await self._messages.note(state.team, state.id, card=ts, card_content=wanted.content)
        return state, ts

    async def _updated(self, state: ReviewState, ts: str, text: str, blocks: list[Block]) -> bool:
        """Whether the message could be updated; a card that somebody deleted gets a successor."""
        lane, call = updates(state.team), self._client.chat_update
        update = partial(self._calls.make, lane, call, channel=state.channel, ts=ts, text=text)
        try:
            await update(blocks=blocks)
        except SlackApiError as error:
            if private.error_code(error) in GONE:
                return False
            if private.error_code(error) not in UNSHOWABLE:
                raise
            log.error("card refused by Slack", review=state.id, error=private.error_code(error))
            await update(blocks=sentence_blocks(text))
        return True

    async def _post_card(self, wanted: "_Wanted", text: str) -> str:
        state, before = wanted.state, wanted.card
        part = {"review": state.id, "part": "card"}
        if before == INTENT:
            self._wait_for_others(wanted.posted.get("card_at", ""))
            found = await self._find_card(state, part)
            if found and await self._updated(state, found, text, wanted.blocks):
                return found
        stands = {"card": before, "card_at": wanted.posted.get("card_at", "")}
        if not await self._messages.claim(state.team, state.id, stands, card=INTENT, card_at=self._clock()):
            raise TryLater(OUTRUN)
        try:
            return await self._post(state, text, wanted.blocks, part)
        except TryLater:
            # Slack took nothing, so there is nothing to look for.
            await self._messages.claim(state.team, state.id, {"card": INTENT}, card="")
            raise
        except Exception:
            await self._messages.note(state.team, state.id, card_at="")
            raise

    def _wait_for_others(self, began: str) -> None:
        """Raises ``TryLater`` while somebody may still be posting what they intended to."""
        left = float(began or 0) + UNDER_WAY - float(self._clock())
        if left > 0:
            raise TryLater(left)

    def _clock(self) -> str:
        return str(self._now().timestamp())

    async def _tell_once(self, state: ReviewState, error: str) -> None:
        """The submitter hears, once, that the card has no place; the job goes on trying."""
        posted = await self._messages.messages(state.team, state.id)
        if error in private.NOT_REACHED and posted.get("told") != error:
            await self._messages.note(state.team, state.id, told=error)
            sentence = (
                f"I cannot post review {state.id} in its channel ({error}). Nothing is lost: "
                "invite me there and the card appears."
            )
            await private.send(self._client, state.submitter, receipts.sentence(sentence))

    async def _card(self, state: ReviewState) -> list[Block]:
        flagged = await self._look.flagged(state.team, state.id) if state.flagged else ()
        start = page_of(state) * PAGE
        shown = (
            await self._look.transactions(state.team, state.id, flagged[start : start + PAGE])
            if flagged
            else ()
        )
        return card(state, shown, self._policy().approvers)

    async def _publish_thread(self, state: ReviewState, card_ts: str) -> None:
        posted = await self._messages.messages(state.team, state.id)
        stands = posted.get("turn", "")
        if intent := posted.get("turns"):
            self._wait_for_others(posted.get("turns_at", ""))
            # A crash came between intent and note: these turns were to be one message, and stay one.
            turns = await self._reviews.turns(state.team, state.id, after=int(stands or 0), last=int(intent))
            stands = await self._publish_turns(state, card_ts, shown(turns), stands, intent, begun=True)
        turns = await self._reviews.turns(state.team, state.id, after=int(stands or 0), last=state.turns)
        for group in groups(turns):
            await self._calls.turn(posts(state.team, state.channel))
            stands = await self._publish_turns(state, card_ts, group, stands, str(group[-1].seq))
        # Never backwards: whoever was faster has posted more than we know of.
        last = str(max(int(stands or 0), state.turns))
        if not await self._messages.claim(state.team, state.id, {"turn": stands, "turns": ""}, turn=last):
            raise TryLater(OUTRUN)

    async def _publish_turns(
        self, state: ReviewState, card_ts: str, group: list[Turn], stands: str, last: str, begun: bool = False
    ) -> str:
        """Post one message for these turns: intent first, then the message, then the note of it.

        ``stands`` is the last turn known to be posted; the answer is the last one after it.
        """
        part = {"review": state.id, "part": "turns", "last": int(last)}
        posted = await self._messages.messages(state.team, state.id)
        # Looked for before the claim: a claim is news of a message under way, which others wait for.
        since = posted.get("last_ts", card_ts)
        ts = await self._find_reply(state, part, card_ts, since) if begun else None
        intent = {"turn": stands, "turns": last if begun else "", "turns_at": posted.get("turns_at", "")}
        at = self._clock()
        if not await self._messages.claim(state.team, state.id, intent, turns=last, turns_at=at):
            raise TryLater(OUTRUN)
        if ts is None:
            summary = group[0].form is TurnKind.SUMMARY
            named = await self._look.named_in_summary(state) if summary else ()
            text, blocks = message(state, group, named, self._policy().approvers)
            try:
                ts = await self._post(state, text, blocks, part, card_ts)
            except TryLater:
                await self._messages.claim(state.team, state.id, {"turns": last, "turns_at": at}, turns="")
                raise
            except Exception:
                await self._messages.note(state.team, state.id, turns_at="")
                raise
        facts = {"turns": "", "turn": last, "last_ts": ts}
        if group and group[0].proposal:
            facts[PROPOSAL + group[0].proposal] = ts
        if not await self._messages.claim(state.team, state.id, {"turn": stands}, **facts):
            raise TryLater(OUTRUN)
        return last

    async def _post(
        self,
        state: ReviewState,
        text: str,
        blocks: list[Block],
        part: dict[str, Any],
        thread_ts: str | None = None,
    ) -> str:
        """Post, with the metadata by which the message is found again; answers its ts.

        Blocks that Slack refuses would hold up everything behind them, so their notification text stands
        in for them.
        """
        post = partial(
            self._calls.make,
            posts(state.team, state.channel),
            self._client.chat_postMessage,
            channel=state.channel,
            text=text,
            thread_ts=thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT, "event_payload": part},
        )
        try:
            answer = await post(blocks=blocks)
        except SlackApiError as error:
            if private.error_code(error) not in UNSHOWABLE:
                raise
            log.error("message refused by Slack", review=state.id, error=private.error_code(error))
            answer = await post(blocks=sentence_blocks(text))
        return str(answer["ts"])

    async def _settle_proposals(self, team: str, review: str) -> None:
        """Every proposal that no longer stands loses its buttons."""
        posted = await self._messages.messages(team, review)
        # Looked at after the messages: whatever is posted by then is known to this state.
        state = await self._look.state(team, review)
        if state is None:
            return
        standing = PROPOSAL + state.proposal.id if state.proposal else ""
        text = "This proposal was answered or replaced."
        for name, ts in posted.items():
            if name.startswith(PROPOSAL) and ts and name != standing:
                await self._calls.turn(updates(team))
                await self._updated(state, ts, text, sentence_blocks(text))
                await self._messages.note(team, review, **{name: ""})

    async def _find_card(self, state: ReviewState, part: dict[str, Any]) -> str | None:
        """The card that a crash left without a note of it, by the metadata it carries."""
        since = str(state.created_at.timestamp() - CLOCKS_APART)
        await self._calls.turn(reads(state.team))
        first = await self._calls.make(
            reads(state.team),
            self._client.conversations_history,
            channel=state.channel,
            oldest=since,
            include_all_metadata=True,
            limit=PAGE_OF_HISTORY,
        )
        return await _found(first, part)

    async def _find_reply(
        self, state: ReviewState, part: dict[str, Any], card_ts: str, since: str
    ) -> str | None:
        await self._calls.turn(reads(state.team))
        first = await self._calls.make(
            reads(state.team),
            self._client.conversations_replies,
            channel=state.channel,
            ts=card_ts,
            oldest=since,
            include_all_metadata=True,
            limit=PAGE_OF_HISTORY,
        )
        return await _found(first, part)

    # -- the submitter

    async def receipt(self, origin: Origin, state: ReviewState, notes: Sequence[str]) -> None:
        """What was understood, and how it was read."""
        await self._tell(origin, receipts.receipt(state, notes))

    async def draft(self, draft: Draft) -> None:
        """Which rows are bad, and one button that takes the others."""
        await self._tell(draft.origin, receipts.draft(draft))

    async def tell(self, origin: Origin, sentence: str) -> None:
        """One private sentence."""
        await self._tell(origin, receipts.sentence(sentence))

    async def _tell(self, origin: Origin, told: receipts.PrivateMessage) -> None:
        with put_off():
            await private.tell(self._client, origin.told_in or origin.channel, origin.submitter, told)

    async def alarm(self, sentence: str) -> None:
        """One sentence in the operators' channel, where there is one."""
        if self._operators:
            text, blocks = receipts.sentence(sentence)
            with put_off():
                await self._client.chat_postMessage(channel=self._operators, text=text, blocks=blocks)

    async def fetch(self, team: str, file: FileRef, limit: int) -> bytes:
        """The bytes of a file in Slack."""
        return await download(self._client, file, limit)


async def _found(first: AsyncSlackResponse, part: dict[str, Any]) -> str | None:
    """The ts of the message that carries this metadata, on whichever page it stands."""
    async for page in first:
        messages: list[dict[str, Any]] = page.get("messages", [])
        for one in messages:
            metadata = one.get("metadata") or {}
            if metadata.get("event_type") == EVENT and metadata.get("event_payload") == part:
                return str(one["ts"])
    return None
