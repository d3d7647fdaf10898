"""Read a human's reply by code: what acts, what is proposed, what is answered, and what is left alone.

Two steps, so that payments are loaded only for the replies that need them:

1. ``read_reply`` needs nothing but the text. Where its ``needs`` is ``NOTHING`` that is all.
2. ``read_in_review`` reads the text again among the payments of the review, where ``needs`` asks for them.

An exact command acts; everything else that names payments and a verb is a proposal that shows its whole
effect; everything else is answered or left alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.conversation import Reading, Talk, Unclear
from bot.domain.names import plain_letters
from bot.domain.replies.grammar import Clause, clauses_of, heads, plain_reason
from bot.domain.replies.guard import (
    best_languages,
    commands,
    doubts_in,
    names_payments,
    points_at_something,
    why_not,
)
from bot.domain.replies.lexicon import DECISIONS, Lexicon, Verb, command_stems, lexicons
from bot.domain.replies.meaning import Meant, exact_meaning, meaning_in_review
from bot.domain.replies.payment import PaymentFacts
from bot.domain.replies.question import nothing_changed, unclear
from bot.domain.replies.tokens import Token, joined, phrase, tokens_of, typed_plainly
from bot.domain.replies.vendors import VendorNames

MAX_LENGTH = 2500  # characters
MAX_LINES = 30
LOOKED_AT = 400  # characters of what no grammar reads, to tell a command from talk
MAX_WORDS = 150  # of a line; one with more is no command that a person types
LONGEST_DESCRIPTION = 400  # characters
_UNFINISHED = re.compile(r"(?:[.!]{2,}|…)\s*$|[.!?…]\s*…")
_END = re.compile(r" ?[.!]$")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


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
        if not any(stem in text.lower() for stem in command_stems("approve", "reject")):
            return ReplyReading(text, Talk(), Certainty.TALK)
        question = "That is too long for me to read. Nothing was changed."
        return ReplyReading(text, Unclear(question=question), Certainty.DESCRIBED)
    read = ReplyReading(text, Talk(), Certainty.TALK)
    found = [exact_meaning(clauses, lexicon) for lexicon, clauses in _ways(text, None)]
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
    found = [
        meaning_in_review(clauses, lexicon, scene.payments, scene.total)
        for lexicon, clauses in (_ways(text, vendors) if short else ())
    ]
    if found:
        meant = _agreed(found)
        if meant.is_yes:
            return _yes(reply, meant, scene)
        certainty = Certainty.EXACT if meant.exact else Certainty.DESCRIBED
        return replace(
            reply, reading=meant.reading, certainty=certainty, notes=meant.notes, needs=Needs.NOTHING
        )
    return _unread(replace(reply, needs=Needs.NOTHING), scene, vendors)


def _yes(reply: ReplyReading, meant: Meant, scene: Scene) -> ReplyReading:
    """A bare yes: to the one payment that is left, or a question to what."""
    reading = meant.reading
    if scene.proposed:
        reading = Unclear(question="To do what I proposed, please press Confirm on it. Nothing was changed.")
    elif isinstance(reading, Talk):
        return replace(reply, reading=Talk(), certainty=Certainty.TALK, needs=Needs.NOTHING)
    return replace(reply, reading=reading, certainty=Certainty.DESCRIBED, needs=Needs.NOTHING)


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


def _ways(text: str, vendors: VendorNames | None) -> Iterator[tuple[Lexicon, tuple[Clause, ...]]]:
    """Every language with every way in which it reads the whole text, as the clauses of all lines."""
    lines = [line for typed in _LINE_BREAK.split(typed_plainly(text)) if (line := " ".join(typed.split()))]
    if not lines or len(lines) > MAX_LINES:
        return
    every: list[tuple[Lexicon, tuple[Clause, ...]]] = []
    for lexicon in lexicons():
        ways: list[tuple[Clause, ...]] = [()]
        for line in _headed(lines, lexicon):
            read = _line(line, lexicon, vendors) if ways else []
            ways = [(*before, *clauses) for before in ways for clauses in read][:8]
        every += [(lexicon, way) for way in ways]
    # A line is read in one language: in the one to which most of its words belong.
    words = tokens_of(" ".join(lines))
    known = {lexicon: lexicon.coverage(words) for lexicon, _ in every}
    yield from ((lexicon, way) for lexicon, way in every if known[lexicon] == max(known.values()))


def _line(line: str, lexicon: Lexicon, vendors: VendorNames | None) -> list[tuple[Clause, ...]]:
    """The ways to read one line: as it is, with a reason behind a mark, or plainly behind its references."""
    asks = line.rstrip().endswith("?") or lexicon.has(
        _without_greeting(tokens_of(line), lexicon)[:1], "asking"
    )
    bare = re.sub(r"[ ?!]+$", "", line).lstrip("¿ ") if asks else line
    if not asks and _UNFINISHED.search(line):
        bare, body = "", line
    else:
        body = _END.sub("", bare)
    words: Sequence[Token] = tokens_of(bare and body)
    if words and words[-1].text in (",", ";", ":", "&", "+", "-"):
        return []
    if len(words) > MAX_WORDS or not lexicon.speaks(words):
        return []
    amends, words = _without_sorry(words, lexicon)
    for before, reason, mark in heads(words, body, lexicon):
        found = [
            kept
            for clauses in clauses_of(_without_courtesy(before, lexicon), body, lexicon, vendors)
            if (kept := _with_reason(clauses, reason, mark, amends, asks))
        ]
        if found:
            return found
    plain = plain_reason(words, body, lexicon)
    if plain is None or amends or asks:
        return []
    clauses = clauses_of(plain[0], body, lexicon, vendors)
    return [
        (way[0]._replace(reason=plain[1]),)
        for way in clauses
        if len(way) == 1 and way[0].plain and way[0].act in ("reject", "hold")
    ]


def _with_reason(
    clauses: tuple[Clause, ...], reason: str, mark: str, amends: bool, asks: bool
) -> tuple[Clause, ...] | None:
    """The clauses with the reason at the last one; ``None`` where it takes none, or a decision is asked."""
    last = clauses[-1]
    if mark == "until" and last.act != "hold":
        return None
    decides = any(
        clause.act in (*DECISIONS, "undo", "skip", "exit", "yes") or clause.act.startswith("change")
        for clause in clauses
    )
    if asks and decides:
        return None
    if reason and (last.reason or not (last.act in DECISIONS or last.act.startswith("change"))):
        return None
    # A note behind a mere comma is shown first.
    soft = last.act == "approve" and mark in (",", "-")
    done = last._replace(reason=reason or last.reason, plain=last.plain and not soft)
    every = (*clauses[:-1], done)
    return tuple(clause._replace(amends=True, plain=False) for clause in every) if amends else every


def _without_greeting(words: Sequence[Token], lexicon: Lexicon) -> Sequence[Token]:
    """The words from the first on that is no courtesy."""
    at = 0
    while at < len(words) and (
        words[at].text in (",", "!", "¿") or _is_courtesy(words[at : at + 1], lexicon)
    ):
        at += 1
    return words[at:]


def _without_courtesy(words: Sequence[Token], lexicon: Lexicon) -> Sequence[Token]:
    """The words without marks that only part a courtesy from the rest: "approve 2, please"."""
    last = len(words)
    while last and words[last - 1].text == ",":
        last -= 1
    kept = words[:last]
    marks = [at for at, word in enumerate(kept) if word.text in (",", ".", "!")]
    idle = {at for at in marks[:1] if _is_courtesy(kept[:at], lexicon)}
    idle |= {at for at in marks[-1:] if _is_courtesy(kept[at + 1 :], lexicon)}
    return [word for at, word in enumerate(kept) if at not in idle]


def _is_courtesy(words: Sequence[Token], lexicon: Lexicon) -> bool:
    meanings = lexicon.meanings.get(joined(words), ())
    return any(meaning.symbol == "COURTESY" for meaning in meanings)


def _without_sorry(words: Sequence[Token], lexicon: Lexicon) -> tuple[bool, Sequence[Token]]:
    """Whether the reply begins by taking something back, and what it says then."""
    amends = False
    while words:
        length = lexicon.longest_phrase(words, 0)
        sorry = any(meaning.symbol == "SORRY" for meaning in lexicon.meanings.get(joined(words[:length]), ()))
        if not sorry and not (amends and words[0].text in (",", ":", "!", ".")):
            break
        amends, words = True, words[max(length, 1) if sorry else 1 :]
    return amends, words


def _headed(lines: Iterable[str], lexicon: Lexicon) -> Iterator[str]:
    """Lines under a heading ("reject:", then "2: duplicate") as the commands that they are."""
    verb, unused = "", ""
    for line in [*lines, ""]:
        if verb and re.match("#?[0-9]", line):
            yield f"{verb} {line}"
            unused = ""
            continue
        if unused:
            yield unused  # with nothing under it, it is no command
        said = line.removesuffix(":").strip() if line.endswith(":") else ""
        is_verb = any(
            meaning.symbol == "PRE"
            and isinstance(meaning.value, Verb)
            and meaning.value.exact
            and meaning.value.act in DECISIONS
            for meaning in lexicon.meanings.get(phrase(said.lower()), ())
        )
        verb, unused = (said, line) if said and is_verb else ("", "")
        if line and not unused:
            yield line


def _may_ask(text: str, words: Sequence[Token]) -> bool:
    """Whether it may be a question of the review: it ends like one, or begins with the words of one."""
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
    disguised = tokens_of(typed_plainly(plain_letters(text)))
    foreign = "letters" in doubts and (names or commands(disguised, names))
    sorry = any(_without_sorry(words, lexicon)[0] for lexicon in lexicons())
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
