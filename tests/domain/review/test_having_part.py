"""Who closes, reopens and looks at a review: who may decide something in it, by its payments' routes."""

import pytest

from bot.domain.conversation import Medium
from bot.domain.people import Approvers
from bot.domain.review.having_part import has_part, is_told
from bot.domain.review.outcome import Outcome
from bot.domain.review.reopening import reopen
from bot.domain.review.review import Review
from bot.domain.review.transition import Actor
from bot.domain.routing import Route, Stage
from tests.domain.review.test_review import NOW, review

DEFAULT = Route(stages=(Stage(group="approvers", count=1),), last_fallback="owners")
LARGE = Route(
    name="large",
    stages=(Stage(group="controllers", count=2, fallback="deputies"), Stage(group="board", count=1)),
)
GROUPS = {
    "controllers": frozenset({"U_CHI"}),
    "deputies": frozenset({"U_DEP"}),
    "board": frozenset({"U_FAY"}),
    "owners": frozenset({"U_GUS"}),
    "payroll": frozenset({"U_PAY"}),
}
EVERYBODY = frozenset({"U_BEN", "U_CHI", "U_DEP", "U_FAY", "U_GUS", "U_PAY"})
APPROVERS = Approvers(EVERYBODY, named=frozenset({"U_BEN"}), groups=GROUPS)


def those(*routes: Route, approvers: Approvers = APPROVERS, barred: frozenset[str] = frozenset()) -> set[str]:
    people = EVERYBODY | {"U_STAND", "U_NEW"}
    return {user for user in people if has_part(user, routes, approvers, barred)}


def test_only_groups_that_the_routes_of_a_review_name_have_a_part_in_it() -> None:
    assert those() == {"U_BEN"}, "without routes the approvers"
    assert those(DEFAULT) == {"U_BEN", "U_GUS"}
    assert those(LARGE) == {"U_CHI", "U_DEP", "U_FAY"}, "at any stage, and who may step in"
    assert those(LARGE, DEFAULT) == EVERYBODY - {"U_PAY"}


def test_who_brought_payments_or_was_added_to_one_has_none_and_a_stand_in_has() -> None:
    assert those(LARGE, barred=frozenset({"U_FAY"})) == {"U_CHI", "U_DEP"}
    away = Approvers(EVERYBODY, named=frozenset({"U_BEN"}), groups=GROUPS, away={"U_CHI": "U_STAND"})
    assert those(LARGE, approvers=away) == {"U_CHI", "U_STAND", "U_DEP", "U_FAY"}
    added = Approvers(EVERYBODY, named=frozenset({"U_BEN"}), groups=GROUPS, added=frozenset({"U_NEW"}))
    assert "U_NEW" not in those(LARGE, approvers=added)


def test_a_group_of_which_slack_does_not_tell_opens_nothing_and_is_no_lasting_no() -> None:
    untold = Approvers(
        frozenset({"U_BEN"}), named=frozenset({"U_BEN"}), groups={}, untold=frozenset({"board"})
    )
    assert those(LARGE, approvers=untold) == set()
    assert not is_told((LARGE,), untold)
    assert is_told((DEFAULT,), untold)


@pytest.mark.parametrize(
    ("user", "outcome"), [("U_FAY", Outcome.RECORDED), ("U_PAY", Outcome.NOT_AN_APPROVER)]
)
def test_a_review_is_closed_and_reopened_by_who_may_decide_something_in_it(
    user: str, outcome: Outcome
) -> None:
    routed = review()
    routed = Review(routed.state.but(routes=(LARGE,)), routed.entries)
    assert routed.exit(by(user), APPROVERS).outcome is outcome
    step = routed.exit(by("U_CHI"), APPROVERS).transition
    assert step is not None
    closed = Review(step.state, routed.entries)
    assert reopen(closed, by(user), APPROVERS).outcome is outcome


def by(user: str) -> Actor:
    return Actor(user=user, how=Medium.BUTTON, text="exit", now=NOW)
