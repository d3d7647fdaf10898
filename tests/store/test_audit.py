"""The audit trail: what it tells, and that no later change of it goes unseen."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.domain.audit.chain import chained, first_broken, read_line
from bot.domain.audit.entry import AuditEntry, TrailEnd
from bot.domain.conversation import DecisionKind, DecisionRequest
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.review.audit_entries import ROWS, flagged_in, judgement_in, rows_in
from bot.domain.review.transition import Transition
from bot.intake import join_intakes, read_file, read_text
from bot.store import Committed
from bot.store.audit import PAGE, AuditTrails
from bot.store.keys import REVIEW_LIFE, ReviewKeys, policy
from tests.real_data import real_file
from tests.store.audited import TYPED, actor, assess, decided, origin, served, service_on
from tests.wired import TEAM, Wired

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Wired, Redis]]:
    async with served(tmp_path) as opened:
        yield opened


async def lines(redis: Redis, keys: ReviewKeys) -> list[str]:
    found: list[str] = await redis.lrange(keys.audit, 0, -1)  # type: ignore[assignment]  # decoded
    return found


async def broken(redis: Redis, keys: ReviewKeys, now: datetime | None = None) -> str:
    checked = await AuditTrails(redis).check(keys.team, keys.review, now or datetime.now(UTC))
    return "" if checked.broken is None else str(checked.broken)


async def test_the_trail_alone_tells_what_was_submitted_judged_and_decided(
    kept: tuple[Wired, Redis],
) -> None:
    service, redis = kept
    keys = await decided(service)
    before = await service.reviews.load_whole(TEAM, keys.review)
    assert before is not None
    await redis.delete(keys.state, keys.judgements, keys.decisions, keys.turns, keys.messages)
    trail = await service.reviews.audit(TEAM, keys.review)
    submitted, rows, judged, refused, approved, rejected, concluded, closed = trail
    assert (submitted.event, submitted.actor) == ("submitted", "U_ANA")
    assert submitted.detail["input"] == [{"text": TYPED}]
    assert submitted.detail["policy_version"] == before.state.policy_version
    assert submitted.detail["model"] == "policy-only"
    assert list(rows_in(rows)) == [entry.transaction for entry in before.entries.values()]
    assert judged.detail["kinds"][0][:2] == ["rule", "amount_over_limit"]
    kind, sentence, *_ = judged.detail["flagged"]["4"]
    assert (kind, "15,000.00" in judged.detail["evidence"][sentence]) == (0, True)
    assert (refused.event, refused.actor, refused.detail["outcome"]) == ("refused", "U_ANA", "own_batch")
    assert approved.actor == "U_BEN"
    assert approved.detail == {
        "ref": 4,
        "kind": "approved",
        "how": "button",
        "content_hash": before.entries[4].content_hash(before.state.policy_version),
    }
    assert rejected.detail["reason"] == "no PO"
    assert (concluded.event, closed.event) == ("concluded", "closed")
    assert all(entry.at.utcoffset() == timedelta(0) for entry in trail)


async def test_the_policy_that_a_trail_names_is_kept_as_long_as_the_trail(
    kept: tuple[Wired, Redis],
) -> None:
    service, redis = kept
    keys = await decided(service)
    named = (await service.reviews.audit(TEAM, keys.review))[0].detail["policy_version"]
    assert await service.stores.policies.policy(named) == service.policy
    assert await redis.ttl(policy(named)) == await redis.ttl(keys.audit) == -1


async def test_files_stand_in_the_trail_by_name_size_and_digest_with_the_rows_left_out(
    kept: tuple[Wired, Redis],
) -> None:
    service, _ = kept
    content = b"amount,vendor\n15000,Globex\nmuch,Acme\n"
    intake = join_intakes([read_text("$5 to A", currency="USD"), read_file("p.csv", content, currency="USD")])
    draft = await service.offer(origin(), intake)
    review_state = await service.submitting.submit_draft(TEAM, draft.id, "U_ANA")
    assert review_state is not None
    submitted = (await service.reviews.audit(TEAM, review_state.id))[0].detail
    digest = hashlib.sha256(content).hexdigest()
    assert submitted["input"] == [
        {"text": "$5 to A"},
        {"name": "p.csv", "size": len(content), "sha256": digest},
    ]
    assert len(submitted["left_out"]) == 1
    assert "much" in submitted["left_out"][0]


async def test_whoever_has_the_lines_can_check_them_by_sha256_alone(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    keys = await decided(service)
    link = f"countersign-audit-1 {TEAM} {keys.review}"
    for seq, line in enumerate(await lines(redis, keys), start=1):
        stored, _, text = line.partition(" ")
        link = hashlib.sha256(f"{link}|{seq}|{text}".encode()).hexdigest()
        assert stored == link
        json.loads(text)
    review_state = await service.reviews.state(TEAM, keys.review)
    assert review_state is not None
    assert review_state.trail_end == (seq, link)
    assert await broken(redis, keys) == ""


Tamper = Callable[[Redis, str, list[str]], Awaitable[object]]


async def changed(redis: Redis, key: str, was: list[str]) -> None:
    await redis.lset(key, 4, was[4].replace("approved", "rejected"))


async def taken_out(redis: Redis, key: str, was: list[str]) -> None:
    await redis.lrem(key, 1, was[3])


async def swapped(redis: Redis, key: str, was: list[str]) -> None:
    await redis.lset(key, 4, was[5])
    await redis.lset(key, 5, was[4])


async def put_in(redis: Redis, key: str, was: list[str]) -> None:
    await redis.linsert(key, "BEFORE", was[3], was[2])


async def cut(redis: Redis, key: str, was: list[str]) -> None:
    await redis.ltrim(key, 0, 3)


async def emptied(redis: Redis, key: str, was: list[str]) -> None:
    await redis.delete(key)


async def added(redis: Redis, key: str, was: list[str]) -> None:
    """By somebody who knows how to chain."""
    text = was[4].partition(" ")[2]
    (line,) = chained(TrailEnd(len(was), was[-1][:64]), [text])
    await redis.rpush(key, str(line))


async def written_anew(redis: Redis, key: str, was: list[str]) -> None:
    """The same number of lines, and every link fits the next."""
    texts = [one.partition(" ")[2].replace("15000", "5") for one in was]
    review = key.split(":")[-2]
    for place, line in enumerate(chained(TrailEnd(0, f"countersign-audit-1 {TEAM} {review}"), texts)):
        await redis.lset(key, place, str(line))


async def garbled(redis: Redis, key: str, was: list[str]) -> None:
    await redis.lset(key, 2, "nonsense")


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (changed, "entry 5 does not follow"),
        (taken_out, "entry 4 does not follow"),
        (swapped, "entry 5 does not follow"),
        (put_in, "entry 4 does not follow"),
        (cut, "entry 5 is missing: the review's state counts 8"),
        (emptied, "entry 1 is missing: the review's state counts 8"),
        (added, "entry 9 was written past the bot"),
        (written_anew, "entry 8 has another link than the review's state says"),
        (garbled, "entry 3 does not follow"),
    ],
)
async def test_the_first_entry_that_was_tampered_with_is_named(
    kept: tuple[Wired, Redis], tamper: Tamper, says: str
) -> None:
    service, redis = kept
    keys = await decided(service)
    await tamper(redis, keys.audit, await lines(redis, keys))
    assert (await broken(redis, keys)).startswith(says)


async def test_a_trail_does_not_pass_for_another_reviews(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    one, two = await decided(service), await decided(service, "two")
    await redis.delete(two.audit)
    await redis.rpush(two.audit, *await lines(redis, one))
    assert (await broken(redis, two)).startswith("entry 1 does not follow")


async def test_a_trail_is_verified_after_its_review_has_expired_and_not_before(
    kept: tuple[Wired, Redis],
) -> None:
    service, redis = kept
    keys = await decided(service)
    await redis.delete(keys.state)
    assert "is not followed by the review's state" in await broken(redis, keys)
    later = datetime.now(UTC) + REVIEW_LIFE
    assert await broken(redis, keys, later) == ""
    await changed(redis, keys.audit, await lines(redis, keys))
    assert (await broken(redis, keys, later)).startswith("entry 5 ")


async def test_a_name_is_not_given_again_while_its_trail_is_there(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    keys = await decided(service)
    await redis.delete(keys.state)
    again = await service.offer(origin(), read_text(TYPED, currency="USD"))
    assert again.id != keys.review
    assert len(await service.reviews.audit(TEAM, keys.review)) == 8


async def test_a_trail_of_several_pages_is_followed_across_them(kept: tuple[Wired, Redis]) -> None:
    service, redis = kept
    keys = await decided(service)
    notes = (AuditEntry(event="x", actor="y", at=NOW),) * PAGE
    for _ in range(2):
        assert isinstance(await service.commit(keys.review, audit=notes, jobs=()), Committed)
    checked = await AuditTrails(redis).check(TEAM, keys.review, NOW)
    assert checked == (8 + 2 * PAGE, None, ())
    was = await lines(redis, keys)
    await redis.lset(keys.audit, PAGE, was[PAGE - 1])
    assert (await broken(redis, keys)).startswith(f"entry {PAGE + 1} ")


async def test_clicks_of_many_processes_on_one_review_leave_one_whole_chain(
    kept: tuple[Wired, Redis],
) -> None:
    first, redis = kept
    text = "\n".join(f"$15000 to Vendor {number}" for number in range(24))
    taken = await first.offer(origin(), read_text(text, currency="USD"))
    await assess(first, taken.id)
    others = [service_on(redis) for _ in range(4)]  # each knows nothing of the others' ends
    await asyncio.gather(
        *(
            others[ref % 4].decide(
                TEAM,
                taken.id,
                (DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,)),),
                actor(f"approve {ref}"),
            )
            for ref in range(1, 25)
        )
    )
    keys = ReviewKeys(TEAM, taken.id)
    assert await broken(redis, keys) == ""
    trail = await first.reviews.audit(TEAM, taken.id)
    assert sorted(one.detail["ref"] for one in trail if one.event == "decided") == list(range(1, 25))


async def test_payments_are_found_by_reference_across_the_entries_that_hold_them(
    kept: tuple[Wired, Redis],
) -> None:
    service, _ = kept
    text = "\n".join(f"${number}.00 to Vendor {number}" for number in range(1, 3 * ROWS + 2))
    taken = await service.offer(origin(), read_text(text, currency="USD"))
    for refs in ([1], [ROWS], [ROWS + 1, 3 * ROWS + 1], [2 * ROWS, 2, 1]):
        loaded = await service.reviews.load(TEAM, taken.id, refs)
        assert loaded is not None
        assert list(loaded.entries) == sorted(refs)
        assert all(one.transaction.vendor == f"Vendor {ref}" for ref, one in loaded.entries.items())
    whole = await service.reviews.load_whole(TEAM, taken.id)
    assert whole is not None
    assert list(whole.entries) == list(range(1, 3 * ROWS + 2))
    for refs in ([], [0], [-1], [3 * ROWS + 2], [10_000]):
        loaded = await service.reviews.load(TEAM, taken.id, refs)
        assert loaded is not None
        assert loaded.entries == {}


async def test_findings_stand_in_the_trail_alone_and_a_decision_reads_no_more_than_the_entry_about_it(
    kept: tuple[Wired, Redis],
) -> None:
    service, redis = kept
    count = 2 * ROWS + 3
    text = "\n".join(f"${10_000 + number} to Vendor {number}" for number in range(1, count + 1))
    taken = await service.offer(origin(), read_text(text, currency="USD"))
    await assess(service, taken.id)
    entries = await service.reviews.audit(TEAM, taken.id)
    told = [entry for entry in entries if flagged_in(entry)]
    assert [entry.event for entry in told] == ["judged", "found", "found"]
    assert [len(flagged_in(entry)) for entry in told] == [ROWS, ROWS, 3]
    places = await redis.hgetall(ReviewKeys(TEAM, taken.id).judgements)
    assert {int(ref) for ref, at in places.items() if at == str(entries.index(told[1]))} == set(
        flagged_in(told[1])
    )
    for refs in ([ROWS, ROWS + 1], [count], range(1, count + 1)):
        loaded = await service.reviews.load(TEAM, taken.id, refs)
        assert loaded is not None
        for ref, entry in loaded.entries.items():
            assert entry.judgement is not None
            (found,) = entry.judgement.findings
            assert found.evidence == f"USD {10_000 + ref:,}.00 is above the limit of USD 10,000.00"


async def test_a_step_cannot_flag_what_its_entries_do_not_tell(kept: tuple[Wired, Redis]) -> None:
    service, _ = kept
    keys = await decided(service)
    found = Finding(source=Source.RULE, code="x", evidence="y")
    state = await service.reviews.state(TEAM, keys.review)
    assert state is not None
    with pytest.raises(KeyError):
        await service.reviews.commit(state, Transition(state, (Judgement(ref=1, findings=(found,)),)))


def hostile() -> list[str]:
    path = real_file("hostile-text.jsonl")
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


async def test_hostile_text_comes_back_as_it_was_written_and_keeps_the_chain(
    kept: tuple[Wired, Redis],
) -> None:
    service, redis = kept
    keys = await decided(service)
    texts = [*(text.encode("utf-8", "replace").decode() for text in hostile()), "\0", "a|b|c", " ", "\u2028"]
    for text in texts:
        entry = AuditEntry(event="refused", actor="U", at=NOW, detail={"said": text})
        await service.commit(keys.review, audit=(entry,), jobs=())
    trail = await service.reviews.audit(TEAM, keys.review)
    assert [one.detail["said"] for one in trail[8:]] == texts
    assert await broken(redis, keys) == ""


@given(st.lists(st.text(), min_size=1, max_size=6), st.data())
def test_any_one_change_of_any_line_breaks_the_chain_there(said: list[str], data: st.DataObject) -> None:
    start = TrailEnd(0, "countersign-audit-1 T R")
    texts = [json.dumps({"event": "x", "actor": one, "at": "2026-01-01T00:00:00Z"}) for one in said]
    stored = [str(line) for line in chained(start, texts)]
    assert first_broken(start, [read_line(seq, one) for seq, one in enumerate(stored, start=1)]) is None
    place = data.draw(st.integers(0, len(stored) - 1))
    other = data.draw(st.text(min_size=1).filter(lambda one: one != stored[place]))
    stored[place] = other
    found = first_broken(start, [read_line(seq, one) for seq, one in enumerate(stored, start=1)])
    assert found is not None
    assert found.seq == place + 1


def test_a_finding_of_the_first_trails_is_read_without_severity_and_line() -> None:
    three = ["rule", "amount_over_limit", "USD 12,000.00 is above the limit of USD 10,000.00"]
    entry = AuditEntry(
        event="judged", actor="finance_bot", at=NOW, detail={"refs": [2, 2], "flagged": {"2": [three]}}
    )
    (found,) = judgement_in(2, entry).findings
    assert [found.source, found.code, found.evidence] == three
    assert (found.severity, found.policy) == (Severity.MEDIUM, "")
