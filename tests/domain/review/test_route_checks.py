"""The check of a review finds an approval that did not go its whole route."""

from bot.domain.conversation import DecisionKind, Medium
from bot.domain.review.decision import Decision
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.route_checks import route_problems
from bot.domain.routing import Route, Stage, Vote
from tests.domain.review.test_review import NOW, review

ROUTE = Route(stages=(Stage(group="controllers", count=2), Stage(group="board", count=1)))


def entry(kind: DecisionKind, by: str, *votes: tuple[str, int]) -> dict[int, ReviewedTransaction]:
    decision = Decision(ref=2, kind=kind, by=by, at=NOW, how=Medium.BUTTON, content_hash="x")
    given = tuple(Vote(by=person, stage=stage, at=NOW) for person, stage in votes)
    changes = {"route": ROUTE, "decision": decision, "votes": given}
    return {2: review().entries[2].model_copy(update=changes)}


def test_an_approval_of_the_whole_route_is_whole() -> None:
    whole = entry(DecisionKind.APPROVED, "U_FAY", ("U_BEN", 0), ("U_CHI", 0))
    assert list(route_problems(whole)) == []
    assert list(route_problems(entry(DecisionKind.REJECTED, "U_BEN"))) == []


def test_a_stage_with_too_few_is_found() -> None:
    (problem,) = route_problems(entry(DecisionKind.APPROVED, "U_FAY", ("U_BEN", 0)))
    assert problem == "#2 is approved, and stage 1 of its route has 1 of 2"


def test_who_had_their_say_twice_is_found() -> None:
    (problem,) = route_problems(entry(DecisionKind.APPROVED, "U_BEN", ("U_BEN", 0), ("U_CHI", 0)))
    assert problem == "who approved #2 at last had their say about it before"
    problems = list(route_problems(entry(DecisionKind.APPROVED, "U_FAY", ("U_BEN", 0), ("U_BEN", 0))))
    assert problems == ["somebody had their say about #2 twice"]
