"""The lines of a reply, each taken apart in every language that speaks in it: clauses, and a reason."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.replies.grammar import clauses_of
from bot.domain.replies.lexicon import DECISIONS, ENDINGS, Lexicon, best_languages, lexicons
from bot.domain.replies.syntax import Clause
from bot.domain.replies.tokens import Token, folded, joined, phrase, tokens_of, typed_plainly
from bot.domain.replies.vendors import VendorNames

MAX_LINES = 30
MAX_WORDS = 150  # of a line; one with more is no command that a person types
_UNFINISHED = re.compile(r"(?:[.!]{2}|…)\s*$|[.!?…]\s*…")
_END = re.compile(r" ?[.!]$")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_WEIGHT = {":": 0, "because": 1, "until": 1, "-": 2, ",": 3}  # which mark of a reason is tried first


def ways_to_read(text: str, vendors: VendorNames | None) -> list[tuple[Lexicon, tuple[Clause, ...]]]:
    """Every language with every way in which it reads the whole text, as the clauses of all lines."""
    lines = [line for typed in _LINE_BREAK.split(typed_plainly(text)) if (line := " ".join(typed.split()))]
    every: list[tuple[Lexicon, tuple[Clause, ...]]] = []
    for lexicon in lexicons() if 0 < len(lines) <= MAX_LINES else ():
        ways: list[tuple[Clause, ...]] = [()]
        for line in _headed(lines, lexicon):
            read = _line(line, lexicon, vendors) if ways else []
            ways = [(*before, *clauses) for before in ways for clauses in read][:8]
        every += [(lexicon, way) for way in ways]
    # A line is read in one language: in the one to which most of its words belong.
    best = best_languages(tokens_of(" ".join(lines)), [lexicon for lexicon, _ in every])
    return [(lexicon, way) for lexicon, way in every if lexicon in best]


def without_sorry(words: Sequence[Token], lexicon: Lexicon) -> tuple[bool, Sequence[Token]]:
    """Whether the reply begins by taking something back, and what it says then."""
    amends = False
    while words:
        length = lexicon.longest_phrase(words, 0)
        sorry = "SORRY" in lexicon.symbols_at(words, 0)
        goes_on = sorry or (amends and words[0].text in (",", ":", "!", "."))
        if not goes_on or lexicon.longest_doubt(words, 0) > length:  # "plutôt que approuver 2"
            break
        amends, words = True, words[length if sorry else 1 :]
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
        meanings = lexicon.meanings.get(phrase(said.lower()), ())
        verbs = [meaning.value for meaning in meanings if meaning.symbol == "PRE"]
        heads = any(each.exact and each.act in DECISIONS for each in verbs)
        verb, unused = (said, line) if heads else ("", "")
        if line and not unused:
            yield line


def _line(line: str, lexicon: Lexicon, vendors: VendorNames | None) -> list[tuple[Clause, ...]]:
    """The ways to read one line: as it is, with a reason behind a mark, or plainly behind its references."""
    said = (word.text for word in tokens_of(line) if word.text not in (",", "!", "¿"))
    first = next((text for text in said if "COURTESY" not in lexicon.symbols((text,))), "")
    asks = line.endswith("?") or (folded(first),) in lexicon.doubts["asking"]
    typed = line.lstrip("¿ ") if asks else line
    body = _END.sub("", typed.rstrip(" ?!") if asks else typed)
    words: Sequence[Token] = tokens_of(body)
    goes_on = words and words[-1].text in (",", ";", ":", "&", "+", "-")
    if goes_on or (not asks and _UNFINISHED.search(line)):
        return []
    if len(words) > MAX_WORDS or not lexicon.speaks(words):
        return []
    amends, words = without_sorry(words, lexicon)
    for before, start, mark in _parted(words, lexicon):
        reason = typed[words[start].start :] if mark else ""
        ways = clauses_of(before, body, lexicon, vendors)
        kept = [_with_reason(clauses, reason, mark, amends) for clauses in ways]
        found = [clauses for clauses in kept if clauses and not (asks and any(map(_does, clauses)))]
        if found:
            return found
    return []


def _does(clause: Clause) -> bool:
    # "Ask 3: which project is this?" asks who submitted it, and "ask 3?" whether to do that.
    does = (
        clause.verb.decides
        or clause.verb.handles
        or clause.act in (*ENDINGS, "reopen", "on_it", "nudge", "yes")
    )
    return does and not (clause.verb.writes and clause.reason)


def _with_reason(
    clauses: tuple[Clause, ...], reason: str, mark: str, amends: bool
) -> tuple[Clause, ...] | None:
    """The clauses with the reason at the last one; ``None`` where it takes none."""
    last = clauses[-1]
    if mark and last.verb.writes:  # a question or a note is kept as it is typed
        kept = last.selection and last.plain and not last.reason and not amends and mark != "until"
        return (*clauses[:-1], last._replace(reason=reason)) if kept else None
    reason = _END.sub("", reason).strip(" .!;" if mark == "plain" else None)
    if mark == "until" and last.act != "hold":
        return None
    rejects = last.act in ("reject", "hold") and last.plain
    if mark == "plain" and (amends or len(clauses) > 1 or not rejects):
        return None
    # "Ok, looking" approves nothing, and "approve: Initech" may name what is meant.
    if reason and last.selection is None and (last.act == "approve" or not last.verb.alone):
        return None
    if reason and (last.reason or last.act == "undo" or not last.verb.decides):
        return None
    # The note of an approval behind a mere comma is shown first.
    soft = last.act == "approve" and mark in (",", "-")
    done = last._replace(reason=reason or last.reason, plain=last.plain and not soft)
    every = (*clauses[:-1], done)
    return tuple(clause._replace(amends=True, plain=False) for clause in every) if amends else every


def _parted(words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[Sequence[Token], int, str]]:
    """The line as a whole, then the words before each mark of a reason, where the reason begins, the mark.

    The mark is ``""`` for none, ``because`` or ``until`` for such a word, ``plain`` where the reason just
    follows the leading references, else ``:``, ``,`` or ``-``.
    """
    yield words, 0, ""
    marks = [(mark, at, after) for at in range(1, len(words)) for mark, after in _mark(words, at, lexicon)]
    for mark, at, after in sorted(marks, key=lambda found: _WEIGHT[found[0]])[:6]:
        yield words[: at - 1 if words[at - 1].text == "," else at], after, mark
    ends = [at + 1 for at, word in enumerate(words) if word.is_number]
    end = next((at for at in ends if at + 1 not in ends and not _goes_on(words, at, lexicon)), len(words))
    if end < len(words) and joined(words[end:]) not in lexicon.because:
        yield words[:end], end, "plain"


def _mark(words: Sequence[Token], at: int, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """The mark of a reason at this place, with where the reason begins; a condition is part of the reason."""
    text, after = words[at].text, words[at + 1 : at + 2]
    if not after:
        return
    if text in (":", ",", "-"):
        apart = text != "-" or not (words[at].tight or after[0].tight)
        if text == ":" or (apart and not after[0].is_number):
            yield text, at + 1
        return
    for length in (4, 3, 2, 1):
        texts = joined(words[at : at + length])
        if at + length < len(words) and texts in lexicon.because:
            yield "because", at + length
            return
        if tuple(map(folded, texts)) in lexicon.doubts["condition"]:
            yield "until", at
            return


def _goes_on(words: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether the list goes on: a comma, "and", "to" or "except" stands here."""
    if at >= len(words):
        return False
    symbols = lexicon.symbols_at(words, at)
    after = words[at + lexicon.longest_phrase(words, at) :][:1]
    ranges = "TO" in symbols and bool(after) and after[0].is_number
    return ranges or words[at].text in (",", "&", "-", ":", "+", "/") or bool(symbols & _GO_ON)


_GO_ON = frozenset({"AND", "EXCEPT", "SEP"})
