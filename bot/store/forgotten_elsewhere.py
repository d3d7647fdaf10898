"""Where else somebody stands who is forgotten: names, notices, absences, mappings, past payments."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import cast

from redis.asyncio import Redis

from bot.domain.audit.chain import ChainCheck, beginning, chained, read_line, text_of
from bot.domain.audit.entry import TrailEnd
from bot.domain.names import fingerprint, folded_name
from bot.domain.policy import PastPayment
from bot.domain.review import forgetting
from bot.domain.review.forgetting import Forgetting
from bot.store import keys
from bot.store.absences import TRAIL
from bot.store.copies import OF_REVIEW, Copies, JobsCopy
from bot.store.forgetting import Order, TrailBroken
from bot.store.keys import PAST_SHARDS
from bot.store.scripts import lua
from bot.store.scripts.copy import KeyCopy, ReviewCopy
from bot.store.scripts.forget import ForgetScript, ForgettingStep
from bot.store.topology.connection import StoreAway
from bot.store.trail_lines import line_of

TRIES = 20
USER_ID = re.compile(r"(?<![A-Za-z0-9_])[UW][A-Z0-9_]{2,40}(?![A-Za-z0-9_])")
SCANNED = 1_000
VENDOR = list(PastPayment.model_fields).index("vendor")
# Hashes whose values name people.
NAMING_PEOPLE = ("mappings", "absences")
# What is for one person alone, by the word that its key has: it goes with them.
THEIRS = (
    *("notice", "notice_causes", "home", "brought", "submissions", "asked_status", "person", "changed"),
    *("view", "ticked", "absence_changes"),
)

Found = Counter[str]
"""How much was found of each kind, by the word that its key has."""


class ForgottenElsewhere:
    """Takes a person or a vendor out of what is stored beside reviews: lists, names, absences, history."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._swap = redis.register_script(lua("swap_field"))
        self._forget = ForgetScript(redis)

    async def person(self, team: str, of: Forgetting, order: Order | None) -> Found:
        """Take a person out; without an order nothing is changed, and told what would be.

        What others said of them stands by pseudonym. Raises ``TrailBroken``.
        """
        found: Found = Counter()
        async for key in self._redis.scan_iter(match="cs:*", count=SCANNED):
            name = str(key)
            kind = _kind(name)
            if OF_REVIEW.fullmatch(name):
                continue
            if kind in THEIRS and of.without_id(name) != name and team in re.split(r"[:{} ]", name):
                found[kind] += 1
                if order:
                    await self._redis.unlink(name)
            elif name in (keys.names(team), keys.time_zones(team)):
                found[kind] += await self._field(name, of.person, order)
            elif kind in NAMING_PEOPLE and _is_of(name, kind, team):
                found[kind] += await self._values(name, of, order)
        found["people_due"] += await self._due(team, of, order)
        found["absence_trail"] += await self._absences(team, of, order)
        return +found

    async def vendor(self, team: str, of: Forgetting, order: Order | None) -> Found:
        """Take a vendor's payments out of the past; without an order nothing is changed."""
        forgotten = {fingerprint(name) for name in of.vendors}
        found: Found = Counter()
        for shard in range(PAST_SHARDS):
            name = keys.past_payments(team, shard)
            async for field, text in self._fields(name):
                if lost := len(_lines(text)) - len(_lines(_others(text, forgotten))):
                    found["past payments"] += lost
                    if order:
                        await self._replace(name, field, lambda lines: _others(lines, forgotten))
        vendors = keys.known_vendors(team)
        known = {folded_name(name) for name in of.vendors}
        async for field, text in self._fields(vendors):
            if field in known or fingerprint(text) in forgotten:
                found["known vendors"] += 1
                if order:
                    await self._redis.hdel(vendors, field)
        return +found

    async def people(self) -> set[str]:
        """Every Slack user id that stands anywhere; a look at all that is stored."""
        found: set[str] = set()
        async for record in Copies(self._redis).records():
            match record:
                case ReviewCopy(_, _, copies):
                    texts = [text for copy in copies for text in _texts(copy)]
                case KeyCopy(key):
                    texts = [key, *_texts(record)]
                case JobsCopy(_, jobs):
                    texts = [text for fields in jobs for text in fields]
            for text in texts:
                found.update(USER_ID.findall(text))
        return found

    async def past_vendors(self, team: str) -> set[str]:
        """The names of all vendors that the past of a workspace has."""
        found: set[str] = set()
        for shard in range(PAST_SHARDS):
            async for _, text in self._fields(keys.past_payments(team, shard)):
                found |= {str(json.loads(line)[VENDOR]) for line in _lines(text)}
        return found

    async def remains(self, of: Forgetting) -> Found:
        """Where somebody is still named, by kind of key; a look at all that is stored."""
        found: Found = Counter()
        async for record in Copies(self._redis).records():
            match record:
                case ReviewCopy(_, review, copies):
                    copied = [copy for copy in copies if any(map(of.names_it, _texts(copy)))]
                    found.update(f"{review} {_kind(copy.key)}" for copy in copied)
                case KeyCopy(key) if of.names_it(key) or any(map(of.names_it, _texts(record))):
                    found[_kind(key)] += 1
                case JobsCopy(_, jobs):
                    found["outbox"] += sum(any(map(of.names_it, fields)) for fields in jobs)
        return +found

    async def _field(self, name: str, field: str, order: Order | None) -> int:
        if order:
            return int(await self._redis.hdel(name, field))
        return int(await self._redis.hexists(name, field))

    async def _values(self, name: str, of: Forgetting, order: Order | None) -> int:
        count = 0
        async for field, text in self._fields(name):
            if field == of.person:
                count += 1
                if order:
                    await self._redis.hdel(name, field)
            elif of.without_id(text) != text:
                count += 1
                if order:
                    await self._replace(name, field, of.without_id)
        return count

    async def _due(self, team: str, of: Forgetting, order: Order | None) -> int:
        member = f"{team} {of.person}"
        if order:
            return int(await self._redis.zrem(keys.PEOPLE_DUE, member))
        return int(await self._redis.zscore(keys.PEOPLE_DUE, member) is not None)

    async def _absences(self, team: str, of: Forgetting, order: Order | None) -> int:
        """The trail of absences, as a review's; answers how many lines lose something."""
        trail = keys.absence_trail(team)
        for _ in range(TRIES):
            stored = cast("list[str]", await self._redis.lrange(trail, 0, -1))
            lines = [read_line(seq, line) for seq, line in enumerate(stored, start=1)]
            chain = ChainCheck(TrailEnd(0, beginning(team, TRAIL)))
            if broken := chain.follow(lines) or chain.end():
                raise TrailBroken(f"The trail of absences is not whole: {broken}.")
            changed = forgetting.changed_lines(lines, of, ())
            if not changed or order is None:
                return len(changed)
            places = {line.seq: line for line in changed}
            lost = [places.get(line.seq, line) for line in lines if line.seq in {*places, *chain.changed}]
            said = {"by": of.without_id(order.by), "reason": order.reason}
            entry = forgetting.forgotten(of, order.what, forgetting.vouching(lost), said, order.at)
            (line,) = chained(chain.at, [text_of(entry)])
            texts = {line.seq - 1: str(line) for line in changed}
            step = ForgettingStep("", "", chain.at.length, chain.at.link, texts, str(line))
            if await self._forget.of_trail(trail, step):
                return len(changed)
        raise StoreAway

    async def _fields(self, name: str) -> AsyncIterator[tuple[str, str]]:
        async for field, text in self._redis.hscan_iter(name, count=SCANNED):
            yield str(field), str(text)

    async def _replace(self, name: str, field: str, change: Callable[[str], str]) -> None:
        for _ in range(TRIES):
            text = cast("str | None", await self._redis.hget(name, field))
            if text is None or (left := change(text)) == text:
                return
            if await self._swap(keys=[name], args=[field, text, left]):
                return
        raise StoreAway


def _kind(key: str) -> str:
    """The word by which a key is told from others of its prefix."""
    if of := OF_REVIEW.fullmatch(key):
        return str(of["part"])
    if key.startswith("cs:{past "):
        return "past payments"
    parts = key.split(":")
    return parts[-1] if "{" in key else parts[1]


def _is_of(name: str, kind: str, team: str) -> bool:
    return name == (keys.mappings(team) if kind == "mappings" else keys.absences(team))


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def _others(text: str, forgotten: set[str]) -> str:
    """The lines of past payments that are to other vendors."""
    kept = (line for line in _lines(text) if fingerprint(str(json.loads(line)[VENDOR])) not in forgotten)
    return "\n".join(kept)


def _texts(copy: KeyCopy) -> list[str]:
    """The elements of a key, with lines of a trail as they were before they were packed."""
    if not copy.key.endswith(("audit", "absence_trail")):
        return list(copy.elements)
    return [line_of(1, text).text for text in copy.elements]
