"""What the name of one column says: its words, the currency and the unit in it, and which roles it fits."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.domain.currencies import MINOR_DIGITS, SIGNS
from bot.intake.cells import Cell
from bot.intake.vocabulary import in_english
from bot.intake.vocabulary.words import (
    BILLED,
    DUE,
    LAST_WORDS,
    LESSER,
    NEUTRAL,
    ORIGINAL,
    PHRASES,
    ROLES,
    WEAK_AMOUNTS,
    HeaderRole,
)

LONGEST_HEADER = 60  # characters; more is a title or data
MOST_STRANGERS = 2  # words of a header that the vocabulary does not know; a sentence has more
_STRANGER = 3  # points that a stranger takes, so that the exact word wins
_ENGLISH = frozenset(
    ("all", "bam", "bob", "cop", "cup", "gel", "mad", "mop", "pen", "ron", "sos", "top", "try")
)  # words that are also codes of currencies
_IN_THOUSANDS = re.compile(
    r"\bthousands?\b|\bmillions?\b|\b0?00[0']?s\b|['’(]000\b|\bx ?1[.,]?000\b|\b1[.,]000\b|\(\s*[km]\s*\)"
    r"|\bT(?:EUR|€|SD)"
    r"|\b[km]\s?[€$£]|[€$£]\s?[km]\b|\b[km](?:EUR|USD|GBP|CHF)\b|\btausend|\bmio\b|\bmrd\b|\bmilliers\b|\bmiles\b"
    r"|\bmilhares\b|\bmigliaia\b|\bduizend(?:en|tallen)\b|\btys\b|\btysi[ąa]c",
    re.IGNORECASE,
)
# Words that say so by themselves.
_SCALES = frozenset(
    ("k", "m", "mn", "mm", "mio", "mil", "thds", "thsd", "ths", "thou", "tsd", "000", "000s", "1000", "1000s")
)

_IN_PAYMENT_CURRENCY = re.compile(r"(?<=\w)\W+in (?:payment )?(?:currency|ccy)\b", re.IGNORECASE)
_KNOWN = frozenset(
    word for role in ROLES.values() for word in (*role.nouns, *role.hints, *role.never)
)  # in English
_TELLING = frozenset(("amount", "balance", "currency", "date", "number", "quantity", "rate", "vat", "vendor"))
_TAX = r"\.?(?:[ _]of)?(?:[ _]sales)?[ _-]?(?:vat|tax(?:es)?|gst|hst)\b"
_BEFORE_TAX = re.compile(rf"\b(?:ex|exc|excl|excluding|exclusive|without|before|net){_TAX}", re.IGNORECASE)
_WITH_TAX = re.compile(rf"\b(?:inc|incl|including|inclusive|with){_TAX}", re.IGNORECASE)


class Standing(IntEnum):
    """How likely a column of amounts is what has to be paid, where there are several."""

    LESSER = 1  # net, base, paid, original: a part of it, or what was done about it
    PLAIN = 2
    DUE = 3  # due, gross, total


@dataclass(frozen=True)
class Header:
    """One column: its place from 0, its name as written, its words, and the currency that its name states."""

    place: int
    name: str
    words: frozenset[str]
    currency: str | None
    foreign: frozenset[str] = frozenset()  # what single words of a name that nobody listed mean

    def score(self, role: HeaderRole) -> int:
        """How well the name fits a role of ``ROLES``, in points; 0 is not at all."""
        vocabulary = ROLES[role]
        nouns = [noun for noun in vocabulary.nouns if noun in self.words]
        if not nouns:
            return 0
        noun = max(nouns, key=lambda word: vocabulary.nouns[word])
        if vocabulary.never & ((self.words - set(noun.split("_"))) | self.foreign):
            return 0
        hints = sum(
            points for hint, points in vocabulary.hints.items() if hint in self.words and hint != noun
        )
        known = {*vocabulary.nouns, *vocabulary.hints, *NEUTRAL, *BILLED, *ORIGINAL, *noun.split("_")}
        strangers = sum(
            1 for word in self.words if word not in known and not word.isdigit() and "_" not in word
        )
        if strangers > MOST_STRANGERS or (strangers and noun in ("name", *WEAK_AMOUNTS)):
            return 0
        return max(1, vocabulary.nouns[noun] + hints - _STRANGER * min(strangers, 1) - (strangers > 1))

    @property
    def kind(self) -> str:
        """Of an amount or currency: ``billed`` to the payer, in the ``original`` currency, or empty."""
        return "billed" if self.words & BILLED else "original" if self.words & ORIGINAL else ""

    @property
    def standing(self) -> Standing:
        """Of an amount: how likely it is what has to be paid."""
        if self.kind == "original" or (self.words & LESSER and not {"base", "currency"} <= self.words):
            return Standing.LESSER
        if "paid" in self.words and "gross" not in self.words:
            return Standing.LESSER
        return Standing.DUE if self.words & DUE else Standing.PLAIN

    @property
    def is_unknown(self) -> bool:
        """Whether the name says nothing that the vocabulary knows."""
        return not self.words & ROLES["amount"].never and not any(self.score(role) for role in ROLES)

    @property
    def is_in_thousands(self) -> bool:
        """Whether the name seems to say that its amounts are in thousands or millions."""
        return has_scale(self.name)


def has_scale(text: str) -> bool:
    """Whether a text says thousands or millions: a word or a sign for them, as "TEUR" and "£'000"."""
    if _SCALES & set(re.findall(r"[^\W_]+", text.casefold())):
        return True
    return any(_IN_THOUSANDS.search(name) for name in (text, _apart(text)))


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
    vendors = {header.place for header in names if header.score("vendor") or header.score("payee_text")}
    return bool(money and vendors) and len(money | vendors) > 1 and not any(map(is_number, row))


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number and no text; a date of a spreadsheet and a truth value count as one."""
    if isinstance(cell, str):
        return re.fullmatch(r"[-+($€£ ]*[0-9][0-9.,' ]*[)]?", cell.strip()) is not None
    return True  # a number, a date or a truth value


def _apart(name: str) -> str:
    """``invoiceTotal`` and ``invoice_total`` as two words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ")


def _header(place: int, name: str) -> Header:
    plain = unicodedata.normalize("NFKC", _apart(name))
    codes = {
        token.upper()
        for token in re.findall(r"[^\W_]+", plain.casefold())
        if token.upper() in MINOR_DIGITS and token not in _ENGLISH
    }
    lower = frozenset(code.lower() for code in codes)
    full = re.sub(r"[€$£¥]", "", _IN_THOUSANDS.sub("", name))
    full = re.sub(r"[ (]+(?:in|en|em|di|w)?[ ).]*$", "", full)  # "Betrag" of "Betrag in TEUR"
    listed = next(filter(None, (in_english(written, lower) for written in (name, plain, full))), None)
    foreign = frozenset() if listed else _foreign(plain)
    plain = _IN_PAYMENT_CURRENCY.sub(" ", listed or plain)
    plain = _BEFORE_TAX.sub(" beforetax ", _WITH_TAX.sub(" withtax ", plain))
    tokens = re.findall(r"[^\W_]+", plain.casefold())
    pairs = {"_".join(tokens[i : i + n]) for n in (2, 3) for i in range(len(tokens))} & PHRASES
    outside = re.findall(r"[^\W_]+", re.sub(r"\(.*?\)|\[.*?\]", " ", plain).casefold())
    pairs -= {pair for pair in pairs & LAST_WORDS if outside[-2:] != pair.split("_") or "amount" in outside}
    signs = {
        SIGNS[c][0][0]
        for c in name
        if c in SIGNS and not c.isalnum() and len(SIGNS[c][0]) < 7 and SIGNS[c][1]
    }
    currencies = codes | signs
    words = frozenset(tokens) - {code.lower() for code in codes} | pairs
    return Header(place, name, words, currencies.pop() if len(currencies) == 1 else None, foreign)


def _foreign(name: str) -> frozenset[str]:
    """What the single words of a name mean that contradicts a role: "Betrag Detail" names an amount."""
    meanings = (in_english(token) for token in re.findall(r"[^\W_]+", name) if token.casefold() not in _KNOWN)
    return frozenset(word for meaning in meanings if meaning for word in meaning.split()) & _TELLING
