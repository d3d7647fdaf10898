"""Read a human's reply by code: what acts, what is proposed, what is answered, and what is left alone.

Two steps, so that payments are loaded only for the replies that need them:

1. ``read_reply`` needs nothing but the text. Where its ``needs`` is ``NOTHING`` that is all.
2. ``read_in_review`` reads the text again among the payments of the review, where ``needs`` asks for them.

An exact command acts; everything else that names payments and a verb, and a yes where just one is left, is
a proposal that shows its whole effect; everything else is answered or left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.conversation import Decide, DecisionRequest, Reading, Talk, Unclear
from bot.domain.names import plain_letters
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.commands import Meant, exact_meaning
from bot.domain.replies.guard import ANSWERS, POINTS, POINTS_LOOSELY, commands, doubts_in, says, why_not
from bot.domain.replies.lexicon import DECISIONS, best_languages, command_stems, lexicons
from bot.domain.replies.lines import ways_to_read, without_sorry
from bot.domain.replies.meaning import meaning_in_review
from bot.domain.replies.question import nothing_changed, unclear
from bot.domain.replies.tokens import Token, joined, tokens_of, typed_plainly
from bot.domain.replies.vendors import VendorNames

MAX_LENGTH = 2500  # characters
LOOKED_AT = 400  # characters of what no grammar reads, to tell a command from talk


class Certainty(StrEnum):
    """What may be done with a reading.

    ``EXACT``: a complete command acts at once, a question is answered.
    ``DESCRIBED``: decisions are proposed, and done only when their author confirms them; a question is
    answered; ``Unclear`` is asked as it stands and not given to the model.
    ``UNREAD``: no code can read it, and the model may try; without one ``Unclear`` is asked, ``Talk`` is left
    alone.
    ``TALK``: people talk to each other. The reading is ``Talk``; nothing is answered, and no model is asked.
    """

    EXACT = "exact"
    DESCRIBED = "described"
    UNREAD = "unread"
    TALK = "talk"


class Needs(StrEnum):
    """Which payments the second step needs: none (there is no second step), the flagged ones, or all."""

    NOTHING = "nothing"
    FLAGGED = "flagged"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """What a reply means as far as code can tell.

    ``notes`` are whole sentences about what a proposal leaves out and why, for people.
    """

    text: str
    reading: Reading
    certainty: Certainty
    needs: Needs = Needs.NOTHING
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a reply is said: the payments that ``needs`` asked for, in the order of their references.

    ``total`` is how many payments the review has. ``named`` says whether the reply is spoken to the bot: it
    names the bot, or follows a question that the bot put to its author. ``proposed`` says whether a proposal
    of its author waits to be confirmed.
    """

    payments: Sequence[PaymentFacts]
    total: int
    named: bool = False
    proposed: bool = False


def prepare() -> None:
    """Load the languages and the grammar, for which the first reply would wait some tenths of a second."""
    read_reply("approve 1")


def read_reply(text: str) -> ReplyReading:
    """The first step: read ``text`` alone; never raises."""
    read = ReplyReading(text, Talk(), Certainty.TALK)
    if len(text) > MAX_LENGTH:
        lower = text[: 4 * MAX_LENGTH].lower()
        if not any(stem in lower for stem in command_stems("approve", "reject")):
            return read
        question = "That is too long for me to read. Nothing was changed."
        return replace(read, reading=Unclear(question=question), certainty=Certainty.DESCRIBED)
    found = [exact_meaning(clauses) for _, clauses in ways_to_read(text, None)]
    if found and None not in found:
        meant = _agreed([meant for meant in found if meant])
        certainty = Certainty.EXACT if meant.exact else Certainty.DESCRIBED
        return replace(read, reading=meant.reading, certainty=certainty)
    words = tokens_of(typed_plainly(text))
    mentions = any(word.text.startswith("@") for word in words)
    if not words or (mentions and not commands(words, names_payments=True)):
        return read
    return replace(read, needs=Needs.ALL if _may_ask(text, words) else Needs.FLAGGED)


def read_in_review(reply: ReplyReading, scene: Scene) -> ReplyReading:
    """The second step: read the reply among the payments of the review; never raises."""
    if reply.needs is Needs.NOTHING:
        return reply
    reply = replace(reply, needs=Needs.NOTHING)
    vendors = VendorNames(scene.payments)
    ways = ways_to_read(reply.text, vendors)
    if not ways:
        return _unread(reply, scene, vendors)
    if scene.proposed and any(all(clause.act == "yes" for clause in clauses) for _, clauses in ways):
        press = Unclear(question="To do what I proposed, please press Confirm on it. Nothing was changed.")
        return replace(reply, reading=press, certainty=Certainty.DESCRIBED)
    found = [meaning_in_review(clauses, lexicon, scene.payments, scene.total) for lexicon, clauses in ways]
    meant = _agreed(found)
    certainty = Certainty.EXACT if meant.exact else Certainty.DESCRIBED
    if isinstance(meant.reading, Talk):
        certainty = Certainty.TALK
    return replace(reply, reading=meant.reading, certainty=certainty, notes=meant.notes)


def _agreed(found: Sequence[Meant]) -> Meant:
    """What all ways to read a reply come to; a question where they differ.

    A way that only asks gives way to one that reads the words, unless it refuses a reason.
    """
    if refused := [meant for meant in found if meant.refused]:
        return refused[0]
    told = [meant for meant in found if not isinstance(meant.reading, Unclear)]
    first = min(told or found, key=lambda meant: not meant.exact)
    if all(_as_set(meant.reading) == _as_set(first.reading) for meant in told):
        return first
    return Meant(nothing_changed("That can be read in two ways"))


def _as_set(reading: Reading) -> Reading | frozenset[DecisionRequest]:
    """A reading that is equal to another where both mean the same, in whichever order it is said."""
    return frozenset(reading.asks) if isinstance(reading, Decide) else reading


def _may_ask(text: str, words: Sequence[Token]) -> bool:
    """Whether a reply may be a question about the review: it ends or begins like one."""
    sizes = [(lexicon, size) for lexicon in lexicons() for size in range(1, lexicon.longest + 1)]
    begun = [each for lexicon, size in sizes for each in lexicon.meanings.get(joined(words[:size]), ())]
    asks = any(verb.act not in DECISIONS for meaning in begun for verb in meaning.verbs)
    return asks or text.rstrip().endswith("?")


def _unread(reply: ReplyReading, scene: Scene, vendors: VendorNames) -> ReplyReading:
    """What no grammar reads: asked about where it commands or is spoken to the bot, else left alone."""
    text = reply.text[:LOOKED_AT]
    words = tokens_of(typed_plainly(text))
    doubts = doubts_in(text, best_languages(words))
    names = says(POINTS, words) or any(vendors.longest(words, at) for at in range(len(words)))
    disguised = tokens_of(typed_plainly(plain_letters(text)))
    foreign = "letters" in doubts and (names or commands(disguised, names))
    sorry = names and any(without_sorry(words, lexicon)[0] for lexicon in lexicons())
    if scene.named or commands(words, names) or says(ANSWERS, words, lexicons()) or foreign or sorry:
        said = why_not(doubts) if doubts else "I did not understand that as an instruction"
        return replace(reply, reading=unclear(said, scene.payments), certainty=Certainty.UNREAD)
    talks = "mention" in doubts or not (names or says(POINTS_LOOSELY, words))
    return replace(reply, reading=Talk(), certainty=Certainty.TALK if talks else Certainty.UNREAD)
