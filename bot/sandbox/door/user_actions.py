"""What a person does in the workspace, delivered to the app, and what the app's answer brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ..api import marks
from ..api.files import share
from ..api.responses import acknowledged
from ..blocks.mrkdwn import as_typed
from ..delivery import payloads
from ..delivery.events import home_opened, message_changed, message_events
from ..delivery.installation import Site
from ..delivery.sender import Answer
from ..slack_json import Json
from ..workspace.errors import ApiError
from ..workspace.initial_content import BOT_USER


class Refused(Exception):
    """An act that is not possible here: an HTTP status and a code for whoever tried it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def outcome(answer: Answer, response: Any = None, error: ApiError | None = None) -> Json:
    """The door's answer to one act."""
    said = error.body() if error is not None else answer.body if response is None else response
    return {
        "ok": answer.ok and error is None,
        "status": answer.status,
        "ms": answer.ms,
        "response": said or {},
    }


def typed(site: Site, text: str, *, links: bool = True) -> str:
    """A person's text as Slack hands it on."""
    return as_typed(text, {name: user for user, name in site.workspace.users.items()}, links=links)


async def say(
    site: Site,
    user: str,
    channel: str,
    text: str,
    thread_ts: str | None = None,
    files: list[Json] | None = None,
) -> Json:
    """A message; answered when the app has acknowledged every event that comes of it."""
    if thread_ts is not None:
        parent = site.workspace.message(channel, thread_ts)
        if parent is None or parent["ephemeral_to"]:
            raise Refused(404, "thread_not_found")
        thread_ts = parent["thread_ts"] or thread_ts
    attached = share(site, files or [], channel)
    message = site.workspace.post(channel, user, typed(site, text), thread_ts=thread_ts, files=attached)
    return outcome(
        await sent(site, message_events(site.workspace, message)), {"channel": channel, "ts": message["ts"]}
    )


async def edit(site: Site, user: str, channel: str, ts: str, text: str) -> Json:
    """A person's edit of their own message."""
    message = site.workspace.message(channel, ts)
    if message is None or message["user"] != user:
        raise Refused(404, "message_not_found")
    event_ts = site.workspace.timestamps.next()
    edited = {"user": user, "ts": event_ts}
    before = site.workspace.change(message, text=typed(site, text), edited=edited)
    event = message_changed(site.workspace, message, before, event_ts)
    return outcome(await sent(site, [event]), {"channel": channel, "ts": ts})


async def delete(site: Site, user: str, channel: str, ts: str) -> Json:
    """A person's deletion of their own message."""
    message = site.workspace.message(channel, ts)
    if message is None or message["user"] != user:
        raise Refused(404, "message_not_found")
    return outcome(await sent(site, [site.deleted(message)]), {"channel": channel, "ts": ts})


async def move(site: Site, user: str, channel: str, member: str, *, leave: bool) -> Json:
    """Bring a member into a channel, or take one out."""
    if site.workspace.channels[channel]["is_im"] or leave != (member in site.workspace.members(channel)):
        raise Refused(400, "not_in_channel" if leave else "already_in_channel")
    events = site.left(member, channel) if leave else site.joined(member, channel, user)
    return outcome(await sent(site, events), {"channel": channel, "member": member})


async def react(site: Site, user: str, channel: str, ts: str, name: str, *, remove: bool) -> Json:
    """A person's reaction, or taking it back."""
    mark = marks.unreact if remove else marks.react
    return await marked(site, channel, ts, lambda message: mark(site, user, message, marks.emoji(name)))


async def pin(site: Site, user: str, channel: str, ts: str, *, remove: bool) -> Json:
    """A person's pin, or taking it out."""
    mark = marks.unpin if remove else marks.pin
    return await marked(site, channel, ts, lambda message: mark(site, user, message))


async def marked(site: Site, channel: str, ts: str, mark: Callable[[Json], Json]) -> Json:
    message = site.workspace.message(channel, ts)
    if message is None or message["ephemeral_to"] or message.get("subtype") == "tombstone":
        raise Refused(404, "message_not_found")
    try:
        event = mark(message)
    except ApiError as refused:
        raise Refused(400, refused.code) from None
    return outcome(await sent(site, [event]), {"channel": channel, "ts": ts})


async def uninstall(site: Site) -> Json:
    """Somebody takes the app out of the workspace."""
    if site.installation.ended == "account_inactive":
        raise Refused(400, "app_not_installed")
    return outcome(await sent(site, site.uninstall()))


async def sent(site: Site, events: list[Json]) -> Answer:
    """The worst answer among several events, with the longest wait."""
    answers = await asyncio.gather(*(site.send_event(event) for event in events))
    worst = max(answers, key=lambda answer: answer.status)
    return Answer(worst.status, max(answer.ms for answer in answers), worst.body)


async def command(site: Site, user: str, channel: str, name: str, text: str) -> Json:
    """A slash command; what the app acknowledges with is shown to the person."""
    payload = payloads.slash_command(
        site.workspace,
        user,
        channel,
        name,
        typed(site, text, links=False),
        site.triggers.issue(user, channel),
        site.response_url(user, channel),
    )
    answer = await site.hand("commands", payload)
    try:
        if answer.ok:
            acknowledged(site, user, channel, answer.body)
    except ApiError as refused:
        return outcome(answer, error=refused)
    return outcome(answer)


async def shortcut(site: Site, user: str, channel: str, ts: str, callback_id: str) -> Json:
    """A message shortcut."""
    stored = site.workspace.message(channel, ts)
    if stored is None or stored["ephemeral_to"]:
        raise Refused(404, "message_not_found")
    payload = payloads.interaction(site.workspace, "message_action", user, site.triggers.issue(user, channel))
    payload |= {
        "callback_id": callback_id,
        "message_ts": ts,
        "action_ts": site.workspace.timestamps.next(),
        "channel": payloads.channel_ref(site.workspace, channel),
        "message": payloads.message(site.workspace, stored),
        "response_url": site.response_url(user, channel, ts if stored["user"] == BOT_USER else None),
    }
    return outcome(await site.hand("interactive", payload))


async def open_home(site: Site, user: str) -> Json:
    site.workspace.open_direct(user)
    return outcome(await site.send_event(home_opened(site.workspace, user)))
