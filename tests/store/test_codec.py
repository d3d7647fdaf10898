"""What is written short comes back as it was."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Medium, Party, Turn, TurnKind
from bot.store.codec import changed_fields, state_of, turn_of, turn_text
from tests.handlers.views.test_card import review_state

TIMES = st.datetimes(timezones=st.just(UTC))
FORMS = st.sampled_from(TurnKind)


@given(TIMES, st.sampled_from(Medium), st.text(), st.text(), FORMS, st.text())
def test_a_humans_turn_comes_back_to_the_microsecond(
    at: datetime, how: Medium, said: str, actor: str, form: TurnKind, proposal: str
) -> None:
    turn = Turn(who=Party.HUMAN, how=how, text=said, at=at, actor=actor, form=form, proposal=proposal, seq=7)
    assert turn_of(7, turn_text(turn)) == turn


@given(TIMES, st.text(), FORMS, st.text(), st.lists(st.integers(1, 3000)))
def test_the_bots_turn_comes_back_as_the_bots(
    at: datetime, said: str, form: TurnKind, proposal: str, refs: list[int]
) -> None:
    turn = Turn(
        who=Party.FINANCE_BOT,
        how=Medium.API,
        text=said,
        at=at,
        form=form,
        proposal=proposal,
        refs=tuple(refs),
        seq=7,
    )
    assert turn_of(7, turn_text(turn)) == turn


def test_a_click_is_written_without_what_can_be_told_from_the_rest() -> None:
    at = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
    turn = Turn(who=Party.HUMAN, how=Medium.BUTTON, text="approve 2", at=at, actor="U_BEN", seq=7)
    assert json.loads(turn_text(turn)) == [1_795_349_040_000_000, "button", "approve 2", "U_BEN"]


def test_payments_that_follow_each_other_are_written_by_the_ends_of_their_row() -> None:
    at = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
    refs = (9, *range(1, 271), 12)
    turn = Turn(who=Party.FINANCE_BOT, how=Medium.API, text="270 of them.", at=at, refs=refs, seq=7)
    assert json.loads(turn_text(turn))[-1] == "9,1-270,12"
    assert turn_of(7, turn_text(turn)).refs == refs


def test_a_turn_that_was_stored_without_references_has_none() -> None:
    assert turn_of(7, '[1795349040000000,"API","Approved: #2."]').refs == ()


def test_a_state_that_was_stored_with_the_page_of_its_card_is_read_without_it() -> None:
    stored, _ = changed_fields(None, review_state())
    assert state_of(stored | {"page": "2"}) == review_state()
