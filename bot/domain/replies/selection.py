"""Which payments the words of a reply mean, among those of the review."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from lark import Token, Tree

from bot.domain.lists import joined_with_and
from bot.domain.money import AmountError, read_amount
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.numbers import SMALL, Amount, References
from bot.domain.replies.question import CannotTell, is_or_are, numbered
from bot.domain.replies.syntax import symbol_of, tokens_in
from bot.domain.replies.vendors import NamedVendor, VendorNames

HEAP = 10  # payments up to which a proposal shows each; above, what is high risk is left out of an approval

_COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "UNDER": Decimal.__lt__,
    "AT_MOST": Decimal.__le__,
    "OVER": Decimal.__gt__,
    "AT_LEAST": Decimal.__ge__,
}
_PLACES = {"FIRST": 0, "SECOND": 1, "THIRD": 2, "FOURTH": 3, "FIFTH": 4, "LAST": -1}
_SEVERAL = frozenset({"ALL", "PAYMENTS", "THEM"})

Tests = Callable[[PaymentFacts], bool]


class Selected(NamedTuple):
    """Which payments are meant, ascending; ``named`` are those that the words name one by one."""

    refs: tuple[int, ...]
    named: frozenset[int]
    ranged: frozenset[int] = frozenset()


class Selector:
    """Finds payments among ``payments``, those that can be meant, of ``total`` that the review has.

    With ``widens`` a name that several vendors share may mean all of them; without, that is a question. With
    ``asks`` something is only asked, so that one word may always mean several payments.
    """

    def __init__(
        self,
        payments: Sequence[PaymentFacts],
        total: int,
        decimal_comma: bool,
        *,
        widens: bool = False,
        asks: bool = False,
    ) -> None:
        self._payments = payments
        self._widens = widens or asks
        self._asks = asks
        self._total = total
        self._decimal_comma = decimal_comma

    def select(self, selection: Tree[Any], others: Collection[int] = ()) -> Selected:
        """The payments that a selection means; ``others`` are named elsewhere in the reply.

        Raises ``CannotTell``.
        """
        unions = [part for part in selection.children if isinstance(part, Tree)]
        out = next(
            (part.value for part in selection.children if isinstance(part, Token) and part.type == "EXCEPT"),
            None,
        )
        if selection.data == "selection" and out is None:
            return self._union(unions[0], others)
        spared = Selector(self._payments, self._total, self._decimal_comma, asks=True)._union(unions[-1], ())
        sole = out[1] and " " not in out[0] if out else False
        if not sole and any(True for _ in unions[-1].find_data("compared")):
            raise CannotTell("I am not sure whether you leave those out or mean just those")
        whole = self._everything() if selection.data == "all_but" else self._union(unions[0], others)
        strange = sorted(spared.named - set(whole.refs))
        # "Approve 2 but not 3" leaves 3 alone; "approve all but 4" makes no sense where 4 is not open.
        if strange and not (out and " " in out[0] and whole.named == set(whole.refs)):
            raise CannotTell(f"{numbered(strange)} {is_or_are(strange)} not part of what you name")
        refs = tuple(ref for ref in whole.refs if ref not in spared.refs)
        if not refs:
            raise CannotTell("That leaves nothing to decide")
        return Selected(refs, whole.named, whole.ranged)

    def _everything(self) -> Selected:
        return Selected(tuple(payment.ref for payment in self._payments), frozenset())

    def _union(self, union: Tree[Any], others: Collection[int]) -> Selected:
        described = [part for part in union.find_data("described")]
        bounds = [part for part in described if {symbol_of(child) for child in part.children} == {"compared"}]
        if len(described) > 1 and bounds:
            described = [self._bounded(described)]
        parts = [self._described(part, others) for part in described]
        return Selected(
            tuple(sorted({ref for part in parts for ref in part.refs})),
            frozenset().union(*(part.named for part in parts)),
            frozenset().union(*(part.ranged for part in parts))
            - frozenset().union(*(part.named for part in parts)),
        )

    def _bounded(self, described: Sequence[Tree[Any]]) -> Tree[Any]:
        """ "Over 400 and under 5000" is one description, not two."""
        ways = [{token.type for token in tokens_in(part)} & set(_COMPARED) for part in described]
        low = [not way.isdisjoint({"OVER", "AT_LEAST"}) for way in ways]
        if len(described) != 2 or not all(ways) or low[0] == low[1]:
            raise CannotTell("I am not sure which amounts you mean")
        return Tree("described", [child for part in described for child in part.children])

    def _described(self, described: Tree[Any], others: Collection[int]) -> Selected:
        """The payments of which all these words are true."""
        symbols = [symbol_of(part) for part in described.children]
        if set(symbols) - {"IT", "THEM", "PAYMENT", "PAYMENTS"}:
            symbols = ["PAYMENT" if symbol == "IT" else symbol for symbol in symbols]  # "the payment to Acme"
            symbols = ["PAYMENTS" if symbol == "THEM" else symbol for symbol in symbols]
        numbers = [part for part in described.children if isinstance(part, Token) and part.type == "REFS"]
        meant: Sequence[PaymentFacts] = self._payments
        for part, symbol in zip(described.children, symbols, strict=True):
            if symbol not in _PLACES and symbol not in ("BIGGEST", "SMALLEST", "REFS", "counted"):
                test = self._test(part, symbol, others, "BOTH" in symbols)
                meant = [payment for payment in meant if test(payment)]
        if numbers:
            return self._numbered(numbers, symbols, meant)
        for part, symbol in zip(described.children, symbols, strict=True):
            meant = self._several_placed(part, meant) if symbol == "counted" else self._placed(symbol, meant)
        return self._counted(symbols, meant)

    def _counted(self, symbols: Sequence[str], meant: Sequence[PaymentFacts]) -> Selected:
        """As many payments as the words ask for: one, two, or however many there are."""
        refs = tuple(payment.ref for payment in meant)
        if "BOTH" in symbols and len(refs) != 2:
            raise CannotTell(f"{len(refs)} payments can be meant, not two", meant)
        if not refs:
            raise CannotTell(
                "I find no such payment that is open" if self._payments else "Nothing is open here"
            )
        several = self._asks or not _SEVERAL.isdisjoint(symbols) or "BOTH" in symbols or "REST" in symbols
        filtered = {"compared", "between", "finding"}.intersection(symbols)
        vague = not filtered and ({"VENDOR", "AMOUNT", "IT", "PAYMENT"}.intersection(symbols) or not symbols)
        if len(refs) > 1 and not several and vague:
            raise CannotTell("Several payments may be meant", meant)
        one_by_one = {"VENDOR", "AMOUNT", "IT", "BIGGEST", "SMALLEST", "LAST", *_PLACES}.intersection(symbols)
        return Selected(refs, frozenset(refs) if one_by_one and len(refs) == 1 else frozenset())

    def _numbered(
        self, numbers: Sequence[Token], symbols: Sequence[str], meant: Sequence[PaymentFacts]
    ) -> Selected:
        """Payments by reference; a number that is no reference of the review may be an amount."""
        written: list[References] = [part.value for part in numbers]
        if any(not number.refs for number in written):
            raise CannotTell("References go from low to high")
        refs = {ref for number in written for ref in number.refs}
        ranged = frozenset().union(*(number.ranged for number in written))
        named = refs - ranged
        if beyond := sorted(ref for ref in named if ref > self._total):
            if len(refs) == 1:
                of_amount = self._of_amount(str(beyond[0]))
                return self._counted(
                    [*symbols, "AMOUNT"], [payment for payment in of_amount if payment in meant]
                )
            raise CannotTell(f"There is no {numbered(beyond)} in this review")
        for ref in named:
            of_amount = [
                payment for payment in self._payments if abs(payment.amount) == ref and payment.ref != ref
            ]
            if of_amount and ref > SMALL:
                raise CannotTell(f"{ref} may be the reference #{ref} or an amount", of_amount)
        if set(symbols) - {"REFS", "PAYMENT", "PAYMENTS", "ALL", "THEM", "IT"}:
            others = {payment.ref for payment in meant}
            if not refs <= others:
                raise CannotTell(f"What you say does not fit {numbered(sorted(refs - others))}")
        return Selected(tuple(sorted(refs)), frozenset(named), ranged)

    def _test(self, part: Any, symbol: str, others: Collection[int], both: bool) -> Tests:
        """What these words say of a payment."""
        match symbol:
            case "VENDOR":
                refs = self._of_vendor(part.value, both)
                return lambda payment: payment.ref in refs
            case "AMOUNT":
                value = self._value(part.value)
                return lambda payment: abs(payment.amount) == value
            case "compared" | "between":
                return self._by_amount(part)
            case "finding":
                *only, code = (str(child) for child in part.children)
                return lambda payment: set(payment.codes) == {code} if only else code in payment.codes
            case "HIGH" | "MEDIUM" | "LOW":
                return lambda payment: payment.risk == symbol
            case "STATE":
                state = str(part)
                return lambda payment: payment.state == state
            case "REST":
                return lambda payment: payment.ref not in others
            case "IT" | "THEM" if len(self._payments) > 1:
                raise CannotTell(
                    f"{len(self._payments)} payments are open, and I am not sure which you mean",
                    self._payments,
                )
            case _:
                return lambda payment: True

    def _of_vendor(self, vendor: NamedVendor, both: bool) -> frozenset[int]:
        exact, alike = VendorNames(self._payments).named(vendor)
        if exact and (self._widens or (both and len(exact) == 2 and not alike)):
            return frozenset(payment.ref for payment in exact)
        if alike:
            what = "Several payments may be meant" if exact else "Please look again"
            raise CannotTell(what, [*exact, *alike])
        if len({payment.vendor.casefold() for payment in exact}) > 1:
            raise CannotTell("Several payments may be meant", exact)
        return frozenset(payment.ref for payment in exact)

    def _of_amount(self, written: str) -> Sequence[PaymentFacts]:
        value = self._value(Amount(written))
        found = [payment for payment in self._payments if abs(payment.amount) == value]
        if not found:
            raise CannotTell(f"There is no #{written} in this review, and no open payment of that amount")
        return found

    def _by_amount(self, part: Tree[Any]) -> Tests:
        """A comparison; a refund counts by its size, as it does to the policy."""
        tokens = list(tokens_in(part))
        ranges = tokens[0].type not in ("UNDER", "OVER")
        written = [token.value for token in tokens if token.type in ("AMOUNT", "REFS")]
        numbers = [self._value(number, ranges=ranges) for number in written]
        if part.data == "between":
            low, high = sorted(numbers)
            return lambda payment: low <= abs(payment.amount) <= high
        compares = _COMPARED[tokens[0].type]
        return lambda payment: compares(abs(payment.amount), numbers[0])

    def _value(self, number: References | Amount, *, ranges: bool = True) -> Decimal:
        """The amount that is written, in major units of the one currency that is open."""
        currencies = sorted({payment.currency for payment in self._payments})
        if len(currencies) != 1:
            raise CannotTell(f"The open payments are in {joined_with_and(currencies) or 'no currency'}")
        if isinstance(number, References):
            bare = number.refs[0] if len(number.refs) == 1 else 0
            # "Up to 30" may end a range of references; "under 30" is an amount.
            if bare <= (max(SMALL, self._total) if ranges else SMALL):
                raise CannotTell(f"I am not sure whether {bare or 'that'} is an amount or a reference")
            return Decimal(bare)
        return self._read(number.written, currencies[0])

    def _read(self, written: str, currency: str) -> Decimal:
        plain = written.translate(str.maketrans(".,", ",.")) if self._decimal_comma else written
        if (
            plain.strip("$€£¥₹ ").isdigit() is False
            and self._decimal_comma
            and plain.count(".") == 1
            and plain[-4:-3] == "."
        ):
            raise CannotTell(f"{written} can be read in two ways")
        try:
            amount = read_amount(plain, default=currency)
        except AmountError as error:
            raise CannotTell(error.reason.removesuffix(".")) from error
        if amount.currency not in (None, currency):
            raise CannotTell(f"The open payments are in {currency}, so please name the amount in {currency}")
        return amount.value

    def _several_placed(self, part: Any, meant: Sequence[PaymentFacts]) -> Sequence[PaymentFacts]:
        """ "The first two", "the 5 biggest": as many of them, from that end."""
        place = next(token.type for token in tokens_in(part) if token.type not in ("REFS", "COUNT"))
        written = next(token.value for token in tokens_in(part) if token.type in ("REFS", "COUNT"))
        count = written if isinstance(written, int) else written.refs[0] if len(written.refs) == 1 else 0
        if not 0 < count <= len(meant):
            raise CannotTell("There are not so many open payments")
        if place in ("FIRST", "LAST"):
            return meant[:count] if place == "FIRST" else meant[-count:]
        if len({payment.currency for payment in meant}) > 1:
            raise CannotTell("The open payments are in several currencies")
        ordered = sorted(meant, key=lambda payment: abs(payment.amount), reverse=place == "BIGGEST")
        if count < len(ordered) and abs(ordered[count].amount) == abs(ordered[count - 1].amount):
            raise CannotTell("Several payments are of that amount", ordered[count - 1 : count + 1])
        return sorted(ordered[:count], key=lambda payment: payment.ref)

    def _placed(self, symbol: str, meant: Sequence[PaymentFacts]) -> Sequence[PaymentFacts]:
        """The payment at a place, or the one of the largest or smallest amount."""
        if symbol in ("BIGGEST", "SMALLEST"):
            if len({payment.currency for payment in meant}) > 1:
                raise CannotTell("The open payments are in several currencies")
            sizes = [abs(payment.amount) for payment in meant]
            end = (max if symbol == "BIGGEST" else min)(sizes, default=Decimal(0))
            found = [payment for payment in meant if abs(payment.amount) == end]
            if len(found) > 1:
                raise CannotTell("Several payments are of that amount", found)
            return found
        if symbol not in _PLACES:
            return meant
        place = _PLACES[symbol]
        if not meant or place >= len(meant):
            raise CannotTell("There are not so many open payments")
        # "The second one" may be #2, or the second of those that are open.
        if place > 0 and meant[place].ref != place + 1:
            raise CannotTell("I am not sure which you mean", [meant[place]])
        return [meant[place]]
