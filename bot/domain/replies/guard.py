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
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.domain.conversation import Decide, DecisionKind, Exit, Skip
from bot.domain.replies.lexicon import ENDINGS, Lexicon, Verb, best_languages, command_stems, lexicons
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
_DOUBTS = frozenset({"DENY", "CONDITION", "UNSETTLED", "UNSURE", "REPORT", "IRONY"})


def _pattern(written: str) -> re.Pattern[str]:
    """A pattern of tags, each of which stands for one word that has it; see ``_tagged``."""
    # A word with several of the tags is taken once, or a long text could be taken in endless ways.
    words = re.sub("[A-Z_]+", r"(<[^>]*\\b\g<0>\\b[^>]*>)", written)
    return re.compile(words.replace(" ", "").replace("(", "(?>"))


_NUMBERED = "FIRST|SECOND|THIRD|FOURTH|FIFTH|LAST|REST|BOTH|BIGGEST|SMALLEST|FINDING"
POINTS = _pattern(f"DIGITS|{_NUMBERED}")
"""A number or a word that points at payments: "the last", "duplicates"."""
POINTS_LOOSELY = _pattern("ALL|REST|IT|THEM|BOTH|PAYMENT|PAYMENTS")
"""A word that points at what lies before people: "this one", "all"."""
_BOUNDS = "UNDER|AT_MOST|OVER|AT_LEAST|HIGH|MEDIUM|LOW|STATE|ALL|EXCEPT|ALLBUT|ONLY|SPARE"
_PICKS = _pattern(f"{_NUMBERED}|{_BOUNDS}|^DIGITS$")
# "Except 3", "not 3", "3 too", "and 3", a verb beside a reference or "all", a command of its own.
_ADDING = "(DENY|SPARE|EXCEPT|ALSO) LITTLE* NUMBER | NUMBER ALSO | ^(AND|SEP|EXCEPT|SORRY)"
_MORE = _pattern(f"{_ADDING} | ALLBUT | ORDERED | ENDING")
_LIMITED = _pattern("(STOP|^) JOINING? CONDITION")  # also "2, and if ..."
_NOTHING = "MARK|DIGITS|DENY|IRONY|UNSURE|FILLER|PREPOSITION|COURTESY|AND|IT"
_EMPTY_NOTE, _EMPTY_REASON = _pattern(f"^({_NOTHING})*$"), _pattern(f"^({_NOTHING}|YES)*$")
ANSWERS = _pattern(
    "^(COURTESY|PAUSE)* (YES|DENY|CONDITION|REPORT) (YES|DENY|CONDITION|REPORT|COURTESY|PAUSE)*$"
)
"""A yes or a no, or the beginning of one, and nothing else but courtesy."""
_ASKS, _YES, _ALL = _pattern("^ASKING"), _pattern("YES"), _pattern("ALL")
_DENIES = _pattern("^(COURTESY|STOP)* DENY | DENY ANY? ANY? ACTS")  # "I don't reject 2"


def doubts_in(text: str, spoken: Sequence[Lexicon] | None = None) -> list[str]:
    """The kinds of doubt in a text, the gravest first; in all languages, or those ``spoken``."""
    words = tokens_of(typed_plainly(text))
    rows = [_tagged(words, lexicon) for lexicon in (lexicons() if spoken is None else spoken)]
    found = {tag.lower() for row in rows for tag in _DOUBTS.intersection(re.findall("[A-Z_]+", row))}
    asks = says(_ASKS, words)
    signs = {
        "mention": any(word.text.startswith("@") for word in words),
        "quotation": _QUOTED.search(text),
        "letters": unreadable(text),
        "emoji": _SMILEY.search(text) or any(_is_emoji(word.text) for word in words),
        "asking": asks or "?" in text or "¿" in text,
    }
    return [name for name in _SAID if name in found or signs.get(name)]


def why_not(doubts: Sequence[str]) -> str:
    """``There is a no in that``."""
    return f"There is {_SAID[doubts[0]]} in that"


def longer_than_a_reason(written: str) -> str | None:
    """Why a reason, note or question cannot be kept, as half a sentence; ``None`` where it can."""
    return f"A text has at most {REASON_LIMIT} characters" if len(written) > REASON_LIMIT else None


def unfit(reason: str, act: str, spoken: Lexicon) -> str | None:
    """Why this is no mere reason, or note of an approval, as half a sentence; ``None`` where it is one.

    ``act`` is that of the decision's verb, and ``spoken`` its language.
    """
    if not reason:
        return None
    if too_long := longer_than_a_reason(reason):
        return too_long
    words = tokens_of(typed_plainly(reason))
    texts = tuple(folded(word.text) for word in words)
    approves, holds = act.endswith("approve"), act.endswith("hold")
    if approves and (doubts := doubts_in(reason)):
        return why_not(doubts)
    if reason.rstrip(" .!").endswith("?"):
        return "That reads like a question"
    # An approval's note is held against all languages, a reason against those that it is written in.
    for lexicon in lexicons() if approves else dict.fromkeys((spoken, *best_languages(words))):
        tagged, acts = _tagged(words, lexicon), {act for act, _, _ in _acts(words, lexicon)}
        if texts in lexicon.doubts["condition"]:
            return "That is not finished"
        if approves and "AGAINST" in tagged:
            return "There is something in that which may speak against it"
        retracts = not holds and any(joined(words[:size]) in lexicon.retract for size in range(1, 6))
        if retracts or (_EMPTY_NOTE if approves else _EMPTY_REASON).search(tagged):  # "approve 2: fine by me"
            return "I am not sure whether you take that back"
        if lexicon is spoken and not holds and _LIMITED.search(tagged):
            return "There is a condition in that"
        approving = not approves and any(stem in text for text in texts for stem in command_stems("approve"))
        if approving or _MORE.search(tagged):
            return "That may be more than a reason"
        if approves and (acts - {"approve"} or any(map(_SHORT_NUMBER.fullmatch, texts))):
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
    if says(_DENIES, words):
        return why_not(["deny"])
    consents = "approve" in acts or says(_YES, words)
    refuses = "reject" in acts or "hold" in acts
    return "That reads like an approval, and I am not sure of what" if consents and not refuses else None


def picks(words: Sequence[Token], spoken: Lexicon, *, every: bool) -> bool:
    """Whether words of a reason or note may choose payments: "under 5k", "only the first", "the small ones".

    ``every`` says that the decision approves everything, of which any noun may choose some.
    """
    tagged = _tagged(words, spoken)
    return bool(_PICKS.search(tagged) or (every and "PAYMENTS" in tagged))


def commands(words: Sequence[Token], names_payments: bool) -> bool:
    """Whether a verb of a command stands among the words, in whichever form.

    A weak one, as "hold", counts where payments are named beside it or hardly anything else is said; a loose
    one, as "fine", only where payments are.
    """
    texts = {folded(word.text) for word in words}
    if any(stem in text for text in texts for stem in command_stems("approve", "reject")):
        return True
    weak = names_payments or len(words) <= 4 or says(_ALL, words)
    return any(
        (weak and not texts.isdisjoint(lexicon.command_words))
        or (names_payments and not texts.isdisjoint(lexicon.loose_words))
        for lexicon in best_languages(words)
    )


def says(pattern: re.Pattern[str], words: Sequence[Token], spoken: Iterable[Lexicon] = ()) -> bool:
    """Whether a pattern is found in one of these languages, or in those to which most of the words belong."""
    return any(pattern.search(_tagged(words, lexicon)) for lexicon in spoken or best_languages(words))


def _acts(words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[str, int, int]]:
    """The decisions and corrections whose verbs stand here, and the tokens between which each acts."""
    spoken = [*lexicon.phrases_in(words)]
    closes = [(at, each.value) for at, _, meanings in spoken for each in meanings if each.symbol == "CLOSE"]
    for start, end, meanings in spoken:
        for symbol, value, *_ in meanings:
            if isinstance(value, Verb) and _moves(value):
                yield value.act, *((end, end + 3) if symbol == "PRE" else (max(0, start - 3), start))
            elif symbol == "OPEN":
                verbs = [(value[closing], at) for at, closing in closes if at >= end and closing in value]
                yield from ((verb.act, end, at) for verb, at in verbs if _moves(verb))


def _moves(verb: Verb) -> bool:
    return verb.decides or (verb.handles and not verb.writes)


@lru_cache(maxsize=256)
def _tagged(words: tuple[Token, ...], lexicon: Lexicon) -> str:
    """What each of the words can be, as ``<tag tag>``: symbols of the grammar, kinds of doubt, and more."""
    texts = tuple(folded(word.text) for word in words)
    tags: list[set[str]] = [{"ANY"} for _ in words]
    spoken = [*lexicon.phrases_in(words)]
    for start, end, meanings in spoken:
        symbols = {meaning.symbol for meaning in meanings}
        for each in tags[start:end]:
            each |= symbols
        whole = {each.value.act for each in meanings if each.symbol == "WHOLE"}
        ends = not whole.isdisjoint(ENDINGS) and ("close" not in whole or start == 0)  # "month end close"
        tags[end - 1] |= {"GROUP"} if symbols & {"ALL", "REST", "IT", "THEM", "BOTH"} else set()
        tags[end - 1] |= {"ENDING"} if ends and len(spoken) == 1 and end == len(words) else set()
    for at, word in enumerate(words):
        symbols = {*lexicon.symbols((word.text,))}
        also = {
            "LITTLE": symbols & {"ARTICLE", "FILLER", "PREPOSITION", "PAYMENT", "PAYMENTS"},
            "JOINING": symbols & {"AND", "SEP"},
            "NUMBER": _REFERENCE.fullmatch(word.text),
            "DIGITS": word.is_number or word.text.startswith("#"),
            "MARK": not word.text[0].isalnum(),
            "STOP": word.text in (",", ";"),
            "PAUSE": word.text in (",", ".", "!"),
        }
        tags[at] |= {tag for tag, is_so in also.items() if is_so}
        for size in range(1, 5):
            doubts = {name for name, listed in lexicon.doubts.items() if texts[at : at + size] in listed}
            for each in tags[at : at + size]:
                each |= {name.upper() for name in doubts}
    for _, first, last in _acts(words, lexicon):
        tags[first - 1] |= {"ACTS"} if first else set()
        for each in tags[first:last]:
            each |= {"ORDERED"} if each & {"NUMBER", "GROUP"} else set()
    return "".join(f"<{' '.join(sorted(each))}>" for each in tags)


@lru_cache(maxsize=4096)
def _is_emoji(text: str) -> bool:
    pictured = any(unicodedata.category(char) in ("So", "Sk") and not char.isascii() for char in text)
    return pictured or (len(text) > 2 and text[0] == text[-1] == ":")
