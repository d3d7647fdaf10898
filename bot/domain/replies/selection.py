"""Which payments the words of a reply mean, among those of the review."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from bot.domain.lists import joined_with_and
from bot.domain.money import AmountError, read_amount
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.lexicon import Meaning
from bot.domain.replies.numbers import SMALL, References
from bot.domain.replies.question import CannotTell, numbered
from bot.domain.replies.syntax import COUNTABLE, NOUNS, Description, Selection
from bot.domain.replies.vendors import NamedVendor, VendorNames

_COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "UNDER": Decimal.__lt__,
    "AT_MOST": Decimal.__le__,
    "OVER": Decimal.__gt__,
    "AT_LEAST": Decimal.__ge__,
}
# By reference, as numbers are, and not as the card lists them; the proposal shows which it is.
_PLACES = {"FIRST": 0, "SECOND": 1, "THIRD": 2, "FOURTH": 3, "FIFTH": 4, "LAST": -1}
_ORDERED = frozenset({*_PLACES, "BIGGEST", "SMALLEST", "COUNTED"})
_SEVERAL = frozenset({"ALL", "PAYMENTS", "THEM", "BOTH", "REST"})
_ONE = frozenset({"VENDOR", "AMOUNT", "IT", "PAYMENT"})

Payments = Sequence[PaymentFacts]


class Selected(NamedTuple):
    """Which payments are meant, ascending; ``named`` are those that the words name one by one."""

    refs: tuple[int, ...]
    named: frozenset[int] = frozenset()
    ranged: frozenset[int] = frozenset()


def plainly_written(selection: Selection | None) -> tuple[tuple[int, ...] | None, tuple[int, ...]] | None:
    """References as written, ``None`` for all, and those left out; ``None`` for a description.

    Raises ``CannotTell`` for a range from high to low.
    """
    if selection is None:
        return None, ()
    refs, but = _references(selection.whole), _references(selection.but)
    every = not selection.whole or (len(selection.whole) == 1 and selection.whole[0].is_every)
    if but is None or (refs is None and not every):
        return None
    if every or refs is None:
        return None, tuple(sorted(but))
    return (tuple(sorted(refs - but)), ()) if but < refs or not but else None


def names_everything(selection: Selection | None) -> bool:
    """Whether this is all payments, or all but some references, and nothing is described."""
    written = plainly_written(selection)
    return written is not None and written[0] is None


def _references(described: Iterable[Description]) -> set[int] | None:
    """The references of a list with nothing else but nouns before them; ``None`` for any other."""
    refs: set[int] = set()
    for each in described:
        if not each.symbols <= {"REFS", *NOUNS} or each.parts[-1].symbol != "REFS":
            return None
        if not each.numbers[0].refs:
            raise CannotTell("References go from low to high")
        refs |= each.numbers[0].refs
    return refs


@dataclass(frozen=True, slots=True)
class Selector:
    """Finds payments among ``payments``, those that can be meant, of ``total`` that the review has.

    With ``widens`` a name that several vendors share may mean all of them; without, that is a question. With
    ``asks`` something is only asked, so that one word may always mean several payments.
    """

    payments: Payments
    total: int
    decimal_comma: bool
    widens: bool = False
    asks: bool = False

    def select(self, selection: Selection, others: Collection[int] = ()) -> Selected:
        """The payments that a selection means; ``others`` are named elsewhere in the reply.

        Raises ``CannotTell``.
        """
        every = Selected(tuple(payment.ref for payment in self.payments))
        if not selection.but:
            return self._union(selection.whole, others)
        spared = Selector(self.payments, self.total, self.decimal_comma, asks=True)._union(selection.but, ())
        in_words = " " in selection.without
        sole = selection.without and selection.surely and not in_words
        if not sole and any("COMPARED" in described.symbols for described in selection.but):
            raise CannotTell("I am not sure whether you leave those out or mean just those")
        whole = self._union(selection.whole, others) if selection.whole else every
        strange = sorted(spared.named - set(whole.refs))
        # "Approve 2 but not 3" leaves 3 alone, and so does "approve all except 3" where 3 is on hold.
        alone = (in_words and whole.named == set(whole.refs)) or names_everything(selection)
        if strange and not alone:
            are = "is" if len(strange) == 1 else "are"
            raise CannotTell(f"{numbered(strange)} {are} not part of what you name")
        refs = tuple(ref for ref in whole.refs if ref not in spared.refs)
        if not refs:
            raise CannotTell("That leaves nothing to decide")
        return Selected(refs, whole.named, whole.ranged)

    def _union(self, described: Sequence[Description], others: Collection[int]) -> Selected:
        if len(described) > 1 and any(each.symbols == {"COMPARED"} for each in described):
            # "Over 400 and under 5000" is one description, not two.
            ways = [
                [part.value[0].type for part in each.parts if part.symbol == "COMPARED"] for each in described
            ]
            low = [not {"OVER", "AT_LEAST"}.isdisjoint(way) for way in ways]
            if len(described) != 2 or not all(ways) or low[0] == low[1]:
                raise CannotTell("I am not sure which amounts you mean")
            described = [Description((*described[0].parts, *described[1].parts))]
        parts = [self._described(each, others, alone=len(described) == 1) for each in described]
        refs, named, ranged = (frozenset[int]().union(*sets) for sets in zip(*parts, strict=True))
        return Selected(tuple(sorted(refs)), named, ranged - named)

    def _described(self, described: Description, others: Collection[int], *, alone: bool) -> Selected:
        """The payments of which all these words are true; ``alone`` if nothing else is listed beside."""
        parts, symbols = described.parts, described.symbols
        if symbols - {"IT", "THEM", *NOUNS}:
            nouns = {"IT": "PAYMENT", "THEM": "PAYMENTS"}  # "the payment to Acme"
            parts = tuple(part._replace(symbol=nouns.get(part.symbol, part.symbol)) for part in parts)
            symbols = Description(parts).symbols
        meant = self.payments
        for part in parts:
            if part.symbol not in _ORDERED and part.symbol != "REFS":
                test = self._test(part, others, "BOTH" in symbols)
                meant = [payment for payment in meant if test(payment)]
        if described.numbers:
            return self._numbered(described.numbers[0], symbols, meant, alone)
        for part in parts:
            if part.symbol in _ORDERED:
                meant = self._placed(part, meant)
        return self._counted(symbols, meant)

    def _counted(self, symbols: Collection[str], meant: Payments) -> Selected:
        """As many payments as the words ask for: one, two, or however many there are."""
        symbols = frozenset(symbols)
        refs = tuple(payment.ref for payment in meant)
        if "BOTH" in symbols and len(refs) != 2:
            raise CannotTell(f"{len(refs)} payments can be meant, not two", meant)
        if not refs:
            raise CannotTell(
                "I find no such payment that is open" if self.payments else "Nothing is open here"
            )
        vague = symbols & _ONE and not symbols & {"COMPARED", "BETWEEN", "FINDING"}
        if len(refs) > 1 and vague and not self.asks and not symbols & _SEVERAL:
            raise CannotTell("Several payments may be meant", meant)
        one_by_one = symbols & ((_ONE - NOUNS) | _ORDERED - {"COUNTED"})
        return Selected(refs, frozenset(refs if one_by_one and len(refs) == 1 else ()))

    def _numbered(
        self, number: References, symbols: frozenset[str], meant: Payments, alone: bool
    ) -> Selected:
        """Payments by reference; a number alone that is no reference of the review may be an amount."""
        refs, named = number.refs, frozenset[int]() if number.ranged else number.refs
        if not refs:
            raise CannotTell("References go from low to high")
        if beyond := sorted(ref for ref in named if ref > self.total):
            if len(refs) > 1 or not alone:
                raise CannotTell(f"There is no {numbered(beyond)} in this review")
            value = self._value(str(beyond[0]))
            if not any(abs(payment.amount) == value for payment in self.payments):
                no_amount = "and no open payment of that amount"
                raise CannotTell(f"There is no #{beyond[0]} in this review, {no_amount}")
            return self._counted({*symbols, "AMOUNT"}, [each for each in meant if abs(each.amount) == value])
        for ref in sorted(ref for ref in named if ref > SMALL):
            if of_amount := [each for each in self.payments if abs(each.amount) == ref != each.ref]:
                raise CannotTell(f"{ref} may be the reference #{ref} or an amount", of_amount)
        unfit = refs - {payment.ref for payment in meant}
        if unfit and symbols & {"VENDOR", "AMOUNT"}:
            raise CannotTell(f"What you say does not fit {numbered(sorted(unfit))}")
        return Selected(tuple(sorted(refs)), named, refs - named)

    def _test(self, part: Meaning, others: Collection[int], both: bool) -> Callable[[PaymentFacts], bool]:
        """What these words say of a payment."""
        symbol, value = part.symbol, part.value
        match symbol:
            case "VENDOR":
                refs = self._of_vendor(value, both)
                return lambda payment: payment.ref in refs
            case "AMOUNT":
                amount = self._value(value)
                return lambda payment: abs(payment.amount) == amount
            case "COMPARED":  # a refund counts by its size, as it does to the policy
                way, number = value
                bound = self._value(number.value, ranges=way.type not in ("UNDER", "OVER"))
                return lambda payment: _COMPARED[way.type](abs(payment.amount), bound)
            case "BETWEEN":
                low, high = sorted(self._value(number.value) for number in value[1::2])
                return lambda payment: low <= abs(payment.amount) <= high
            case "FINDING":
                *only, code = (word.value for word in value)
                return lambda payment: set(payment.codes) == {code} if only else code in payment.codes
            case "HIGH" | "MEDIUM" | "LOW":
                return lambda payment: payment.risk == symbol
            case "STATE":
                return lambda payment: payment.state == value
            case "REST":
                return lambda payment: payment.ref not in others
            case "IT" | "THEM" if len(self.payments) > 1:
                many = f"{len(self.payments)} payments are open, and I am not sure which you mean"
                raise CannotTell(many, self.payments)
            case _:
                return lambda payment: True

    def _of_vendor(self, vendor: NamedVendor, both: bool) -> frozenset[int]:
        exact, alike = VendorNames(self.payments).named(vendor)
        if not exact or not (self.widens or self.asks or (both and len(exact) == 2 and not alike)):
            if alike:
                what = "Several payments may be meant" if exact else "Please look again"
                raise CannotTell(what, [*exact, *alike])
            if len({payment.vendor.casefold() for payment in exact}) > 1:
                raise CannotTell("Several payments may be meant", exact)
        return frozenset(payment.ref for payment in exact)

    def _value(self, number: int | str, *, ranges: bool = True) -> Decimal:
        """The amount that is written, in major units of the one currency that is open."""
        currencies = sorted({payment.currency for payment in self.payments})
        if len(currencies) != 1:
            raise CannotTell(f"The open payments are in {joined_with_and(currencies) or 'no currency'}")
        if isinstance(number, int):
            # "Up to 30" may end a range of references; "under 30" is an amount.
            if number <= (max(SMALL, self.total) if ranges else SMALL):
                raise CannotTell(f"I am not sure whether {number} is an amount or a reference")
            return Decimal(number)
        written, currency = number, currencies[0]
        plain = written.translate(str.maketrans(".,", ",.")) if self.decimal_comma else written
        # "1,500" is a thousand and more to some, and between one and two to others.
        if self.decimal_comma and plain.count(".") == 1 and plain[-4:-3] == ".":
            raise CannotTell(f"{written} can be read in two ways")
        try:
            amount = read_amount(plain, default=currency)
        except AmountError as error:
            raise CannotTell(error.reason.removesuffix(".")) from error
        if amount.currency not in (None, currency):
            raise CannotTell(f"The open payments are in {currency}, so please name the amount in {currency}")
        return amount.value

    def _placed(self, part: Meaning, meant: Payments) -> Payments:
        """As many payments from that end as the words say: "the first two", "the biggest", "the second"."""
        if not meant:
            return meant
        place, count = part.symbol, 1
        if part.symbol == "COUNTED":  # "the last two", "two last"
            by_type = sorted(part.value, key=lambda word: word.type in COUNTABLE)
            place, count = by_type[1].type, by_type[0].value
        if place in ("BIGGEST", "SMALLEST"):
            return self._largest(place == "BIGGEST", count, meant)
        at = _PLACES[place]
        if not 0 < count <= len(meant) or at >= len(meant):
            raise CannotTell("There are not so many open payments")
        # "The second one" may be #2, or the second of those that are open.
        if at > 0 and meant[at].ref != at + 1:
            raise CannotTell("I am not sure which you mean", [meant[at]])
        return meant[-count:] if at < 0 else meant[at : at + count]

    def _largest(self, biggest: bool, count: int, meant: Payments) -> Payments:
        if len({payment.currency for payment in meant}) > 1:
            raise CannotTell("The open payments are in several currencies")
        if not 0 < count <= len(meant):
            raise CannotTell("There are not so many open payments")
        ordered = sorted(meant, key=lambda payment: abs(payment.amount), reverse=biggest)
        if count < len(ordered) and abs(ordered[count].amount) == abs(ordered[count - 1].amount):
            alike = [each for each in meant if abs(each.amount) == abs(ordered[count].amount)]
            raise CannotTell("Several payments are of that amount", alike)
        return sorted(ordered[:count], key=lambda payment: payment.ref)
