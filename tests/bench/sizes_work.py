"""Reviews that go all the way through real processes: handed in as files, judged, shown, decided, closed."""

import asyncio
import time
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import aiohttp

from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.transaction import Transaction
from bot.store.opened import Stores
from handlers.views.button_value import ButtonValue
from tests.bench.house import APPROVER, CHANNEL, SUBMITTER, TEAM, House
from tests.bench.meter import Costs, Meter

SUBMITTERS = (SUBMITTER, "U_SECOND", "U_OUTSIDER")  # each may hand in twenty batches a minute
VENDORS = 300
OVER_LIMIT = 12_400  # the default policy asks a human about it
PATIENCE = 300.0  # seconds
LOOK = 0.05  # seconds between two looks
HEADER = "date,vendor,amount,currency,memo,invoice"


@dataclass(frozen=True, slots=True)
class Shape:
    """So many reviews of so many payments, of which the first and then every so manieth is flagged."""

    reviews: int
    payments: int
    every: int


@dataclass(frozen=True, slots=True)
class Worked:
    """What reviews of one shape cost, and how they ended; ``costs`` by what people did, of all together."""

    shape: Shape
    states: Sequence[ReviewState]
    seconds: float
    costs: dict[str, Costs] = field(default_factory=dict)

    @property
    def flagged(self) -> float:
        """Flagged payments a review, each of which was decided by a click."""
        return sum(state.flagged for state in self.states) / len(self.states)

    def a_review(self, name: str, *phases: str) -> float:
        """What one review costs, in some phases or in all."""
        wanted = phases or tuple(self.costs)
        return sum(self.costs[phase][name] for phase in wanted) / len(self.states)


def payment_of(number: int, vendors: int, *, flagged: bool = False) -> Transaction:
    """A payment of a ledger; no two are alike, and it is remarkable by its amount alone, if at all."""
    amount = OVER_LIMIT + number % 500 if flagged else Decimal(1_013 + number * 977 % 90_000) / 100
    return Transaction(
        ref=1,
        row=1,
        date=date(2026, 9 + number % 3, number * 7 % 28 + 1),
        amount=Decimal(amount).quantize(Decimal("0.01")),
        currency="GBP",
        vendor=f"Vendor {number * 7919 % vendors} Ltd",
        memo=f"Delivery {number}",
        invoice=f"INV-{number * 104_729 % 999_983}",
    )


def csv_of(payments: Iterable[Transaction]) -> bytes:
    """A file of them, as somebody hands it in."""
    lines = [
        f"{one.date},{one.vendor},{one.amount},{one.currency},{one.memo},{one.invoice}" for one in payments
    ]
    return "\n".join([HEADER, *lines, ""]).encode()


class Crowd:
    """People in the workspace, and what stands in Redis of what they do."""

    def __init__(self, house: House, stores: Stores, meter: Meter, session: aiohttp.ClientSession) -> None:
        self._house = house
        self._stores = stores
        self._meter = meter
        self._session = session
        self._rows = 0

    async def work(self, shape: Shape, idle: Costs) -> Worked:
        """Reviews of one shape, from the file to the end; ``idle`` is what a second costs without any work.

        Between two clicks on a review its card is brought up to date, as it is where people take seconds.
        """
        began = time.monotonic()
        costs: dict[str, Costs] = {}
        costs["handing in"] = await self._metered(idle, self._hand_in(shape))
        ids = await self._stores.reviews.open_reviews(TEAM, newest=shape.reviews)
        values = {review_id: await self._buttons(review_id) for review_id in ids}
        costs["deciding"] = await self._metered(idle, self._decide(values))
        costs["closing"] = await self._metered(idle, self._close(values))
        states = await self._stores.reviews.states(TEAM, ids)
        assert all(state.status is ReviewStatus.CLOSED for state in states), states
        assert all(state.approved == state.flagged for state in states), states
        return Worked(shape, states, time.monotonic() - began, costs)

    async def _metered(self, idle: Costs, act: Awaitable[None]) -> Costs:
        async with self._meter.spent() as spent:
            await act
        return spent.beyond(idle)

    async def _hand_in(self, shape: Shape) -> None:
        for review in range(shape.reviews):
            form = aiohttp.FormData(quote_fields=False)
            for name, value in (
                ("user", SUBMITTERS[review % 3]),
                ("channel", CHANNEL),
                ("comment", "<@U_BOT>"),
            ):
                form.add_field(name, value)
            payments = [
                payment_of(self._rows + place, VENDORS, flagged=place % shape.every == 0)
                for place in range(shape.payments)
            ]
            form.add_field("file", csv_of(payments), filename=f"payments-{self._rows}.csv")
            self._rows += shape.payments
            async with self._session.post(f"{self._house.sandbox.url}/sandbox/files", data=form) as response:
                answer = await response.json()
                assert answer["status"] == 200, answer
        await self._done()
        found = await self._stores.reviews.open_reviews(TEAM, newest=shape.reviews)
        assert len(found) == shape.reviews, "a file was refused"

    async def _buttons(self, review_id: str) -> tuple[str, list[tuple[int, str]]]:
        """The card's ``ts``, and by flagged payment what its buttons carry."""
        state = await self._stores.reviews.state(TEAM, review_id)
        posted = await self._stores.messages.posted(TEAM, review_id)
        assert state is not None
        values = [
            (ref, ButtonValue(review_id, str(ref), state.content_token).encode())
            for ref in await self._stores.reviews.flagged(TEAM, review_id)
        ]
        return str(getattr(posted.card, "ts", "")), values

    async def _decide(self, reviews: dict[str, tuple[str, list[tuple[int, str]]]]) -> None:
        for turn in range(max(len(values) for _, values in reviews.values())):
            for ts, values in reviews.values():
                if turn < len(values):
                    ref, value = values[turn]
                    where = {"channel": CHANNEL, "message_ts": ts, "block_id": f"transaction {ref}"}
                    await self._act("actions", **where, action_id="approve", value=value, force=True)
            await self._done()

    async def _close(self, reviews: dict[str, tuple[str, list[tuple[int, str]]]]) -> None:
        for ts, _ in reviews.values():
            await self._act("messages", channel=CHANNEL, thread_ts=ts, text="exit")
        await self._done()

    async def _act(self, act: str, **fields: object) -> None:
        url = f"{self._house.sandbox.url}/sandbox/{act}"
        async with self._session.post(url, json={"user": APPROVER, **fields}) as response:
            answer = await response.json()
            assert answer["status"] == 200, answer

    async def _done(self) -> None:
        """Wait until all jobs are done; what leads to another job adds it before it ends."""
        async with asyncio.timeout(PATIENCE):
            while await self._stores.outbox.depth():  # noqa: ASYNC110 - other processes set no event
                await asyncio.sleep(LOOK)
