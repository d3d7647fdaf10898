"""Which column is which: header names are scored by the words in them.

The best column is chosen only where it is clearly best; where two are equally good, the person who submitted
the table is asked to rename one.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.currencies import MINOR_DIGITS, SIGNS
from bot.intake.cells import Cell
from bot.intake.result import IntakeError
from bot.intake.vocabulary import BILLED, NEUTRAL, ORIGINAL, PHRASES, ROLES

CLEARLY = 2  # points by which the best must lead
LONGEST_HEADER = 60  # characters; more is a title or data
MOST_STRANGERS = 2  # words of a header that the vocabulary does not know; a sentence has more
_ENGLISH = frozenset(
    ("all", "bam", "bob", "cop", "cup", "gel", "mad", "mop", "pen", "ron", "sos", "top", "try")
)  # words that are also codes of currencies


@dataclass(frozen=True)
class Header:
    """One column: its place from 0, its name as written, its words, and the currency that its name states."""

    place: int
    name: str
    words: frozenset[str]
    currency: str | None

    def score(self, role: str) -> int:
        """How well the name fits a role of ``ROLES``, in points; 0 is not at all."""
        vocabulary = ROLES[role]
        nouns = [noun for noun in vocabulary.nouns if noun in self.words]
        if not nouns or vocabulary.never & self.words:
            return 0
        noun = max(nouns, key=lambda word: vocabulary.nouns[word])
        hints = sum(
            points for hint, points in vocabulary.hints.items() if hint in self.words and hint != noun
        )
        known = {*vocabulary.nouns, *vocabulary.hints, *NEUTRAL, *BILLED, *ORIGINAL}
        strangers = sum(
            1 for word in self.words if word not in known and not word.isdigit() and "_" not in word
        )
        if strangers > MOST_STRANGERS or (noun == "name" and strangers):
            return 0
        return max(1, vocabulary.nouns[noun] + hints - (strangers > 1))

    @property
    def kind(self) -> str:
        """Of an amount or currency: ``billed`` to the payer, in the ``original`` currency, or empty."""
        return "billed" if self.words & BILLED else "original" if self.words & ORIGINAL else ""


@dataclass(frozen=True)
class Columns:
    """The columns that were chosen, by role; ``None`` where the table has none for it."""

    amount: Header | None
    vendor: Header
    memos: tuple[Header, ...] = ()
    date: Header | None = None
    currency: Header | None = None
    category: Header | None = None
    card: Header | None = None
    invoice: Header | None = None
    account: Header | None = None
    debit: Header | None = None
    credit: Header | None = None
    direction: Header | None = None

    @property
    def money(self) -> str:
        """The name of the column, or pair of columns, that amounts are read from."""
        return " / ".join(header.name for header in (self.amount, self.debit, self.credit) if header)

    @property
    def used(self) -> tuple[Header, ...]:
        """Every column of which something is read, from left to right."""
        chosen = (
            self.amount, self.vendor, *self.memos, self.date, self.currency, self.category, self.card,
            self.invoice, self.account, self.debit, self.credit, self.direction,
        )  # fmt: skip
        return tuple(sorted({header for header in chosen if header}, key=lambda header: header.place))


def read_headers(row: Sequence[Cell]) -> list[Header]:
    """The row as header names; cells that cannot be names, as numbers or long text, are left out."""
    return [
        _header(place, " ".join(cell.split()))
        for place, cell in enumerate(row)
        if isinstance(cell, str) and cell.strip() and len(cell) <= LONGEST_HEADER
    ]


def looks_like_header(row: Sequence[Cell]) -> bool:
    """Whether the row names an amount and a vendor in different columns, and holds no amount itself."""
    names = read_headers(row)
    money = {
        header.place for header in names if any(header.score(role) for role in ("amount", "debit", "credit"))
    }
    vendors = {header.place for header in names if header.score("vendor")}
    return bool(money and vendors) and len(money | vendors) > 1 and not any(map(_is_number, row))


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return re.fullmatch(r"[-+($€£ ]*[0-9][0-9.,' ]*[)]?", cell.strip()) is not None
    return True  # a number, a date or a truth value


def choose_columns(names: Sequence[Header]) -> Columns:
    """Give every role its column; raises ``IntakeError`` where two have one name or fit equally well."""
    _refuse_doubles(names)
    amount = _clearest(names, "amount", "the amount")
    debit, credit = _first(names, "debit"), _first(names, "credit")
    if amount and (debit or credit) and amount not in (debit, credit):
        pair = " and ".join(f"“{header.name}”" for header in (debit, credit) if header)
        raise IntakeError(
            f"Both “{amount.name}” and {pair} may be the amount; keep one of them and submit again."
        )
    if debit or credit:
        amount = None
    vendor = _clearest([header for header in names if header is not amount], "vendor", "the vendor")
    if vendor is None:
        raise IntakeError(columns_missing(names))
    rest = [header for header in names if header not in (amount, vendor, debit, credit)]
    memos = tuple(header for header in rest if header.score("memo"))
    rest = [header for header in rest if header not in memos]
    return Columns(
        amount=amount,
        vendor=vendor,
        memos=memos,
        date=_first(rest, "date"),
        currency=_currency_of(amount, rest, names),
        category=_first(rest, "category"),
        card=_first(rest, "card"),
        invoice=_first(rest, "invoice"),
        account=_first(rest, "account"),
        debit=debit,
        credit=credit,
        direction=_first(rest, "direction"),
    )


def columns_missing(names: Sequence[Header]) -> str:
    """A sentence that says which headers were seen and what is needed."""
    seen = ", ".join(f"“{header.name}”" for header in names[:12]) or "none"
    return (
        "No header row with an amount and a vendor was found; name the columns in one row,"
        f" such as Date, Vendor, Amount, Memo (seen: {seen})."
    )


def _header(place: int, name: str) -> Header:
    plain = unicodedata.normalize("NFKC", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    tokens = re.findall(r"[^\W_]+", plain.casefold())
    pairs = {"_".join(tokens[i : i + n]) for n in (2, 3) for i in range(len(tokens))} & PHRASES
    codes = {token.upper() for token in tokens if token.upper() in MINOR_DIGITS and token not in _ENGLISH}
    signs = {
        SIGNS[c][0][0]
        for c in plain
        if c in SIGNS and not c.isalnum() and len(SIGNS[c][0]) < 7 and SIGNS[c][1]
    }
    currencies = codes | signs
    words = frozenset(tokens) - {code.lower() for code in codes} | pairs
    return Header(place, name, words, currencies.pop() if len(currencies) == 1 else None)


def _ranked(names: Sequence[Header], role: str) -> list[tuple[int, Header]]:
    scored = [(header.score(role), header) for header in names if header.score(role)]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].place))


def _first(names: Sequence[Header], role: str) -> Header | None:
    ranked = _ranked(names, role)
    return ranked[0][1] if ranked else None


def _clearest(names: Sequence[Header], role: str, what: str) -> Header | None:
    ranked = _ranked(names, role)
    if (
        len(ranked) > 1
        and ranked[0][0] - ranked[1][0] < CLEARLY
        and not _same_thing(ranked[0][1], ranked[1][1])
    ):
        both = " and ".join(f"“{header.name}”" for _, header in ranked[:2])
        raise IntakeError(f"Both {both} may be {what}; rename or remove one of them and submit again.")
    return ranked[0][1] if ranked else None


def _same_thing(best: Header, other: Header) -> bool:
    return best.words - {"name"} == other.words and "name" in best.words


def _currency_of(amount: Header | None, rest: Sequence[Header], names: Sequence[Header]) -> Header | None:
    """The currency column that belongs to the amount: billed with billed, original with original."""
    candidates = [header for header in rest if header.score("currency")]
    kind = amount.kind if amount else ""
    matching = [header for header in candidates if header.kind == kind]
    if (
        not matching
        and kind == "billed"
        and not any(header.score("amount") and header.kind == "original" for header in names)
    ):
        matching = [header for header in candidates if not header.kind]
    if not matching and not kind:
        matching = [header for header in candidates if header.kind == "billed"]
    if not matching and any(not header.kind for header in candidates):
        name = next(header.name for header in candidates if not header.kind)
        raise IntakeError(f"It is not clear which amount “{name}” belongs to; rename it and submit again.")
    if len(matching) > 1:
        both = " and ".join(f"“{header.name}”" for header in matching[:2])
        raise IntakeError(f"Both {both} may be the currency; rename or remove one of them and submit again.")
    return matching[0] if matching else None


def _refuse_doubles(names: Sequence[Header]) -> None:
    seen: set[str] = set()
    for header in names:
        name = header.name.casefold()
        if name in seen and any(header.score(role) for role in ROLES):
            raise IntakeError(
                f"Two columns are named “{header.name}”; rename or remove one and submit again."
            )
        seen.add(name)
