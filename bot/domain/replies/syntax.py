"""What a parsed selection of payments says by itself, before any payment is looked at."""

from collections.abc import Iterator, Sequence
from typing import Any

from lark import Token, Tree

from bot.domain.replies.numbers import SMALL, References

Selection = Tree[Any]


_PLACES = frozenset(
    ("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "LAST", "BIGGEST", "SMALLEST", "REST", "BOTH")
)


COUNTABLE = frozenset({"FIRST", "LAST", "BIGGEST", "SMALLEST"})
_BESIDE_REFERENCES = frozenset({"REFS", "PAYMENT", "PAYMENTS", "VENDOR", "AMOUNT"})


def makes_sense(part: Selection) -> bool:
    """Whether words that the grammar lets stand together make sense: a reference is no finding besides."""
    if part.data == "union":
        lists = [child for child in part.children if isinstance(child, Tree)]
        kinds = [_kind_of(described) for described in lists[::2]]
        if ("all" in kinds and len(kinds) > 1) or (len(kinds) == 1 and _counts_behind(lists[0])):
            return False
        # In "2 and 3 to Globex" the vendor belongs to both.
        if len(kinds) > 1 and any(
            {"REFS", "VENDOR"} <= set(symbols_of(described)) for described in lists[::2]
        ):
            return False
        # "Reject 2, duplicate" names a reason, and "approve 5, biggest" one payment.
        commas = [symbols_of(join) == ["COMMA"] for join in lists[1::2]]
        return all(not comma or kind == kinds[0] for comma, kind in zip(commas, kinds[1:], strict=True))
    if part.data != "described":
        return True
    symbols = symbols_of(part)
    if "ALL" in symbols and not {"FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH"}.isdisjoint(symbols):
        return False  # "every second one"
    if len(_PLACES.intersection(symbols)) > 1 or (symbols[0] == "REFS" and _counts(part, symbols)):
        return False  # "the second biggest", and "2 payments"
    return "REFS" not in symbols or (symbols.count("REFS") == 1 and set(symbols) <= _BESIDE_REFERENCES)


def _counts_behind(described: Selection) -> bool:
    """Whether one number behind a word for several says how many: "los 3"."""
    numbers = [part.value for part in described.children if isinstance(part, Token) and part.type == "REFS"]
    single: Any = numbers[0] if len(numbers) == 1 else None
    return single is not None and "PAYMENTS" in symbols_of(described) and len(single.refs) == 1


def _counts(described: Selection, symbols: Sequence[str]) -> bool:
    """Whether a number before its noun says how many: "2 payments", and not "the 500 one"."""
    number: Any = described.children[0]
    small = number.value.refs[:1] <= (SMALL,)
    return "PAYMENTS" in symbols or (small and not {"PAYMENT", "IT"}.isdisjoint(symbols))


def _kind_of(described: Selection) -> str:
    """What a part of a list names: payments one by one, sets of them, a place in the order, or all."""
    symbols = set(symbols_of(described))
    if not symbols.isdisjoint({"REFS", "VENDOR", "AMOUNT"}):
        return "one" if symbols.isdisjoint({"finding", "STATE"}) else "one for a reason"
    if symbols <= {"ALL", "PAYMENT", "PAYMENTS"} and "ALL" in symbols:
        return "all"
    return "place" if not symbols.isdisjoint({*_PLACES, "counted"}) else "set"


def symbols_of(described: Selection) -> list[str]:
    return [part.type if isinstance(part, Token) else str(part.data) for part in described.children]


def symbol_of(part: Any) -> str:
    return part.type if isinstance(part, Token) else str(part.data)


def references_in(selection: Tree[Any]) -> Iterator[References]:
    """Every reference or range that a selection writes."""
    yield from (token.value for token in tokens_in(selection) if token.type == "REFS")


def has_symbol(selection: Tree[Any], symbol: str) -> bool:
    """Whether a selection has a symbol of the grammar."""
    return any(token.type == symbol for token in tokens_in(selection))


def names_all(selection: Tree[Any] | None) -> bool:
    """Whether nothing but a noun or "all" says which payments: "the payments", "everything"."""
    every = list(selection.find_data("described")) if selection is not None else []
    parts = [{symbol_of(child) for child in part.children} for part in every]
    plain = selection is not None and selection.data == "selection" and len(selection.children) == 1
    return plain and bool(parts) and all(part <= {"ALL", "PAYMENTS"} for part in parts)


def only_open(selection: Tree[Any] | None) -> bool:
    """Whether a state is named only as in "everything open", which says no more than "everything"."""
    every = selection.find_data("described") if selection is not None else ()
    return all(
        {"STATE"} < {symbol_of(child) for child in part.children} <= {"ALL", "PAYMENT", "PAYMENTS", "STATE"}
        and all(str(token) == "undecided" for token in tokens_in(part) if token.type == "STATE")
        for part in every
        if any(token.type == "STATE" for token in tokens_in(part))
    )


def tokens_in(selection: Tree[Any]) -> Iterator[Any]:
    yield from selection.scan_values(lambda value: isinstance(value, Token))
