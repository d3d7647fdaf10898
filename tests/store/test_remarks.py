"""Remarks are entries of the audit trail; the store knows where, and reads them with their payment."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind
from bot.domain.review.remarks import (
    OF_REVIEW,
    EvidenceFile,
    RemarkKind,
    WaitingFile,
    answered,
    asked,
    evidence,
    noted,
    remark_in,
)
from bot.domain.review.transition import Transition
from bot.intake import read_text
from bot.store import Committed
from bot.store.keys import REVIEW_LIFE, ReviewKeys
from tests.store.audited import TYPED, assess, decide, origin, served
from tests.wired import TEAM, Wired

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
RECEIPT = EvidenceFile(id="F1", name="receipt.pdf", size=12, sha256="ab" * 32, link="https://x.slack.com/f")


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Wired]:
    async with served(tmp_path) as (wired, _):
        yield wired


async def judged(service: Wired) -> str:
    taken = await service.offer(origin(), read_text(TYPED, currency="USD"))
    await assess(service, taken.id)
    return taken.id


async def remark(service: Wired, review: str, *entries: AuditEntry) -> None:
    assert isinstance(await service.commit(review, audit=entries), Committed)


async def test_what_was_said_of_a_payment_is_read_with_it_in_order(service: Wired) -> None:
    review = await judged(service)
    await remark(service, review, asked((2, 4), "Which project?", "U_ANA", "U_BEN", NOW))
    state = await service.reviews.state(TEAM, review)
    assert state is not None
    question = state.audited
    await remark(service, review, answered((2, 4), question, "Skylark", ("receipt.pdf",), "U_ANA", NOW))
    await remark(service, review, evidence((2, 4), RECEIPT, "U_ANA", NOW, question))
    await remark(service, review, noted((4,), "called them", "U_BEN", NOW))
    one = await service.reviews.load(TEAM, review, (4,))
    whole = await service.reviews.load_whole(TEAM, review)
    recalled = service.reviews.recalled(TEAM, review, (4,))
    assert one
    assert whole
    assert recalled
    for read in (one, whole, recalled):
        remarks = read.entries[4].remarks
        assert [(found.kind, found.by, found.text) for found in remarks] == [
            (RemarkKind.QUESTION, "U_BEN", "Which project?"),
            (RemarkKind.ANSWER, "U_ANA", "Skylark"),
            (RemarkKind.EVIDENCE, "U_ANA", ""),
            (RemarkKind.NOTE, "U_BEN", "called them"),
        ]
        assert remarks[0].to == "U_ANA"
        assert remarks[1].question == remarks[0].place == question
        assert remarks[1].files == ("receipt.pdf",)
        assert remarks[2].file == RECEIPT
    assert len(whole.entries[2].remarks) == 3
    assert whole.entries[1].remarks == whole.entries[3].remarks == ()


async def test_the_card_reads_them_too(service: Wired) -> None:
    review = await judged(service)
    await remark(service, review, noted((4,), "called them", "U_BEN", NOW))
    view = await service.stores.messages.to_publish(TEAM, review, 8)
    assert view
    said = {entry.transaction.ref: [found.text for found in entry.remarks] for entry in view.shown}
    assert said[4] == ["called them"]
    assert not any(texts for ref, texts in said.items() if ref != 4)


async def test_a_click_after_a_remark_forgets_none(service: Wired) -> None:
    review = await judged(service)
    await service.reviews.load(TEAM, review, (4,))
    await remark(service, review, noted((4,), "one", "U_BEN", NOW))
    await decide(service, TEAM, review, DecisionKind.APPROVED, 4)
    await remark(service, review, noted((4,), "two", "U_BEN", NOW))
    recalled, loaded = (
        service.reviews.recalled(TEAM, review, (4,)),
        await service.reviews.load(TEAM, review, (4,)),
    )
    assert recalled
    assert loaded
    assert recalled.entries[4] == loaded.entries[4]
    assert [found.text for found in loaded.entries[4].remarks] == ["one", "two"]


async def test_a_file_of_the_whole_review_can_be_put_at_a_payment(service: Wired) -> None:
    review = await judged(service)
    other = RECEIPT.model_copy(update={"id": "F2", "name": "contract.pdf"})
    await remark(service, review, evidence((), RECEIPT, "U_ANA", NOW), evidence((), other, "U_ANA", NOW))
    first, second = await service.reviews.remarks_on_whole(TEAM, review)
    assert (first.ref, first.file, second.file) == (OF_REVIEW, RECEIPT, other)
    await remark(service, review, evidence((2,), RECEIPT, "U_ANA", NOW, placed=(first.place,)))
    assert await service.reviews.remarks_on_whole(TEAM, review) == (second,)
    loaded = await service.reviews.load(TEAM, review, (2,))
    assert loaded
    assert [found.file for found in loaded.entries[2].remarks] == [RECEIPT]
    await remark(service, review, evidence((2,), other, "U_ANA", NOW, placed=(second.place,)))
    assert await service.reviews.remarks_on_whole(TEAM, review) == ()


async def test_where_remarks_stand_lives_as_long_as_the_review(service: Wired) -> None:
    review = await judged(service)
    await remark(service, review, noted((4,), "called them", "U_BEN", NOW))
    life = await service.redis.ttl(ReviewKeys(TEAM, review).remarks)
    assert life > REVIEW_LIFE.total_seconds() - 60


async def test_open_questions_and_files_that_wait_are_part_of_the_state(service: Wired) -> None:
    review = await judged(service)
    before = await service.reviews.state(TEAM, review)
    assert before is not None
    waits = WaitingFile(id="F1", name="receipt.pdf", size=12, by="U_ANA", refs=(2, 4), question=7)
    changed = before.but(open_questions=(7, 9), waiting_files=(waits,))
    assert isinstance(await service.reviews.commit(before, Transition(changed)), Committed)
    after = await service.reviews.state(TEAM, review)
    assert after is not None
    assert (after.open_questions, after.waiting_files) == ((7, 9), (waits,))


def test_what_stays_for_ever_is_bounded() -> None:
    entry = noted((1,), "x" * 900, "U_BEN", NOW)
    assert len(entry.detail["text"]) == 500
    assert entry.detail["text"].endswith("…")
    long = EvidenceFile(id="F1", name="n" * 900, link="https://x.slack.com/" + "l" * 900, problem="p" * 900)
    kept = remark_in(1, 1, evidence((1,), long, "U_ANA", NOW)).file
    assert kept is not None
    assert (len(kept.name), kept.link, len(kept.problem)) == (150, "", 200)


def test_an_entry_about_others_is_no_remark_on_a_payment() -> None:
    with pytest.raises(ValueError, match="says nothing about #2"):
        remark_in(2, 1, noted((1,), "called them", "U_BEN", NOW))
