"""What holds a reading back: doubts in a note or reason, and a model's reading that the words do not carry.

Three rules, in all languages at once:

1. An approval's note denies nothing, sets no condition, doubts, quotes or asks nothing, speaks not against the
   payment, and names no other one.
2. A reason of a rejection or hold is told and not obeyed: one that spares, limits, takes back or adds to the
   decision before it is asked about. "no PO" and "paid twice: see #9" stay reasons.
3. A model proposes no approval at all. Where the words approve something, code reads it; see ``grammar``.

What they refuse wrongly costs one question (law 7 in ARCHITECTURE.md).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.domain.conversation import Decide, DecisionKind, Exit, Skip
from bot.domain.replies.lexicon import DECISIONS, Lexicon, Verb, command_stems, lexicons
from bot.domain.replies.tokens import Token, folded, joined, tokens_of, typed_plainly, unreadable

_POINTING = frozenset("FIRST SECOND THIRD FOURTH FIFTH LAST REST BOTH BIGGEST SMALLEST FINDING".split())
REASON_LIMIT = 500  # characters

_QUOTED = re.compile("[\"“”„«»‹›`~]|^\\s*>|&gt;|(?<!\\w)['‘](?=\\w)|[\\w.!][’'](?!\\w)", re.I | re.M)
_SMILEY = re.compile(r"(?<![a-z0-9])[:;]-?[)(dp/\\|](?![a-z0-9])", re.I)
_SAID = {
    "mention": "somebody else's name",
    "quotation": "a quotation",
    "letters": "writing that I cannot read surely",
    "emoji": "an emoji",
    "asking": "a question",
    "deny": "a no",
    "condition": "a condition",
    "unsure": "a doubt",
    "report": "something that somebody else said",
    "irony": "something that may be meant otherwise",
}


def doubts_in(text: str) -> list[str]:
    """The kinds of doubt in a text, in whichever language, the gravest first; names of ``why_not``."""
    words = tokens_of(typed_plainly(text))
    found = {doubt for lexicon in lexicons() for doubt in lexicon.doubts_in(words)}
    if any(word.text.startswith("@") for word in words):
        found.add("mention")
    if _QUOTED.search(text):
        found.add("quotation")
    if unreadable(text):
        found.add("letters")
    if _SMILEY.search(text) or any(_is_unknown_emoji(word.text) for word in words):
        found.add("emoji")
    if "?" in text or "¿" in text or (words and _begins_like_question(words)):
        found.add("asking")
    return [name for name in _SAID if name in found]


def why_not(doubts: Sequence[str]) -> str:
    """``There is a no in that``."""
    return f"There is {_SAID[doubts[0]]} in that"


def unfit(reason: str, kind: DecisionKind, spoken: Lexicon) -> str | None:
    """Why ``reason`` cannot be a mere reason, or a note of an approval, as half a sentence; ``None`` where it can.

    ``spoken`` is the language of the decision.
    """
    if len(reason) > REASON_LIMIT:
        return f"A reason has at most {REASON_LIMIT} characters"
    words = tokens_of(typed_plainly(reason))
    texts = tuple(folded(word.text) for word in words)
    if any(texts in lexicon.doubts["condition"] for lexicon in lexicons()):
        return "That is not finished"
    if kind is DecisionKind.APPROVED and (doubts := doubts_in(reason)):
        return why_not(doubts)
    if reason.rstrip(" .!").endswith("?"):
        return "That reads like a question"
    for lexicon in lexicons():
        if kind is DecisionKind.APPROVED and _has(words, lexicon.doubts["against"]):
            return "There is something in that which may speak against it"
        holds = kind is DecisionKind.HELD  # "hold 3: wait for Ana"
        if _says_nothing(words, lexicon) or (not holds and _begins(words, lexicon.retract)):
            return "I am not sure whether you take that back"
        if kind is not DecisionKind.HELD and lexicon is spoken and _is_limited(words, lexicon):
            return "There is a condition in that"
        if _spares(words, lexicon) or _instructs(words, lexicon):
            return "That may be more than a reason"
        if kind is DecisionKind.APPROVED and (
            any(_decides(value) for _, symbol, value in _meanings(words, lexicon) if symbol in ("PRE", "POST"))
            or any(_may_be_reference(word, 3) for word in words)
        ):
            return "That may be more than a note"
    return None


def objection(text: str, reading: Decide | Skip | Exit) -> str | None:
    """Why a model's reading of ``text`` must not be proposed: half a sentence, or ``None``."""
    doubts = doubts_in(text)
    if not isinstance(reading, Decide):
        return why_not(doubts) if doubts else None
    if any(request.kind is DecisionKind.APPROVED for request in reading.asks):
        return "I am not sure what that approves"
    if grave := [doubt for doubt in doubts if doubt not in ("deny", "condition", "unsure")]:
        return why_not(grave)
    words = tokens_of(typed_plainly(text))
    verbs = [set(_acts(words, lexicon)) for lexicon in lexicons()]
    refuses = any(acts & {"reject", "hold"} for acts in verbs)
    if refuses and "deny" in doubts and not re.search(r"[:,;.(-] ?\w", text):
        return why_not(["deny"])
    if not refuses and any("approve" in acts for acts in verbs):
        return "That reads like an approval, and I am not sure of what"
    return None


def _decides(value: object) -> bool:
    return isinstance(value, Verb) and value.act in ("reject", "hold")


def _acts(words: Sequence[Token], lexicon: Lexicon) -> Iterator[str]:
    """The decisions whose verbs stand among the words, and ``approve`` for a bare yes."""
    for _, symbol, value in _meanings(words, lexicon):
        if isinstance(value, Verb) and value.act in DECISIONS:
            yield value.act
        elif symbol == "YES":
            yield "approve"
        elif symbol == "OPEN":
            yield from (verb.act for (opening, _), verb in lexicon.around.items() if opening == value)


def _meanings(words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[int, str, object]]:
    """Every phrase of the language among the words: where it ends, its symbol, and its value."""
    at = 0
    while at < len(words):
        length = lexicon.longest_phrase(words, at)
        for meaning in lexicon.meanings.get(joined(words[at : at + length]), ()):
            yield at + length, meaning.symbol, meaning.value
        at += max(length, 1)


def commands(words: Sequence[Token], names_payments: bool) -> bool:
    """Whether a verb of a command stands among the words, in whichever form.

    A weak one, as "hold", counts where payments are named beside it or hardly anything else is said; a loose one,
    as "fine", only where payments are.
    """
    texts = {folded(word.text) for word in words}
    if any(stem in text for text in texts for stem in command_stems()):
        return True
    spoken = best_languages(words)
    every = any(symbol == "ALL" for lexicon in spoken for _, symbol, _ in _meanings(words, lexicon))
    weak = names_payments or every or len(words) <= 4
    return any(
        (weak and not texts.isdisjoint(lexicon.command_words))
        or (names_payments and not texts.isdisjoint(lexicon.loose_words))
        for lexicon in spoken
    )


def best_languages(words: Sequence[Token]) -> list[Lexicon]:
    """The languages to which most of the words belong."""
    known = {lexicon: lexicon.coverage(words) for lexicon in lexicons()}
    return [lexicon for lexicon, count in known.items() if count == max(known.values())]


def names_payments(words: Sequence[Token]) -> bool:
    """Whether a number or a word that points at payments stands among these: "the last", "duplicates"."""
    return any(word.is_number for word in words) or any(
        symbol in _POINTING for lexicon in best_languages(words) for _, symbol, _ in _meanings(words, lexicon)
    )


def _within(part: Sequence[str], texts: Sequence[str]) -> bool:
    return any(tuple(texts[at : at + len(part)]) == tuple(part) for at in range(len(texts) - len(part) + 1))


def _has(words: Sequence[Token], phrases: frozenset[tuple[str, ...]]) -> bool:
    texts = [folded(word.text) for word in words]
    return any(tuple(texts[at : at + size]) in phrases for size in (1, 2, 3) for at in range(len(texts) - size + 1))


def _begins(words: Sequence[Token], phrases: set[tuple[str, ...]]) -> bool:
    return any(joined(words[:length]) in phrases for length in range(1, min(5, len(words)) + 1))


def _begins_like_question(words: Sequence[Token]) -> bool:
    return any((folded(words[0].text),) in lexicon.doubts["asking"] for lexicon in lexicons())


def _says_nothing(words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a reason is made of nothing but numbers, words of doubt and words that say nothing."""
    empty = lexicon.doubts["deny"] | lexicon.doubts["irony"] | lexicon.doubts["unsure"]
    filling = {end for end, symbol, _ in _meanings(words, lexicon) if symbol in ("FILLER", "COURTESY", "AND", "IT", "YES")}
    return all(
        word.is_number or (folded(word.text),) in empty or at in filling or not word.text[0].isalnum()
        for at, word in enumerate(words, start=1)
    )


def _is_limited(words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether the reason, or a part of it behind a comma, begins with a condition."""
    starts = [0, *(at + 1 for at, word in enumerate(words) if word.text in (",", ";"))]
    conditions = lexicon.doubts["condition"]
    texts = [folded(word.text) for word in words]
    return any(
        tuple(texts[at + skip : at + skip + size]) in conditions
        for at in starts
        for skip in ((0, 1) if _is_and(words[at : at + 1], lexicon) else (0,))
        for size in (1, 2, 3, 4)
    )


def _is_and(words: Sequence[Token], lexicon: Lexicon) -> bool:
    return any(meaning.symbol in ("AND", "SEP") for meaning in lexicon.meanings.get(joined(words), ()))


def _spares(words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether it leaves payments out, or names further ones: "except 3", "not 3", "3 too", "all but 3"."""
    ends = {"EXCEPT": set[int](), "ALLBUT": set[int]()}
    for end, symbol, _ in _meanings(words, lexicon):
        if symbol in ends:
            ends[symbol].add(end)
    if ends["ALLBUT"] or any(end <= 2 for end in ends["EXCEPT"]) or _begins_with(words, lexicon, {"AND", "SEP"}):
        return True
    for at, word in enumerate(words):
        if not _may_be_reference(word):
            continue
        before = at
        while before and _says_little(words[before - 1], lexicon):
            before -= 1
        spared = lexicon.doubts["deny"] | lexicon.doubts["spare"] | lexicon.doubts["also"]
        if before in ends["EXCEPT"] or (before > 0 and (folded(words[before - 1].text),) in spared):
            return True
        after = folded(words[at + 1].text) if at + 1 < len(words) else ""
        if (after,) in lexicon.doubts["also"]:
            return True
    return False


def _begins_with(words: Sequence[Token], lexicon: Lexicon, symbols: set[str]) -> bool:
    length = lexicon.longest_phrase(words, 0)
    return any(meaning.symbol in symbols for meaning in lexicon.meanings.get(joined(words[:length]), ()))


def _says_little(word: Token, lexicon: Lexicon) -> bool:
    known = lexicon.meanings.get((word.text,), ())
    return any(meaning.symbol in ("ARTICLE", "FILLER", "PREPOSITION", "PAYMENT", "PAYMENTS") for meaning in known)


def _may_be_reference(word: Token, digits: int = 4) -> bool:
    return bool(re.fullmatch(rf"#[0-9]+|[1-9][0-9]{{0,{digits - 1}}}", word.text))


def _instructs(words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a verb of decision stands beside a reference or "all", or the reason is a command by itself."""
    texts = joined(words)
    spoken = list(_meanings(words, lexicon))
    named = {at for at, word in enumerate(words) if _may_be_reference(word)}
    named |= {end - 1 for end, symbol, _ in spoken if symbol in ("ALL", "REST", "IT", "THEM", "BOTH")}
    for end, symbol, value in spoken:
        acts = isinstance(value, Verb) and (value.act in (*DECISIONS, "undo") or value.act.startswith("change"))
        if symbol == "PRE" and acts and any(at in named for at in (end, end + 1, end + 2)):
            return True
        if symbol == "POST" and acts and any(at in named for at in range(max(0, end - 4), end)):
            return True
        if symbol == "WHOLE" and isinstance(value, Verb) and value.act in ("skip", "exit") and len(words) == 1:
            return True
    return any(
        _within(opening, texts) and _within(closing, texts) and bool(named) for opening, closing in lexicon.around
    )


@lru_cache(maxsize=4096)
def _is_unknown_emoji(text: str) -> bool:
    pictured = any(unicodedata.category(char) in ("So", "Sk") and not char.isascii() for char in text)
    named = len(text) > 2 and text[0] == text[-1] == ":"
    return pictured or named
