"""What holds a reading back: doubts in a note or reason, and a model's reading that the words do not carry.

Three rules, in all languages at once:

1. An approval's note denies nothing, sets no condition, doubts, quotes or asks nothing, does not speak
   against the payment, and names no other one.
2. A reason of a rejection or hold is told and not obeyed: one that spares, limits, takes back or adds to the
   decision before it is asked about. "no PO" and "paid twice: see #9" stay reasons.
3. A model proposes no approval at all. Where the words approve something, code reads it; see ``grammar``.

What they refuse wrongly costs one question (law 7 in ARCHITECTURE.md).
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from bot.domain.conversation import Decide, DecisionKind, Exit, Skip
from bot.domain.replies.lexicon import Lexicon, Meaning, Verb, command_stems, decides, lexicons
from bot.domain.replies.tokens import Token, folded, joined, tokens_of, typed_plainly, unreadable

REASON_LIMIT = 500  # characters

_QUOTED = re.compile("[\"“”„«»‹›`~]|^[^\\S\n]*>|&gt;|(?<!\\w)['‘](?=\\w)|[\\w.!][’'](?!\\w)", re.I | re.M)
_SMILEY = re.compile(r"(?<![a-z0-9])[:;]-?[)(dp/\\|](?![a-z0-9])", re.I)
_REFERENCE = re.compile(r"#[0-9]+|[1-9][0-9]{0,3}")
_SHORT_NUMBER = re.compile(r"#[0-9]+|[1-9][0-9]{0,2}")
_SAID = {
    "mention": "somebody else's name",
    "quotation": "a quotation",
    "letters": "writing that I cannot read surely",
    "emoji": "an emoji",
    "asking": "a question",
    "deny": "a no",
    "condition": "a condition",
    "unsettled": "a condition",
    "unsure": "a doubt",
    "report": "something that somebody else said",
    "irony": "something that may be meant otherwise",
}
_GROUPS = frozenset({"ALL", "REST", "IT", "THEM", "BOTH"})
_POINTING = frozenset(
    ("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "LAST", "REST", "BOTH", "BIGGEST", "SMALLEST", "FINDING")
)
_PICKING = frozenset(
    (*_POINTING, "ALL", "UNDER", "AT_MOST", "OVER", "AT_LEAST", "HIGH", "MEDIUM", "LOW", "STATE")
)
_SAYING_LITTLE = frozenset({"ARTICLE", "FILLER", "PREPOSITION", "PAYMENT", "PAYMENTS"})
_JOINING = frozenset({"AND", "SEP"})
_EMPTY = frozenset({"FILLER", "PREPOSITION", "COURTESY", "AND", "IT"})


def doubts_in(text: str, spoken: Sequence[Lexicon] | None = None) -> list[str]:
    """The kinds of doubt in a text, the gravest first; in all languages, or those ``spoken``."""
    words = tokens_of(typed_plainly(text))
    among = lexicons() if spoken is None else spoken
    found = {doubt for lexicon in among for doubt in lexicon.doubts_in(words)}
    asks = (
        "?" in text
        or "¿" in text
        or any(lexicon.has(words[:1], "asking") for lexicon in best_languages(words))
    )
    signs = {
        "mention": any(word.text.startswith("@") for word in words),
        "quotation": _QUOTED.search(text),
        "letters": unreadable(text),
        "emoji": _SMILEY.search(text) or any(_is_emoji(word.text) for word in words),
        "asking": asks,
    }
    return [name for name in _SAID if name in found or signs.get(name)]


def why_not(doubts: Sequence[str]) -> str:
    """``There is a no in that``."""
    return f"There is {_SAID[doubts[0]]} in that"


def unfit(reason: str, kind: DecisionKind, spoken: Lexicon) -> str | None:
    """Why this is no mere reason, or note of an approval, as half a sentence; ``None`` where it is one.

    ``spoken`` is the language of the decision.
    """
    if len(reason) > REASON_LIMIT:
        return f"A reason has at most {REASON_LIMIT} characters"
    words = tokens_of(typed_plainly(reason))
    texts = tuple(folded(word.text) for word in words)
    approves, holds = kind is DecisionKind.APPROVED, kind is DecisionKind.HELD
    if approves and (doubts := doubts_in(reason)):
        return why_not(doubts)
    if reason.rstrip(" .!").endswith("?"):
        return "That reads like a question"
    # An approval's note is held against all languages, a reason against those that it is written in.
    for lexicon in lexicons() if approves else {spoken, *best_languages(words)}:
        if texts in lexicon.doubts["condition"]:
            return "That is not finished"
        if approves and lexicon.has(words, "against"):
            return "There is something in that which may speak against it"
        retracts = any(joined(words[:size]) in lexicon.retract for size in range(1, 6))
        filling = _EMPTY if approves else _EMPTY | {"YES"}  # "approve 2: fine by me"
        if (retracts and not holds) or _says_nothing(words, lexicon, filling):
            return "I am not sure whether you take that back"
        if lexicon is spoken and not holds and _is_limited(texts, lexicon):
            return "There is a condition in that"
        approving = not approves and any(stem in text for text in texts for stem in command_stems("approve"))
        if approving or _spares(words, lexicon) or _instructs(words, lexicon):
            return "That may be more than a reason"
        refuses = {act for act, _, _ in _acts(words, lexicon)} - {"approve"}
        if approves and (refuses or any(_SHORT_NUMBER.fullmatch(text) for text in texts)):
            return "That may be more than a note"
    return None


def objection(text: str, reading: Decide | Skip | Exit) -> str | None:
    """Why a model's reading of ``text`` must not be proposed: half a sentence, or ``None``."""
    words = tokens_of(typed_plainly(text))
    doubts = doubts_in(text, best_languages(words))
    if not isinstance(reading, Decide):
        return why_not(doubts) if doubts else None
    if any(request.kind is DecisionKind.APPROVED for request in reading.asks):
        return "I am not sure what that approves"
    if grave := [doubt for doubt in doubts if doubt not in ("deny", "condition", "unsettled", "unsure")]:
        return why_not(grave)
    acts = {act for lexicon in best_languages(words) for act, _, _ in _acts(words, lexicon)}
    refuses = not acts.isdisjoint({"reject", "hold"})
    if any(_denies_first(words, lexicon) for lexicon in best_languages(words)):
        return why_not(["deny"])
    consents = "approve" in acts or any("YES" in symbols for symbols in _symbols(words))
    return "That reads like an approval, and I am not sure of what" if consents and not refuses else None


def picks(words: Sequence[Token], spoken: Lexicon, *, every: bool) -> bool:
    """Whether words of a reason or note may choose payments: "under 5k", "only the first", "the small ones".

    ``every`` says that the decision approves everything, of which any noun may choose some.
    """
    meant = {meaning.symbol for _, _, meanings in spoken.phrases_in(words) for meaning in meanings}
    nouns = every and "PAYMENTS" in meant
    excludes = spoken.has(words, "spare") or not meant.isdisjoint({"EXCEPT", "ALLBUT", "ONLY"})
    return nouns or excludes or not meant.isdisjoint(_PICKING) or (len(words) == 1 and words[0].is_number)


def commands(words: Sequence[Token], names_payments: bool) -> bool:
    """Whether a verb of a command stands among the words, in whichever form.

    A weak one, as "hold", counts where payments are named beside it or hardly anything else is said; a loose
    one, as "fine", only where payments are.
    """
    texts = {folded(word.text) for word in words}
    if any(stem in text for text in texts for stem in command_stems("approve", "reject")):
        return True
    weak = names_payments or len(words) <= 4 or any("ALL" in symbols for symbols in _symbols(words))
    return any(
        (weak and not texts.isdisjoint(lexicon.command_words))
        or (names_payments and not texts.isdisjoint(lexicon.loose_words))
        for lexicon in best_languages(words)
    )


def names_payments(words: Sequence[Token]) -> bool:
    """Whether a number or a word that points at payments stands among these: "the last", "duplicates"."""
    return any(word.is_number or word.text[0] == "#" for word in words) or any(
        not _POINTING.isdisjoint(symbols) for symbols in _symbols(words)
    )


def points_at_something(words: Sequence[Token]) -> bool:
    """Whether a word stands among these that points at what lies before people: "this one", "all"."""
    return any(not symbols.isdisjoint({*_GROUPS, "PAYMENT", "PAYMENTS"}) for symbols in _symbols(words))


def best_languages(words: Sequence[Token]) -> list[Lexicon]:
    """The languages to which most of the words belong."""
    return _best_languages(tuple(words))


@lru_cache(maxsize=64)
def _best_languages(words: tuple[Token, ...]) -> list[Lexicon]:
    known = {lexicon: lexicon.coverage(words) for lexicon in lexicons()}
    return [lexicon for lexicon, count in known.items() if count == max(known.values())]


def _symbols(words: Sequence[Token]) -> Iterator[set[str]]:
    for lexicon in best_languages(words):
        for _, _, meanings in lexicon.phrases_in(words):
            yield {meaning.symbol for meaning in meanings}


def _acts(words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[str, int, int]]:
    """The decisions and corrections whose verbs stand here, and the tokens between which each acts."""
    spoken = list(lexicon.phrases_in(words))
    for start, end, meanings in spoken:
        for symbol, value in meanings:
            if isinstance(value, Verb) and decides(value.act):
                yield (value.act, end, end + 3) if symbol == "PRE" else (value.act, max(0, start - 3), start)
            elif symbol == "OPEN":
                for at, closing in (
                    (at, part.value) for at, _, later in spoken for part in later if at >= end
                ):
                    verb = lexicon.around.get((value, closing))
                    if verb and decides(verb.act):
                        yield verb.act, end, at


def _denies_first(words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a no stands before anything else but courtesy, or before a verb: "I don't reject 2"."""
    denied = [
        at
        for at in range(len(words))
        if lexicon.longest_doubt(words[at:], 0) and lexicon.has(words[at : at + 1], "deny")
    ]
    begins = next((at for at, word in enumerate(words) if not _is_courtesy(word, lexicon)), 0)
    refused = [start for _, start, _ in _acts(words, lexicon)]
    return bool(denied) and (
        denied[0] == begins or any(denied[0] < at - 1 <= denied[0] + 3 for at in refused)
    )


def _is_courtesy(word: Token, lexicon: Lexicon) -> bool:
    return word.text == "," or _means(lexicon.meanings.get((word.text,), ()), {"COURTESY"})


def _says_nothing(words: Sequence[Token], lexicon: Lexicon, filling_symbols: Collection[str]) -> bool:
    """Whether a reason is made of nothing but numbers, words of doubt and words that say nothing."""
    empty = lexicon.doubts["deny"] | lexicon.doubts["irony"] | lexicon.doubts["unsure"]
    filling = {
        at
        for start, end, meanings in lexicon.phrases_in(words)
        if _means(meanings, filling_symbols)
        for at in range(start, end)
    }
    return all(
        at in filling or word.is_number or (folded(word.text),) in empty or not word.text[0].isalnum()
        for at, word in enumerate(words)
    )


def _is_limited(texts: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the reason, or a part of it behind a comma, begins with a condition or "and" with one."""
    starts = [0, *(at + 1 for at, text in enumerate(texts) if text in (",", ";"))]
    joins = [
        at + 1 for at in starts if _means(lexicon.meanings.get(tuple(texts[at : at + 1]), ()), {"AND", "SEP"})
    ]
    conditions = lexicon.doubts["condition"]
    return any(
        tuple(texts[at : at + size]) in conditions for at in (*starts, *joins) for size in (1, 2, 3, 4)
    )


def _means(meanings: Sequence[Meaning], symbols: Collection[str]) -> bool:
    return any(meaning.symbol in symbols for meaning in meanings)


def _spares(words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a part of a reply leaves payments out or adds some: "except 3", "not 3", "3 too", "and 3"."""
    spoken = list(lexicon.phrases_in(words))
    if any(_means(meanings, {"ALLBUT"}) for _, _, meanings in spoken):
        return True
    if spoken and spoken[0][0] == 0 and _means(spoken[0][2], {*_JOINING, "EXCEPT", "SORRY"}):
        return True
    excepting = {end for _, end, meanings in spoken if _means(meanings, {"EXCEPT"})}
    for at in (at for at, word in enumerate(words) if _REFERENCE.fullmatch(word.text)):
        before = at
        while before and _means(lexicon.meanings.get((words[before - 1].text,), ()), _SAYING_LITTLE):
            before -= 1
        beside = [*words[max(0, before - 1) : before], *words[at + 1 : at + 2]]
        spared = before > 0 and any(lexicon.has([words[before - 1]], name) for name in ("deny", "spare"))
        if spared or before in excepting or any(lexicon.has([word], "also") for word in beside):
            return True
    return False


def _instructs(words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a verb of decision stands beside a reference or "all", or the reason is a command by itself."""
    spoken = list(lexicon.phrases_in(words))
    if len(spoken) == 1 and len(words) == spoken[0][1]:
        whole = [meaning.value for meaning in spoken[0][2] if meaning.symbol == "WHOLE"]
        if any(isinstance(verb, Verb) and verb.act in ("skip", "exit") for verb in whole):
            return True
    named = {at for at, word in enumerate(words) if _REFERENCE.fullmatch(word.text)}
    named |= {end - 1 for _, end, meanings in spoken if _means(meanings, _GROUPS)}
    return any(not named.isdisjoint(range(first, last)) for _, first, last in _acts(words, lexicon))


@lru_cache(maxsize=4096)
def _is_emoji(text: str) -> bool:
    pictured = any(unicodedata.category(char) in ("So", "Sk") and not char.isascii() for char in text)
    return pictured or (len(text) > 2 and text[0] == text[-1] == ":")
