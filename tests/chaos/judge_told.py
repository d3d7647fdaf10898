"""Whether everybody whose click was acknowledged either got it done or was told why not."""

from collections.abc import Iterator, Sequence, Set

from bot.domain.conversation import Turn, TurnKind
from bot.domain.review import approvals
from tests.chaos.evidence import Evidence, Finding, Request, Wrong
from tests.chaos.records import Delivered
from tests.chaos.stored import Stored
from tests.chaos.wishes import BY_BUTTON, DECIDING, Aim

TELLING = 1.0  # seconds after its acknowledgement in which a refusal must have been told


def judge_told(evidence: Evidence, stored: Stored, asked: Sequence[Request]) -> Iterator[Finding]:
    """An acknowledged click either did something or its person was told why not."""
    for request in asked:
        wish = request.wish
        if wish.how != BY_BUTTON or wish.aim not in DECIDING | {Aim.CONFIRM}:
            continue
        words = {one.wish.words for one in request.tries}
        for one in request.tries:
            done = any(
                turn.actor == wish.user
                and (turn.text in words or _tells_of_many(stored, turn, words))
                and request.first_sent <= stored.when(turn.at) <= one.done
                for turn in stored.turns
            )
            answered = is_answered(one)
            told = any(
                word.user == wish.user and one.sent <= word.at <= one.done + TELLING
                for word in evidence.records.told
            )
            answered |= evidence.jumped(one.sent, one.done + TELLING)
            if one.acked and not (done or answered or told or was_asked_why(evidence, request)):
                yield Finding(Wrong.UNTOLD, stored.state.id, line_of(request))


def _tells_of_many(stored: Stored, turn: Turn, words: Set[str]) -> bool:
    """Whether a turn tells what came of the page that decides about many, for the reason given there.

    Where others have to approve too, it stands beside the approvals alone.
    """
    reasons = {said.partition(": ")[2] for said in words if said.partition(":")[0].endswith(" many")}
    if turn.form is not TurnKind.TOLD:
        return False
    given = {
        entry.detail.get("note")
        for entry in stored.audit
        if entry.event == approvals.GIVEN and (entry.actor, entry.at) == (turn.actor, turn.at)
    }
    return any(f": {reason}" in turn.text or reason in given for reason in reasons)


def was_asked_why(evidence: Evidence, request: Request) -> bool:
    """Whether a click that approves was answered with the form that asks for a reason."""
    return request.wish.aim is Aim.APPROVE and any(
        asked.user == request.wish.user and one.sent <= asked.at <= one.done + TELLING
        for asked in evidence.records.asked_why
        for one in request.tries
    )


def is_answered(delivery: Delivered) -> bool:
    """Whether a form was answered with words instead of being done."""
    return isinstance(delivery.body, dict) and bool(delivery.body.get("response_action"))


def line_of(request: Request) -> str:
    wish, times = request.wish, ", ".join(f"{one.sent:.3f}-{one.done:.3f}" for one in request.tries)
    return f"“{wish.words}” of {wish.user} by {wish.how} ({times})"
