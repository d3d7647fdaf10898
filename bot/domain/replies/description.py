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
from bot.domain.lists import joined_with_and
from bot.domain.money import AmountError, format_amount, read_amount
from bot.domain.names import folded_name, skeleton
from bot.domain.replies.grammar import AMOUNT_LIKE, may_be_amount, unfit
from bot.domain.replies.languages import ENGLISH, Words
from bot.domain.replies.payment import FlaggedPayment
from bot.domain.replies.phrases import PHRASES, Phrases, any_of, filled, verbs_of
from bot.domain.replies.reserved_words import RESERVED
from bot.domain.replies.spelling import plain_command
from bot.domain.replies.warning_signs import WarningSign, warning_signs

LONGEST = 300  # characters
LISTED = 8  # payments that a question names

# A mark of negation, as in "approve !acme" and "approve -2".
NEGATION_MARK = re.compile(r"(?<!\S)[!¬-](?=[\w#])")
_ALL_BUT = re.compile(rf"\b({any_of(ENGLISH.commands.all)}) but\b")
_OTHER_CURRENCY = "The undecided payments are in {}, so please name them by reference."

_Compares = Callable[[Decimal, Decimal], bool]
_Meant = tuple[int, ...] | str | None
"""The references that are meant, a question to ask, or ``None`` where nothing is understood."""


class _Clauses(NamedTuple):
    """A line taken apart in one language: a verb, which payments, and why (empty without a reason)."""

    language: "_DescriptionReader"
    kind: DecisionKind
    which: str
    reason: str


def may_describe(text: str) -> bool:
    """Whether ``describe`` may have an answer, whatever payments there are."""
    return next(_taken_apart(text), None) is not None


def describe(text: str, undecided: Sequence[FlaggedPayment]) -> Decide | Unclear | None:
    """The decisions that a description asks for, a question, or ``None`` where it is no description.

    ``undecided`` are the undecided payments of the review, in the order of their references.
    """
    answers: list[Decide | Unclear] = []
    for clauses in _taken_apart(text):
        meant = clauses.language.meant(clauses.which, undecided)
        if isinstance(meant, str):
            answers.append(Unclear(question=f"{meant} Nothing was changed."))
        elif meant:
            refs = tuple(sorted(set(meant)))
            refused = unfit(clauses.reason, clauses.kind, refs) if clauses.reason else None
            request = DecisionRequest(kind=clauses.kind, refs=refs, reason=clauses.reason)
            answers.append(refused or Decide(asks=(request,)))
    if any(answer != answers[0] for answer in answers):
        return Unclear(question="That says different things in different languages. Nothing was changed.")
    return answers[0] if answers else None


def _taken_apart(text: str) -> Iterator[_Clauses]:
    """The ways to take a line apart; none for several lines, or where it may mean something else."""
    line = " ".join(text.split(" ")).strip()
    if len(line) > LONGEST or not line.isprintable():
        return
    plain = plain_command(re.sub(r" ?[.!]{1,3}$", "", line))
    if plain is None or NEGATION_MARK.search(plain) or _is_denied(plain):
        return
    # "All but 4" leaves something out; any other "but" is a condition.
    if set(warning_signs(_ALL_BUT.sub(r"\1", plain))) - {WarningSign.NEGATION}:
        return
    for reader in _READERS:
        yield from reader.clauses(plain)


def _is_denied(plain: str) -> bool:
    """Whether there is a no before any reason; "reject the Acme one: no contract" denies nothing."""
    command = re.split(r": |,? (?:because|weil|parce que|porque|perché|omdat) ", plain)[0]
    return WarningSign.NEGATION in warning_signs(command)


class _DescriptionReader:
    """Reads the descriptions of one language."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._point_groups_thousands = phrases.language.point_groups_thousands
        commands, words = phrases.language.commands, phrases.language.descriptions
        please = any_of(commands.please)
        before = rf"(?:{any_of((*words.before, *commands.please))},? )*"
        after = rf"(?:,? {please})?(?:(?:: ?|,? {any_of(words.because)} )(?P<why>.+))?"
        self._verbs = [
            (kind, re.compile(before + filled(verb, "(?P<what>[^:]+?)") + after))
            for kind, verb in verbs_of(commands)
        ]
        self._both = words.both
        self._several = {*words.many, *commands.all}
        self._loose = {*words.around, *commands.nouns, *self._several}
        first, last = rf"(?:{any_of(self._loose)} )*", rf"(?: {any_of(self._loose)})*"
        comparisons: tuple[tuple[Words, _Compares], ...] = (
            (words.under, Decimal.__lt__),
            (words.at_most, Decimal.__le__),
            (words.over, Decimal.__gt__),
            (words.at_least, Decimal.__ge__),
        )
        self._comparisons = [
            (compares, re.compile(rf"{first}{any_of(comparing)} (?P<amount>.*[0-9].*?){last}"))
            for comparing, compares in comparisons
        ]
        codes = any_of(code.lower() for code in MINOR_DIGITS)
        self._equal = re.compile(rf"{first}(?P<amount>(?:{codes} )?\S*[0-9]\S*(?: {codes})?){last}")
        every, but = any_of(self._several), any_of((*commands.except_, *words.but))
        self._but = re.compile(rf"{every}{last},? {but} (.+)")
        self._and = re.compile(rf",? {any_of(commands.and_)} |, ?|&")

    def clauses(self, plain: str) -> Iterator[_Clauses]:
        """The ways to take a line apart in this language."""
        for kind, pattern in self._verbs:
            if found := pattern.fullmatch(plain):
                yield _Clauses(self, kind, found["what"], (found["why"] or "").strip())

    def meant(self, which: str, undecided: Sequence[FlaggedPayment]) -> _Meant:
        """Which payments these words name."""
        if which in self._both:
            both = tuple(payment.ref for payment in undecided)
            return both if len(both) == 2 else _ask_which(f"{len(both)} payments are undecided", undecided)
        for compares, pattern in self._comparisons:
            if found := pattern.fullmatch(which):
                return self._by_amount(found["amount"], compares, undecided)
        if left_out := self._but.fullmatch(which):
            return self._all_but(left_out[1], undecided)
        if re.fullmatch(self._phrases.listed, which):
            return None if may_be_amount(which, self._phrases) else self._phrases.references(which)
        if found := self._equal.fullmatch(which):
            return self._of_amount(found["amount"], undecided)
        return self._by_vendor(which, undecided)

    def _all_but(self, left_out: str, undecided: Sequence[FlaggedPayment]) -> _Meant:
        spared = self.meant(left_out, undecided)
        if not isinstance(spared, tuple):
            return spared
        if not spared:
            return "References go from low to high, so I am not sure what you leave out."
        refs = [payment.ref for payment in undecided]
        if not set(spared) <= set(refs):
            return _ask_which("What you leave out is not undecided", undecided)
        return tuple(ref for ref in refs if ref not in spared) or "That leaves nothing to decide."

    def _of_amount(self, written: str, undecided: Sequence[FlaggedPayment]) -> _Meant:
        """ "The 12k one": one payment of exactly so much."""
        if not AMOUNT_LIKE.search(written) and not re.search("[a-z]", written):
            return None  # a small number may be a reference
        meant = self._by_amount(written, Decimal.__eq__, undecided)
        if isinstance(meant, tuple) and len(meant) > 1:
            several = [payment for payment in undecided if payment.ref in meant]
            return _ask_which("Several payments are of that amount", several)
        return meant

    def _by_amount(self, written: str, compares: _Compares, undecided: Sequence[FlaggedPayment]) -> _Meant:
        currencies = sorted({payment.currency for payment in undecided})
        if len(currencies) != 1:
            return _OTHER_CURRENCY.format(joined_with_and(currencies)) if currencies else None
        if written.isdigit() and int(written) <= max(payment.ref for payment in undecided):
            return _ask_which(f"I am not sure whether {written} is an amount or a reference", undecided)
        bound = self._bound(written, currencies[0])
        if isinstance(bound, str):
            return bound
        # A refund counts by its size, as it does to the policy.
        refs = tuple(payment.ref for payment in undecided if compares(abs(payment.amount), bound))
        return refs or _ask_which("No undecided payment is of such an amount", undecided)

    def _bound(self, written: str, currency: str) -> Decimal | str:
        """The amount that is written, in major units, or a question where it cannot be told."""
        text = written.upper()
        if self._point_groups_thousands and re.search(r"[0-9],[0-9]{3}(?![0-9])", text):
            return f"{written} can be read in two ways; please write it without separators."
        if self._point_groups_thousands:
            text = re.sub(r"(?<=[0-9])\.(?=[0-9]{3}(?![0-9]))", "", text)
        try:
            amount = read_amount(text, default=currency)
        except AmountError as error:
            return error.reason
        if amount.currency not in (None, currency):
            return _OTHER_CURRENCY.format(currency)
        return amount.value

    def _by_vendor(self, which: str, undecided: Sequence[FlaggedPayment]) -> _Meant:
        parts = [part for part in self._and.split(which) if part.strip()]
        as_one_name = self._of_one_vendor(which, undecided) if len(parts) > 1 else None
        refs: set[int] = set()
        for meant in [self._of_one_vendor(part, undecided) for part in parts]:
            if not isinstance(meant, tuple):
                return meant
            refs.update(meant)
        if as_one_name is not None and as_one_name != tuple(sorted(refs)):
            return _ask_which("I am not sure whether you mean one vendor or several", undecided)
        return tuple(sorted(refs)) or None

    def _of_one_vendor(self, part: str, undecided: Sequence[FlaggedPayment]) -> _Meant:
        """The payments to the one vendor that these words name."""
        words = re.sub(r"'s\b", "", part).split()
        several_asked = not self._several.isdisjoint(words)
        while words and words[0] in self._loose:
            words = words[1:]
        while words and words[-1] in self._loose:
            words = words[:-1]
        name = set(folded_name(" ".join(words)).split())
        if not name or not name.isdisjoint(RESERVED) or any(word.isdigit() for word in name):
            return None
        exact = [payment for payment in undecided if name <= set(folded_name(payment.vendor).split())]
        shape = set(skeleton(" ".join(name)).split())
        alike = [payment for payment in undecided if shape <= set(skeleton(payment.vendor).split())]
        if not alike and not exact:
            return None
        of_one_vendor = len({folded_name(payment.vendor) for payment in exact}) == 1
        sure = len(exact) == 1 or (several_asked and of_one_vendor)
        if not sure or len(alike) > len(exact):
            return _ask_which(
                "Several payments may be meant" if len(alike) > 1 else "Please look again", alike
            )
        return tuple(payment.ref for payment in exact)


def _ask_which(what: str, among: Sequence[FlaggedPayment]) -> str:
    """A question that lists what can be meant."""
    listed = [
        f"#{payment.ref} {format_amount(payment.amount, payment.currency)} to {payment.vendor}"
        for payment in among[:LISTED]
    ]
    more = f" and {len(among) - LISTED:,} more" if len(among) > LISTED else ""
    return f"{what}: {', '.join(listed)}{more}. Please name them by reference." if listed else f"{what}."


_READERS = tuple(_DescriptionReader(phrases) for phrases in PHRASES)
