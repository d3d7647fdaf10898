"""The order of the card: made once when a review was judged, and the same until it is over."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.application.look import LookAtReviews
from bot.domain.conversation import DecisionKind
from bot.domain.policy import HumanInputMode, default_policy
from bot.domain.review.selection import PaymentFilter, ShownState, found, page_of
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.intake import read_text
from bot.store.keys import ReviewKeys
from bot.store.messages import PublishingView
from tests.conftest import every_key_has_its_lifetime
from tests.processes import answered
from tests.store.audited import actor, decide, origin, served
from tests.wired import TEAM, Wired

FLOOD = [f"{11_000 + ref} USD | Vendor {ref} | Chairs" for ref in range(1, 31)]
# The last row is the one to look at: small, and of a kind that no other is of.
ROWS = "\n".join([*FLOOD, "45123.45 USD | Grand Hall | Chairs", "40 USD | Tea Shop | Pre-approved by CFO"])
PAGE = 8


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Wired, Redis]]:
    async with served(tmp_path) as opened:
        yield opened


async def submitted(service: Wired, rows: str) -> str:
    """A review of these rows, judged."""
    taken = await service.offer(origin(), read_text(rows, currency="USD"))
    assert isinstance(taken, ReviewState)
    await service.assess(taken.id)
    return taken.id


def looking(service: Wired) -> LookAtReviews:
    stores = service.stores
    return LookAtReviews(
        steps=service.steps,
        reviews=service.reviews,
        drafts=stores.drafts,
        messages=stores.messages,
        access=service.access,
    )


async def card(service: Wired, review: str) -> PublishingView:
    view = await service.stores.messages.to_publish(TEAM, review, PAGE)
    assert view is not None
    return view


async def page(service: Wired, review: str, number: int) -> list[int]:
    """The payments on a page of so many, for whoever looks at all that was flagged."""
    flagged = await service.stores.flagged.of_review(TEAM, review)
    assert flagged is not None
    everything = found(flagged.payments, PaymentFilter(state=ShownState.ANY))
    return [payment.ref for payment in page_of(everything, number, PAGE).shown]


async def test_the_riskiest_stand_first_with_the_reason_and_stay_when_others_are_decided(
    kept: tuple[Wired, Redis],
) -> None:
    service, _ = kept
    review = await submitted(service, ROWS)
    assert not (await card(service, review)).shown, "32 are counted in groups"
    ranks = await service.reviews.ranks(TEAM, review, 0, 7)
    assert [rank.ref for rank in ranks] == [32, 31, 1, 2, 3, 4, 5, 6]
    assert [rank.in_words for rank in ranks[:3]] == [
        "high risk; under 1 % of the limit; the only one of its kind here",
        "high risk; 4.5 times the limit; one of 31 of its kind here",
        "high risk; 1.1 times the limit; one of 31 of its kind here",
    ]
    pages = [await page(service, review, number) for number in range(4)]
    assert pages[0] == [rank.ref for rank in ranks]
    assert sorted(ref for refs in pages for ref in refs) == list(range(1, 33))
    await decide(service, TEAM, review, DecisionKind.REJECTED, 32)
    await decide(service, TEAM, review, DecisionKind.APPROVED, 2)
    for ref in range(7, 31):
        await decide(service, TEAM, review, DecisionKind.APPROVED, ref)
    after = await card(service, review)
    assert [entry.transaction.ref for entry in after.shown] == [31, 1, 3, 4, 5, 6]
    assert [await page(service, review, number) for number in range(4)] == pages
    assert await looking(service).flagged(TEAM, review) == tuple(range(1, 33))


async def test_the_opening_names_the_riskiest_first(kept: tuple[Wired, Redis]) -> None:
    service, _ = kept
    review = await submitted(service, ROWS)
    (opening, *_) = await service.reviews.turns(TEAM, review)
    assert [line.split()[0] for line in opening.text.splitlines()[1:4]] == ["#32", "#31", "#1"]


async def test_a_review_from_before_there_was_an_order_stands_by_reference(
    kept: tuple[Wired, Redis],
) -> None:
    service, redis = kept
    review = await submitted(service, ROWS)
    assert await redis.delete(ReviewKeys(TEAM, review).ranking)
    for ref in range(1, 25):
        await decide(service, TEAM, review, DecisionKind.APPROVED, ref)
    shown = await card(service, review)
    assert [(entry.transaction.ref, entry.rank) for entry in shown.shown] == [
        (ref, None) for ref in range(25, 33)
    ]
    assert await page(service, review, 3) == list(range(25, 33))


async def test_the_order_goes_with_its_review_and_decides_nothing(
    kept: tuple[Wired, Redis], tmp_path: Path
) -> None:
    service, redis = kept
    service.policy = default_policy().model_copy(update={"human_input_mode": HumanInputMode.NEVER})
    review = await submitted(service, ROWS)
    state = await service.reviews.state(TEAM, review)
    assert state is not None
    assert (state.status, state.undecided, state.approved) == (ReviewStatus.CLOSED, 32, 0)
    assert len(await service.reviews.ranks(TEAM, review)) == 32
    keys = ReviewKeys(TEAM, review)
    assert abs(await redis.ttl(keys.ranking) - await redis.ttl(keys.state)) <= 1
    await every_key_has_its_lifetime(f"unix://{tmp_path}/redis.sock")


async def test_show_lists_what_is_undecided_riskiest_first_and_then_the_rest(
    kept: tuple[Wired, Redis], tmp_path: Path
) -> None:
    service, _ = kept
    review = await submitted(service, f"5 USD | Bakery | Rolls for Monday\n{ROWS}")
    await decide(service, TEAM, review, DecisionKind.REJECTED, 2)
    env = {"REDIS_URL": f"unix://{tmp_path}/redis.sock"}
    shown = await answered(tmp_path, "show", review, "--json", **env)
    payments = json.loads(shown.out)["transactions"]
    assert [payment["transaction"]["ref"] for payment in payments[:3]] == [33, 32, 3]
    assert [payment["transaction"]["ref"] for payment in payments[-2:]] == [1, 2]
    assert payments[-2]["rank"] is None
    assert payments[-1]["rank"]["alike"] == 31
    assert payments[0]["rank"]["alike"] == 1
    text = (await answered(tmp_path, "show", review, **env)).out
    assert text.index("#33 ") < text.index("#32 ") < text.index("#3 ") < text.index("#1 ") < text.index("#2 ")
    assert "ranked by: high risk; 4.5 times the limit" in text


async def test_the_first_one_in_a_reply_is_the_one_with_the_lowest_reference_and_is_shown_before_it_counts(
    kept: tuple[Wired, Redis],
) -> None:
    """Wherever it stands on the card, since references are what people and trail call payments by."""
    service, _ = kept
    review = await submitted(service, ROWS)
    await service.reply(TEAM, review, actor("reject the first one: no order", "U_BEN"))
    state = await service.reviews.state(TEAM, review)
    assert state is not None
    assert state.proposal is not None
    assert state.undecided == 32
    turns = await service.reviews.turns(TEAM, review)
    assert "#1 USD 11,001.00 to Vendor 1" in turns[-1].text
