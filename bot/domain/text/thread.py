"""Sentences of a review's thread: what the bot opens with, answers and ends with."""

from collections.abc import Mapping, Sequence

from bot.domain.conversation import DecisionKind
from bot.domain.lists import joined_with_or
from bot.domain.policy import HumanInputMode
from bot.domain.replies.languages import language_names
from bot.domain.review.outcome import RequestResult
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text.call_backs import hindered
from bot.domain.text.card import SHORT_PAST, not_assessed, recommendation
from bot.domain.text.findings import reasons
from bot.domain.text.refusals import already
from bot.domain.text.states import counts, decided_as, still_waiting
from bot.domain.text.sums import LISTED, counted, one_line, plural, refs_in_words, totals_in_words

REPLY_EXAMPLES = (
    *("approve 2 and 3", "approve 2-5 except 4", "approve all", "approve everything under 5k"),
    *("reject 2: reason", "hold 3", "change 3 to reject", "undo 3", "why 2?", "what is 2?", "list by amount"),
    *("on it 3", "release 3", "ask 3: which project is this?", "note 3: called them", "withdraw 3", "nudge"),
    *("skip", "exit", "reopen"),
)
"""Every kind of reply in a review's thread, as every help text shows them."""


CAN_SAY = (
    f"You can say: {' · '.join(REPLY_EXAMPLES)}, in {joined_with_or(language_names())}. "
    "Or use the buttons on the card."
)


def what_to_say(state: ReviewState) -> tuple[str, ...]:
    """Lines that are shown below the opening, or none; equal for all reviews, so that they are not stored."""
    return (CAN_SAY,) if state.flagged and state.mode is not HumanInputMode.NEVER else ()


def opening(state: ReviewState, flagged: Sequence[ReviewedTransaction]) -> str:
    """The bot's first turn: how the batch was judged, and everything that needs a decision at once."""
    need = "needs a decision" if state.flagged == 1 else "need a decision"
    if state.mode is HumanInputMode.NEVER:
        need = "not approved, since nobody is asked"
    lines = [
        f"{plural(state.total, 'payment')} assessed: {state.routine:,} approved automatically, "
        f"{state.flagged:,} {need}."
    ]
    if state.recommend_only:
        lines.append(recommendation(state))
    if state.unassessed:
        lines.append(not_assessed(state))
    if state.short_past:
        lines.append(SHORT_PAST)
    doubted = [entry for entry in flagged if not entry.recommended]
    lines += [f"{one_line(entry)}: {reasons(entry)}" for entry in doubted[:LISTED]]
    if len(doubted) > LISTED:
        lines.append(f"… and {len(doubted) - LISTED:,} more on the card.")
    return "\n".join(lines)


NEWER_WORDS = (
    "Something newer was said since you wrote this, so I propose nothing. "
    "Please say it again if it still holds, in a new reply."
)


def day_is_spent(bound: int, asks: str) -> str:
    """The answer to a reply that only the model could have read, when the day's budget is spent.

    ``bound`` is the budget in tokens, ``asks`` the question that follows.
    """
    return f"The day's budget of {bound:,} tokens is spent, so the model does not read this reply. {asks}"


def all_automatic(state: ReviewState) -> str:
    """The one turn of a review of which everything was approved automatically: it is closed with it."""
    payments = "The payment was" if state.total == 1 else f"All {plural(state.total, 'payment')} were"
    return f"{payments} approved automatically: {totals_in_words(state.totals)}. This review is closed."


def recorded(answer: RequestResult, after: ReviewState, entries: Mapping[int, ReviewedTransaction]) -> str:
    """What the bot answers to decisions by reply.

    ``after`` is the review's state with them; ``entries`` are the payments by reference. Where more than one
    was approved, their number and their sums by currency are said.
    """
    sentences = []
    for kind in dict.fromkeys(decision.kind for decision in answer.recorded):
        of_kind = [decision for decision in answer.recorded if decision.kind is kind]
        because = dict.fromkeys(decision.reason for decision in of_kind if decision.reason)
        tail = f" ({'; '.join(because)})" if because else ""
        verb = decided_as(kind)
        verb = f"Corrected, now {verb}" if of_kind[0].corrects else verb[0].upper() + verb[1:]
        sentences.append(f"{verb}: {refs_in_words(decision.ref for decision in of_kind)}{tail}.")
        if kind is DecisionKind.APPROVED and len(of_kind) > 1:
            sentences.append(f"Together {counted(entries[decision.ref] for decision in of_kind)}.")
    if answer.undone:
        needs = "needs" if len(answer.undone) == 1 else "need"
        sentences.append(f"Taken back: {refs_in_words(answer.undone)}, which {needs} a decision again.")
    if answer.given:
        others = "others have to approve" if len(answer.given) == 1 else "others have to approve these"
        sentences.append(f"Your answer counts for {refs_in_words(answer.given)}; {others} too.")
    if answer.others:
        wait = "waits" if len(answer.others) == 1 else "wait"
        sentences.append(
            f"{refs_in_words(answer.others)} {wait} for other people, or had your answer already."
        )
    sentences += [hindered(outcome, refs) for outcome, refs in answer.hindered.items()]
    if answer.already:
        sentences.append(f"{already(answer.already)} That stands.")
    if after.waiting:
        sentences.append(still_waiting(after))
    return " ".join(sentences)


def released(refs: Sequence[int], after: ReviewState) -> str:
    """What the bot says when payments are taken off hold; ``after`` is the review's state with that."""
    is_ = "is" if len(refs) == 1 else "are"
    return f"{refs_in_words(refs)} {is_} no longer on hold. {still_waiting(after)}"


def summary(state: ReviewState) -> str:
    """The bot's closing words, from state alone; a table beside them says what came of the payments."""
    lines = ["All payments have been processed.", counts(state)]
    if state.unassessed:
        lines.append(not_assessed(state))
    if state.status is not ReviewStatus.CLOSED:
        lines.append("You can type exit to finish.")
    return "\n".join(lines)


def outcome_now(state: ReviewState) -> str:
    """What the summary says when it is posted, and when it is brought up to date."""
    if state.status is ReviewStatus.CLOSED and state.waiting and state.mode is not HumanInputMode.NEVER:
        return ended(state)
    if state.waiting and state.status is not ReviewStatus.CLOSED:
        return f"This review goes on. {still_waiting(state)}"
    return summary(state)


def ended(state: ReviewState) -> str:
    """What the bot says when a human closes the review."""
    return f"Review {state.id} is closed. {counts(state)}"
