"""What was submitted before: kept once, found by vendor and by card, apart for each workspace."""

import binascii
import json
from collections.abc import AsyncIterator, Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.names import name_key
from bot.domain.policy import PastExtent, PastPayment, PaymentStatus, past_payments_from
from bot.domain.transaction import Transaction
from bot.store import PaymentHistory, connect
from bot.store.history import KEEP
from bot.store.keys import PAST_LIFE, PAST_SHARDS, past_extent, past_payments
from bot.store.topology.embedded import embedded_server
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
    told = past_payments_from([paid(1), paid(2, "Globex")], "R-AAAAA")
    await PaymentHistory(redis).remember("T1", told)
    history = await PaymentHistory(redis).of("T1", [paid(9, "ACME corp.")])
    assert history.payments == told[:1]
    assert history.vendors == {"Acme Corp", "Globex"}
    assert history.payments[0].name == "#1 of R-AAAAA"


async def test_a_payment_is_found_by_its_card(redis: Redis) -> None:
    await PaymentHistory(redis).remember(
        "T1", past_payments_from([paid(1, card="*4242"), paid(2, "Globex", card="*9999")], "R-AAAAA")
    )
    history = await PaymentHistory(redis).of("T1", [paid(9, "Initech", card="*9999")])
    assert [one.vendor for one in history.payments] == ["Globex"]


async def test_a_payment_is_found_by_its_account_whatever_its_spelling(redis: Redis) -> None:
    (told,) = past_payments_from(
        [paid(1).model_copy(update={"account": "GB33 BUKB 2020 1555 5555 55"})], "R-AAAAA", automatic=True
    )
    await PaymentHistory(redis).remember("T1", [told])
    other = paid(9, "Initech").model_copy(update={"account": "gb33bukb20201555555555"})
    assert (await PaymentHistory(redis).of("T1", [other])).payments == (told,)


async def test_told_again_it_stands_once_and_as_it_was_told_last(redis: Redis) -> None:
    for standing in (PaymentStatus.WAITING, PaymentStatus.WAITING, PaymentStatus.REJECTED):
        await PaymentHistory(redis).remember(
            "T1", past_payments_from([paid(1, card="*4242")], "R-AAAAA", standing)
        )
    history = await PaymentHistory(redis).of("T1", [paid(9, card="*4242")])
    assert [one.status for one in history.payments] == [PaymentStatus.REJECTED]
    assert history.vendors == frozenset()  # nobody approved anything, so nobody is known


async def test_old_news_replace_nothing(redis: Redis) -> None:
    kept = PaymentHistory(redis)
    await kept.remember("T1", past_payments_from([paid(1)], "R-AAAAA", PaymentStatus.REJECTED), version=9)
    await kept.remember("T1", past_payments_from([paid(1)], "R-AAAAA", PaymentStatus.APPROVED), version=8)
    assert [one.status for one in await kept.to("T1", "Acme Corp")] == [PaymentStatus.REJECTED]
    await kept.remember("T1", past_payments_from([paid(1)], "R-AAAAA", PaymentStatus.HELD), version=10)
    assert [one.status for one in await kept.to("T1", "Acme Corp")] == [PaymentStatus.HELD]


async def test_whose_only_approval_was_taken_back_is_not_known_any_more(redis: Redis) -> None:
    kept = PaymentHistory(redis)
    await kept.remember(
        "T1", past_payments_from([paid(1), paid(2, "Globex"), paid(3, "Globex")], "R-AAAAA"), version=1
    )
    corrected = past_payments_from([paid(1), paid(2, "Globex")], "R-AAAAA", PaymentStatus.REJECTED)
    await kept.remember("T1", corrected, version=2)
    assert (await kept.of("T1", [])).vendors == {"Globex"}


async def test_a_look_alike_is_not_known_for_the_payments_of_whom_it_imitates(redis: Redis) -> None:
    kept = PaymentHistory(redis)
    await kept.remember(
        "T1", past_payments_from([paid(1, "Globex"), paid(2, "G1obex")], "R-AAAAA"), version=1
    )
    await kept.remember(
        "T1",
        past_payments_from(
            [paid(1, "G1obex").model_copy(update={"ref": 2})], "R-AAAAA", PaymentStatus.REJECTED
        ),
        version=2,
    )
    assert (await kept.of("T1", [])).vendors == {"Globex"}


async def test_how_much_is_known_counts_each_approved_payment_once(redis: Redis) -> None:
    kept = PaymentHistory(redis)
    assert (await kept.of("T1", [])).extent == PastExtent()
    waiting = past_payments_from([paid(1, card="*1")], "R-AAAAA", PaymentStatus.WAITING)
    await kept.remember("T1", waiting)
    assert (await kept.of("T1", [])).extent == PastExtent()
    vendors = [paid(ref, f"Vendor {ref}", card="*1") for ref in range(1, 28)]
    for version in (1, 1, 2):
        await kept.remember("T1", past_payments_from(vendors, "R-BBBBB"), version=version)
    whole = PastExtent(payments=27, first=date(2026, 3, 2), last=date(2026, 3, 28))
    assert (await kept.of("T1", [paid(1)])).extent == whole
    taken_back = past_payments_from(vendors[:2], "R-BBBBB", PaymentStatus.REJECTED)
    await kept.remember("T1", taken_back, version=1)  # old news
    assert (await kept.of("T1", [])).extent == whole
    await kept.remember("T1", taken_back, version=3)
    assert (await kept.of("T1", [])).extent == whole.model_copy(update={"payments": 25})
    assert (await kept.of("T2", [])).extent == PastExtent()


async def test_of_a_past_that_was_begun_before_it_was_counted_nobody_can_tell(redis: Redis) -> None:
    kept = PaymentHistory(redis)
    await kept.remember("T1", past_payments_from([paid(1)], "R-AAAAA"))
    await redis.delete(past_extent("T1"))
    await kept.remember("T1", past_payments_from([paid(2)], "R-BBBBB"))
    assert (await kept.of("T1", [])).extent is None


async def test_a_review_is_no_history_of_itself(redis: Redis) -> None:
    await PaymentHistory(redis).remember("T1", past_payments_from([paid(1)], "R-AAAAA"))
    await PaymentHistory(redis).remember("T1", past_payments_from([paid(1)], "R-BAAAAA"))
    history = await PaymentHistory(redis).of("T1", [paid(9)], "R-AAAAA")
    assert [one.name for one in history.payments] == ["#1 of R-BAAAAA"]


async def test_workspaces_know_nothing_of_each_other(redis: Redis) -> None:
    await PaymentHistory(redis).remember("T1", past_payments_from([paid(1)], "R-AAAAA"))
    history = await PaymentHistory(redis).of("T2", [paid(9)])
    assert (history.payments, history.vendors) == ((), frozenset())


TODAY = date(2026, 11, 20)


def many(count: int, on: date, start: int = 1, **about: str) -> list[Transaction]:
    return [
        paid(ref).model_copy(update={"date": on - timedelta(days=ref - start), **about})
        for ref in range(start, start + count)
    ]


def names(found: Iterable[PastPayment]) -> set[str]:
    return {one.name for one in found}


async def test_of_a_busy_vendor_the_newest_by_date_are_kept_though_a_file_names_them_first(
    redis: Redis,
) -> None:
    kept = PaymentHistory(redis)
    told = past_payments_from(many(KEEP + 10, TODAY), "newest-first.csv")
    assert await kept.remember("T1", told, today=TODAY) == (10, 0)
    assert names(await kept.to("T1", "acme corp")) == names(told[:KEEP])


async def test_what_waits_pushes_out_nothing_that_it_is_compared_with(redis: Redis) -> None:
    kept = PaymentHistory(redis)
    before = past_payments_from([*many(3, date(2026, 1, 5)), paid(9)], "R-AAAAA", PaymentStatus.REJECTED)
    await kept.remember("T1", before, version=3, today=TODAY)
    for review in ("R-BBBBB", "R-BBBBB", "R-CCCCC"):  # one of them is tried again
        rows = many(KEEP, TODAY)
        await kept.remember("T1", past_payments_from(rows, review, PaymentStatus.WAITING), today=TODAY)
        history = await kept.of("T1", rows[:1], review)
        assert names(before) <= names(history.payments)
    assert len(history.payments) == len(before) + KEEP  # the other one that waits is seen as well


async def test_of_too_many_that_wait_the_last_find_no_room(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.history.KEEP", 4)
    monkeypatch.setattr("bot.store.history.MOST", 6)
    kept = PaymentHistory(redis)
    await kept.remember("T1", past_payments_from(many(2, date(2026, 1, 5)), "R-AAAAA"), today=TODAY)
    first = past_payments_from(many(5, TODAY), "R-BBBBB", PaymentStatus.WAITING)
    await kept.remember("T1", first, today=TODAY)
    assert await kept.remember(
        "T1", past_payments_from(many(3, TODAY), "R-CCCCC", PaymentStatus.WAITING), today=TODAY
    ) == (
        2,
        2,
    )
    history = await kept.of("T1", [paid(1)], "R-CCCCC")
    assert len(history.payments) == 2 + 5


async def test_lately_and_what_alone_tells_of_an_account_or_an_invoice_stay_longest(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.history.KEEP", 4)
    kept = PaymentHistory(redis)
    old = date(2025, 6, 1)
    account, invoice = paid(1), paid(2, amount="1923.45")
    bearing = [
        account.model_copy(update={"date": old, "account": "GB11"}),
        invoice.model_copy(update={"date": old, "invoice": "INV-42"}),
    ]
    plain = many(3, old, start=3)
    lately = many(6, TODAY, start=6, invoice="INV-42")
    told = past_payments_from([*bearing, *plain, *lately], "R-AAAAA")
    assert await kept.remember("T1", told, version=2, today=TODAY) == (3, 0)
    assert names(await kept.to("T1", "Acme Corp")) == names([*told[:2], *told[5:]])
    monkeypatch.setattr("bot.store.history.MOST", 5)
    assert await kept.remember("T1", [], today=TODAY) == (0, 0)
    assert await kept.remember("T1", told[-1:], version=3, today=TODAY) == (3, 3)
    assert names(await kept.to("T1", "Acme Corp")) == names(told[5:10])


async def test_what_is_settled_does_not_wait_again_unless_it_was_taken_back(redis: Redis) -> None:
    kept = PaymentHistory(redis)
    await kept.remember("T1", past_payments_from([paid(1)], "R-AAAAA", PaymentStatus.REJECTED), version=0)
    await kept.remember("T1", past_payments_from([paid(1)], "R-AAAAA", PaymentStatus.WAITING), version=0)
    assert [one.status for one in await kept.to("T1", "Acme Corp")] == [PaymentStatus.REJECTED]
    await kept.remember("T1", past_payments_from([paid(1)], "R-AAAAA", PaymentStatus.WAITING), version=1)
    assert [one.status for one in await kept.to("T1", "Acme Corp")] == [PaymentStatus.WAITING]


async def test_what_people_typed_breaks_no_line(redis: Redis) -> None:
    odd = 'Acme\u2028 "Corp", [7]\u0085\\'
    one = paid(1, odd).model_copy(update={"invoice": 'INV"7\u2029,'})
    told = past_payments_from([one], 'a "file", odd\n.csv')
    await PaymentHistory(redis).remember("T1", told)
    await PaymentHistory(redis).remember("T1", told)
    assert (await PaymentHistory(redis).of("T1", [paid(9, odd)])).payments == told
    assert told[0].name == "#1 of a-file-odd-.csv"


async def test_a_memo_is_kept_as_a_key_alone_and_lines_from_before_it_was_are_read(redis: Redis) -> None:
    (noted,) = past_payments_from([paid(1).model_copy(update={"memo": "Confidential travel"})], "R-AAAAA")
    await PaymentHistory(redis).remember("T1", [noted])
    (key,) = [str(key) async for key in redis.scan_iter(match="cs:{past T1}:*") if str(key)[-1].isdigit()]
    ((field, line),) = (await redis.hgetall(key)).items()
    assert "onfidential" not in line
    values = json.loads(line)
    place = list(PastPayment.model_fields).index("memo_key")
    old = [*values[:place], values[-1]]  # without the key of the memo and what came later, before the version
    assert len(values) == len(PastPayment.model_fields) + 1
    await redis.hset(key, field, json.dumps(old))
    history = await PaymentHistory(redis).of("T1", [paid(9)])
    assert history.payments == (noted.model_copy(update={"memo_key": None}),)


async def stored_before_fingerprints(redis: Redis, payment: PastPayment, version: int = 0) -> None:
    """Put a payment where a release without fingerprints stored it: under the key of its vendor's name."""
    values = [None if value is None else str(value) for _, value in payment]
    name = f"v {name_key(payment.vendor)}"
    shard = binascii.crc_hqx(name.encode(), 0) % PAST_SHARDS
    await redis.hset(past_payments("T1", shard), name, json.dumps([*values, version]))
    await redis.expire(past_payments("T1", shard), PAST_LIFE)


@pytest.mark.parametrize("spelling", ["Acme Corp", "ACME Ltd", "Acm\u00e9", "acme corp."])
async def test_what_was_stored_before_there_were_fingerprints_is_still_found(
    redis: Redis, spelling: str
) -> None:
    (told,) = past_payments_from([paid(1)], "R-AAAAA")
    await stored_before_fingerprints(redis, told)
    assert (await PaymentHistory(redis).of("T1", [paid(9, spelling)])).payments == (told,)
    assert await PaymentHistory(redis).to("T1", spelling) == [told]


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("before", [PaymentStatus.WAITING, PaymentStatus.APPROVED])
async def test_a_payment_stored_then_and_told_again_since_stands_once_and_as_told_last(
    redis: Redis, version: int, before: PaymentStatus
) -> None:
    (earlier,) = past_payments_from([paid(1)], "R-AAAAA", before)
    (rejected,) = past_payments_from([paid(1)], "R-AAAAA", PaymentStatus.REJECTED)
    await stored_before_fingerprints(redis, earlier, version=4)
    await PaymentHistory(redis).remember("T1", [rejected], version)
    assert (await PaymentHistory(redis).of("T1", [paid(9)])).payments == (rejected,)
    late = past_payments_from([paid(1)], "R-AAAAA", PaymentStatus.HELD)
    await stored_before_fingerprints(redis, late[0], version=9)  # an older process is still at work
    assert (await PaymentHistory(redis).of("T1", [paid(9)])).payments == late


@pytest.mark.parametrize(
    "spelling",
    ["The Acme", "ACME 510996260123 SETL_XOT9", "SQ *ACME", "Acme GmbH", "acme.com", "Acme (UK) Ltd"],
)
async def test_a_payment_is_found_by_every_name_that_is_taken_for_its_vendor(
    redis: Redis, spelling: str
) -> None:
    told = past_payments_from([paid(1), paid(2, "Acme Construction")], "R-AAAAA")
    await PaymentHistory(redis).remember("T1", told)
    assert (await PaymentHistory(redis).of("T1", [paid(9, spelling)])).payments == told[:1]


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("hampton by hilton ashford", "HAMPTON BY HILTON ASHFOR"),
        ("Northern Lantern Shippin", "Northern Lantern Shipping Company"),
        ("sainsburys s/mkts", "sainsburys s/mkt"),
    ],
)
async def test_a_payment_is_found_by_a_name_that_a_card_feed_has_cut(
    redis: Redis, stored: str, asked: str
) -> None:
    others = [paid(2, "Northern Lantern"), paid(3, "hampton"), paid(4, "sainsburys")]
    told = past_payments_from([paid(1, stored), *others], "R-AAAAA")
    await PaymentHistory(redis).remember("T1", told)
    assert (await PaymentHistory(redis).of("T1", [paid(9, asked)])).payments == told[:1]


async def test_the_day_of_submission_is_kept_and_lines_from_before_it_was_are_read(redis: Redis) -> None:
    (noted,) = past_payments_from([paid(1)], "R-AAAAA", submitted=date(2026, 3, 9))
    await PaymentHistory(redis).remember("T1", [noted])
    assert (await PaymentHistory(redis).of("T1", [paid(9)])).payments == (noted,)
    assert noted.submitted == date(2026, 3, 9)
    assert noted.date == date(2026, 3, 2)
    (key,) = [str(key) async for key in redis.scan_iter(match="cs:{past T1}:[0-9]*")]
    ((field, line),) = (await redis.hgetall(key)).items()
    values = json.loads(line)
    await redis.hset(key, field, json.dumps([*values[:-3], values[-1]]))
    history = await PaymentHistory(redis).of("T1", [paid(9)])
    assert history.payments == (noted.model_copy(update={"submitted": None}),)
