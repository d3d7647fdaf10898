"""When two names mean one vendor: strictly, for what opens a door, and loosely, for what is looked for.

There are two kinds of mistakes. Where a past payment speaks *for* a new one (this vendor is known), two
vendors that are merely similar must not become one: ``identity_of`` ignores only what systems add and people
vary (case, punctuation, accents, trade marks, "the", "and", bank references) and tells legal forms apart.
Where a past payment speaks *against* a new one (paid twice, paid in parts, denied), two spellings of one
vendor must not become two: ``fingerprint`` also ignores what a reader overlooks (legal forms, word order,
domains, the country in brackets, branch numbers, facilitators of card payments, letters and signs that look
alike), and ``readings_of`` has every further way to read a name. Where two readings are possible, the one
that flags holds.

So "Smith Ltd" and "Smith GmbH" are two vendors strictly, since they are two legal persons and approving one
says nothing about the other; loosely they are one, since whoever wants to be paid twice changes no more than
that. "Smith" alone may be either.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.domain.names.feed_noise import (
    feed_words,
    payee_in,
    phrase_at_end,
    without_number,
    without_statement_words,
)
from bot.domain.names.legal_forms import (
    end_at_legal_form,
    legal_forms,
    split_at_legal_form,
    without_form_before,
)
from bot.domain.names.lettering import PAIRS, plain_letter, with_letters, without_marks
from bot.domain.names.spelling import digits_as_letters, is_written, name_key, plain_letters, without_accents

SHORTEST_SORTED = 6  # letters; of shorter names too many are made of the same letters
SHORTEST_WITHOUT_PLACE = 4  # letters; "Air" of "Air (France)" is nobody

_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_][./]\s?){1,}[^\W\d_](?![\w])\.?")
_WWW = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_DOMAIN = re.compile(
    r"([\w-]{3,}(?:\.[\w-]{3,})?)"
    r"(?:\.(?:co|com|org|net|ac|gov))?\.(?:com|net|org|info|biz|io|ai|app|shop|online|store|eu|co|[a-z]{2})(?:/\S*)?",
    re.IGNORECASE,
)
_CARE_OF = re.compile(
    r"(?<!\w)(?:c/o|℅|t/a|d/b/a|dba|a/k/a|aka|f/k/a|fka|trading as|formerly|on behalf of"
    r"|attn|fao)(?!\w)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[a-z0-9]+|[&+]")
_MORE_DIGITS = str.maketrans("2679", "zbtg")  # what stands in Redis knows the others
_DIGITS = re.compile(r"\d+")
_PARTS_OF_ADDRESS = re.compile(r"\*|[,;/|]\s+|\s[/-]\s")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_GLUED_ENDS = ("gmbh", "llmlted", "ltd", "lncorporated", "lnc", "llc", "plc", "uk", "usa")  # as they look
_SERVICES = frozenset(
    {"payment", "payments", "services", "service", "billing", "accounts", "group", "holdings", "holding"}
)


class VendorIdentity(NamedTuple):
    """Who is meant by a name, strictly: the name without noise, and the class of its legal form.

    ``legal_form`` is empty where the name has none, which may then be any.
    """

    name: str
    legal_form: str

    def may_be(self, other: "VendorIdentity") -> bool:
        """Whether both can be one legal person: equal names, and forms that are equal or left out."""
        return self.name == other.name and (
            self.legal_form == other.legal_form or not (self.legal_form and other.legal_form)
        )


@lru_cache(maxsize=131_072)
def identity_of(name: str) -> VendorIdentity:
    """Who is meant by a name, for deciding whether a vendor is known. See the module for what it ignores.

    A facilitator before a star (``SQ *``), a domain, "c/o" and what follows a reference stay part of the
    name: anybody can have one of those, so that a known vendor's name beside it does not make it known.
    """
    payee = payee_in(without_marks(name))
    words = _joined_letters(_words_of(" ".join((payee.facilitator, payee.name, payee.after_number))))
    left, legal_form = split_at_legal_form(_without_small_words(words, shortest=2))
    return VendorIdentity("".join(left) or name_key(name), legal_form)


@lru_cache(maxsize=131_072)
def fingerprint(name: str) -> str:
    """One key for all names that a reader takes for one vendor. See the module for what it ignores.

    From six letters on the letters stand in alphabetical order, so that neither spaces nor the order of words
    count; two vendors whose names are made of the same letters share a key, which is rare and costs a look.
    It is never empty, whatever the name is made of.
    """
    return _fingerprint_of(_core_of(_name_proper(with_letters(name)))) or name_key(name)


@lru_cache(maxsize=16_384)
def core_words(name: str) -> tuple[str, ...]:
    """The words that tell a vendor from others, as they look to a reader, in their order."""
    return tuple(map(_as_looked_at, _core_of(_name_proper(with_letters(name)))))


@lru_cache(maxsize=16_384)
def readings_of(name: str) -> frozenset[str]:
    """The fingerprints of every way in which somebody may read a name, its own among them.

    For lists of names that nobody may be paid under: both sides of "c/o", of a comma, of a star and of a
    number, the name without numbers, countries or "Payment Services" at its end, and with signs at the end of
    a word read as letters.
    """
    text = with_letters(name)
    readings = {fingerprint(name)}
    payee = payee_in(text)
    parts = (payee.facilitator, payee.after_number, *_CARE_OF.split(text), *_PARTS_OF_ADDRESS.split(text))
    for written in dict.fromkeys((text, with_letters(name, sign_at_end=True), *parts)):
        words = _core_of(_without_domain(written))
        readings |= {_fingerprint_of(words), _fingerprint_of(_without_end(words))}
    return frozenset(reading for reading in readings if reading)


def _core_of(text: str) -> list[str]:
    payee = payee_in(without_statement_words(text))
    words = _plain_words(_without_country(without_number(payee.name)))
    if len(payee.after_number.split()) > 3:  # no city is so long: the name goes on after its number
        words += _plain_words(payee.after_number)
    words = end_at_legal_form(_without_small_words(_joined_letters(words)))
    while True:
        before = len(words)
        words, _ = split_at_legal_form(without_form_before(words))
        if (
            len(words) > 1
            and words[-1] in feed_words().places
            and _size(words[:-1]) >= SHORTEST_WITHOUT_PLACE
        ):
            words.pop()
        words = _without_small_words(words)
        if len(words) == before:
            return words


def _without_end(words: Sequence[str]) -> list[str]:
    """The words without numbers, countries and words for services at the end; one always stays."""
    left = [*words[:-1], *(word.rstrip("0123456789") or word for word in words[-1:])]
    while len(left) > 1:
        length = phrase_at_end(left, feed_words().countries) or int(
            left[-1].isdigit() or left[-1] in _SERVICES
        )
        if not length or _size(left[:-length]) < SHORTEST_WITHOUT_PLACE:
            break
        del left[-length:]
    return left


def _fingerprint_of(words: Sequence[str]) -> str:
    joined = _without_glued_words("".join(map(_as_looked_at, words)))
    for pair, letter in (*PAIRS, ("ae", "a"), ("oe", "o"), ("ue", "u")):  # Müller, Mueller and Muller
        joined = joined.replace(pair, letter)
    letters = _DIGITS.sub("", joined)
    if len(letters) < SHORTEST_SORTED:
        return joined
    digits = "" if len(letters) == len(joined) else "".join(filter(str.isdigit, joined))
    return "".join(sorted(letters)) + digits


def _without_glued_words(joined: str) -> str:
    """One word without the "the" before, "and" inside and the legal form behind that were joined to it."""
    if joined.startswith("the") and len(joined) >= 3 + SHORTEST_WITHOUT_PLACE:
        joined = joined[3:]
    for word in ("and", "und"):
        if len(joined) >= 3 + SHORTEST_SORTED:
            joined = joined.replace(word, "")
    for end in _GLUED_ENDS:
        if joined.endswith(end) and len(joined) >= len(end) + SHORTEST_SORTED:
            joined = joined.removesuffix(end)
    return joined


# -- words


def _words_of(text: str) -> list[str]:
    """The words of a text without case, accents, dots in initials and apostrophes."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if "." in text or "/" in text:
        text = _INITIALS.sub(_joined_initials, text)
    if text.isascii():
        return _PARTS.findall(text.replace("'", ""))
    for form in legal_forms().joined:
        text = text.replace(form, f" {form} ") if form in text else text
    text = without_accents(text.replace("'", "").replace("’", ""))
    return (
        "".join(char if is_written(char) or char in "&+" else " " for char in text)
        .replace("&", " & ")
        .replace("+", " + ")
        .split()
    )


def _plain_words(text: str) -> list[str]:
    """The words of a text with every letter that has a plain one as that one."""
    if not text.isascii():
        text = "".join(map(plain_letter, without_accents(plain_letters(text).casefold())))
    return _words_of(text)


def _joined_initials(initials: re.Match[str]) -> str:
    joined = re.sub(r"[./\s]", "", initials[0])
    return f" {joined} " if initials[0].count("/") < 2 else initials[0]


def _joined_letters(words: Iterable[str]) -> list[str]:
    """Words in which three or more letters that stand alone in a row are one word ("I n i t e c h")."""
    joined: list[str] = []
    letters: list[str] = []
    for word in (*words, ""):
        if len(word) == 1 and word.isalpha():
            letters.append(word)
            continue
        joined += ["".join(letters)] if len(letters) > 2 else letters
        letters = []
        joined += [word] if word else []
    return joined


def _without_small_words(words: Sequence[str], shortest: int = 1) -> list[str]:
    """The words without "the" at either end and without "and" between two of them.

    A word for "and" counts from ``shortest`` letters: shorter ones are ordinary letters in other languages.
    """
    left = list(words)
    while len(left) > 1 and left[0] == "the":
        del left[0]
    while len(left) > 1 and left[-1] == "the":
        del left[-1]
    last = len(left) - 1
    kept = [
        word
        for place, word in enumerate(left)
        if not (
            word in "&+" or (word in feed_words().conjunctions and 0 < place < last and len(word) >= shortest)
        )
    ]
    return kept or left


def _name_proper(text: str) -> str:
    """The text without domains, and of "c/o" and "trading as" what stands before, or else behind it."""
    text = _without_domain(text)
    if not _CARE_OF.search(text):
        return text
    return next((part for part in _CARE_OF.split(text) if any(map(str.isalnum, part))), text)


def _without_domain(text: str) -> str:
    if "." not in text:
        return text
    tokens = (_WWW.sub("", token) for token in text.split())
    return " ".join(
        domain[1] if (domain := _DOMAIN.fullmatch(token.strip(",;"))) else token for token in tokens
    )


def _without_country(text: str) -> str:
    """The text without a country in brackets, as in "Initech (UK) Ltd"."""

    if not _BRACKETED.search(text):
        return text

    def replaced(bracketed: re.Match[str]) -> str:
        is_country = tuple(_words_of(bracketed[1])) in feed_words().countries
        return " " if is_country else f" {bracketed[1]} "

    left = _BRACKETED.sub(replaced, text)
    return left if _size(_words_of(left)) >= SHORTEST_WITHOUT_PLACE else text


def _as_looked_at(word: str) -> str:
    """A word with digits as the letters that they look like, unless it is a number."""
    return word if word.isdigit() else digits_as_letters(word).translate(_MORE_DIGITS)


def _size(words: Iterable[str]) -> int:
    return sum(map(len, words))
