"""Whom to tell of what waits for them, and when; and what they were told when."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from bot.store.codec import EPOCH, MICROSECOND
from bot.store.keys import NOTICE_LIFE, PEOPLE_DUE, notice, notice_causes
from bot.store.scripts import lua

KEPT = 10  # times that a person was told which are kept
LIFE = int(NOTICE_LIFE.total_seconds())


@dataclass(frozen=True, slots=True)
class NoticeIntent:
    """Somebody set out to tell a person, and whether the message stands in Slack is not known.

    ``channel`` is Slack's id of the conversation; ``since`` is aware UTC, ``None`` where the call to Slack
    has ended without an answer. ``first`` is when the first try began.
    """

    channel: str
    since: datetime | None
    first: datetime


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """What a person was told: ``due`` is when they are to be told again, ``sent`` when they were, all UTC."""

    due: datetime | None = None
    sent: tuple[datetime, ...] = ()
    intent: NoticeIntent | None = None


class NoticeStore:
    """One record a person; all in one slot, since there are far fewer approvers than payments."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._ask = redis.register_script(lua("ask_notice"))
        self._settle = redis.register_script(lua("settle_notice"))

    async def ask(self, team: str, user: str, cause: str, at: datetime) -> bool:
        """Have a person told at ``at`` (aware UTC) for a cause; whether that is a new one."""
        args: list[str | float] = [f"{team} {user}", at.timestamp(), cause, LIFE]
        return bool(await self._ask(keys=[PEOPLE_DUE, notice_causes(team, user)], args=args))

    async def due(self, now: datetime, limit: int = 200) -> list[tuple[str, str]]:
        """The people, each as workspace and Slack user id, who are to be told by ``now`` (aware UTC)."""
        members = await self._redis.zrange(
            PEOPLE_DUE, "-inf", now.timestamp(), byscore=True, offset=0, num=limit
        )
        pairs = (member.partition(" ") for member in cast("list[str]", members))
        return [(team, user) for team, _, user in pairs]

    async def record(self, team: str, user: str) -> NoticeRecord:
        """What is known of telling this person."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.zscore(PEOPLE_DUE, f"{team} {user}")
            pipe.hgetall(notice(team, user))
            due, fields = await pipe.execute()
        return NoticeRecord(
            due=None if due is None else EPOCH + round(due * 1_000_000) * MICROSECOND,
            sent=tuple(_time(micros) for micros in json.loads(fields.get("sent", "[]"))),
            intent=_intent(fields["intent"]) if "intent" in fields else None,
        )

    async def put_off(self, team: str, user: str, until: datetime) -> None:
        """Tell a person later, if they are still to be told."""
        await self._redis.zadd(PEOPLE_DUE, {f"{team} {user}": until.timestamp()}, xx=True)

    async def claim(self, team: str, user: str, intent: NoticeIntent) -> bool:
        """Set out to tell a person; false where somebody else has set out already."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(notice(team, user), "intent", _intent_text(intent))
            pipe.expire(notice(team, user), NOTICE_LIFE)
            is_first, _ = await pipe.execute()
        return bool(is_first)

    async def renew(self, team: str, user: str, intent: NoticeIntent | None) -> None:
        """Note what is known of an attempt; ``None`` where Slack took nothing of it."""
        if intent is None:
            await self._redis.hdel(notice(team, user), "intent")
        else:
            await self._redis.hset(notice(team, user), "intent", _intent_text(intent))

    async def told(self, team: str, user: str, record: NoticeRecord, at: datetime | None) -> None:
        """What was due by the record is done; ``at`` (aware UTC) is when they were told, if at all."""
        sent = [_micros(moment) for moment in (*record.sent, at) if moment][-KEPT:] if at else []
        until = record.due.timestamp() if record.due else 0.0
        args: list[str | float] = [f"{team} {user}", until, json.dumps(sent) if sent else "", LIFE]
        await self._settle(keys=[PEOPLE_DUE, notice(team, user)], args=args)


def _intent_text(intent: NoticeIntent) -> str:
    since = None if intent.since is None else _micros(intent.since)
    return json.dumps([intent.channel, since, _micros(intent.first)])


def _intent(text: str) -> NoticeIntent:
    match json.loads(text):
        case [str(channel), int() | None as since, int(first)]:
            return NoticeIntent(channel, None if since is None else _time(since), _time(first))
    raise ValueError("what is noted of a notice cannot be read")


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _time(micros: int) -> datetime:
    return EPOCH + micros * MICROSECOND
