"""The lines of a reply, each taken apart in every language that speaks in it: courtesy, clauses, reasons."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.replies.grammar import Clause, clauses_of
from bot.domain.replies.lexicon import DECISIONS, Lexicon, Verb, lexicons
from bot.domain.replies.reasons import heads, plain_reason
from bot.domain.replies.tokens import Token, joined, phrase, tokens_of, typed_plainly
from bot.domain.replies.vendors import VendorNames

MAX_LINES = 30


MAX_WORDS = 150  # of a line; one with more is no command that a person types


_UNFINISHED = re.compile(r"(?:[.!]{2}|…)\s*$|[.!?…]\s*…")


_END = re.compile(r" ?[.!]$")


_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def ways_to_read(text: str, vendors: VendorNames | None) -> Iterator[tuple[Lexicon, tuple[Clause, ...]]]:
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
    bare = line.rstrip(" ?!").lstrip("¿ ") if asks else line
    if not asks and _UNFINISHED.search(line):
        bare, body = "", line
    else:
        body = _END.sub("", bare)
    words: Sequence[Token] = tokens_of(bare and body)
    if words and words[-1].text in (",", ";", ":", "&", "+", "-"):
        return []
    if len(words) > MAX_WORDS or not lexicon.speaks(words):
        return []
    amends, words = without_sorry(words, lexicon)
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
    # "Ok, looking" approves nothing, and "approve: Initech" may name what is meant.
    if reason and last.selection is None and (last.act == "approve" or not last.alone):
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
    while at < len(words) and (words[at].text in (",", "!", "¿") or is_courtesy(words[at : at + 1], lexicon)):
        at += 1
    return words[at:]


def _without_courtesy(words: Sequence[Token], lexicon: Lexicon) -> Sequence[Token]:
    """The words without marks that only part a courtesy from the rest: "approve 2, please"."""
    last = len(words)
    while last and words[last - 1].text == ",":
        last -= 1
    kept = words[:last]
    marks = [at for at, word in enumerate(kept) if word.text in (",", ".", "!")]
    idle = {at for at in marks[:1] if is_courtesy(kept[:at], lexicon)}
    idle |= {at for at in marks[-1:] if is_courtesy(kept[at + 1 :], lexicon)}
    return [word for at, word in enumerate(kept) if at not in idle]


def is_courtesy(words: Sequence[Token], lexicon: Lexicon) -> bool:
    meanings = lexicon.meanings.get(joined(words), ())
    return any(meaning.symbol == "COURTESY" for meaning in meanings)


def without_sorry(words: Sequence[Token], lexicon: Lexicon) -> tuple[bool, Sequence[Token]]:
    """Whether the reply begins by taking something back, and what it says then."""
    amends = False
    while words:
        length = lexicon.longest_phrase(words, 0)
        sorry = any(meaning.symbol == "SORRY" for meaning in lexicon.meanings.get(joined(words[:length]), ()))
        if lexicon.longest_doubt(words, 0) > length:  # "plutôt que approuver 2"
            break
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
