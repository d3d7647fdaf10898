"""What people read of requests that changed nothing, of questions, and in the help."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain import text
from bot.domain.answers import answer_to
from bot.domain.conversation import (
    AskHistory,
    AskMyDecisions,
    AskOutcomes,
    DescribePayments,
    ListPayments,
    PaymentOrder,
    Question,
    ReviewFact,
    ShowStatus,
    SumPayments,
    TellFact,
    Why,
)
from bot.domain.people import NOBODY, Approvers
from bot.domain.policy import PaymentStatus, past_payments_from
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from handlers.views.help import help_text, misspelt
from tests.words.sample import (
    APPROVED,
    AUTOMATIC,
    FIRST,
    HELD,
    NOW,
    ON_HOLD,
    REJECTED,
    SECOND,
    decided,
    decision,
    payment,
    state,
)

Examples = Mapping[str, Sequence[str]]
"""Lines by what they are an example of."""

QUESTIONS: Mapping[str, Question] = {
    "why 2 and 1?": Why(refs=(2, 1)),
    "what is 2 and 4?": DescribePayments(refs=(2, 4)),
    "what is 2?": DescribePayments(refs=(2,)),
    "list": ListPayments(),
    **{f"list by {order.value}": ListPayments(order=order) for order in PaymentOrder},
    "how much is open?": SumPayments(),
    "what did I decide?": AskMyDecisions(),
    "what did I reject?": AskMyDecisions(kind=REJECTED),
    "what did I put on hold?": AskMyDecisions(kind=HELD),
    "have we paid Acme Corp before?": AskHistory(vendor="Acme Corp"),
    "have we paid Initech before?": AskHistory(vendor="Initech"),
    "who submitted this?": TellFact(what=ReviewFact.SUBMITTER),
    "who may decide?": TellFact(what=ReviewFact.DECIDERS),
    "what happened to my payments?": AskOutcomes(),
    "status": ShowStatus(),
}


def answers() -> Examples:
    """Answers to questions in the thread, by the question."""
    entries = (AUTOMATIC, FIRST, SECOND, ON_HOLD, decided(APPROVED, 5))
    review = Review(state(total=5, approved=1), {each.transaction.ref: each for each in entries})
    paid = past_payments_from([payment(1, 400), payment(2, 480)], "R-2B4C6", PaymentStatus.APPROVED)
    may = Approvers(frozenset({"U_BEN", "U_CHI"}))

    def told(question: Question, approvers: Approvers = may) -> list[str]:
        past = [each for each in paid if isinstance(question, AskHistory) and question.vendor == each.vendor]
        answer = answer_to(question, review, user="U_BEN", today=NOW.date(), approvers=approvers, past=past)
        return answer.text.split("\n")

    return {
        **{words: told(question) for words, question in QUESTIONS.items()},
        "who may decide, where the policy names nobody?": told(TellFact(what=ReviewFact.DECIDERS), NOBODY),
    }


def refusals() -> Examples:
    """What came of a request, for each outcome: about one payment, and about several."""
    one = RequestResult(Outcome.RECORDED, refs=(2,), already=(decision(APPROVED),))
    already = decision(HELD, 2), decision(REJECTED, 3)
    several = replace(one, refs=(2, 3), already=already)
    return {
        outcome.value.replace("_", " "): list(
            dict.fromkeys(text.refusal(replace(about, outcome=outcome)) for about in (one, several))
        )
        for outcome in Outcome
    }


def helps() -> Examples:
    """The help, and what a misspelt word is answered with."""
    return {
        "help": help_text().split("\n"),
        "a word that is none": [misspelt("staus", "status")],
    }
