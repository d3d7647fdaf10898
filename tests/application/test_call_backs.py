"""Frozen payments in Redis: judged, called about, corrected, approved; by whom, and by several at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.application.call_back import CallBackAsked, CallBackNoted
from bot.application.check import check_review
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.policy import Policy
from bot.domain.review.call_backs import CallBackReport, NumberSource
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor
from bot.domain.transaction import Transaction
from bot.store.keys import ReviewKeys
from bot.store.keys import policy as policy_key
from bot.store.topology.embedded import embedded_server
from tests.store.audited import origin, show
from tests.wired import NOW, TEAM, Wired, wired

A, R = DecisionKind.APPROVED, DecisionKind.REJECTED
OLD, NEW = "GB29NWBK60161331926819", "DE02120300000000202051"
POLICY = 'approvers = ["U_BEN", "U_CHI", "U_DOV"]\n'
NO_CALLS = f"{POLICY}[rules.changed_bank_details]\ncall_back = false\n"


def pay(ref: int, amount: str, account: str, vendor: str = "Acme Corp") -> Transaction:
    return Transaction(
        ref=ref, amount=Decimal(amount), currency="USD", vendor=vendor, account=account, memo="Order 4411"
    )


class Office:
    """One review with a payment to a new account, and people who call and decide."""

    def __init__(self, process: Wired) -> None:
        self.process = process
        self.review_id = ""
        self.minutes = 1

    def actor(self, user: str) -> Actor:
        self.minutes += 1
        at = NOW + timedelta(minutes=self.minutes)
        return Actor(user=user, how=Medium.BUTTON, text="a click", now=at)

    async def hand_in(self, *rows: Transaction, request: str = "two") -> str:
        state = await self.process.submit(origin(request), rows)
        await self.process.assess(state.id)
        await self.process.learn(state.id)
        self.review_id = state.id
        return state.id

    async def approve(self, user: str, ref: int = 1, called: int | None = None) -> RequestResult:
        asks = (DecisionRequest(kind=A, refs=(ref,)),)
        state = await self.process.reviews.state(TEAM, self.review_id)
        assert state is not None
        token, shown = (None, None) if called is None else (state.content_token, {ref: called})
        return await self.process.decide(TEAM, self.review_id, asks, self.actor(user), token, shown)

    async def call(
        self,
        user: str,
        *,
        confirmed: bool = True,
        version: int = 1,
        key: str = "",
        number: str = "+1 555 0100 200",
    ) -> CallBackNoted:
        actor = self.actor(user)
        report = CallBackReport(
            spoke_to="Maria Novak",
            called_at=actor.now,
            number=number,
            source=NumberSource.EARLIER,
            confirmed=confirmed,
        )
        return await self.process.calling_back.note(
            TEAM, self.review_id, {1: version}, report, actor, idempotency_key=key or None
        )

    async def correct(self, version: int, **typed: str) -> None:
        given = {"amount": "500", "currency": "USD", "vendor": "Acme Corp", "account": NEW} | typed
        result = await self.process.amending.correct(
            TEAM, self.review_id, 1, version, given, self.actor("U_ANA"), idempotency_key=f"form {version}"
        )
        assert result.outcome is Outcome.RECORDED
        await self.process.assess(self.review_id)

    async def entry(self, ref: int = 1) -> ReviewedTransaction:
        review = await self.process.reviews.load(TEAM, self.review_id, (ref,))
        assert review is not None
        return review.entries[ref]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with embedded_server(tmp_path) as url, wired(url) as process:
        process.policy = Policy.from_toml(POLICY)
        opened = Office(process)
        await opened.hand_in(pay(1, "400", OLD), request="one")
        await opened.hand_in(pay(1, "500", NEW), pay(2, "12000", OLD, "Globex"))
        yield opened
        await show(process, TEAM, opened.review_id)
        assert await check_review(process.stores, TEAM, opened.review_id) == []


async def test_a_payment_to_a_changed_account_waits_for_a_call_and_another_person(office: Office) -> None:
    assert (await office.entry()).frozen
    assert (await office.approve("U_BEN")).outcome is Outcome.FROZEN
    noted = await office.call("U_BEN")
    assert (noted.result.outcome, noted.faults) == (Outcome.RECORDED, {})
    assert (await office.entry()).call_backs[0].spoke_to == "Maria Novak"
    assert (await office.approve("U_BEN")).outcome is Outcome.CALLED_BACK_BY_YOU
    assert (await office.approve("U_CHI", called=0)).outcome is Outcome.STALE_CARD
    assert (await office.approve("U_CHI", called=1)).recorded
    trail = await office.process.reviews.audit(TEAM, office.review_id)
    assert [entry.detail["outcome"] for entry in trail if entry.event == "refused"][:1] == ["frozen"]


async def test_the_same_form_notes_one_call_and_a_wrong_one_none(office: Office) -> None:
    wrong = await office.call("U_BEN", number="n/a", key="form 1")
    assert (wrong.result.transition, list(wrong.faults)) == (None, ["number"])
    assert (await office.call("U_BEN", key="form 1")).result.outcome is Outcome.RECORDED
    assert (await office.call("U_BEN", key="form 1")).result.outcome is Outcome.REPEATED
    assert len((await office.entry()).call_backs) == 1


async def test_a_corrected_payment_is_called_about_again_whatever_it_says_now(office: Office) -> None:
    await office.call("U_BEN")
    await office.correct(1, account=OLD)  # back to the account that was paid on before
    entry = await office.entry()
    assert (entry.version, entry.call_backs, entry.frozen) == (2, (), True)
    assert (await office.approve("U_CHI")).outcome is Outcome.FROZEN
    assert (await office.call("U_BEN", version=1)).result.outcome is Outcome.STALE_CARD
    assert (await office.call("U_BEN", version=2)).result.outcome is Outcome.RECORDED
    assert (await office.approve("U_CHI")).recorded


async def test_a_correction_to_another_account_freezes_what_was_not(office: Office) -> None:
    office.review_id = await office.hand_in(pay(1, "13000", OLD), request="three")
    assert not (await office.entry()).frozen
    await office.correct(1, amount="13000")
    assert (await office.entry()).frozen


async def test_an_account_that_only_waits_is_not_known_to_what_is_handed_in_next(office: Office) -> None:
    """Who submits a payment to a new account twice would else have the second one approved by itself."""
    await office.hand_in(pay(1, "610", NEW), request="again")
    assert (await office.entry()).frozen
    await office.call("U_BEN")
    await office.approve("U_CHI")
    await office.process.learn(office.review_id)
    first = office.review_id
    await office.hand_in(pay(1, "720", NEW), request="once more")
    assert not (await office.entry()).needs_call_back, "what people approved after a call is known"
    office.review_id = first


async def test_a_policy_that_asks_for_no_call_freezes_nothing_that_it_judged(office: Office) -> None:
    office.process.policy = Policy.from_toml(NO_CALLS)
    await office.hand_in(pay(1, "610", NEW), request="four")
    assert not (await office.entry()).needs_call_back
    office.process.policy = Policy.from_toml(POLICY)
    await office.correct(1, amount="612")
    assert not (await office.entry()).needs_call_back
    assert (await office.approve("U_BEN")).recorded, "as its policy had it when it was judged"


async def test_where_the_policy_is_lost_that_asked_for_no_call_a_new_version_is_frozen(
    office: Office,
) -> None:
    office.process.policy = Policy.from_toml(NO_CALLS)
    await office.hand_in(pay(1, "610", NEW), request="four")
    state = await office.process.reviews.state(TEAM, office.review_id)
    assert state is not None
    await office.process.redis.delete(policy_key(state.policy_version))
    office.process = Wired(
        office.process.redis, policy=Policy.from_toml(f"correction_minutes = 9\n{NO_CALLS}")
    )
    await office.correct(1, amount="611")
    assert (await office.entry()).frozen


async def test_what_was_judged_before_there_were_call_backs_is_frozen_too(office: Office) -> None:
    trail = await office.process.reviews.audit(TEAM, office.review_id)
    assert all("exempt" not in entry.detail for entry in trail), "nothing is stored to freeze a payment"
    assert not await office.process.redis.hexists(ReviewKeys(TEAM, office.review_id).state, "exempt")


async def test_of_a_call_that_fails_and_an_approval_at_once_one_knows_of_the_other(office: Office) -> None:
    await office.call("U_BEN")
    denied, approved = await asyncio.gather(
        office.call("U_DOV", confirmed=False), office.approve("U_CHI", called=1)
    )
    entry = await office.entry()
    if approved.recorded:
        assert denied.result.outcome is Outcome.ALREADY_DECIDED
    else:
        assert approved.outcome in (Outcome.STALE_CARD, Outcome.FROZEN)
        assert entry.frozen


async def test_a_call_is_asked_about_all_payments_to_the_same_account(office: Office) -> None:
    rows = (pay(1, "610", NEW), pay(2, "615", NEW.lower()), pay(3, "620", NEW, "Globex"), pay(4, "7", OLD))
    await office.hand_in(*rows, request="five")
    asked = await office.process.calling_back.ask(TEAM, office.review_id, 1, 1, office.actor("U_BEN"))
    assert isinstance(asked, CallBackAsked)
    assert [one.transaction.ref for one in asked.alike] == [2]
    by_words = await office.process.calling_back.ask(TEAM, office.review_id, 1, None, office.actor("U_BEN"))
    assert isinstance(by_words, CallBackAsked)
    refused = await office.process.calling_back.ask(TEAM, office.review_id, 1, 1, office.actor("U_ANA"))
    assert isinstance(refused, RequestResult)
    assert refused.outcome is Outcome.OWN_BATCH


async def test_what_was_called_about_is_frozen_again_when_its_decision_is_taken_back_and_denied(
    office: Office,
) -> None:
    await office.call("U_BEN")
    assert (await office.approve("U_CHI")).recorded
    said = Actor(user="U_CHI", how=Medium.THREAD_REPLY, text="undo 1", now=office.actor("U_CHI").now)
    await office.process.reply(TEAM, office.review_id, said)
    assert (await office.entry()).undecided
    assert (await office.call("U_DOV", confirmed=False)).result.outcome is Outcome.RECORDED
    assert (await office.approve("U_CHI")).outcome is Outcome.FROZEN
    change = replace(said, text="change 1 to approve: they called back", now=office.actor("U_CHI").now)
    await office.process.reply(TEAM, office.review_id, change)
    assert (await office.entry()).undecided


async def test_a_review_that_was_closed_and_opened_again_keeps_its_payment_frozen(office: Office) -> None:
    await office.process.exit(TEAM, office.review_id, office.actor("U_BEN"))
    assert (await office.call("U_BEN")).result.outcome is Outcome.CLOSED
    await office.process.deciding.reopen(TEAM, office.review_id, office.actor("U_BEN"))
    assert (await office.approve("U_BEN")).outcome is Outcome.FROZEN
