"""What was submitted before: kept once, found by vendor and by card, apart for each workspace."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.policy import PastPayment, Standing, past
from bot.domain.transaction import Transaction
from bot.store import Past, connect
from bot.store.embedded import embedded_server
from bot.store.past import KEEP
from tests.conftest import every_key_has_its_lifetime


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with embedded_server(tmp_path / "redis") as url:
        client = connect(url)
        yield client
        await client.aclose()
        await every_key_has_its_lifetime(url)


def paid(ref: int, vendor: str = "Acme Corp", card: str | None = None, amount: str = "120.50") -> Transaction:
    return Transaction(
        ref=ref,
        amount=Decimal(amount),
        currency="GBP",
        vendor=vendor,
        card=card,
        date=date(2026, 3, ref % 28 + 1),
    )


async def test_a_payment_is_found_by_its_vendor_however_it_is_written(redis: Redis) -> None:
    told = past([paid(1), paid(2, "Globex")], "R-AAAAA")
    await Past(redis).remember("T1", told)
    history = await Past(redis).of("T1", [paid(9, "ACME corp.")])
    assert history.payments == told[:1]
    assert history.vendors == {"Acme Corp", "Globex"}
    assert history.payments[0].name == "#1 of R-AAAAA"


async def test_a_payment_is_found_by_its_card(redis: Redis) -> None:
    await Past(redis).remember(
        "T1", past([paid(1, card="*4242"), paid(2, "Globex", card="*9999")], "R-AAAAA")
    )
    history = await Past(redis).of("T1", [paid(9, "Initech", card="*9999")])
    assert [one.vendor for one in history.payments] == ["Globex"]


async def test_told_again_it_stands_once_and_as_it_was_told_last(redis: Redis) -> None:
    for standing in (Standing.WAITING, Standing.WAITING, Standing.REJECTED):
        await Past(redis).remember("T1", past([paid(1, card="*4242")], "R-AAAAA", standing))
    history = await Past(redis).of("T1", [paid(9, card="*4242")])
    assert [one.standing for one in history.payments] == [Standing.REJECTED]
    assert history.vendors == frozenset()  # nobody approved anything, so nobody is known


async def test_old_news_replace_nothing(redis: Redis) -> None:
    kept = Past(redis)
    await kept.remember("T1", past([paid(1)], "R-AAAAA", Standing.REJECTED), version=9)
    await kept.remember("T1", past([paid(1)], "R-AAAAA", Standing.APPROVED), version=8)
    assert [one.standing for one in await kept.to("T1", "Acme Corp")] == [Standing.REJECTED]
    await kept.remember("T1", past([paid(1)], "R-AAAAA", Standing.HELD), version=10)
    assert [one.standing for one in await kept.to("T1", "Acme Corp")] == [Standing.HELD]


async def test_whose_only_approval_was_taken_back_is_not_known_any_more(redis: Redis) -> None:
    kept = Past(redis)
    await kept.remember("T1", past([paid(1), paid(2, "Globex"), paid(3, "Globex")], "R-AAAAA"), version=1)
    corrected = past([paid(1), paid(2, "Globex")], "R-AAAAA", Standing.REJECTED)
    await kept.remember("T1", corrected, version=2)
    assert (await kept.of("T1", [])).vendors == {"Globex"}


async def test_a_review_is_no_history_of_itself(redis: Redis) -> None:
    await Past(redis).remember("T1", past([paid(1)], "R-AAAAA"))
    await Past(redis).remember("T1", past([paid(1)], "R-BAAAAA"))
    history = await Past(redis).of("T1", [paid(9)], "R-AAAAA")
    assert [one.name for one in history.payments] == ["#1 of R-BAAAAA"]


async def test_workspaces_know_nothing_of_each_other(redis: Redis) -> None:
    await Past(redis).remember("T1", past([paid(1)], "R-AAAAA"))
    history = await Past(redis).of("T2", [paid(9)])
    assert (history.payments, history.vendors) == ((), frozenset())


async def test_of_a_busy_vendor_the_newest_are_kept(redis: Redis) -> None:
    await Past(redis).remember("T1", past([paid(ref) for ref in range(1, KEEP + 11)], "R-AAAAA"))
    await Past(redis).remember("T1", past([paid(1)], "R-BBBBB"))
    found: list[PastPayment] = await Past(redis).to("T1", "acme corp")
    assert len(found) == KEEP
    assert [found[0].name, found[-1].name] == ["#12 of R-AAAAA", "#1 of R-BBBBB"]


async def test_what_people_typed_breaks_no_line(redis: Redis) -> None:
    odd = 'Acme\u2028 "Corp", [7]\u0085\\'
    one = paid(1, odd).model_copy(update={"invoice": 'INV"7\u2029,'})
    told = past([one], 'a "file", odd\n.csv')
    await Past(redis).remember("T1", told)
    await Past(redis).remember("T1", told)
    assert (await Past(redis).of("T1", [paid(9, odd)])).payments == told
    assert told[0].name == "#1 of a-file-odd-.csv"
