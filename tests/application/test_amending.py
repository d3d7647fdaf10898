"""Payments corrected and withdrawn: stored once, judged again, and known to whatever comes later."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.application.check import check_review
from bot.application.submission_rate import TooManySubmissions
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.judgement import Severity
from bot.domain.policy import HumanInputMode
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.transition import Actor
from bot.domain.submission import Draft
from bot.intake import read_text
from bot.intake.corrected import CorrectionErrors
from bot.store.keys import ReviewKeys
from bot.store.submissions import BATCHES
from tests.conftest import every_key_has_its_lifetime
from tests.store.audited import actor, decide, origin, served, show
from tests.wired import TEAM, Wired

ROWS = """$12000 to Acme Corp. Memo: Workshop in May
$45 to Tea Shop. Memo: Tea for the office
$15000 to Globex. Memo: Server racks
$18000 to Initech. Memo: Licences for the year"""

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Wired]:
    async with served(tmp_path) as (opened, _):
        yield opened


async def submitted(service: Wired, rows: str = ROWS, request: str = "one") -> str:
    """A review of these rows, judged."""
    taken = await service.offer(origin(request), read_text(rows, currency="USD"))
    assert isinstance(taken, ReviewState)
    await service.assess(taken.id)
    return taken.id


async def whole(service: Wired, review: str) -> Review:
    loaded = await service.reviews.load_whole(TEAM, review)
    assert loaded is not None
    return loaded


async def entry(service: Wired, review: str, ref: int) -> ReviewedTransaction:
    return (await whole(service, review)).entries[ref]


def ana() -> Actor:
    return Actor(user="U_ANA", how=Medium.BUTTON, text="", now=datetime.now(UTC))


async def correct(
    service: Wired, review: str, ref: int, version: int = 1, form: str = "", **typed: str
) -> RequestResult:
    key = form or f"form {ref} {version} {typed}"
    return await service.amending.correct(TEAM, review, ref, version, typed, ana(), idempotency_key=key)


async def withdraw(service: Wired, review: str, *refs: int) -> RequestResult:
    return await service.amending.withdraw(TEAM, review, refs, ana())


async def is_whole(service: Wired, review: str) -> bool:
    await show(service, TEAM, review)
    problems = await check_review(service.stores, TEAM, review)
    assert problems == []
    return True


async def decided(
    service: Wired, review: str, ref: int, versions: Mapping[int, int] | None = None
) -> RequestResult:
    state = await service.reviews.state(TEAM, review)
    assert state is not None
    return await service.deciding.decide(
        TEAM,
        review,
        (DecisionRequest(kind=A, refs=(ref,)),),
        actor(),
        content_token=state.content_token,
        versions=versions,
    )


# -- withdrawing


async def test_a_withdrawn_payment_is_counted_told_and_kept_in_the_trail(service: Wired) -> None:
    review = await submitted(service)
    result = await withdraw(service, review, 1)
    assert (result.outcome, result.refs) == (Outcome.RECORDED, (1,))
    loaded = await whole(service, review)
    assert (loaded.state.withdrawn, loaded.state.undecided) == (1, 2)
    assert loaded.entries[1].withdrawal is not None
    assert loaded.entries[1].withdrawal.by == "U_ANA"
    trail = await service.reviews.audit(TEAM, review)
    assert (trail[-1].event, trail[-1].actor, trail[-1].detail["ref"]) == ("withdrawn", "U_ANA", 1)
    turns = await service.reviews.turns(TEAM, review)
    assert turns[-1].text == "#1 was withdrawn by whoever brought it. Nobody needs to decide about it."
    assert set(await service.reviews.open_refs(TEAM, review)) == {3, 4}
    assert await is_whole(service, review)


async def test_a_reply_withdraws_for_whoever_brought_the_payments_and_for_nobody_else(service: Wired) -> None:
    review = await submitted(service)
    for user in ("U_BEN", "U_DOV"):
        refused = await service.reply(TEAM, review, actor("withdraw 1", user))
        assert (refused.outcome, refused.private) == (
            Outcome.NOT_BROUGHT,
            "Only whoever brought a payment can correct or withdraw it. Nothing was changed.",
        )
    assert (await service.reply(TEAM, review, actor("withdraw 1 and 2", "U_ANA"))).outcome is Outcome.RECORDED
    assert [(await entry(service, review, ref)).withdrawn for ref in (1, 2, 3)] == [True, False, False]
    again = await service.reply(TEAM, review, actor("withdraw 1", "U_ANA"))
    assert (again.outcome, again.private) == (Outcome.WITHDRAWN, "")
    turns = await service.reviews.turns(TEAM, review)
    assert "was withdrawn by whoever brought the payments" in turns[-1].text
    assert await is_whole(service, review)


async def test_a_payment_on_hold_is_withdrawn_too(service: Wired) -> None:
    review = await submitted(service)
    await decide(service, TEAM, review, H, 1)
    await withdraw(service, review, 1)
    state = (await whole(service, review)).state
    assert (state.withdrawn, state.held, state.waiting) == (1, 0, 2)
    assert await is_whole(service, review)


@pytest.mark.parametrize("mode", [HumanInputMode.ALWAYS, HumanInputMode.TERMINATE])
async def test_with_nothing_open_afterwards_the_review_concludes(
    service: Wired, mode: HumanInputMode
) -> None:
    service.policy = service.policy.model_copy(update={"human_input_mode": mode})
    review = await submitted(service)
    await decide(service, TEAM, review, A, 1)
    await withdraw(service, review, 3, 4)
    state = (await whole(service, review)).state
    assert state.concluded
    assert state.status is (ReviewStatus.WAITING if mode is HumanInputMode.ALWAYS else ReviewStatus.CLOSED)
    assert "2 withdrawn" in (await service.reviews.turns(TEAM, review))[-1].text
    assert await is_whole(service, review)


async def test_what_was_withdrawn_can_be_submitted_again_and_is_said_to_be(service: Wired) -> None:
    review = await submitted(service)
    await withdraw(service, review, 1, 3, 4)
    await service.learn(review)
    again = await service.offer(
        origin("two"), read_text("\n".join(ROWS.splitlines()[place] for place in (0, 2, 3)), currency="USD")
    )
    assert isinstance(again, ReviewState)  # and no draft that asks whether it is the same again
    await service.assess(again.id)
    found = (await entry(service, again.id, 1)).judgement
    assert found is not None
    assert f"submitted before, as #1 of {review} (withdrawn)" in [one.evidence for one in found.findings]
    for finding in found.findings:
        assert f"of {review}" not in finding.evidence or "(withdrawn)" in finding.evidence
    third = await service.offer(
        origin("three"), read_text("\n".join(ROWS.splitlines()[place] for place in (0, 2, 3)), currency="USD")
    )
    assert isinstance(third, Draft)  # of the second, which is not withdrawn
    assert [batch.review for batch in third.earlier] == [again.id]


# -- correcting


async def test_a_correction_is_judged_again_and_shows_both_versions(service: Wired) -> None:
    review = await submitted(service)
    result = await correct(service, review, 1, amount="9000")
    assert result.outcome is Outcome.RECORDED
    waits = await entry(service, review, 1)
    assert (waits.version, waits.rejudging, waits.transaction.amount) == (2, True, Decimal(9000))
    assert (await decided(service, review, 1)).outcome is Outcome.STALE_CARD
    assert (await decided(service, review, 1, {1: 2})).outcome is Outcome.REJUDGING
    assert await is_whole(service, review)
    await service.assess(review)
    after = await entry(service, review, 1)
    assert after.judgement is not None
    assert (after.rejudging, after.submitted.amount, after.flagged) == (False, Decimal(12000), True)
    evidence = [finding.evidence for finding in after.judgement.findings]
    assert evidence[0] == "corrected: the amount from USD 12,000.00 to USD 9,000.00"
    assert any(one.startswith("found before the correction: ") for one in evidence)
    state = (await whole(service, review)).state
    assert (state.rejudging, state.corrections, state.totals) == ((), 1, {"USD": Decimal(42045)})
    assert await is_whole(service, review)
    assert (await decided(service, review, 1, {1: 2})).outcome is Outcome.RECORDED
    assert await is_whole(service, review)


async def test_words_approve_a_corrected_payment_only_once_it_was_shown(service: Wired) -> None:
    review = await submitted(service)
    await correct(service, review, 1, amount="9000")
    assert (await service.reply(TEAM, review, actor("approve 1"))).outcome is Outcome.REJUDGING
    await service.assess(review)
    await service.reply(TEAM, review, actor("approve 1 and 3"))
    loaded = await whole(service, review)
    assert loaded.state.approved == 0
    assert loaded.state.proposal is not None
    shown = (await service.reviews.turns(TEAM, review))[-1].text
    assert "#1 was corrected since it was submitted: the amount from USD 12,000.00 to USD 9,000.00" in shown
    await service.deciding.confirm(TEAM, review, loaded.state.proposal.id, actor("confirm"))
    assert (await whole(service, review)).state.approved == 2
    assert (await service.reply(TEAM, review, actor("reject 4: duplicate"))).outcome is Outcome.RECORDED
    assert (await whole(service, review)).state.rejected == 1
    assert await is_whole(service, review)


HARMS: list[tuple[str, Callable[[Redis, ReviewKeys], Awaitable[object]], str]] = [
    ("withdrawn", lambda redis, keys: redis.hincrby(keys.state, "withdrawn", 1), "counts 2 withdrawn"),
    ("corrections", lambda redis, keys: redis.hset(keys.state, "corrections", "3"), "counts 3 corrections"),
    ("version lost", lambda redis, keys: redis.hdel(keys.remarks, "1"), "the versions of #1 are not those"),
    ("withdrawal lost", lambda redis, keys: redis.hdel(keys.remarks, "3"), "the withdrawal of #3 is not"),
    ("judged again", lambda redis, keys: redis.hset(keys.state, "rejudging", "[1]"), "to be judged again"),
]


@pytest.mark.parametrize(("harm", "says"), [one[1:] for one in HARMS], ids=[one[0] for one in HARMS])
async def test_what_does_not_fit_the_trail_of_amendments_is_named(
    tmp_path: Path, harm: Callable[[Redis, ReviewKeys], Awaitable[object]], says: str
) -> None:
    async with served(tmp_path) as (service, redis):
        review = await submitted(service)
        await correct(service, review, 1, amount="9000")
        await service.assess(review)
        await withdraw(service, review, 3)
        assert await is_whole(service, review)
        await harm(redis, ReviewKeys(TEAM, review))
        found = await check_review(Wired(redis, now=None).stores, TEAM, review)
        assert any(says in problem for problem in found), found


async def test_a_clean_new_version_is_not_routine(service: Wired) -> None:
    review = await submitted(service)
    await correct(service, review, 1, amount="40", vendor="Tea Shop", memo="Tea for the office in May")
    await service.assess(review)
    after = await entry(service, review, 1)
    assert after.undecided
    assert after.judgement is not None
    assert after.judgement.findings[0].severity is Severity.HIGH  # another payee


async def test_the_new_version_is_compared_with_the_other_payments_of_its_review(service: Wired) -> None:
    review = await submitted(service)
    await correct(service, review, 1, amount="15000", vendor="Globex", memo="Server racks")
    await service.assess(review)
    found = (await entry(service, review, 1)).judgement
    assert found is not None
    # Of two that repeat each other the later one is flagged, which is judged already.
    assert "found about #3 since the correction: the same vendor and amount as #1, on the same day" in [
        finding.evidence for finding in found.findings
    ]


async def test_what_repeats_a_withdrawn_payment_of_the_review_says_that_it_was_withdrawn(
    service: Wired,
) -> None:
    review = await submitted(service)
    await withdraw(service, review, 3)
    await correct(service, review, 1, amount="15000", vendor="Globex", memo="Server racks")
    await service.assess(review)
    found = (await entry(service, review, 1)).judgement
    assert found is not None
    repeats = [one.evidence for one in found.findings if "#3" in one.evidence]
    assert repeats
    assert all(f"#3 of {review} (withdrawn)" in one for one in repeats)


async def test_a_hold_stays_on_the_new_version_and_gives_way_to_a_decision(service: Wired) -> None:
    review = await submitted(service)
    await decide(service, TEAM, review, H, 1)
    await correct(service, review, 1, amount="9000")
    await service.assess(review)
    assert (await entry(service, review, 1)).held
    assert await is_whole(service, review)
    assert (await decided(service, review, 1, {1: 2})).outcome is Outcome.RECORDED
    assert await is_whole(service, review)


async def test_a_bad_value_changes_nothing_and_names_its_field(service: Wired) -> None:
    review = await submitted(service)
    with pytest.raises(CorrectionErrors) as raised:
        await correct(service, review, 1, amount="lots", date="soon")
    assert set(raised.value.sentences) == {"amount", "date"}
    assert (await entry(service, review, 1)).version == 1


async def test_the_same_form_corrects_once(service: Wired) -> None:
    review = await submitted(service)
    results = [await correct(service, review, 1, form="form 7", amount="9000") for _ in range(2)]
    assert [result.outcome for result in results] == [Outcome.RECORDED, Outcome.REPEATED]
    assert (await entry(service, review, 1)).version == 2


async def test_corrections_count_as_what_is_handed_in(service: Wired) -> None:
    review = await submitted(service)
    for number in range(BATCHES):
        await correct(service, review, 1, form=f"form {number}", amount="12000")
    with pytest.raises(TooManySubmissions):
        await correct(service, review, 1, form="one more", amount="9000")
    assert (await entry(service, review, 1)).version == 1


async def test_while_it_is_assessed_nothing_is_amended(service: Wired) -> None:
    taken = await service.offer(origin(), read_text(ROWS, currency="USD"))
    assert isinstance(taken, ReviewState)
    assert (await correct(service, taken.id, 1, amount="9000")).outcome is Outcome.NOT_READY
    assert (await withdraw(service, taken.id, 1)).outcome is Outcome.NOT_READY


async def test_of_an_approval_and_a_correction_at_once_exactly_one_wins(tmp_path: Path) -> None:
    async with served(tmp_path) as (first, redis):
        for number in range(6):
            rows = ROWS.replace("000 to", f"{number}00 to")
            review = await submitted(first, rows, f"request {number}")
            other = Wired(redis, now=None)
            approval, correction = await asyncio.gather(
                decided(first, review, 1), correct(other, review, 1, amount="9000", form=f"form {number}")
            )
            after = await entry(first, review, 1)
            won = (approval.outcome is Outcome.RECORDED, correction.outcome is Outcome.RECORDED)
            assert won in ((True, False), (False, True))
            assert (after.decided, after.version) == ((True, 1) if won[0] else (False, 2))
            assert correction.outcome in (Outcome.RECORDED, Outcome.NOT_OPEN)
            assert approval.outcome in (Outcome.RECORDED, Outcome.STALE_CARD)
            assert await is_whole(first, review)


async def test_two_corrections_over_one_version_make_one(service: Wired) -> None:
    review = await submitted(service)
    results = await asyncio.gather(
        correct(service, review, 1, form="a", amount="9000"),
        correct(service, review, 1, form="b", amount="8000"),
    )
    assert sorted(result.outcome for result in results) == [Outcome.RECORDED, Outcome.STALE_CARD]
    assert (await entry(service, review, 1)).version == 2


async def test_what_was_found_about_a_version_that_was_corrected_meanwhile_is_not_stored(
    service: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = await submitted(service)
    await correct(service, review, 1, amount="9000")
    judging = service.assessing
    real = judging._judging.past_payments
    corrected_once = False

    async def past(*given: object, **named: object) -> object:
        nonlocal corrected_once
        if not corrected_once:
            corrected_once = True
            await correct(service, review, 1, 2, amount="8000")
        return await real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(judging._judging, "past_payments", past)
    await judging.assess(TEAM, review)
    after = await entry(service, review, 1)
    assert (after.version, after.rejudging) == (3, False)
    assert after.judgement is not None
    assert [one.evidence for one in after.judgement.findings if one.code == "corrected"] == [
        "corrected: the amount from USD 9,000.00 to USD 8,000.00",
        "corrected: the amount from USD 12,000.00 to USD 9,000.00",
    ]
    assert await is_whole(service, review)


async def test_a_job_that_runs_twice_or_after_a_crash_judges_once(service: Wired) -> None:
    review = await submitted(service)
    await correct(service, review, 1, amount="9000")
    for _ in range(2):
        await service.assess(review)
    trail = await service.reviews.audit(TEAM, review)
    assert [one.event for one in trail].count("judged") == 2
    assert await is_whole(service, review)


async def test_what_was_withdrawn_while_it_waited_to_be_judged_is_left_alone(service: Wired) -> None:
    review = await submitted(service)
    await correct(service, review, 1, amount="9000")
    await withdraw(service, review, 1)
    await service.assess(review)
    after = await entry(service, review, 1)
    assert (after.withdrawn, after.rejudging, after.version) == (True, False, 2)
    assert await is_whole(service, review)


async def test_a_review_that_was_closed_meanwhile_judges_what_it_has_to(service: Wired) -> None:
    review = await submitted(service)
    await correct(service, review, 1, amount="9000")
    await service.exit(TEAM, review, actor("exit"))
    assert await is_whole(service, review)
    await service.assess(review)
    assert not (await entry(service, review, 1)).rejudging
    assert await is_whole(service, review)


async def test_the_corrected_payment_is_ranked_anew_and_the_others_stay(service: Wired) -> None:
    rows = "\n".join(f"${11000 + 10 * ref} to Vendor {ref}. Memo: Chairs for the hall" for ref in range(1, 9))
    review = await submitted(service, rows)
    before = await service.reviews.ranks(TEAM, review)
    await correct(service, review, 5, amount="90000", account="DE89370400440532013000")
    await service.assess(review)
    after = await service.reviews.ranks(TEAM, review)
    assert after[0].ref == 5
    assert [rank for rank in after if rank.ref != 5] == [rank for rank in before if rank.ref != 5]
    await correct(service, review, 5, 2, amount="11050")
    await service.assess(review)
    assert sorted(rank.ref for rank in await service.reviews.ranks(TEAM, review)) == list(range(1, 9))


async def test_history_and_rows_know_the_newest_version(service: Wired) -> None:
    review = await submitted(service)
    await service.learn(review)
    await correct(service, review, 1, vendor="Umbrella", amount="9000")
    await service.assess(review)
    await decided(service, review, 1, {1: 2})
    await service.learn(review)
    (new,) = await service.stores.history.to(TEAM, "Umbrella")
    (old,) = await service.stores.history.to(TEAM, "Acme Corp")
    assert (new.status, new.amount) == ("approved", Decimal(9000))
    assert (old.status, old.amount) == ("corrected", Decimal(12000))
    told = await service.stores.submitted_rows.known(
        TEAM,
        read_text(
            "$12000 to Acme Corp. Memo: Workshop in May\n$9000 to Umbrella. Memo: Workshop in May",
            currency="USD",
        ).transactions,
        service.now(),
    )
    assert {ref: row.name for ref, row in told.items()} == {
        1: f"#1 of {review} (corrected)",
        2: f"#1 of {review}",
    }


async def test_a_correction_taken_back_by_another_is_the_row_that_was_submitted(service: Wired) -> None:
    review = await submitted(service)
    for version, amount in enumerate(("9000", "12000"), start=1):
        await correct(service, review, 1, version, amount=amount)
        await service.assess(review)
    await service.learn(review)
    first = read_text(ROWS.splitlines()[0], currency="USD").transactions
    told = await service.stores.submitted_rows.known(TEAM, first, service.now())
    assert told[1].name == f"#1 of {review}"


async def test_the_same_request_still_meets_its_review_after_a_correction(service: Wired) -> None:
    review = await submitted(service)
    await correct(service, review, 1, amount="9000")
    again = await service.offer(origin(), read_text(ROWS, currency="USD"))
    assert again.id == review


async def test_every_key_of_an_amended_review_has_its_lifetime(tmp_path: Path) -> None:
    async with served(tmp_path) as (service, redis):
        review = await submitted(service)
        await correct(service, review, 1, amount="9000")
        await service.assess(review)
        await withdraw(service, review, 3)
        await service.learn(review)
        await every_key_has_its_lifetime(_address(redis))


def _address(redis: Redis) -> str:
    return f"unix://{redis.connection_pool.connection_kwargs['path']}"
