"""Taking a person, a vendor or personal text out of what is stored of reviews, and who ordered it."""

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.domain.audit.chain import ChainCheck, TrailLine, beginning, chained, text_of
from bot.domain.audit.entry import TrailEnd
from bot.domain.conversation import Turn
from bot.domain.names import fingerprint
from bot.domain.review import forgetting
from bot.domain.review.amendment import CORRECTED, Amendment
from bot.domain.review.audit_entries import rows_in
from bot.domain.review.forgetting import Forgetting
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.transaction import Transaction
from bot.store import codec, keys
from bot.store.keys import ReviewKeys
from bot.store.outbox import job_fields
from bot.store.payment_index import PaymentIndex
from bot.store.scripts.forget import ForgetScript, ForgettingStep
from bot.store.topology.connection import StoreAway
from bot.store.trail_lines import line_of, stored_line

PAGE = 200
TRIES = 20


class TrailBroken(Exception):
    """The trail of a review is not as it was written, so that nothing of it is changed; one sentence."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who is to be forgotten by whose order: ``what`` is ``person``, ``vendor`` or ``text``.

    ``by`` and ``reason`` are words of whoever gave the order, ``at`` (aware UTC) is when that was.
    """

    what: str
    pseudonym: str
    by: str
    reason: str
    at: datetime


class Loss(NamedTuple):
    """What one review loses: lines of its trail, turns, and whether its state does; ``refs`` the payments.

    ``is_open`` says that nothing can be taken out of it before it is closed. ``channel`` and ``ts`` are those
    of its card in Slack, empty where there is none.
    """

    lines: int = 0
    turns: int = 0
    fields: int = 0
    refs: frozenset[int] = frozenset()
    is_open: bool = False
    channel: str = ""

    def __bool__(self) -> bool:
        return bool(self.lines or self.turns or self.fields)


class _Read(NamedTuple):
    lines: list[TrailLine]
    chain: ChainCheck
    state: ReviewState | None
    turns: list[Turn]


class ForgettingStore:
    """Orders to forget, and reviews without what is forgotten; each review is changed whole or not at all."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._forget = ForgetScript(redis)
        self._index = PaymentIndex(redis)

    async def order(self, team: str, who: str, order: Order) -> Order:
        """The order that counts for this one (``person U_1``): the first one, with a pseudonym of its own.

        What is kept of who it is, is a digest, by which the same one meets the same pseudonym again.
        """
        name, digest = keys.forgettings(team), digest_of(team, who)
        if (known := await self._redis.hget(name, digest)) is None:
            number = await self._redis.hincrby(name, "number", 1)
            order = replace(order, pseudonym=f"{forgetting.PSEUDONYM}{number}")
            await self._redis.hsetnx(name, digest, _order_text(order))
            known = await self._redis.hget(name, digest)
        return _order(str(known))

    async def adopt(self, team: str, digest: str, order: Order) -> bool:
        """Keep an order that was given before a backup was restored, with its pseudonym.

        False where that stands for somebody else by now; nothing is changed then.
        """
        name, known = keys.forgettings(team), await self.orders(team)
        if digest in known:
            return True
        number = order.pseudonym.removeprefix(forgetting.PSEUDONYM)
        taken = order.pseudonym in {other.pseudonym for other in known.values()}
        if taken or not (number.isascii() and number.isdigit()):
            return False
        counted = int(str(await self._redis.hget(name, "number") or 0))
        if int(number) > counted:
            await self._redis.hincrby(name, "number", int(number) - counted)
        return bool(await self._redis.hsetnx(name, digest, _order_text(order)))

    def digest(self, team: str, who: str) -> str:
        """The name that an order about this one has among all orders."""
        return digest_of(team, who)

    async def orders(self, team: str) -> dict[str, Order]:
        """All orders of a workspace by digest, the earliest first."""
        stored = cast("dict[str, str]", await self._redis.hgetall(keys.forgettings(team)))
        found = {digest: _order(text) for digest, text in stored.items() if digest != "number"}
        return dict(sorted(found.items(), key=lambda pair: pair[1].at))

    async def vendors(self, team: str, review_id: str) -> set[str]:
        """The names of all vendors that a review pays; raises ``TrailBroken`` where that cannot be read."""
        lines = await self._lines(ReviewKeys(team, review_id))
        try:
            return {name for line in lines for name in forgetting.vendors_in(line.entry)}
        except (ValueError, LookupError, TypeError):
            raise TrailBroken(f"The trail of {review_id} is not whole: an entry cannot be read.") from None

    async def spellings(self, team: str, review_id: str, vendor: str) -> frozenset[str]:
        """The names by which a review pays whom a reader takes for this vendor; raises ``TrailBroken``."""
        key = fingerprint(vendor)
        return frozenset(name for name in await self.vendors(team, review_id) if fingerprint(name) == key)

    async def loss(self, team: str, review_id: str, of: Forgetting) -> Loss:
        """What a review would lose; nothing is changed. Raises ``TrailBroken``."""
        read = await self._read(ReviewKeys(team, review_id))
        _, _, _, loss = _without(read, of)
        return loss

    async def forget(self, team: str, review_id: str, of: Forgetting, order: Order) -> Loss:
        """Take out what is forgotten, all at once, with a line of the trail that says by whose order.

        Nothing is changed where there is nothing to take out, or the review is open. Raises ``TrailBroken``.
        """
        review = ReviewKeys(team, review_id)
        for _ in range(TRIES):
            read = await self._read(review)
            lines, turns, state, loss = _without(read, of)
            if not loss or loss.is_open:
                return loss
            if lost := _lost_payments(read, of, loss.refs):  # before the words are gone that say which terms
                await self._index.drop(team, review_id, lost, read.lines[0].entry.at)
            step = _step(review, read, _Lost(lines, turns, state), of, order)
            if await self._forget(review, step):
                return loss
        raise StoreAway

    async def _read(self, review: ReviewKeys) -> _Read:
        """A review at one moment, more or less: the script compares before it changes anything."""
        fields = cast("dict[str, str]", await self._redis.hgetall(review.state))
        state = codec.state_of(fields) if fields else None
        lines = await self._lines(review)
        chain = ChainCheck(TrailEnd(0, beginning(review.team, review.review)))
        if broken := chain.follow(lines) or chain.end():
            raise TrailBroken(f"The trail of {review.review} is not whole: {broken}.")
        texts = cast("list[str]", await self._redis.lrange(review.turns, 0, -1))
        turns = [codec.turn_of(seq, text) for seq, text in enumerate(texts, start=1)]
        return _Read(lines, chain, state, turns)

    async def _lines(self, review: ReviewKeys) -> list[TrailLine]:
        lines: list[TrailLine] = []
        while page := await self._redis.lrange(review.audit, len(lines), len(lines) + PAGE - 1):
            lines += [line_of(seq, str(line)) for seq, line in enumerate(page, start=len(lines) + 1)]
        return lines


class _Lost(NamedTuple):
    lines: list[TrailLine]
    turns: dict[int, Turn]
    state: ReviewState | None


def _without(
    read: _Read, of: Forgetting
) -> tuple[list[TrailLine], dict[int, Turn], ReviewState | None, Loss]:
    """The lines, turns and state of a review that lose something, and how much that is."""
    if not _is_named(read, of):
        return [], {}, read.state, Loss(is_open=_is_open(read.state))
    entries = [line.entry for line in read.lines]
    refs: frozenset[int] = frozenset()
    if of.vendors:
        forgotten = {fingerprint(name) for name in of.vendors}
        refs = forgetting.refs_to(entries, lambda name: fingerprint(name) in forgotten)
    if of.person:
        of = replace(of, quotes=forgetting.words_of(of.person, entries, read.turns))
    lines = forgetting.changed_lines(read.lines, of, refs)
    left = [forgetting.turn_without(turn, of, refs) for turn in read.turns]
    turns = {at: turn for at, (turn, was) in enumerate(zip(left, read.turns, strict=True)) if turn != was}
    state, fields = read.state, 0
    if state is not None:
        state = _state_without(state, of, bool(refs))
        fields = sum(getattr(state, name) != getattr(read.state, name) for name in ReviewState.model_fields)
    channel = read.state.channel if read.state else ""
    return lines, turns, state, Loss(len(lines), len(turns), fields, refs, _is_open(read.state), channel)


def _lost_payments(read: _Read, of: Forgetting, refs: frozenset[int]) -> list[Transaction]:
    """The payments that lose their vendor, in all their versions."""
    found: list[Transaction] = []
    for entry in (line.entry for line in read.lines):
        found += rows_in(entry)
        if entry.event == CORRECTED:
            found += filter(None, [Amendment.of(entry, int(entry.detail["ref"])).payment])
    return [payment for payment in found if of.is_of_all or payment.ref in refs]


def _is_named(read: _Read, of: Forgetting) -> bool:
    """Whether a review may hold what is forgotten; most hold nothing, and are not taken apart."""
    texts = (line.text for line in read.lines)
    turns = (f"{turn.actor} {turn.to} {turn.text}" for turn in read.turns)
    state = read.state.model_dump_json() if read.state else ""
    return of.is_of_all or of.names_it(state) or any(map(of.names_it, texts)) or any(map(of.names_it, turns))


def _is_open(state: ReviewState | None) -> bool:
    return state is not None and state.status is not ReviewStatus.CLOSED


def _state_without(state: ReviewState, of: Forgetting, has_vendor: bool) -> ReviewState:
    fields = state.model_dump(mode="json")
    theirs = bool(of.person) and of.person in forgetting.wrote(state.submitter, fields)
    all_words = of.is_of_all or has_vendor or theirs
    left = forgetting.field_without(fields, of, all_words)
    left["link"] = state.link  # of the trail, and no address
    left["source"] = forgetting.source_without(state.source, of, all_words)
    return ReviewState.model_validate(left)


def _step(review: ReviewKeys, read: _Read, lost: _Lost, of: Forgetting, order: Order) -> ForgettingStep:
    changed = {line.seq: line for line in lost.lines}
    lines = [changed.get(line.seq, line) for line in read.lines]
    told = [line for line in lines if line.seq in changed or line.seq in read.chain.changed]
    said = {"by": of.without_id(order.by), "reason": order.reason}
    entry = forgetting.forgotten(of, order.what, forgetting.vouching(told), said, order.at)
    end = read.chain.at
    (line,) = chained(end, [text_of(entry)])
    step = ForgettingStep(
        version=str(read.state.version) if read.state else "",
        stamp=read.state.stamp if read.state else "",
        length=end.length,
        link=end.link,
        lines={line.seq - 1: stored_line(line) for line in lost.lines},
        line=stored_line(line),
        person=of.person,
    )
    if read.state is None or lost.state is None:
        return step
    version = read.state.version + 1
    more = {"version": version, "stamp": secrets.token_urlsafe(3), "due": version, "forgotten": True}
    after = lost.state.but(**more, audited=line.seq, link=line.link)
    fields, unset = codec.changed_fields(read.state, after)
    return step._replace(
        turns={at: codec.turn_text(turn) for at, turn in lost.turns.items()},
        fields=fields,
        unset=unset,
        job=job_fields("publish", review, version, ""),
    )


def digest_of(team: str, who: str) -> str:
    """By which somebody is known who is forgotten, without their name: 24 hex digits."""
    return hashlib.sha256(f"{team}\n{who}".encode(errors="replace")).hexdigest()[:24]


def _order_text(order: Order) -> str:
    fields = {"what": order.what, "pseudonym": order.pseudonym, "by": order.by, "reason": order.reason}
    return json.dumps({**fields, "at": order.at.isoformat()})


def _order(text: str) -> Order:
    fields = json.loads(text)
    return Order(**{**fields, "at": datetime.fromisoformat(fields["at"])})
