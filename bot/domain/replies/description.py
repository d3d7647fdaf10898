"""Payments named by vendor or amount: "the Acme one", "everything under 5k". Read without a model.

What comes of it is a proposal that names references, and never an order. It is as closed as the exact
grammar: every word is a word of the language, of one vendor, or of an amount; a reply with a no, a doubt
or a quotation in it is not read at all. Vendors' names are hostile text. They can make a question of a
proposal, and they cannot widen one: a word of the grammar or a bare number names no vendor, a name that
looks like the one meant is asked about, and payments of different vendors are never taken together.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.domain.conversation import Decide, DecisionKind, DecisionRequest, Unclear
from bot.domain.currencies import MINOR_DIGITS
from bot.domain.money import AmountError, format_amount, read_amount
from bot.domain.names import folded_name, skeleton
from bot.domain.replies.description_words import DESCRIBING, Describing
from bot.domain.replies.grammar import AMOUNT_LIKE, may_be_amount, plain_command, unfit
from bot.domain.replies.languages import Words
from bot.domain.replies.phrases import PHRASES, Phrases, any_of, filled, verbs_of
from bot.domain.replies.signs import Sign, signs

LONGEST = 300  # characters
LISTED = 8  # payments that a question names


class Payment(NamedTuple):
    """An undecided payment as far as it can be described; the amount in major units."""

    ref: int
    vendor: str
    amount: Decimal | None
    currency: str


class _Meant(NamedTuple):
    """A verb, and what is left of the line: which payments, and why."""

    by: "_Language"
    kind: DecisionKind
    which: str
    reason: str


_Holds = Callable[[Decimal, Decimal], bool]
# A mark of negation, as in "approve !acme" and "approve -2".
MARKED = re.compile(r"(?<!\S)[!¬-](?=[\w#])")
_OTHER_CURRENCY = "The undecided payments are in {}, so please name them by reference."

# References, a question to ask, or nothing understood.
_Found = tuple[int, ...] | str | None


def may_describe(text: str) -> bool:
    """Whether ``describe`` may have an answer, whatever payments there are."""
    return next(_meant(text), None) is not None


def describe(text: str, undecided: Sequence[Payment]) -> Decide | Unclear | None:
    """The decisions that a description asks for, a question, or ``None`` where it is no description."""
    answers: list[Decide | Unclear] = []
    for one in _meant(text):
        found = one.by.find(one.which, undecided)
        if isinstance(found, str):
            answers.append(Unclear(question=f"{found} Nothing was changed."))
        elif found:
            refs = tuple(sorted(set(found)))
            refused = unfit(one.reason, one.kind, refs) if one.reason else None
            answers.append(
                refused or Decide(asks=(DecisionRequest(kind=one.kind, refs=refs, reason=one.reason),))
            )
    if any(one != answers[0] for one in answers):
        return Unclear(question="That says different things in different languages. Nothing was changed.")
    return answers[0] if answers else None


def _meant(text: str) -> Iterator[_Meant]:
    """The ways to take a line apart; none for several lines, or where it may mean something else."""
    line = " ".join(text.split(" ")).strip()
    if len(line) > LONGEST or not line.isprintable():
        return
    plain = plain_command(re.sub(r" ?[.!]{1,3}$", "", line))
    if (
        plain is None
        or MARKED.search(plain)
        or set(signs(_without_but(plain))) - {Sign.NEGATION}
        or _denied(plain)
    ):
        return
    for language in LANGUAGES:
        yield from language.meant(plain)


def _without_but(plain: str) -> str:
    """ "All but 4" leaves something out; any other "but" is a condition."""
    return re.sub(r"\b(all|everything) but\b", r"\1", plain)


def _denied(plain: str) -> bool:
    """A no; one in the reason of a rejection ("reject the Acme one: no contract") is none."""
    command = re.split(r": |,? (?:because|weil|parce que|porque|perché|omdat) ", plain)[0]
    return Sign.NEGATION in signs(command)


class _Language:
    def __init__(self, phrases: Phrases, words: Describing) -> None:
        self.phrases, self._words = phrases, words
        tongue = words.tongue
        please = any_of(tongue.please)
        before = rf"(?:{any_of((*words.before, *tongue.please))},? )*"
        after = rf"(?:,? {please})?(?:(?:: ?|,? {any_of(words.because)} )(?P<why>.+))?"
        self._verbs = [
            (kind, re.compile(before + filled(verb, "(?P<what>[^:]+?)") + after))
            for kind, verb in verbs_of(tongue)
        ]
        self._loose = {*words.around, *words.many, *tongue.nouns, *tongue.all}
        first, last = rf"(?:{any_of(self._loose)} )*", rf"(?: {any_of(self._loose)})*"
        compared: tuple[tuple[Words, _Holds], ...] = (
            (words.under, Decimal.__lt__),
            (words.at_most, Decimal.__le__),
            (words.over, Decimal.__gt__),
            (words.at_least, Decimal.__ge__),
        )
        self._compared = [
            (holds, re.compile(rf"{first}{any_of(said)} (?P<amount>.*[0-9].*?){last}"))
            for said, holds in compared
        ]
        codes = any_of(code.lower() for code in MINOR_DIGITS)
        self._equal = re.compile(rf"{first}(?P<amount>(?:{codes} )?\S*[0-9]\S*(?: {codes})?){last}")
        every, but = any_of((*tongue.all, *words.many)), any_of((*tongue.except_, *words.but))
        self._but = re.compile(rf"{every}{last},? {but} (.+)")
        self._and = re.compile(rf",? {any_of(tongue.and_)} |, ?|&")

    def meant(self, plain: str) -> Iterator[_Meant]:
        for kind, pattern in self._verbs:
            if found := pattern.fullmatch(plain):
                yield _Meant(self, kind, found["what"], (found["why"] or "").strip())

    def find(self, which: str, undecided: Sequence[Payment]) -> _Found:
        """Which payments these words name."""
        if which in self._words.both:
            both = tuple(one.ref for one in undecided)
            return both if len(both) == 2 else _which(f"{len(both)} payments are undecided", undecided)
        for holds, pattern in self._compared:
            if found := pattern.fullmatch(which):
                return self._by_amount(found["amount"], holds, undecided)
        if left_out := self._but.fullmatch(which):
            inner = self.find(left_out[1], undecided)
            if not isinstance(inner, tuple):
                return inner
            if not inner:
                return "References go from low to high, so I am not sure what you leave out."
            if not set(inner) <= {one.ref for one in undecided}:
                return _which("What you leave out is not undecided", undecided)
            rest = tuple(one.ref for one in undecided if one.ref not in inner)
            return rest or "That leaves nothing to decide."
        if re.fullmatch(self.phrases.listed, which):
            return None if may_be_amount(which, self.phrases) else self.phrases.references(which)
        if found := self._equal.fullmatch(which):
            return self._of_amount(found["amount"], undecided)
        return self._by_vendor(which, undecided)

    def _of_amount(self, written: str, undecided: Sequence[Payment]) -> _Found:
        """ "The 12k one": one payment of exactly so much."""
        if not AMOUNT_LIKE.search(written) and not re.search("[a-z]", written):
            return None  # a small number may be a reference
        found = self._by_amount(written, Decimal.__eq__, undecided)
        if isinstance(found, tuple) and len(found) > 1:
            return _which("Several payments are of that amount", _named(undecided, found))
        return found

    def _by_amount(self, written: str, holds: _Holds, undecided: Sequence[Payment]) -> _Found:
        currencies = sorted({one.currency for one in undecided})
        if len(currencies) != 1:
            return _OTHER_CURRENCY.format(" and ".join(currencies)) if currencies else None
        if written.isdigit() and int(written) <= max(one.ref for one in undecided):
            return _which(f"I am not sure whether {written} is an amount or a reference", undecided)
        bound = self._bound(written, currencies[0])
        if isinstance(bound, str):
            return bound
        # A refund counts by its size, as it does to the policy.
        found = tuple(
            one.ref for one in undecided if one.amount is not None and holds(abs(one.amount), bound)
        )
        return found or _which("No undecided payment is of such an amount", undecided)

    def _bound(self, written: str, currency: str) -> Decimal | str:
        text = written.upper()
        if self._words.groups and re.search(r"[0-9],[0-9]{3}(?![0-9])", text):
            return f"{written} can be read in two ways; please write it without separators."
        if self._words.groups:
            text = re.sub(r"(?<=[0-9])\.(?=[0-9]{3}(?![0-9]))", "", text)
        try:
            amount = read_amount(text, default=currency)
        except AmountError as error:
            return error.reason
        if amount.currency not in (None, currency):
            return _OTHER_CURRENCY.format(currency)
        return amount.value

    def _by_vendor(self, which: str, undecided: Sequence[Payment]) -> _Found:
        parts = [part for part in self._and.split(which) if part.strip()]
        whole = self._one_vendor(which, undecided) if len(parts) > 1 else None
        found = [self._one_vendor(part, undecided) for part in parts]
        refs: set[int] = set()
        for one in found:
            if not isinstance(one, tuple):
                return one
            refs.update(one)
        if whole is not None and whole != tuple(sorted(refs)):
            return _which("I am not sure whether you mean one vendor or several", undecided)
        return tuple(sorted(refs)) or None

    def _one_vendor(self, part: str, undecided: Sequence[Payment]) -> _Found:
        """The payments to the one vendor that these words name."""
        words = re.sub(r"'s\b", "", part).split()
        many = not {*self._words.many, *self._words.tongue.all}.isdisjoint(words)
        while words and words[0] in self._loose:
            words = words[1:]
        while words and words[-1] in self._loose:
            words = words[:-1]
        said = set(folded_name(" ".join(words)).split())
        if not said or not said.isdisjoint(RESERVED) or any(word.isdigit() for word in said):
            return None
        exact = [one for one in undecided if said <= set(folded_name(one.vendor).split())]
        shape = set(skeleton(" ".join(said)).split())
        alike = [one for one in undecided if shape <= set(skeleton(one.vendor).split())]
        if not alike and not exact:
            return None
        alone = len(exact) == 1 or (many and len({folded_name(one.vendor) for one in exact}) == 1)
        if not alone or len(alike) > len(exact):
            return _which("Several payments may be meant" if len(alike) > 1 else "Please look again", alike)
        return tuple(one.ref for one in exact)


def _named(undecided: Sequence[Payment], refs: Sequence[int]) -> list[Payment]:
    return [one for one in undecided if one.ref in refs]


def _which(what: str, among: Sequence[Payment]) -> str:
    """A question that lists what can be meant."""
    listed = [
        f"#{one.ref} {format_amount(one.amount, one.currency)} to {one.vendor}"
        if one.amount is not None
        else f"#{one.ref} to {one.vendor}"
        for one in among[:LISTED]
    ]
    more = f" and {len(among) - LISTED:,} more" if len(among) > LISTED else ""
    return f"{what}: {', '.join(listed)}{more}. Please name them by reference." if listed else f"{what}."


LANGUAGES = tuple(_Language(phrases, words) for phrases, words in zip(PHRASES, DESCRIBING, strict=True))
# Words that point at a payment by its place, size or age, and so name no vendor called "First Bank".
POINTING = frozenset(
    folded_name(word)
    for word in (
        *(
            "first",
            "second",
            "third",
            "fourth",
            "last",
            "next",
            "previous",
            "other",
            "others",
            "same",
            "rest",
        ),
        *("remaining", "biggest", "largest", "smallest", "big", "large", "small", "new", "newest", "old"),
        *(
            "oldest",
            "cheap",
            "cheapest",
            "expensive",
            "top",
            "bottom",
            "this",
            "these",
            "those",
            "it",
            "them",
        ),
        *("him", "her", "us", "me", "you", "main", "whole", "only", "two", "three", "four", "five"),
        *(
            "erste",
            "ersten",
            "zweite",
            "zweiten",
            "dritte",
            "dritten",
            "letzte",
            "letzten",
            "nächste",
            "andere",
        ),
        *("anderen", "rest", "größte", "größten", "kleinste", "kleinsten", "diese", "dieses", "neue", "alte"),
        *(
            "premier",
            "première",
            "deuxième",
            "dernier",
            "dernière",
            "autre",
            "autres",
            "reste",
            "grand",
            "petit",
        ),
        *("primero", "primera", "segundo", "último", "última", "otro", "otra", "otros", "resto", "grande"),
        *(
            "primeiro",
            "primeira",
            "outro",
            "outra",
            "outros",
            "pequeno",
            "pequeño",
            "primo",
            "prima",
            "secondo",
        ),
        *("ultimo", "ultima", "altro", "altra", "altri", "piccolo", "eerste", "tweede", "laatste", "andere"),
        *("overige", "grote", "kleine", "nieuwe"),
    )
)
# Words of the languages themselves, which name no vendor.
RESERVED = POINTING | frozenset(
    word
    for words in DESCRIBING
    for said in (*words[1:11], *words.tongue[1:])
    for phrase in said
    for word in folded_name(phrase.replace("{}", " ")).split()
)
