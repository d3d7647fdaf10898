"""Data of older commits is readable, decidable and verifiable by this version, migrated or as it was."""

import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.application.check import check_review
from bot.application.migrate import MigrateReviews
from bot.store import LAYOUT, Stores, connect, open_stores
from bot.store.keys import policy as policy_key
from bot.store.layout import BEFORE_NUMBERS
from tests.conftest import every_key_has_its_lifetime
from tests.layouts.older import COMMITS, Json, Older, older_data
from tests.office import FINANCE, TEAM, Office, open_office, shows
from tests.processes import answered

# Data of just before there were numbers only get theirs (``test_migrate.py``).
OLD, NEW = COMMITS
CASES = pytest.mark.parametrize(
    ("commit", "is_migrated"), [(OLD, False), (OLD, True), (NEW, False)], ids=["old", "old, migrated", "new"]
)


@contextlib.asynccontextmanager
async def met(commit: str, folder: Path, *, is_migrated: bool) -> AsyncIterator[Older]:
    """The data of a commit, as they were or brought forward."""
    async with older_data(commit, folder) as older:
        async with open_stores(older.url) as stores:
            assert await stores.layout.begin() == BEFORE_NUMBERS
            if is_migrated:
                await brought(stores)
        yield older


async def brought(stores: Stores) -> None:
    left = await MigrateReviews(stores, lambda: datetime.now(UTC)).run(lambda _: None)
    assert (left.older, left.unreadable, left.layout) == (0, [], LAYOUT)


def review_of(card: Json) -> str:
    return str(card["metadata"]["event_payload"]["review"])


@CASES
async def test_all_of_it_is_read_and_verified(commit: str, is_migrated: bool, tmp_path: Path) -> None:
    async with met(commit, tmp_path, is_migrated=is_migrated) as older:
        await _is_read_and_verified(older, tmp_path)


async def _is_read_and_verified(older: Older, tmp_path: Path) -> None:
    assert len(older.cards) == 3
    async with open_stores(older.url) as stores:
        for card in older.cards:
            assert await check_review(stores, TEAM, review_of(card)) == []
    listed = await answered(tmp_path, "list", REDIS_URL=older.url)
    assert (listed.code, listed.out.count("is open: ")) == (0, 2), listed
    assert "3 payments still need a decision" in listed.out
    for card in older.cards:
        shown = await answered(tmp_path, "show", review_of(card), "--json", REDIS_URL=older.url)
        review = json.loads(shown.out)
        assert len(review["transactions"]) == review["review"]["total"]
        assert review["audit"][0]["event"] == "submitted"
        words = await answered(tmp_path, "show", review_of(card), REDIS_URL=older.url)
        assert words.out.count("Audit trail") == 1
    verified = await answered(tmp_path, "audit", "verify", "--json", REDIS_URL=older.url)
    trails = json.loads(verified.out)
    assert (verified.code, trails["broken"]) == (0, [])
    assert trails["trails"] >= 3
    exported = await answered(tmp_path, "export", review_of(older.cards[1]), REDIS_URL=older.url)
    assert exported.code == 0


async def posted_again(office: Office, card: Json) -> Json:
    """A card as it stood in the workspace of the older version, with its buttons."""
    client = office.bot.slack.client
    answer = await client.chat_postMessage(
        token=office.sandbox.bot_token,
        channel=FINANCE,
        text=card["text"],
        blocks=card["blocks"],
        metadata=card["metadata"],
    )
    return {**card, "channel": FINANCE, "ts": answer["ts"]}


@CASES
async def test_people_decide_by_the_buttons_of_older_cards(
    commit: str, is_migrated: bool, tmp_path: Path
) -> None:
    async with met(commit, tmp_path, is_migrated=is_migrated) as older:
        await _are_decided(older, tmp_path)


async def _are_decided(older: Older, tmp_path: Path) -> None:
    _, half, waiting = older.cards
    async with open_office(
        tmp_path / "office", redis_url=older.url, policy_of_redis=True, clock=older.clock
    ) as office:
        card = await posted_again(office, half)
        before = await office.review_state(half)
        await office.click("U_REVIEWER", card, "approve", 4)
        drawn = await office.card("1 of 5 payments is on hold")
        after = await office.review_state(half)
        assert (before.undecided, after.undecided, after.approved) == (1, 0, 2)
        # What was put on hold under the older version is decided like any other.
        await office.reply("U_SECOND", "approve 3", drawn)
        await office.card("everything is decided")
        assert (await office.review_state(half)).held == 0

        card = await posted_again(office, waiting)
        await office.click("U_REVIEWER", card, "reject", 1)
        form = (await office.views("U_REVIEWER"))[-1]
        await office.do(
            f"views/{form['id']}/submit", user="U_REVIEWER", values={"reason": {"reason": "twice"}}
        )
        drawn = await office.card("2 of 4 payments need")
        await office.click("U_REVIEWER", drawn, "open_desk")
        assert shows({"text": "", "blocks": (await office.views("U_REVIEWER"))[-1]["view"]}, "Wonka")
        for review in older.cards:
            assert await check_review(office.bot.stores, TEAM, review_of(review)) == []
        await every_key_has_its_lifetime(older.url)
    verified = await answered(tmp_path, "audit", "verify", REDIS_URL=older.url)
    assert (verified.code, "0 broken" in verified.out) == (0, True)


async def test_a_policy_stays_as_the_older_version_wrote_it_and_reads_it(tmp_path: Path) -> None:
    """A process of this version, beside one of that, keeps the policy by which it judges."""
    async with older_data(NEW, tmp_path) as older, contextlib.aclosing(connect(older.url)) as redis:
        async with open_stores(older.url) as stores:
            applied = await stores.policy_history.newest()
            assert applied is not None
            policy = await stores.policies.policy(applied.version)
        assert policy is not None
        assert policy.version == applied.version
        written = await redis.get(policy_key(applied.version))
        assert written != policy.model_dump_json()  # this version has more settings
        async with open_stores(older.url) as others:
            await others.policies.keep(policy)
        assert await redis.get(policy_key(applied.version)) == written
