"""What people read on the card and in its thread, rendered of a sample review by the code that shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain import text
from bot.domain.conversation import DecisionKind, Party, TurnKind
from bot.domain.people import Deciders, Standing
from bot.domain.review.claims import Claim
from bot.domain.review.decision import Proposal
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.remarks import OF_REVIEW
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.selection import desk_payment
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import AssumedCurrency
from handlers.views.asked_turns import evidence_message
from handlers.views.card import NO_GROUPS, Groups, card, notification
from handlers.views.groups import groups_of
from handlers.views.summary import summary_message
from handlers.views.thread import message
from tests.words.rendering import lines_of, message_lines
from tests.words.sample import (
    APPROVED,
    AUTOMATIC,
    CALLED,
    CORRECTED,
    FIRST,
    FROZEN,
    HELD,
    NOT_CONFIRMED,
    NOW,
    ON_HOLD,
    OVER,
    QUESTION,
    RECEIPT,
    REJECTED,
    REJUDGED,
    REMARKS,
    SECOND,
    UNREADABLE,
    WITHDRAWN,
    closed,
    decided,
    decision,
    entry,
    payment,
    settled,
    state,
    turn,
)

Examples = Mapping[str, Sequence[str]]
"""Lines by what they are an example of."""

BEN = Deciders(("U_BEN", "U_CHI"))
MANY = [entry(ref, OVER, paid=payment(ref, 10_000 + ref)) for ref in range(1, 13)]
ASKED = entry(2, OVER, remarks=(QUESTION,))
ANSWERED = entry(2, OVER, remarks=REMARKS)


def _card(
    shown: ReviewState,
    *entries: ReviewedTransaction,
    deciders: Deciders = BEN,
    groups: Groups = NO_GROUPS,
    **more: Any,
) -> list[str]:
    return [
        f"(notification) {notification(shown)}",
        *lines_of(card(shown, entries, deciders, groups=groups, **more)),
    ]


def cards() -> Examples:
    """The card in its states."""
    many = state(total=13, judged=13, flagged=12, undecided=12, held=0, high_risk=12)
    groups = groups_of(desk_payment(each, place) for place, each in enumerate(MANY))
    claims = (
        Claim(ref=OF_REVIEW, by="U_CHI", since=NOW, until=NOW),
        Claim(ref=2, by="U_BEN", since=NOW, until=NOW),
    )
    left_out = state(left_out=2, note="Please pay this week", assumed=AssumedCurrency(currency="USD", rows=2))
    return {
        "being assessed": _card(
            state(status=ReviewStatus.ASSESSING, judged=2, flagged=1, undecided=0, held=0)
        ),
        "three payments wait, of which one repeats another and one is on hold": _card(
            state(), FIRST, SECOND, ON_HOLD
        ),
        "one payment waits": _card(state(total=1, flagged=1, undecided=1, held=0), FIRST),
        "only payments on hold wait": _card(state(undecided=0, approved=2), ON_HOLD),
        "a note, a currency that was assumed, rows that were left out": _card(left_out, FIRST),
        "asked, answered, noted, shown": [*_card(state(), ASKED)[5:9], *_card(state(), ANSWERED)[5:9]],
        "corrected, being judged again, withdrawn": [
            line for each in (CORRECTED, REJUDGED, WITHDRAWN) for line in _card(state(), each)[5:9]
        ],
        "frozen, called about, not confirmed": [
            line for each in (FROZEN, CALLED, NOT_CONFIRMED) for line in _card(state(), each)[5:9]
        ],
        "more payments than a card shows": _card(many, groups=groups),
        "nobody may decide": _card(state(), FIRST, deciders=Deciders()),
        "all who may decide brought these payments": _card(
            state(), FIRST, deciders=Deciders(("U_ANA",), stuck=True, others=("U_CHI",))
        ),
        "anybody in the channel may decide": _card(state(), FIRST, deciders=Deciders(anyone=True)),
        "the policy only recommends, a model was asked and did not answer, the past is short": _card(
            state(recommend_only=True, recommended=1, unassessed=1, short_past=True, model="a-model"), FIRST
        ),
        "in place of a card that is gone": _card(state(), FIRST, replaces=NOW),
        "everything is decided": _card(settled()),
        "somebody is on it": _card(state(claims=claims), FIRST),
        "somebody is on it, where payments are counted in groups": _card(
            many.but(claims=claims), *MANY, groups=groups
        ),
        "closed with payments that nobody approved": _card(closed()),
    }


def _turn(shown: ReviewState, words: str, form: TurnKind = TurnKind.PLAIN, **changes: Any) -> list[str]:
    return message_lines(message(shown, [turn(words, form, **changes)], [], BEN))


def _said(form: TurnKind, words: str, actor: str, to: str = "") -> list[str]:
    return _turn(state(), words, form, who=Party.HUMAN, actor=actor, to=to, refs=(2,))


def _result(*kinds: DecisionKind, outcome: Outcome = Outcome.RECORDED, **changes: Any) -> RequestResult:
    recorded = tuple(decision(kind, ref) for ref, kind in enumerate(kinds, start=2))
    return RequestResult(outcome, recorded=recorded, **changes)


def threads() -> Examples:
    """The messages of a review's thread."""
    entries = {each.transaction.ref: each for each in (FIRST, SECOND, ON_HOLD)}
    recommended = state(recommend_only=True, unassessed=2, short_past=True)
    proposal = Proposal(id="P-3", by="U_BEN", words="", reading=())
    seen = [desk.transaction for desk in (FIRST, SECOND)]
    left = {"undecided": 1, "held": 0, "approved": 2}
    return {
        "the opening": _turn(state(), text.opening(state(), [FIRST, SECOND, ON_HOLD]), TurnKind.OPENING),
        "the opening where the policy only recommends": text.opening(recommended, [FIRST]).split("\n"),
        "all were approved automatically": [text.all_automatic(settled(flagged=0, approved=0, rejected=0))],
        "decisions by reply": [
            text.recorded(_result(APPROVED, APPROVED), state(**left), entries),
            text.recorded(_result(REJECTED), settled(), entries),
            text.recorded(_result(HELD), state(), entries),
            text.recorded(_result(undone=(2,)), state(), entries),
            text.recorded(_result(undone=(2, 3)), state(), entries),
            text.recorded(_result(APPROVED, already=(decision(HELD, 4),)), state(), entries),
            text.recorded(_result(APPROVED, already=(decision(REJECTED, 4),)), state(), entries),
        ],
        "decisions about many at the desk": [
            f"@ben {text.decided_together(kind, seen, 'monthly suppliers')}" for kind in DecisionKind
        ],
        "taken off hold": [text.released([4], state(held=0)), text.released([3, 4], state(undecided=4))],
        "corrected, judged again, withdrawn": [
            text.amended(payment(2, 15000), payment()),
            text.judged_again(CORRECTED),
            text.was_corrected(CORRECTED),
            text.withdrawn(RequestResult(Outcome.RECORDED, refs=(2,))),
            text.withdrawn(RequestResult(Outcome.RECORDED, refs=(2, 3), already=(decision(APPROVED, 4),))),
        ],
        "a question": _said(TurnKind.QUESTION, text.ask_words([2], QUESTION.text), "U_BEN", "U_ANA"),
        "an answer": _said(
            TurnKind.ANSWER, text.answer_words("The trade fair.", ["receipt.pdf"]), "U_ANA", "U_BEN"
        ),
        "a note": _said(TurnKind.NOTE, text.note_words([2], "called them"), "U_BEN"),
        "a file": message_lines(evidence_message(turn(text.kept(RECEIPT, [2])), [REMARKS[2]])),
        "a file that could not be read": [text.kept(UNREADABLE, [])],
        "a question that could not be delivered": [
            text.not_delivered([2], text.NOT_HERE[standing])
            for standing in text.NOT_HERE
            if standing in Standing
        ],
        "what was asked or noted, and what is missing": [
            text.ASKED,
            text.NOTED,
            text.WHAT_TO_ASK,
            text.WHAT_TO_NOTE,
            text.BY_NUMBER,
            text.SAY_PLAINLY,
        ],
        "a proposal": _turn(state(proposal=proposal), "I understood: …", TurnKind.PROPOSAL, proposal="P-3"),
        "in the words of the model": _turn(
            state(model="a-model"), "Both are over the limit.", TurnKind.MODEL
        ),
        "what the model cannot read": [text.NEWER_WORDS, text.day_is_spent(200_000, "What do you mean?")],
        "what can be said": [text.CAN_SAY],
        "the summary": message_lines(summary_message(settled(), [decided(REJECTED, 3, "duplicate")])),
        "the summary of a review with payments that were not approved": message_lines(
            summary_message(closed(), [ON_HOLD.model_copy(update={"closed": True}), WITHDRAWN])
        ),
        "closed and opened again": [
            text.ended(closed()),
            text.reopened(state()),
            text.closing(state(undecided=1)),
        ],
        "how it stands": [
            text.status(shown)
            for shown in (
                state(),
                state(undecided=1, held=0),
                settled(),
                closed(),
                state(status=ReviewStatus.ASSESSING),
            )
        ],
        "how a payment stands": [
            f"{text.one_line(each)}: {text.outcome_of(each)}"
            for each in (
                AUTOMATIC,
                FIRST,
                ON_HOLD,
                decided(APPROVED),
                decided(REJECTED, 2, "duplicate"),
                WITHDRAWN,
            )
        ],
    }
