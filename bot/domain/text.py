"""What the finance bot says, composed from state: amounts, counts and outcomes are never the model's."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from bot.domain.conversation import DecisionKind
from bot.domain.judgement import Finding, Severity, Source
from bot.domain.lists import joined_with_and, joined_with_or
from bot.domain.money import format_amount
from bot.domain.policy import HumanInputMode
from bot.domain.replies.languages import language_names
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus, totals

LISTED = 20  # transactions that a turn names one by one; more are counted
CURRENCIES = 6  # sums that a line names; more are counted

REPLY_EXAMPLES = (
    *("approve 2 and 3", "approve 2-5 except 4", "approve all", "approve everything under 5k"),
    *("reject 2: reason", "hold 3", "change 3 to reject", "undo 3", "why 2?", "what is 2?", "list by amount"),
    *("skip", "exit"),
)
"""Every kind of reply in a review's thread, as every help text shows them."""

CAN_SAY = (
    f"You can say: {' · '.join(REPLY_EXAMPLES)}, in {joined_with_or(language_names())}. "
    "Or use the buttons on the card."
)


def refs_in_words(refs: Iterable[int]) -> str:
    """``#2``, ``#2 and #5``, ``#2, #3 and #5``."""
    names = [f"#{ref}" for ref in refs]
    if len(names) > LISTED:
        names = [*names[:LISTED], f"{len(names) - LISTED} more"]
    return joined_with_and(names) or "none"


def totals_in_words(totals: Mapping[str, Decimal]) -> str:
    """``GBP 1,250.00 + USD 12,000.00``."""
    named = [format_amount(amount, currency) for currency, amount in totals.items()]
    if len(named) > CURRENCIES:
        named = [*named[:CURRENCIES], f"{len(named) - CURRENCIES} more currencies"]
    return " + ".join(named) or "nothing"


def assumed(state: ReviewState) -> str:
    """Which currency was assumed, and for how many payments; empty where each names its own."""
    if state.assumed is None:
        return ""
    rows = state.assumed.rows
    if rows == state.total:
        which = "in the file" if state.assumed.in_file else "was named"
    else:
        which = f"for {rows:,} of {plural(state.total, 'payment')}" if rows else "for some of the payments"
    return f"No currency {which}; {state.assumed.currency} assumed"


def plural(count: int, noun: str) -> str:
    """``1 transaction``, ``1,141 transactions``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def counted(entries: Iterable[ReviewedTransaction], how: str = "") -> str:
    """``2 transactions, USD 16,000.00``; ``how`` stands behind the number (``2 transactions undecided``)."""
    payments = [entry.transaction for entry in entries]
    number = plural(len(payments), "transaction")
    return f"{number}{f' {how}' if how else ''}, {totals_in_words(totals(payments))}"


def one_line(entry: ReviewedTransaction) -> str:
    """``#2 USD 12,000.00 to Acme Corp``."""
    payment = entry.transaction
    return f"#{payment.ref} {format_amount(payment.amount, payment.currency)} to {payment.vendor}"


def reasons(entry: ReviewedTransaction) -> str:
    """Why it was flagged, each reason with its source."""
    return "; ".join(
        finding.evidence if finding.source is Source.RULE else f"{finding.evidence} (model)"
        for finding in _findings(entry)
    )


def progress(state: ReviewState) -> str:
    """How far a long batch is: ``600 of 3,000 assessed, 12 flagged so far``."""
    return (
        f"{state.judged:,} of {state.total:,} assessed, {state.flagged - state.recommended:,} flagged so far"
    )


def recommendation(state: ReviewState) -> str:
    """The sentence where the policy leaves every decision to a human."""
    words = "This is a recommendation: the policy leaves every decision to a human."
    return f"{words} To approve: {state.recommended:,}." if state.recommended else words


def not_assessed(state: ReviewState) -> str:
    """How many the model should have read and did not; why stands at each of them."""
    was = "was" if state.unassessed == 1 else "were"
    return f"{plural(state.unassessed, 'transaction')} {was} not assessed by the model, so left to a human."


SHORT_PAST = (
    "The past that I can compare with is short, so new vendors are flagged for larger payments alone."
)


def day_is_spent(bound: int, asks: str) -> str:
    """The answer to a reply that only the model could have read, when the day's budget is spent.

    ``bound`` is the budget in tokens, ``asks`` the question that follows.
    """
    return f"The day's budget of {bound:,} tokens is spent, so the model does not read this reply. {asks}"


def cited(entry: ReviewedTransaction) -> str:
    """Why it was flagged, each reason with its severity and the line of the policy, or else its source."""
    return "; ".join(
        f"{finding.evidence} ({finding.severity.value}, {finding.policy})"
        if finding.policy
        else f"{finding.evidence} ({finding.source.value})"
        for finding in _findings(entry)
    )


def worst(entry: ReviewedTransaction) -> Severity:
    """The highest severity of its findings; ``LOW`` where there are none."""
    severities = (finding.severity for finding in _findings(entry))
    return max(severities, key=list(Severity).index, default=Severity.LOW)


def _findings(entry: ReviewedTransaction) -> tuple[Finding, ...]:
    return () if entry.judgement is None else entry.judgement.findings


def opening(state: ReviewState, flagged: Sequence[ReviewedTransaction]) -> str:
    """The bot's first turn: how the batch was judged, and everything that needs a decision at once."""
    need = "requires a decision" if state.flagged == 1 else "require a decision"
    if state.mode is HumanInputMode.NEVER:
        need = "held, since no human is asked"
    lines = [
        f"{plural(state.total, 'transaction')} assessed: {state.routine:,} approved automatically, "
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


def takes_longer(names: str) -> str:
    """What the sender of files is told whose reading has failed several times."""
    return f"Reading {names} takes longer than it should. I keep trying; nothing is lost."


def what_to_say(state: ReviewState) -> tuple[str, ...]:
    """Lines that are shown below the opening, or none; equal for all reviews, so that they are not stored."""
    return (CAN_SAY,) if state.flagged and state.mode is not HumanInputMode.NEVER else ()


def recorded(answer: RequestResult, left: int, entries: Mapping[int, ReviewedTransaction]) -> str:
    """What the bot answers to decisions by reply.

    ``left`` is how many payments are undecided after them; ``entries`` are the payments by reference. Where
    more than one was approved, their number and their sums by currency are said.
    """
    sentences = []
    for kind in dict.fromkeys(decision.kind for decision in answer.recorded):
        of_kind = [decision for decision in answer.recorded if decision.kind is kind]
        because = dict.fromkeys(decision.reason for decision in of_kind if decision.reason)
        tail = f" ({'; '.join(because)})" if because else ""
        now = "Corrected, now " if of_kind[0].replaces else ""
        verb = f"{now}{kind.value}" if now else kind.value.capitalize()
        sentences.append(f"{verb}: {refs_in_words(decision.ref for decision in of_kind)}{tail}.")
        if kind is DecisionKind.APPROVED and len(of_kind) > 1:
            sentences.append(f"Together {counted(entries[decision.ref] for decision in of_kind)}.")
    if answer.undone:
        needs = "needs" if len(answer.undone) == 1 else "need"
        sentences.append(f"Taken back: {refs_in_words(answer.undone)}, which {needs} a decision again.")
    if answer.already:
        sentences.append(f"{already(answer.already)} That stands.")
    if left:
        sentences.append(
            f"{plural(left, 'transaction')} still {'needs' if left == 1 else 'need'} a decision."
        )
    return " ".join(sentences)


def already(decisions: Sequence[Decision]) -> str:
    """``#2 was already approved.``"""
    if len(decisions) == 1:
        return f"#{decisions[0].ref} was already {decisions[0].kind.value}."
    return f"{refs_in_words(decision.ref for decision in decisions)} were already decided."


def refusal(answer: RequestResult) -> str:
    """One plain sentence for a request that changed nothing; who decided is added where it is shown."""
    refs = refs_in_words(answer.refs)
    is_ = "is" if len(answer.refs) == 1 else "are"
    was = "was" if len(answer.refs) == 1 else "were"
    stands = already(answer.already) if answer.already else "This is already decided."
    return {
        # Only a correction names what it is about; whoever clicks looks at the one that is decided.
        Outcome.ALREADY_DECIDED: f"{stands} Nothing was changed." if answer.refs else stands,
        Outcome.NOT_AN_APPROVER: "You are not an approver here, so nothing was changed.",
        Outcome.NO_APPROVERS: "The policy names nobody who may decide, so nothing was changed. "
        "Whoever runs Countersign can name approvers in it.",
        Outcome.NOT_ESTABLISHED: "Slack did not tell me just now whether you may decide here, so nothing was "
        "changed. Please try again in a minute.",
        Outcome.OWN_BATCH: "You brought these payments, so somebody else has to decide. Nothing was changed.",
        Outcome.STALE_CARD: "This card shows an older state of the review. Nothing was changed; "
        "please use the current card.",
        Outcome.NOT_FLAGGED: f"{refs} {was} approved automatically and {'needs' if is_ == 'is' else 'need'} "
        "no decision. Nothing was changed.",
        Outcome.UNKNOWN_TRANSACTION: f"{refs} {is_} not in this review. Nothing was changed.",
        Outcome.NOTHING_TO_DECIDE: "Nothing is left to decide here.",
        Outcome.NOT_READY: "This review is still being assessed. Nothing was changed; "
        "the card will show what needs you.",
        Outcome.NOT_VISIBLE: "This review is for its submitter, its approvers and the people in its channel. "
        "If you are one of them, please try again in a minute.",
        Outcome.CLOSED: "This review is closed. Nothing was changed.",
        Outcome.NO_REVIEW: "This review does not exist any more. Nothing was changed.",
        Outcome.NO_PROPOSAL: "This proposal was already answered or replaced. Nothing was changed.",
        Outcome.NOT_YOURS: "Only the person who wrote the reply can answer this. Nothing was changed.",
        Outcome.REPEATED: "This was already done.",
        Outcome.NOT_DECIDED: f"{refs} {is_} undecided, so there is nothing to correct; you can decide now. "
        "Nothing was changed.",
        Outcome.ANOTHERS: f"{stands} That stands: only whoever decided can correct it. Nothing was changed.",
        Outcome.TOO_LATE: f"{stands} That stands: the time to correct it is over. Nothing was changed.",
        Outcome.CONTRADICTORY: f"You asked for different things for {refs}. Nothing was changed.",
        Outcome.OVERTAKEN: "Somebody else has done this already. Nothing was changed.",
        Outcome.RECORDED: "Done.",
    }[answer.outcome]


def outcome_of(entry: ReviewedTransaction) -> str:
    """``approved automatically``, ``rejected: duplicate``, ``waits for a decision``."""
    reason = f": {entry.decision.reason}" if entry.decision and entry.decision.reason else ""
    return f"{state_of(entry)}{reason}"


def state_of(entry: ReviewedTransaction) -> str:
    """How a payment stands, without the reason: ``rejected``, ``waits for a decision``."""
    if entry.decision is not None:
        return entry.decision.kind.value
    if entry.judgement is None:
        return "not assessed yet"
    return "waits for a decision" if entry.flagged else "approved automatically"


def counts(state: ReviewState) -> str:
    """``3 transactions: 2 approved automatically, 1 approved, 0 rejected, 0 held.``"""
    waiting = f", {state.undecided:,} undecided" if state.undecided else ""
    return (
        f"{plural(state.total, 'transaction')}: {state.routine:,} approved automatically, "
        f"{state.approved:,} approved, {state.rejected:,} rejected, {state.held:,} held{waiting}."
    )


def summary(state: ReviewState) -> str:
    """The bot's closing words, from state alone; a table beside them says which transaction ended how."""
    lines = ["All transactions have been processed.", counts(state)]
    if state.unassessed:
        lines.append(not_assessed(state))
    if state.status is not ReviewStatus.CLOSED:
        lines.append("You can type exit to finish.")
    return "\n".join(lines)


def ended(state: ReviewState, held_now: int) -> str:
    """What the bot says when a human ends the review."""
    held = f" {plural(held_now, 'undecided transaction')} held." if held_now else ""
    return f"Review {state.id} is closed.{held} {counts(state)}"


def status(state: ReviewState) -> str:
    """How far a review is, in one sentence."""
    if state.status is ReviewStatus.ASSESSING:
        return f"{state.id} is being assessed: {state.judged:,} of {plural(state.total, 'transaction')}."
    standing = "closed" if state.status is ReviewStatus.CLOSED else "waiting for a human"
    return f"{state.id} is {standing}. {counts(state)}"
