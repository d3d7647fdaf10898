"""The store on a real server: one winner, nothing half-written, everything found again."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
import structlog

from bot.application.ports import FetchedFile
from bot.application.take_in import TakeInFiles
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, DecisionRequest, Exit, Medium
from bot.domain.policy import default_policy
from bot.domain.review.decision import Proposal
from bot.domain.review.outcome import Outcome
from bot.domain.review.state import Price, ReviewStatus
from bot.domain.review.transition import Actor, Transition, human_turn
from bot.domain.submission import FileRef, FileSubmission, Origin
from bot.domain.transaction import Transaction
from bot.store import Committed, NotCommitted, connect
from bot.store.keys import ReviewKeys
from bot.store.scripts.commit import CommitRefusal
from bot.store.topology.embedded import embedded_server
from tests.conftest import every_key_has_its_lifetime
from tests.domain.approvers import approvers
from tests.wired import NOW, TEAM, Wired


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[list[Wired]]:
    """Two processes' worth of services on one server."""
    async with embedded_server(tmp_path) as url:
        clients = [connect(url) for _ in range(2)]
        yield [Wired(client) for client in clients]
        await every_key_has_its_lifetime(url)
        for client in clients:
            await client.aclose()


def payments(count: int, amount: str = "12000.00") -> list[Transaction]:
    return [
        Transaction(ref=ref, amount=Decimal(amount), currency="USD", vendor=f"Vendor {ref}")
        for ref in range(1, count + 1)
    ]


def origin(request: str = "one") -> Origin:
    return Origin(team=TEAM, submitter="U_ANA", request=request, channel="C1", told_in="C1", source="text")


def actor(user: str = "U_BEN", text: str = "approve") -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text=text, now=NOW)


async def waiting(service: Wired, count: int, request: str = "one") -> str:
    """A review that waits for a human, as the assessing job leaves it."""
    review_state = await service.submit(origin(request), payments(count))
    await service.assess(review_state.id)
    return review_state.id


async def test_fifty_clicks_from_two_processes_have_exactly_one_winner(services: list[Wired]) -> None:
    review = await waiting(services[0], 1)
    kinds = [DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD]
    answers = await asyncio.gather(
        *(
            services[number % 2].decide(
                TEAM, review, (DecisionRequest(kind=kinds[number % 3], refs=(1,)),), actor(f"U{number}")
            )
            for number in range(50)
        )
    )
    made = [decision for answer in answers for decision in answer.recorded]
    (winner,) = [decision for decision in made if decision.kind is not DecisionKind.HELD]
    holds = [decision for decision in made if decision.kind is DecisionKind.HELD]
    assert len(holds) <= 1
    assert {one.outcome for one in answers} == {Outcome.RECORDED, Outcome.ALREADY_DECIDED}
    assert {one.already[0].by for one in answers if one.already} <= {decision.by for decision in made}
    trail = await services[0].reviews.audit(TEAM, review)
    decided = [one.detail["kind"] for one in trail if one.event == "decided"]
    assert decided == [decision.kind.value for decision in (*holds, winner)]


async def test_of_two_steps_made_from_the_same_state_only_the_first_is_taken(services: list[Wired]) -> None:
    """The race itself, without luck: both have looked, and now both write."""
    review = await waiting(services[0], 2)
    looked = [await service.reviews.load_whole(TEAM, review) for service in services]
    asks = [
        DecisionRequest(kind=DecisionKind.APPROVED, refs=(1,)),
        DecisionRequest(kind=DecisionKind.REJECTED, refs=(1,)),
    ]
    done = []
    for service, seen, ask in zip(services, looked, asks, strict=True):
        assert seen is not None
        answer = seen.decide((ask,), actor(), approvers(actor().user))
        assert answer.transition is not None
        done.append(await service.reviews.commit(seen.state, answer.transition))
    assert isinstance(done[0], Committed)
    assert done[1] == NotCommitted(CommitRefusal.CONFLICT)
    after = await services[0].reviews.load_whole(TEAM, review)
    assert after is not None
    assert (after.state.approved, after.state.rejected, after.state.undecided) == (1, 0, 1)


async def test_an_exit_for_a_proposal_that_no_longer_stands_ends_nothing(services: list[Wired]) -> None:
    review = await waiting(services[0], 1)
    gone = Proposal(id="P-1", by="U_BEN", words="exit", reading=Exit())
    answer = await services[0].deciding.confirm(TEAM, review, gone.id, actor(text="confirm"))
    assert answer.outcome is Outcome.NO_PROPOSAL
    review_state = await services[0].reviews.state(TEAM, review)
    assert review_state is not None
    assert (review_state.status, review_state.held) == (ReviewStatus.WAITING, 0)


class Teller:
    """Counts what a sender of files is told; has one file to fetch."""

    def __init__(self) -> None:
        self.told = 0

    async def fetch(self, team: str, file: FileRef, limit: int) -> FetchedFile:
        return FetchedFile(b"amount,vendor\n15000,Globex\n", "U_ANA")

    async def receipt(self, *_: object) -> None:
        self.told += 1


async def test_files_taken_in_twice_are_told_of_once(services: list[Wired]) -> None:
    submission = FileSubmission(id="p1", origin=origin(), files=(FileRef(id="F1", name="p.csv"),))
    teller = Teller()
    for service in services:
        await service.submitting.receive_files(submission)
        files = TakeInFiles(
            submit=service.submitting,
            columns=service.asking_columns,
            drafts=service.stores.drafts,
            policy=default_policy,
            publisher=teller,  # type: ignore[arg-type]  # no more is needed
        )
        await files.take_in(TEAM, "p1")
    assert teller.told == 1
    assert len(await services[0].reviews.open_reviews(TEAM, newest=20)) == 1


async def test_clicks_on_different_payments_all_count(services: list[Wired]) -> None:
    review = await waiting(services[0], 30)
    await asyncio.gather(
        *(
            services[ref % 2].decide(
                TEAM,
                review,
                (DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,)),),
                actor(text=f"approve {ref}"),
            )
            for ref in range(1, 31)
        )
    )
    review_state = await services[1].reviews.state(TEAM, review)
    assert review_state is not None
    assert (review_state.approved, review_state.undecided, review_state.turns) == (
        30,
        0,
        32,
    )  # the opening, thirty clicks, and the summary
    turns = await services[0].reviews.turns(TEAM, review)
    assert [turn.seq for turn in turns] == list(range(1, 33))


async def test_general_approval_racing_single_decisions_decides_each_payment_once(
    services: list[Wired],
) -> None:
    review = await waiting(services[0], 20)
    asks = [(DecisionRequest(kind=DecisionKind.REJECTED, refs=(ref,)),) for ref in range(1, 21)]
    asks += [(DecisionRequest(kind=DecisionKind.APPROVED),)] * 3
    await asyncio.gather(
        *(services[number % 2].decide(TEAM, review, one, actor()) for number, one in enumerate(asks))
    )
    loaded = await services[0].reviews.load_whole(TEAM, review)
    assert loaded is not None
    kinds = [entry.decision.kind for entry in loaded.entries.values() if entry.decision]
    assert len(kinds) == 20
    assert kinds.count(DecisionKind.APPROVED) == loaded.state.approved
    assert kinds.count(DecisionKind.REJECTED) == loaded.state.rejected
    trail = await services[0].reviews.audit(TEAM, review)
    assert sorted(one.detail["ref"] for one in trail if one.event == "decided") == list(range(1, 21))


async def test_the_same_request_delivered_at_once_makes_one_review(services: list[Wired]) -> None:
    heads = await asyncio.gather(*(services[n % 2].submit(origin(), payments(3)) for n in range(10)))
    assert len({review_state.id for review_state in heads}) == 1
    other = await services[0].submit(origin("two"), payments(3))
    assert other.id != heads[0].id
    assert sorted(await services[1].reviews.open_reviews(TEAM, newest=20)) == sorted({heads[0].id, other.id})


async def test_a_reply_delivered_twice_is_one_turn(services: list[Wired]) -> None:
    review = await waiting(services[0], 2)
    said = Actor(user="U_BEN", how=Medium.THREAD_REPLY, text="reject 2: duplicate", now=NOW)
    await asyncio.gather(
        *(services[n % 2].reply(TEAM, review, said, idempotency_key="message 1") for n in range(6))
    )
    turns = await services[0].reviews.turns(TEAM, review)
    assert [turn.text for turn in turns if turn.actor] == ["reject 2: duplicate"]


async def test_a_step_that_finds_another_state_changes_nothing(services: list[Wired]) -> None:
    review = await waiting(services[0], 1)
    before = await services[0].reviews.state(TEAM, review)
    assert before is not None
    step = Transition(before.but(note="changed"), audit=(AuditEntry(event="x", actor="y", at=NOW),))
    # An older version, and one of that number which a failover or a restore has made another step of.
    for stale in (before.but(version=before.version - 1), before.but(stamp="else")):
        done = await services[0].reviews.commit(stale, step)
        assert done == NotCommitted(CommitRefusal.CONFLICT)
        assert await services[0].reviews.state(TEAM, review) == before
    assert isinstance(await services[0].reviews.commit(before, step), Committed)


async def test_of_a_fresh_review_only_what_was_set_is_stored_and_all_of_it_is_read_again(
    services: list[Wired],
) -> None:
    store, redis = services[0].reviews, services[0].redis
    made = await services[0].submit(origin(), payments(1))
    stored = await redis.hgetall(ReviewKeys(TEAM, made.id).state)
    assert {"note", "price", "proposal", "held", "read_to"}.isdisjoint(stored)
    assert await store.state(TEAM, made.id) == made
    other = made.but(
        status=ReviewStatus.WAITING,
        price=Price(prompt=Decimal("0.15"), completion=Decimal("0.60")),
        proposal=Proposal(id="P-1", by="U_BEN", words="exit", reading=Exit()),
        reopened=(2, 7),
        concluded=True,
        totals={"EUR": Decimal("-0.10"), "USD": Decimal("12000.00")},
        held=3,
    )
    done = await store.commit(made, Transition(other))
    assert isinstance(done, Committed)
    assert await store.state(TEAM, made.id) == done.state
    assert done.state.model_dump(exclude={"version", "due", "stamp"}) == other.model_dump(
        exclude={"version", "due", "stamp"}
    )
    back = await store.commit(done.state, Transition(made))
    assert isinstance(back, Committed)
    stored = await redis.hgetall(ReviewKeys(TEAM, made.id).state)
    assert {"price", "proposal", "reopened", "concluded", "held"}.isdisjoint(stored)


async def test_what_a_crash_leaves_in_the_outbox_is_found_there(services: list[Wired]) -> None:
    review = await waiting(services[0], 1)
    done = await services[0].commit(review, audit=(AuditEntry(event="x", actor="y", at=NOW),))
    assert isinstance(done, Committed)  # and then the process dies
    assert done.jobs[0] in await services[1].stores.outbox.waiting()
    await services[1].stores.outbox.drop(done.jobs)
    assert done.jobs[0] not in await services[1].stores.outbox.waiting()


async def test_a_batch_of_5000_is_stored_whole_and_decided_at_once(services: list[Wired]) -> None:
    review = await waiting(services[0], 5000)
    answer = await services[0].decide(TEAM, review, (DecisionRequest(kind=DecisionKind.APPROVED),), actor())
    assert len(answer.recorded) == 5000
    review_state = await services[0].reviews.state(TEAM, review)
    assert review_state is not None
    assert (review_state.approved, review_state.undecided, review_state.total) == (5000, 0, 5000)


async def test_a_stale_card_decides_nothing(services: list[Wired]) -> None:
    review = await waiting(services[0], 1)
    answer = await services[0].decide(
        TEAM,
        review,
        (DecisionRequest(kind=DecisionKind.APPROVED, refs=(1,)),),
        actor(),
        content_token="000000000000",
    )
    assert answer.outcome is Outcome.STALE_CARD
    review_state = await services[0].reviews.state(TEAM, review)
    assert review_state is not None
    assert review_state.undecided == 1


async def test_a_job_names_the_request_that_caused_it_and_the_log_counts_the_step(
    services: list[Wired], caplog: pytest.LogCaptureFixture
) -> None:
    review = await waiting(services[0], 1)
    turns = (human_turn(actor(text="told in confidence")),)
    audit = (AuditEntry(event="x", actor="y", at=NOW, detail={"said": "told in confidence"}),)
    with caplog.at_level("INFO", "bot"), structlog.contextvars.bound_contextvars(request="Ev 1"):
        asked = await services[0].commit(review, turns=turns, audit=audit)
    by_itself = await services[0].commit(review, turns=turns, audit=audit)
    assert isinstance(asked, Committed)
    assert isinstance(by_itself, Committed)
    assert asked.jobs[0].request == "Ev 1"
    assert (await services[1].stores.outbox.waiting())[-2:] == [asked.jobs[0], by_itself.jobs[0]]
    assert by_itself.jobs[0].request == ""
    (line,) = [one.msg for one in caplog.records if "step stored" in str(one.msg)]
    assert isinstance(line, dict)
    counted = {"team": TEAM, "review": review, "version": asked.state.version, "turns": 1, "decisions": 0}
    assert counted.items() <= line.items()
    assert (line["audit"], line["jobs"], line["request"]) == (1, ["publish"], "Ev 1")
    assert "confidence" not in str(line)
