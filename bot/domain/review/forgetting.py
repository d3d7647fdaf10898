"""What is taken out of a review of which a person or a vendor is forgotten, or its personal text.

Amounts, currencies, dates, references, findings' kinds and decisions stay, and so does who did what: under a
name such as ``forgotten-1`` where that is who is forgotten, the same everywhere, so that two people remain
two. Of an entry nothing but texts changes, and it is read as before.

Nobody can tell by code what a sentence says. So where a review has payments to a vendor that is forgotten,
all that people wrote in it goes, and not only what names the vendor.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.audit.chain import FORGOTTEN, TrailLine, digest_of, text_of
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Turn
from bot.domain.review.decision import FINANCE_BOT
from bot.domain.submission import TYPED

GONE = "(forgotten)"
PSEUDONYM = "forgotten-"  # and a number
SHORTEST_NAME = 2  # characters; a shorter one stands in every text
ANY_CASE_FROM = 4  # characters; "IT" is a vendor, and "it" a word
ANY_GAP_FROM = 6  # characters; "V7 3" is not "V73", and "AcmeCorp" is "Acme Corp"
QUOTED_FROM = 5  # characters; shorter words stand in many sentences by chance
# From how many words or characters on what another person wrote is taken for a quote: it goes as a whole, and
# somebody's "approved" must not take away what others gave as their reasons.
SAYING_WORDS, SAYING_FROM = 3, 16

# In which fields of an entry, at any depth, people's words stand, or names of files and addresses of them.
WORDS = frozenset(
    {
        *("text", "said", "note", "reason", "answer", "name", "link", "problem", "words"),
        *("spoke_to", "number", "source_words", "read", "left_out", "files"),
    }
)
# Beneath which everything has names of the policy alone.
NO_WORDS = frozenset({"routes"})
# Of a payment: what says to whom it is, and what for. Who gets it becomes the pseudonym.
OF_PAYMENT = ("memo", "invoice", "account", "category", "card")


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Who or what is forgotten, and the pseudonym that stands there then.

    ``person`` is a Slack user id and ``names`` what they call themselves; or ``vendors`` are all spellings of
    one vendor's name. With neither, the personal text of a closed review goes: all words, and of all payments
    vendor, memo, invoice and account. ``quotes`` are the person's words that others may have repeated,
    and ``sayings`` those of them that nobody else says by chance.
    """

    pseudonym: str
    person: str = ""
    names: frozenset[str] = frozenset()
    vendors: frozenset[str] = frozenset()
    quotes: frozenset[str] = frozenset()
    sayings: frozenset[str] = field(init=False, default=frozenset())
    _id: re.Pattern[str] | None = field(init=False, default=None)
    _named: re.Pattern[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.person:
            pattern = rf"(?<![A-Za-z0-9_]){re.escape(self.person)}(?![A-Za-z0-9_])"
            object.__setattr__(self, "_id", re.compile(pattern))
        object.__setattr__(self, "sayings", frozenset(filter(_is_saying, self.quotes)))
        spelt = map(_spelt, sorted(self.names | self.vendors, key=len, reverse=True))
        if named := list(filter(None, spelt)):
            pattern = rf"(?<!\w)(?:{'|'.join(named)})(?!\w)"
            object.__setattr__(self, "_named", re.compile(pattern))

    @property
    def is_of_all(self) -> bool:
        """Whether the personal text of the whole review goes."""
        return not (self.person or self.vendors)

    def without_id(self, text: str) -> str:
        """A text in which the person stands by pseudonym."""
        return self._id.sub(self.pseudonym, text) if self._id else text

    def names_it(self, text: str) -> bool:
        """Whether a text names who is forgotten."""
        plain = unicodedata.normalize("NFKC", text)
        return bool((self._id and self._id.search(text)) or (self._named and self._named.search(plain)))

    def without_names(self, text: str) -> str:
        """A text without its names: by pseudonym for a person, and none of it where it names a vendor."""
        text = self.without_id(text)
        if self._named is None:
            return text
        plain = unicodedata.normalize("NFKC", text)
        if not self._named.search(plain):
            return text
        return GONE if self.vendors else self._named.sub(self.pseudonym, plain)


def _spelt(name: str) -> str:
    """A pattern for a name however its words are parted; empty for one of a single letter."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", name))
    letters = sum(map(len, words))
    if letters < SHORTEST_NAME:
        return ""
    parted = (r"[\W_]*" if letters >= ANY_GAP_FROM else r"[\W_]+").join(map(re.escape, words))
    return parted if letters < ANY_CASE_FROM else f"(?i:{parted})"


def without(entry: AuditEntry, of: Forgetting, refs: Collection[int]) -> AuditEntry:
    """An entry without what is forgotten; ``refs`` are the payments to the vendor in this review."""
    theirs = bool(of.person) and of.person in wrote(entry.actor, entry.detail)
    all_words = entry.event != FORGOTTEN and (of.is_of_all or bool(refs) or theirs)
    quotes = of.quotes if entry.actor == FINANCE_BOT else of.sayings
    detail: dict[str, Any] = _without(entry.detail, "", of, all_words, quotes)
    if entry.event == "rows":
        detail["rows"] = [_row(row, detail["columns"], of, refs) for row in entry.detail["rows"]]
    if entry.event == "amended":
        detail["payment"] = _payment(entry.detail["payment"], of, entry.detail["ref"] in refs)
    if entry.event in ("judged", "found"):
        _take_evidence(detail, of, refs)
    if entry.event == "submitted":
        detail["source"] = source_without(entry.detail.get("source", ""), of, all_words)
    return AuditEntry(event=entry.event, actor=of.without_id(entry.actor), at=entry.at, detail=detail)


def wrote(actor: str, detail: Mapping[str, Any]) -> set[str]:
    """Whose words or files an entry, or the state of a review, may hold, by Slack user id."""
    brought = {*detail.get("brought_by", ()), detail.get("author", ""), detail.get("columns_said_by", "")}
    file = detail.get("file")
    return {actor, *brought, file.get("uploaded_by", "") if isinstance(file, dict) else ""}


def source_without(source: str, of: Forgetting, all_words: bool) -> str:
    """What a batch came from; the name of a file is somebody's words, and the bot's own words are not."""
    return source if source in TYPED else _words(source, of, all_words, of.sayings)


def turn_without(turn: Turn, of: Forgetting, refs: Collection[int]) -> Turn:
    """A turn without what is forgotten."""
    actor = of.without_id(turn.actor) if turn.actor else turn.actor
    all_words = of.is_of_all or bool(refs) or (bool(of.person) and turn.actor == of.person)
    # What the bot says of somebody may be what they said.
    quotes = of.quotes if turn.actor is None else of.sayings
    text = _words(turn.text, of, all_words or (turn.actor is None and of.names_it(turn.text)), quotes)
    return turn.model_copy(update={"actor": actor, "to": of.without_id(turn.to), "text": text})


def field_without(value: Any, of: Forgetting, all_words: bool) -> Any:
    """A field of a review's state, as plain JSON, without what is forgotten."""
    return _without(value, "", of, all_words, of.sayings)


def words_of(person: str, entries: Iterable[AuditEntry], turns: Iterable[Turn]) -> frozenset[str]:
    """What a person wrote in a review, as far as it can be told from other words by its length."""
    said = [turn.text for turn in turns if turn.actor == person]
    for entry in entries:
        if person in wrote(entry.actor, entry.detail):
            said += _words_in(entry.detail, "")
    return frozenset(text for text in said if len(text) >= QUOTED_FROM)


def _is_saying(quote: str) -> bool:
    return len(quote.split()) >= SAYING_WORDS or len(quote) >= SAYING_FROM


def _words_in(value: Any, name: str) -> list[str]:
    match value:
        case str():
            return [value] if name in WORDS else []
        case dict():
            return [text for key, part in value.items() for text in _words_in(part, key)]
        case list() | tuple():
            return [text for part in value for text in _words_in(part, name)]
    return []


def vendors_in(entry: AuditEntry) -> list[str]:
    """The names of the vendors of the payments that an entry holds."""
    if entry.event == "rows":
        place = entry.detail["columns"].index("vendor")
        return [str(row[place]) for row in entry.detail["rows"]]
    return [str(entry.detail["payment"]["vendor"])] if entry.event == "amended" else []


def refs_to(entries: Iterable[AuditEntry], is_forgotten: Callable[[str], bool]) -> frozenset[int]:
    """References of the payments of a trail to a vendor, in whichever of their versions."""
    found: set[int] = set()
    for entry in entries:
        if entry.event == "rows":
            columns = entry.detail["columns"]
            ref, vendor = columns.index("ref"), columns.index("vendor")
            found |= {row[ref] for row in entry.detail["rows"] if is_forgotten(row[vendor])}
        elif entry.event == "amended" and is_forgotten(entry.detail["payment"]["vendor"]):
            found.add(entry.detail["ref"])
    return frozenset(found)


def changed_lines(lines: Sequence[TrailLine], of: Forgetting, refs: Collection[int]) -> list[TrailLine]:
    """The lines of a trail that lose something, each with its link and with what is left of its text."""
    changed: list[TrailLine] = []
    for line in lines:
        entry = line.entry
        left = without(entry, of, refs)
        if left != entry:
            changed.append(line._replace(text=text_of(left)))
    return changed


def forgotten(
    of: Forgetting, kind: str, lines: Mapping[int, tuple[str, str]], entry: Mapping[str, str], at: Any
) -> AuditEntry:
    """The entry that vouches for all lines of its trail that have lost words, now or before.

    ``kind`` is ``person``, ``vendor`` or ``text``; ``lines`` has by place the link and the digest of what is
    left; ``entry`` says by whose order (``by``), and why (``reason``).
    """
    told = [[seq, link, digest] for seq, (link, digest) in sorted(lines.items())]
    why = {"reason": entry["reason"]} if entry.get("reason") else {}
    detail = {"what": kind, "pseudonym": of.pseudonym, **why, "lines": told}
    return AuditEntry(event=FORGOTTEN, actor=entry["by"], at=at, detail=detail)


def vouching(lines: Iterable[TrailLine]) -> dict[int, tuple[str, str]]:
    """By place, the link and the digest of lines that have lost words."""
    return {line.seq: (line.link, digest_of(line.text)) for line in lines}


def _without(value: Any, name: str, of: Forgetting, all_words: bool, quotes: Collection[str]) -> Any:
    match value:
        case str():
            return _words(value, of, all_words, quotes) if name in WORDS else of.without_id(value)
        case dict():
            inside = {key: name if name in NO_WORDS else key for key in value}
            return {
                of.without_id(key): _without(part, inside[key], of, all_words, quotes)
                for key, part in value.items()
            }
        case list() | tuple():
            return [_without(part, name, of, all_words, quotes) for part in value]
    return value


def _words(text: str, of: Forgetting, all_words: bool, quotes: Collection[str]) -> str:
    if text and (all_words or any(quote in text for quote in quotes)):
        return GONE
    return of.without_names(text)


def _row(row: Sequence[Any], columns: Sequence[str], of: Forgetting, refs: Collection[int]) -> list[Any]:
    cells = dict(zip(columns, row, strict=True))
    return list(_payment(cells, of, cells["ref"] in refs).values())


def _payment(cells: Mapping[str, Any], of: Forgetting, is_to_it: bool) -> dict[str, Any]:
    """A payment as plain JSON; one to who is forgotten keeps its vendor by pseudonym, and no other text."""
    left = dict(cells)
    if is_to_it or of.is_of_all:
        left["vendor"] = of.pseudonym
        return left | {name: GONE for name in OF_PAYMENT if left.get(name)}
    return left | {name: of.without_names(left[name]) for name in OF_PAYMENT if left.get(name)}


def _take_evidence(detail: dict[str, Any], of: Forgetting, refs: Collection[int]) -> None:
    """Evidence of what was found about payments to who is forgotten is made of their texts."""
    if "kinds" not in detail:  # the first form has each finding whole: source, code, evidence, weight, line
        for ref, findings in detail["flagged"].items():
            for finding in findings:
                gone = of.is_of_all or int(ref) in refs
                finding[2] = GONE if gone else of.without_names(finding[2])
                finding[4:] = map(of.without_names, finding[4:])
        return
    detail["evidence"] = list(map(of.without_names, detail["evidence"]))
    detail["kinds"] = [[*kind[:3], *map(of.without_names, kind[3:])] for kind in detail["kinds"]]
    for ref, pairs in detail["flagged"].items():
        if of.is_of_all or int(ref) in refs:
            for place in pairs[1::2]:
                detail["evidence"][place] = GONE
