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

from bot.domain.conversation import Reading, Talk, Unclear
from bot.domain.names import plain_letters
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.commands import Meant, exact_meaning
from bot.domain.replies.guard import (
    best_languages,
    commands,
    doubts_in,
    names_payments,
    points_at_something,
    why_not,
)
from bot.domain.replies.lexicon import DECISIONS, Verb, command_stems, lexicons
from bot.domain.replies.lines import ways_to_read, without_sorry
from bot.domain.replies.meaning import meaning_in_review
from bot.domain.replies.question import nothing_changed, unclear
from bot.domain.replies.tokens import Token, joined, tokens_of, typed_plainly
from bot.domain.replies.vendors import VendorNames

MAX_LENGTH = 2500  # characters
LOOKED_AT = 400  # characters of what no grammar reads, to tell a command from talk
LONGEST_DESCRIPTION = 400  # characters


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
    if len(text) > MAX_LENGTH:
        lower = text[: 4 * MAX_LENGTH].lower()
        if not any(stem in lower for stem in command_stems("approve", "reject")):
            return ReplyReading(text, Talk(), Certainty.TALK)
        question = "That is too long for me to read. Nothing was changed."
        return ReplyReading(text, Unclear(question=question), Certainty.DESCRIBED)
    read = ReplyReading(text, Talk(), Certainty.TALK)
    found = [exact_meaning(clauses, lexicon) for lexicon, clauses in ways_to_read(text, None)]
    if found and None not in found:
        meant = _agreed([meant for meant in found if meant])
        if not meant.checked or isinstance(meant.reading, Unclear):
            return replace(
                read,
                reading=meant.reading,
                certainty=Certainty.EXACT if not isinstance(meant.reading, Unclear) else Certainty.DESCRIBED,
            )
        return replace(read, reading=meant.reading, certainty=Certainty.EXACT, needs=Needs.FLAGGED)
    words = tokens_of(typed_plainly(text))
    if not words or (
        any(word.text.startswith("@") for word in words) and not commands(words, names_payments=True)
    ):
        return read
    return replace(read, needs=Needs.ALL if _may_ask(text, words) else Needs.FLAGGED)


def read_in_review(reply: ReplyReading, scene: Scene) -> ReplyReading:
    """The second step: read the reply among the payments of the review; never raises."""
    if reply.needs is Needs.NOTHING:
        return reply
    text = reply.text
    short = len(text) <= LONGEST_DESCRIPTION or reply.certainty is Certainty.EXACT
    vendors = VendorNames(scene.payments)
    ways = list(ways_to_read(text, vendors)) if short else []
    if scene.proposed and any(all(clause.act == "yes" for clause in clauses) for _, clauses in ways):
        press = Unclear(question="To do what I proposed, please press Confirm on it. Nothing was changed.")
        return replace(reply, reading=press, certainty=Certainty.DESCRIBED, needs=Needs.NOTHING)
    found = [meaning_in_review(clauses, lexicon, scene.payments, scene.total) for lexicon, clauses in ways]
    if found:
        meant = _agreed(found)
        if meant.is_yes:
            talks = isinstance(meant.reading, Talk)
            certainty = Certainty.TALK if talks else Certainty.DESCRIBED
            return replace(reply, reading=meant.reading, certainty=certainty, needs=Needs.NOTHING)
        certainty = Certainty.EXACT if meant.exact else Certainty.DESCRIBED
        return replace(
            reply, reading=meant.reading, certainty=certainty, notes=meant.notes, needs=Needs.NOTHING
        )
    return _unread(replace(reply, needs=Needs.NOTHING), scene, vendors)


def _agreed(found: Sequence[Meant]) -> Meant:
    """What all ways to read a reply come to; a question where they differ.

    A way that only asks gives way to one that reads the words, unless it refuses a reason.
    """
    if refused := next((meant for meant in found if meant.refused), None):
        return refused
    told = [meant for meant in found if not isinstance(meant.reading, Unclear)] or list(found)
    told.sort(key=lambda meant: not meant.exact)
    same = all((meant.effect or meant.reading) == (told[0].effect or told[0].reading) for meant in told)
    if same or isinstance(told[0].reading, Unclear):
        return told[0]
    return Meant(nothing_changed("That can be read in two ways"))


def _may_ask(text: str, words: Sequence[Token]) -> bool:
    """Whether a reply may be a question about the review: it ends or begins like one."""
    if text.rstrip().endswith("?"):
        return True
    for lexicon in lexicons():
        for length in range(lexicon.longest_phrase(words, 0), 0, -1):
            for meaning in lexicon.meanings.get(joined(words[:length]), ()):
                value = meaning.value
                opens = meaning.symbol == "OPEN" and any(
                    verb.act not in DECISIONS
                    for (before, _), verb in lexicon.around.items()
                    if before == value
                )
                if opens or (isinstance(value, Verb) and value.act not in DECISIONS):
                    return True
    return False


def _unread(reply: ReplyReading, scene: Scene, vendors: VendorNames) -> ReplyReading:
    """What no grammar reads: asked about where it commands or is spoken to the bot, else left alone."""
    text = reply.text[:LOOKED_AT]
    words = tokens_of(typed_plainly(text))
    doubts = doubts_in(text, best_languages(words))
    names = names_payments(words) or any(vendors.longest(words, at) for at in range(len(words)))
    disguised = tokens_of(typed_plainly(plain_letters(text)))
    foreign = "letters" in doubts and (names or commands(disguised, names))
    sorry = any(without_sorry(words, lexicon)[0] for lexicon in lexicons())
    if scene.named or commands(words, names) or _only_answers(words) or foreign or (sorry and names):
        said = why_not(doubts) if doubts else "I did not understand that as an instruction"
        return replace(reply, reading=unclear(said, scene.payments), certainty=Certainty.UNREAD)
    talks = "mention" in doubts or not (names or points_at_something(words))
    return replace(reply, reading=Talk(), certainty=Certainty.TALK if talks else Certainty.UNREAD)


def _only_answers(words: Sequence[Token]) -> bool:
    """Whether the whole reply is a yes or a no, but for courtesy."""
    for lexicon in lexicons():
        at = answers = 0
        while at < len(words):
            length = max(lexicon.longest_phrase(words, at), 1)
            texts = joined(words[at : at + length])
            symbols = {meaning.symbol for meaning in lexicon.meanings.get(texts, ())}
            denied = lexicon.longest_doubt(words, at) if "YES" not in symbols else 0
            if "YES" in symbols or denied:
                answers, at = answers + 1, at + max(length, denied)
            elif "COURTESY" in symbols or texts[0] in (",", ".", "!"):
                at += length
            else:
                break
        if answers and at >= len(words):
            return True
    return False
