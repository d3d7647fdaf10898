"""Stored state -> Slack messages: each posted once, each brought to what is stored, never read back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import Form, Turn
from bot.domain.state import (
    Head,
)
from bot.domain.submission import Draft, FileRef, Origin
from bot.jobs import FileUnavailable
from bot.service import Service
from bot.store import INTENT
from handlers import private, receipts
from handlers.blocks import Block, plainly
from handlers.cards import PAGE, card, notification, page_of
from handlers.thread import groups, message, shown

EVENT = "countersign_review"
PAGE_OF_HISTORY = 200
SLACK_HOSTS = (".slack.com", ".slack-edge.com", ".slack-gov.com")
CLOCKS_APART = 60  # seconds by which Slack's clock may be behind ours
GONE = {"message_not_found", "cant_update_message"}
UNSHOWABLE = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}

log = structlog.get_logger()


class SlackPublisher:
    """Posts and updates the messages of reviews, and tells submitters what became of theirs."""

    def __init__(self, client: AsyncWebClient, service: Service) -> None:
        self._client = client
        self._service = service
        self._shelf = service.shelf

    # -- card and thread

    async def publish(self, team: str, review: str) -> None:
        """Bring the card, then the thread, to what is stored."""
        head = await self._service.reviews.head(team, review)
        if head is None:
            return
        posted = await self._shelf.messages(team, review)
        try:
            ts = await self._publish_card(head, posted)
            await self._publish_thread(head, ts, posted)
            await self._settle_proposal(head)
        except SlackApiError as error:
            await self._tell_once(head, private.error_code(error))
            raise

    async def _publish_card(self, head: Head, posted: Mapping[str, str]) -> str:
        blocks = await self._card(head)
        content = hashlib.sha256(json.dumps(blocks).encode()).hexdigest()[:16]
        ts = posted.get("card", "")
        if ts and ts != INTENT and posted.get("card_content") == content:
            return ts
        text = notification(head)
        if not ts or ts == INTENT or not await self._updated(head, ts, text, blocks):
            ts = await self._post_card(head, ts == INTENT, text, blocks)
            await self._shelf.link_thread(head.team, head.channel, ts, head.id)
        await self._shelf.note(head.team, head.id, card=ts, card_content=content)
        return ts

    async def _updated(self, head: Head, ts: str, text: str, blocks: list[Block]) -> bool:
        """Whether the card could be updated; one that somebody deleted gets a successor."""
        try:
            await self._client.chat_update(channel=head.channel, ts=ts, text=text, blocks=blocks)
        except SlackApiError as error:
            if private.error_code(error) in GONE:
                return False
            if private.error_code(error) not in UNSHOWABLE:
                raise
            log.error("card refused by Slack", review=head.id, error=private.error_code(error))
            await self._client.chat_update(channel=head.channel, ts=ts, text=text, blocks=plainly(text))
        return True

    async def _post_card(self, head: Head, begun: bool, text: str, blocks: list[Block]) -> str:
        part = {"review": head.id, "part": "card"}
        await self._shelf.note(head.team, head.id, card=INTENT)
        found = await self._find_card(head, part) if begun else None
        if found and await self._updated(head, found, text, blocks):
            return found
        return await self._post(head, text, blocks, part)

    async def _tell_once(self, head: Head, error: str) -> None:
        """The submitter hears, once, that the card has no place; the job goes on trying."""
        posted = await self._shelf.messages(head.team, head.id)
        if error in private.NOT_REACHED and posted.get("told") != error:
            await self._shelf.note(head.team, head.id, told=error)
            sentence = (
                f"I cannot post review {head.id} in its channel ({error}). Nothing is lost: "
                "invite me there and the card appears."
            )
            await private.send(self._client, head.submitter, receipts.sentence(sentence))

    async def _card(self, head: Head) -> list[Block]:
        flagged = await self._service.flagged(head.team, head.id) if head.flagged else ()
        start = page_of(head) * PAGE
        shown = (
            await self._service.entries(head.team, head.id, flagged[start : start + PAGE]) if flagged else ()
        )
        return card(head, shown, self._service.policy.approvers)

    async def _publish_thread(self, head: Head, card_ts: str, posted: Mapping[str, str]) -> None:
        done = int(posted.get("turn", "0"))
        if intent := posted.get("turns"):
            # A crash came between intent and note: these turns were to be one message, and stay one.
            last = int(intent)
            turns = await self._service.reviews.turns(head.team, head.id, after=done, last=last)
            await self._publish_turns(head, card_ts, shown(turns), last, begun=True)
            done = last
        turns = await self._service.reviews.turns(head.team, head.id, after=done, last=head.turns)
        for group in groups(turns):
            await self._publish_turns(head, card_ts, group, group[-1].seq)
        await self._shelf.note(head.team, head.id, turn=str(head.turns))

    async def _publish_turns(
        self, head: Head, card_ts: str, group: list[Turn], last: int, begun: bool = False
    ) -> None:
        """Post one message for these turns: intent first, then the message, then the note of it."""
        part = {"review": head.id, "part": "turns", "last": last}
        await self._shelf.note(head.team, head.id, turns=str(last))
        since = (await self._shelf.messages(head.team, head.id)).get("last_ts", card_ts) if begun else ""
        ts = await self._find_reply(head, part, card_ts, since) if begun else None
        if ts is None:
            summary = group[0].form is Form.SUMMARY
            named = await self._service.named_in_summary(head) if summary else ()
            text, blocks = message(head, group, named, self._service.policy.approvers)
            ts = await self._post(head, text, blocks, part, card_ts)
        facts = {"turns": "", "turn": str(last), "last_ts": ts}
        if group and group[0].proposal:
            facts["proposal"] = f"{ts} {group[0].proposal}"
        await self._shelf.note(head.team, head.id, **facts)

    async def _post(
        self, head: Head, text: str, blocks: list[Block], part: dict[str, Any], thread_ts: str | None = None
    ) -> str:
        """Post, with the metadata by which the message is found again; answers its ts.

        Blocks that Slack refuses would hold up everything behind them, so their notification text stands
        in for them.
        """
        post = partial(
            self._client.chat_postMessage,
            channel=head.channel,
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
            log.error("message refused by Slack", review=head.id, error=private.error_code(error))
            answer = await post(blocks=plainly(text))
        return str(answer["ts"])

    async def _settle_proposal(self, head: Head) -> None:
        """A proposal that no longer stands loses its buttons."""
        posted = await self._shelf.messages(head.team, head.id)
        ts, _, proposal = posted.get("proposal", "").partition(" ")
        if not ts or (head.proposal is not None and head.proposal.id == proposal):
            return
        text = "This proposal was answered or replaced."
        await self._updated(head, ts, text, plainly(text))
        await self._shelf.note(head.team, head.id, proposal="")

    async def _find_card(self, head: Head, part: dict[str, Any]) -> str | None:
        """The card that a crash left without a note of it, by the metadata it carries."""
        since = str(head.created_at.timestamp() - CLOCKS_APART)
        first = await self._client.conversations_history(
            channel=head.channel, oldest=since, include_all_metadata=True, limit=PAGE_OF_HISTORY
        )
        return await _found(first, part)

    async def _find_reply(self, head: Head, part: dict[str, Any], card_ts: str, since: str) -> str | None:
        first = await self._client.conversations_replies(
            channel=head.channel, ts=card_ts, oldest=since, include_all_metadata=True, limit=PAGE_OF_HISTORY
        )
        return await _found(first, part)

    # -- the submitter

    async def receipt(self, origin: Origin, head: Head, notes: Sequence[str]) -> None:
        """What was understood, and how it was read."""
        await self._tell(origin, receipts.receipt(head, notes))

    async def draft(self, draft: Draft) -> None:
        """Which rows are bad, and one button that takes the others."""
        await self._tell(draft.origin, receipts.draft(draft))

    async def tell(self, origin: Origin, sentence: str) -> None:
        """One private sentence."""
        await self._tell(origin, receipts.sentence(sentence))

    async def _tell(self, origin: Origin, told: receipts.Told) -> None:
        await private.tell(self._client, origin.told_in or origin.channel, origin.submitter, told)

    # -- files

    async def fetch(self, team: str, file: FileRef, limit: int) -> bytes:
        """The bytes of a file in Slack, at most ``limit``; the token goes to Slack's own hosts only."""
        try:
            info = (await self._client.files_info(file=file.id))["file"]
        except SlackApiError as error:
            if private.error_code(error) in {"file_not_found", "file_deleted"}:
                raise FileUnavailable(
                    f"I cannot see {file.name}: it was deleted, or I am not in that channel. "
                    "Invite me there and hand it in again."
                ) from error
            raise
        too_large = FileUnavailable(f"{file.name} is larger than {limit // 1_000_000} MB. Please split it.")
        if int(info.get("size", 0)) > limit:
            raise too_large
        url = str(info.get("url_private_download") or info.get("url_private") or "")
        if not self._is_slack(url):
            raise FileUnavailable(f"{file.name} is kept outside Slack. Please upload it.")
        timeout = aiohttp.ClientTimeout(total=60)
        headers = {"Authorization": f"Bearer {self._client.token}"}
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            response.raise_for_status()
            if response.status != 200:
                raise FileUnavailable(f"{file.name} could not be fetched from Slack.")
            content = bytearray()
            async for piece in response.content.iter_chunked(65536):
                content += piece
                if len(content) > limit:
                    raise too_large
            return bytes(content)

    def _is_slack(self, url: str) -> bool:
        there, here = urlsplit(url), urlsplit(self._client.base_url)
        if there.netloc == here.netloc:
            return there.scheme == here.scheme
        return there.scheme == "https" and (there.hostname or "").endswith(SLACK_HOSTS)


async def _found(first: AsyncSlackResponse, part: dict[str, Any]) -> str | None:
    """The ts of the message that carries this metadata, on whichever page it stands."""
    async for page in first:
        messages: list[dict[str, Any]] = page.get("messages", [])
        for one in messages:
            metadata = one.get("metadata") or {}
            if metadata.get("event_type") == EVENT and metadata.get("event_payload") == part:
                return str(one["ts"])
    return None
