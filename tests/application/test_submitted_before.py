"""A batch that was submitted before is not judged as new, in whatever order or wording its rows come."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.application.submitted_before import LEAST_ROWS
from bot.domain.judgement import Verdict
from bot.domain.review.state import ReviewState
from bot.domain.submission import Draft, Origin
from bot.domain.transaction import Transaction
from bot.intake import Intake, IntakeError, RowError
from bot.store.topology.embedded import embedded_server
from tests.conftest import every_key_has_its_lifetime
from tests.wired import NOW, TEAM, Wired, wired

DAY = dt.date(2026, 11, 18)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Wired]:
    async with embedded_server(tmp_path / "redis") as url, wired(url) as service:
        yield service
        await every_key_has_its_lifetime(url)


def origin(request: str = "first", submitter: str = "U_ANA") -> Origin:
    return Origin(
        team=TEAM, submitter=submitter, request=request, channel="C1", told_in="C1", source="payments.csv"
    )


def rows(count: int, **fields: Any) -> list[Transaction]:
    """Everyday payments that differ in vendor, amount and day."""
    return [
        Transaction(
            **{
                "ref": ref,
                "amount": Decimal(f"{ref * 7}.10"),
                "currency": "USD",
                "vendor": f"Vendor {ref}",
                "date": DAY - dt.timedelta(days=ref % 9),
                "memo": f"Paper {ref}",
                **fields,
            }
        )
        for ref in range(1, count + 1)
    ]


def anew(payments: Sequence[Transaction]) -> tuple[Transaction, ...]:
    return tuple(payment.model_copy(update={"ref": ref}) for ref, payment in enumerate(payments, 1))


async def offer(service: Wired, payments: Sequence[Transaction], request: str, **more: Any) -> Any:
    errors = more.pop("errors", ())
    return await service.offer(origin(request, **more), Intake(transactions=anew(payments), errors=errors))


async def first(service: Wired, payments: Sequence[Transaction]) -> ReviewState:
    taken = await offer(service, payments, "first")
    assert isinstance(taken, ReviewState)
    return taken


async def codes(service: Wired, review_id: str) -> dict[int, list[str]]:
    await service.assess(review_id)
    review = await service.reviews.load_whole(TEAM, review_id)
    assert review is not None
    return {
        ref: [finding.code for finding in entry.judgement.findings]
        for ref, entry in review.entries.items()
        if entry.judgement and entry.judgement.verdict is Verdict.FLAGGED
    }


def rewritten(payments: Sequence[Transaction]) -> list[Transaction]:
    """The same content in capitals, with other ends of names, zeros and points."""
    return [
        payment.model_copy(
            update={
                "vendor": f"{payment.vendor.upper()}.",
                "memo": f"{payment.memo}!",
                "amount": payment.amount.normalize(),
            }
        )
        for payment in payments
    ]


@pytest.mark.parametrize(
    "again",
    [
        lambda old: old,
        lambda old: old[::-1],
        lambda old: old[7:] + old[:7],
        rewritten,
        lambda old: old[:12],  # a part of it
        lambda old: old[:18] + rows(22)[20:],  # nine tenths of it, and two new ones
        lambda old: [row.model_copy(update={"row": 77, "category": "Office"}) for row in old],
    ],
)
async def test_the_same_again_waits_for_its_submitter(service: Wired, again: Any) -> None:
    old = rows(20)
    before = await first(service, old)
    draft = await offer(service, again(old), "second", submitter="U_CHI")
    assert isinstance(draft, Draft)
    (earlier,) = draft.earlier
    assert (earlier.review, earlier.submitter, earlier.at) == (before.id, "U_ANA", NOW)
    assert earlier.rows == len(draft.known) == len(draft.transactions) - len(draft.new)
    assert len(await service.reviews.open_reviews(TEAM, newest=9)) == 1


@pytest.mark.parametrize(
    "other",
    [
        lambda old: old[:17] + rows(23)[20:],  # 17 of 20 are known
        lambda old: [row.model_copy(update={"amount": row.amount + 1}) for row in old],
        lambda old: [row.model_copy(update={"date": row.date + dt.timedelta(days=30)}) for row in old],
        lambda old: [row.model_copy(update={"currency": "EUR"}) for row in old],
        lambda old: [row.model_copy(update={"invoice": f"INV-{row.ref}"}) for row in old],
        lambda old: old[: LEAST_ROWS - 1],
        lambda old: [old[0]] * 20,  # it stood there once
    ],
)
async def test_what_is_mostly_new_is_a_batch_of_its_own(service: Wired, other: Any) -> None:
    await first(service, old := rows(20))
    assert isinstance(await offer(service, other(old), "second"), ReviewState)


async def test_rows_of_several_batches_are_named_with_each_of_them(service: Wired) -> None:
    one = await first(service, rows(9)[:6])
    two = await offer(service, rows(9)[6:], "next")
    draft = await offer(service, rows(9), "second")
    assert [(batch.review, batch.rows) for batch in draft.earlier] == [(one.id, 6), (two.id, 3)]
    assert draft.known[1] == f"#1 of {one.id}"
    assert draft.known[9] == f"#3 of {two.id}"


async def test_the_new_rows_alone_become_a_batch_of_their_own(service: Wired) -> None:
    before = await first(service, rows(20))
    draft = await offer(service, rows(22), "second")
    state = await service.submitting.submit_draft(TEAM, draft.id, "U_ANA")
    assert state is not None
    review = await service.reviews.load_whole(TEAM, state.id)
    assert review is not None
    assert [entry.transaction.vendor for entry in review.entries.values()] == ["Vendor 21", "Vendor 22"]
    assert await codes(service, state.id) == {}
    entry = (await service.reviews.audit(TEAM, state.id))[0]
    assert entry.detail["left_out"] == [f"20 rows were submitted before, as {before.id}, and left out."]


@pytest.mark.parametrize("date", [DAY, None])
async def test_all_again_has_every_known_row_flagged(service: Wired, date: dt.date | None) -> None:
    before = await first(service, rows(20, date=date))
    await service.assess(before.id)
    service.time = NOW + dt.timedelta(days=20)  # rows without a date are then of another day
    draft = await offer(service, rows(22, date=date), "second")
    state = await service.submitting.submit_draft(TEAM, draft.id, "U_ANA", again=True)
    assert state is not None
    assert await codes(service, state.id) == {ref: ["submitted_before"] for ref in range(1, 21)}
    review = await service.reviews.load(TEAM, state.id, (4,))
    assert review is not None
    (finding,) = review.entries[4].judgement.findings  # type: ignore[union-attr]
    assert (finding.severity, f"#4 of {before.id}" in finding.evidence) == ("high", True)
    entry = (await service.reviews.audit(TEAM, state.id))[0]
    assert f"20 rows were submitted before, as {before.id}, and were submitted again." in entry.detail["read"]


async def test_a_batch_of_known_rows_alone_has_nothing_new_to_submit(service: Wired) -> None:
    await first(service, rows(5))
    draft = await offer(service, rows(5), "second")
    with pytest.raises(IntakeError, match="nothing was submitted"):
        await service.submitting.submit_draft(TEAM, draft.id, "U_ANA")


async def test_nobody_but_its_submitter_has_a_word(service: Wired) -> None:
    await first(service, rows(5))
    draft = await offer(service, rows(6), "second")
    for again in (True, False):
        assert await service.submitting.submit_draft(TEAM, draft.id, "U_BEN", again=again) is None
        assert await service.submitting.submit_draft("T2", draft.id, "U_ANA", again=again) is None


@pytest.mark.parametrize("again", [True, False])
async def test_a_request_that_comes_again_meets_its_own_review(service: Wired, again: bool) -> None:
    before = await first(service, rows(20))
    assert (await offer(service, rows(20), "first")).id == before.id
    draft = await offer(service, rows(22), "second")
    taken = await service.submitting.submit_draft(TEAM, draft.id, "U_ANA", again=again)
    assert await offer(service, rows(22), "second") == taken
    assert await service.submitting.submit_draft(TEAM, draft.id, "U_ANA", again=again) == taken
    with pytest.raises(IntakeError, match="with other payments"):  # the other button comes too late
        await service.submitting.submit_draft(TEAM, draft.id, "U_ANA", again=not again)


async def test_bad_rows_and_known_ones_are_asked_about_together(service: Wired) -> None:
    await first(service, rows(5))
    bad = RowError(row=9, column=None, problem="There is no amount.")
    draft = await offer(service, rows(6)[:5], "second", errors=(bad,))
    assert (len(draft.problems), len(draft.known), draft.new) == (1, 5, ())
    assert (await offer(service, rows(6)[:5], "second", errors=(bad,))).id == draft.id


async def test_workspaces_know_nothing_of_each_others_batches(service: Wired) -> None:
    await first(service, rows(5))
    other = origin("second").model_copy(update={"team": "T2"})
    assert isinstance(await service.offer(other, Intake(transactions=tuple(rows(5)))), ReviewState)


async def test_rows_are_known_a_year_later_and_not_for_ever(service: Wired) -> None:
    await first(service, rows(5))
    service.time = NOW + dt.timedelta(days=399)
    assert isinstance(await offer(service, rows(5), "second"), Draft)
    service.time = NOW + dt.timedelta(days=700)
    assert isinstance(await offer(service, rows(5), "third"), ReviewState)


async def test_a_batch_whose_process_died_before_it_was_noted_is_noted_when_it_is_judged(
    service: Wired,
) -> None:
    before = await first(service, rows(5))
    await service.redis.delete(*[key async for key in service.redis.scan_iter(match="cs:{rows *")])
    await service.assess(before.id)
    assert isinstance(await offer(service, rows(5), "second"), Draft)


async def test_a_row_without_room_is_told_and_takes_nothing_along(
    service: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.submitted_rows.MOST", 0)
    await first(service, rows(5))
    assert isinstance(await offer(service, rows(5), "second"), ReviewState)


async def test_a_large_batch_is_known_in_a_moment_and_takes_little_room(service: Wired) -> None:
    await first(service, rows(5000))
    draft = await offer(service, rows(5000)[::-1], "second")
    assert len(draft.known) == 5000
    keys = [key async for key in service.redis.scan_iter(match="cs:{rows *")]
    used = [await service.redis.memory_usage(key) or 0 for key in keys]
    assert sum(used) < 5000 * 60
