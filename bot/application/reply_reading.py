"""A reply on its way: what is loaded for it, and what it means in its review."""

from dataclasses import dataclass, replace

from bot.application.propose import Doable, Moving, payment_facts
from bot.application.reading import is_open, read_among
from bot.application.steps import TakeAgain, Wanted
from bot.application.wanted import covers, joined, wanted_by_reading
from bot.domain import text
from bot.domain.conversation import (
    AddNote,
    AskHistory,
    AskSubmitter,
    Question,
    Reading,
    Talk,
    Unclear,
    Withdraw,
)
from bot.domain.people import Approvers
from bot.domain.policy import PastPayment
from bot.domain.replies.reader import Certainty, ReplyReading
from bot.domain.review.review import Review
from bot.domain.review.transition import Actor

# What is done at once where it names payments by their numbers, and decides nothing.
Remarking = AskSubmitter | AddNote


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply on its way: what its text alone means, who said it, and what is loaded for it.

    ``approvers`` are those who may decide now, ``named`` is whether the reply names the bot, ``beside_files``
    whether files came with it, and ``past`` are the earlier payments of the ``vendor`` it asks about. Where
    it ``asks`` whose payments these are, ``to`` is who that is, by Slack user id.
    """

    first: ReplyReading
    actor: Actor
    approvers: Approvers
    named: bool
    wanted: Wanted
    beside_files: bool = False
    vendor: str | None = None
    past: tuple[PastPayment, ...] = ()
    asks: bool = False
    to: str = ""

    def needs_more(self, reading: Reading) -> "Reply | None":
        """The reply with what must be loaded for this reading of it; ``None`` where that is loaded."""
        wanted = wanted_by_reading(reading)
        vendor = reading.vendor if isinstance(reading, AskHistory) else self.vendor
        asks = self.asks or isinstance(reading, AskSubmitter)
        if covers(self.wanted, wanted) and vendor == self.vendor and asks == self.asks:
            return None
        return replace(self, wanted=joined(self.wanted, wanted), vendor=vendor, asks=asks)


class MoreNeeded(TakeAgain):
    """Raised out of a step that must be taken again with more loaded: only the step knew what it is about."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def read_in(review: Review, reply: Reply) -> ReplyReading:
    """The reply read to the end; what is not for the bot to answer is talk."""
    user, named = reply.actor.user, reply.named or review.state.awaits_answer_of(reply.actor.user)
    proposal = review.state.proposal
    proposed_to = proposal is not None and proposal.by == user and is_open(proposal, review)
    facts = map(payment_facts, review.entries.values())
    read = read_among(reply.first, facts, review, named, proposed_to)
    if isinstance(read.reading, Withdraw) and read.certainty is Certainty.EXACT:
        return read  # asked for by whoever brought the payments, who may not decide
    if isinstance(read.reading, Remarking) and read.certainty is not Certainty.EXACT:
        read = replace(read, reading=Unclear(question=text.BY_NUMBER), certainty=Certainty.DESCRIBED)
    if isinstance(read.reading, Moving) and read.certainty is not Certainty.EXACT:
        read = replace(read, reading=Unclear(question=text.SAY_PLAINLY), certainty=Certainty.DESCRIBED)
    if reply.beside_files and isinstance(read.reading, Talk | Unclear):
        return replace(read, reading=Talk(), certainty=Certainty.TALK)
    may_decide = review.may_decide(user, reply.approvers) is None
    if may_decide or (isinstance(read.reading, Question) and not isinstance(read.reading, AskHistory)):
        return read
    if isinstance(read.reading, AskHistory):  # of other reviews too, so for those who decide alone
        return replace(read, reading=Talk(), certainty=Certainty.TALK)
    # Whoever may not decide is told so where they command, and not where they only talk about payments.
    is_command = isinstance(read.reading, Doable | Remarking | Moving)
    commands = is_command and (named or read.certainty is Certainty.EXACT)
    return read if commands else replace(read, reading=Talk(), certainty=Certainty.TALK)
