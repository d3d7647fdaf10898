"""The same payments again: its submitter is told where they stand, by whichever way they come."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.review.state import ReviewState
from bot.domain.submission import Draft, EarlierBatch, Origin
from bot.domain.transaction import Transaction
from handlers.views import receipts
from handlers.views.forms import draft_form
from tests.handlers.listeners.test_ways_in import (
    Way,
    file_in_a_direct_message,
    text_alone,
    text_in_the_form,
    upload,
)
from tests.office import FINANCE, TEAM, Json, Office, cards

LATELY = datetime.now(UTC).date() - timedelta(days=3)
LINES = [f"{LATELY} | {number}2.40 USD | Vendor {number} | Paper {number}" for number in range(1, 10)]
TEXT = "\n".join(LINES)
TABLE = "date,amount,vendor,memo\n" + "".join(
    f"{LATELY},{number}2.40,Vendor {number},Paper {number}\n" for number in range(1, 10)
)


async def handed_in(office: Office, text: str = TEXT, user: str = "U_SECOND") -> str:
    """The review of these payments, once they are judged."""
    await office.command(user, text)
    return (await office.review_state(await office.card("is closed"))).id


def says(review: str, rows: int = 9, of: int = 9) -> str:
    today = datetime.now(UTC)
    return f"what <@U_SECOND> submitted on {today.day} {today:%B} as {review} ({rows} of {of} rows)."


async def press(office: Office, user: str, draft: Json, action: str) -> Json:
    at = {"channel": draft["channel"], "message_ts": draft["ts"], "block_id": "draft"}
    return await office.do("actions", user=user, action_id=action, **at)


async def codes(office: Office, review: str, refs: tuple[int, ...]) -> list[list[str]]:
    payments = await office.bot.use_cases.look.transactions(TEAM, review, refs)
    return [[finding.code for finding in entry.judgement.findings] for entry in payments if entry.judgement]


@text_alone
async def test_text_that_was_submitted_is_not_taken_again_by_any_way(office: Office, way: Way) -> None:
    review = await handed_in(office)
    await way(office, "\n".join(LINES[::-1]))
    if way is text_in_the_form:
        (_, form) = await office.views("U_REQUESTER")
        assert says(review) in str(form["view"]["blocks"])
    else:
        await office.told("U_REQUESTER", f"These payments are {says(review)}")
    assert len(cards(await office.state())) == 1


async def test_a_file_is_not_taken_again_and_all_of_it_is_flagged_where_it_must_be(office: Office) -> None:
    review = await handed_in(office)
    await office.drop("U_REQUESTER", "again.csv", TABLE.encode())
    draft = await office.told("U_REQUESTER", f"This file is {says(review)}", "No row of it is new")
    assert "submit_new" not in str(draft["blocks"])
    await press(office, "U_REQUESTER", draft, "submit_again")
    state = await office.review_state(await office.card("9 of 9 payments need a decision"))
    assert await codes(office, state.id, (1, 9)) == [["submitted_before"]] * 2
    await office.said(f"submitted before, as #1 of {review}")


async def test_the_new_rows_of_a_file_are_taken_alone(office: Office) -> None:
    review = await handed_in(office)
    await office.drop("U_REQUESTER", "more.csv", f"{TABLE}{LATELY},7.10,Vendor 77,Ink\n".encode())
    draft = await office.told("U_REQUESTER", f"This file is {says(review, 9, 10)}", "USD 7.10")
    await press(office, "U_REQUESTER", draft, "submit_new")
    assert (await second(office)).total == 1


async def second(office: Office) -> ReviewState:
    """The second review, once its card stands there."""
    card = await office.until(lambda state: [*cards(state), None][1])
    return await office.review_state(card)


async def test_a_file_in_a_direct_message_is_known_too(office: Office) -> None:
    await file_in_a_direct_message(office, "\n".join(LINES[:4]))
    await office.card("of 5 payments")
    await upload(office, "\n".join(LINES[:4]), "U_BOT")
    await office.said("as R-", "(5 of 5 rows)")
    assert len(cards(await office.state())) == 1


@pytest.mark.parametrize("lines", [LINES, [*LINES, f"{LATELY} | 7.10 USD | Vendor 77 | Ink"]])
async def test_the_form_asks_on_top_of_itself_and_takes_all_or_what_is_new(
    office: Office, lines: list[str]
) -> None:
    review = await handed_in(office)
    await text_in_the_form(office, "\n".join(lines))
    (_, asked) = await office.views("U_REQUESTER")
    assert asked["view"]["title"]["text"] == "Submitted before"
    assert says(review, 9, len(lines)) in str(asked["view"]["blocks"])
    if len(lines) > 9:
        await office.do(f"views/{asked['id']}/submit", user="U_REQUESTER", values={})
        assert (await second(office)).total == 1
        assert await office.views("U_REQUESTER") == []
        return
    assert asked["view"].get("submit") is None
    pressed = {"view_id": asked["id"], "action_id": "submit_again", "block_id": "draft"}
    await office.do("actions", user="U_REQUESTER", channel=FINANCE, **pressed)
    assert (await office.review_state(await office.card("9 of 9 payments need a decision"))).total == 9
    # The form tells of it after the review is stored, which its card may be quicker to show.
    await office.until(lambda state: any("9 payments submitted" in str(form) for form in state["views"]))
    assert len(await office.views("U_REQUESTER")) == 2
    await office.told("U_REQUESTER", "9 payments")


async def test_two_typed_payments_are_no_batch_again_and_each_is_flagged(office: Office) -> None:
    review = await handed_in(office, "\n".join(LINES[:2]))
    await office.command("U_REQUESTER", "\n".join(LINES[:2]))
    await office.card("2 of 2 payments need a decision")
    await office.said(f"submitted before, as #1 of {review}")


def draft_of(count: int, known: int, *, at: datetime, problems: int = 0) -> Draft:
    origin = Origin(team=TEAM, submitter="U1", request="r", channel="C1", told_in="C1", source="a.csv")
    earlier = EarlierBatch(review="R-DRC1Y", submitter="U2", at=datetime(2026, 11, 3, tzinfo=UTC), rows=known)
    payments = [Transaction(ref=ref, amount=5, currency="USD", vendor="A") for ref in range(1, count + 1)]
    return Draft(
        id="d" * 20,
        origin=origin,
        transactions=tuple(payments),
        problems=tuple(f"Row {row}" for row in range(problems)),
        earlier=(earlier, EarlierBatch(review="R-AAAAA", rows=1)),
        known=dict.fromkeys(range(1, known + 1), "#1 of R-DRC1Y"),
        at=at,
    )


def test_a_date_of_long_ago_has_its_year() -> None:
    soon = draft_of(653, 653, at=datetime(2026, 11, 28, tzinfo=UTC))
    assert "<@U2> submitted on 3 November as R-DRC1Y (653 of 653 rows)." in str(receipts.draft(soon))
    late = draft_of(653, 653, at=datetime(2027, 11, 28, tzinfo=UTC))
    assert "submitted on 3 November 2026 as R-DRC1Y" in str(receipts.draft(late))
    assert "Part of it is what was submitted as R-AAAAA (1 of 653 rows)" in str(receipts.draft(late))


def test_bad_rows_stand_beside_what_is_known_and_never_hide_it() -> None:
    both = draft_of(10, 9, at=datetime(2026, 11, 28, tzinfo=UTC), problems=40)
    for shown in (str(receipts.draft(both)), str(draft_form(both))):
        assert "R-DRC1Y" in shown
        assert "Row 3" in shown
        assert "submit_again" in shown
        assert "good row" not in shown
        assert "Submit only the new rows" in shown
