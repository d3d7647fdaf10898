"""What a parsed line says by itself: its clauses, each a verb and which payments, before any is looked at.

The methods of ``Syntax`` are the rules of ``grammar.lark``. Some refuse what the grammar lets stand together
and makes no sense, as a reference that is a finding besides.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from lark import Token, Transformer, v_args
from lark.exceptions import LarkError

from bot.domain.replies.lexicon import Meaning, Verb
from bot.domain.replies.numbers import MAX_REF, SMALL, References

NOUNS = frozenset({"PAYMENT", "PAYMENTS"})
COUNTABLE = frozenset({"FIRST", "LAST", "BIGGEST", "SMALLEST"})
_ORDINALS = frozenset({"FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH"})
_PLACES = _ORDINALS | {"LAST", "BIGGEST", "SMALLEST", "REST", "BOTH"}
_ONE_BY_ONE = frozenset({"REFS", "VENDOR", "AMOUNT"})
_YES = Verb("yes")
_LIST = Verb("list", exact=True)


class NoSense(LarkError):
    """Words that the grammar lets stand together and that make no sense."""


class Description(NamedTuple):
    """Parts that are all true of the payments meant; ``comma`` if a mere comma joins it to the one before."""

    parts: tuple[Meaning, ...]
    comma: bool = False

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset(part.symbol for part in self.parts)

    @property
    def numbers(self) -> list[References]:
        """The references and ranges that are written."""
        return [part.value for part in self.parts if part.symbol == "REFS"]

    @property
    def is_every(self) -> bool:
        """Whether this is "all" and nothing else but a noun."""
        return "ALL" in self.symbols and self.symbols <= {"ALL", *NOUNS}

    @property
    def names_what_is_open(self) -> bool:
        """Whether a state is named only as in "everything open", which says no more than "everything"."""
        states = {part.value for part in self.parts if part.symbol == "STATE"}
        return states == {"undecided"} and {"STATE"} < self.symbols <= {"ALL", "STATE", *NOUNS}

    @property
    def kind(self) -> str:
        """What this names: payments one by one, sets of them, a place in the order, or all."""
        if self.symbols & _ONE_BY_ONE:
            return "one for a reason" if self.symbols & {"FINDING", "STATE"} else "one"
        if self.is_every:
            return "all"
        return "place" if self.symbols & {*_PLACES, "COUNTED"} else "set"

    def makes_sense(self) -> bool:
        """Whether these words can be said of the same payments."""
        symbols, numbers = self.symbols, self.numbers
        if ("ALL" in symbols and symbols & _ORDINALS) or len(symbols & _PLACES) > 1:
            return False  # "every second one", "the second biggest"
        if not numbers:
            return True
        # A number before its noun says how many ("2 payments"), but not in "the 500 one".
        is_small = min(numbers[0].refs, default=0) <= SMALL
        if self.parts[0].symbol == "REFS" and symbols & ({*NOUNS, "IT"} if is_small else {"PAYMENTS"}):
            return False
        return len(numbers) == 1 and symbols <= _ONE_BY_ONE | NOUNS


class Selection(NamedTuple):
    """Which payments are meant: those of any description in ``whole`` without those in ``but``.

    All are meant where ``whole`` is empty. ``without`` are the words that leave those out, empty where "all
    but" does both; ``surely`` says that they can mean nothing else.
    """

    whole: tuple[Description, ...]
    but: tuple[Description, ...] = ()
    without: str = ""
    surely: bool = True

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset().union(*(described.symbols for described in (*self.whole, *self.but)))

    @property
    def ranged(self) -> frozenset[int]:
        """The references that stand only in ranges."""
        every = [number for described in (*self.whole, *self.but) for number in described.numbers]
        return frozenset().union(*(number.refs for number in every if number.ranged))


class Clause(NamedTuple):
    """One thing that is asked.

    ``selection`` is which payments, ``None`` where none are named. ``plain`` says that it is a complete
    command or question with no word too many, ``last`` that its verb stands behind the payments. ``amends``
    says that something is taken back first; ``courtesies`` are the polite words of the line.
    """

    verb: Verb
    selection: Selection | None = None
    order: str = ""
    reason: str = ""
    plain: bool = True
    last: bool = False
    amends: bool = False
    courtesies: tuple[str, ...] = ()

    @property
    def act(self) -> str:
        return self.verb.act

    def has(self, symbol: str) -> bool:
        """Whether a symbol of the grammar says which payments are meant."""
        return self.selection is not None and symbol in self.selection.symbols


def _made_of_words(symbol: str) -> Callable[..., Meaning]:
    return lambda self, *words: Meaning(symbol, words)


@v_args(inline=True)
class Syntax(Transformer[Token, Any]):
    """Builds the clauses of a line while it is parsed. Raises ``NoSense``."""

    def start(self, *parts: Any) -> tuple[Clause, ...]:
        clauses = tuple(part for part in parts if isinstance(part, Clause))
        # A yes or no at the end could belong to all: "approve 2 and 3 no", "reject 1 and 2 ok".
        if clauses[-1].last and clauses[-1].verb.answers and not all(clause.last for clause in clauses):
            raise NoSense
        return clauses

    def clause(self, *parts: Any) -> Clause:
        command: Clause = next(part for part in parts if isinstance(part, Clause))
        types = [part.type for part in parts if isinstance(part, Token)]
        if command.act in ("reject", "hold") and parts[-1] is not command and types[-1] == "YES":
            raise NoSense  # "reject 2 3 fine": whose is the yes?
        reason = next((part.value for part in parts if isinstance(part, Token) and part.type == "REASON"), "")
        return command._replace(reason=reason, plain=command.verb.exact and "YES" not in types)

    def yes(self, said: Token) -> Clause:
        return Clause(_YES, plain=False)

    def command(self, *parts: Any) -> Clause:
        said = {part.type: part.value for part in parts if isinstance(part, Token)}
        selection = next((part for part in parts if isinstance(part, Selection)), None)
        order = said.get("ORDER", "")
        if "OPEN" in said:
            if said["CLOSE"] not in said["OPEN"]:
                raise NoSense
            return Clause(said["OPEN"][said["CLOSE"]], selection)
        if "POST" not in said or selection is None:
            return Clause(said.get("PRE") or said.get("WHOLE") or _LIST, selection, order)
        if "EXCEPT" in said:
            if selection.but or not selection.whole:
                raise NoSense  # "all but 2 are approved, except 3"
            selection = Selection(selection.whole, parts[-1], *said["EXCEPT"])
        return Clause(said["POST"], selection, last=True)

    def selection(self, whole: tuple[Description, ...], out: Any = None, but: Any = ()) -> Selection:
        return Selection(whole, but, *(out.value if out else ()))

    def all_but(self, all_but: Token, but: tuple[Description, ...]) -> Selection:
        return Selection((), but)

    def union(self, first: Description, *rest: Any) -> tuple[Description, ...]:
        joined = zip(rest[::2], rest[1::2], strict=True)
        listed = (first, *(described._replace(comma=comma) for comma, described in joined))
        kinds = [described.kind for described in listed]
        if len(listed) > 1 and ("all" in kinds or any({"REFS", "VENDOR"} <= each.symbols for each in listed)):
            raise NoSense  # in "2 and 3 to Globex" the vendor belongs to both
        # "Reject 2, duplicate" names a reason, and "approve 5, biggest" one payment.
        if any(described.comma and described.kind != kinds[0] for described in listed):
            raise NoSense
        # One number behind a word for several says how many: "los 3".
        if not rest and "PAYMENTS" in first.symbols and any(len(each.refs) == 1 for each in first.numbers):
            raise NoSense
        return listed

    def join(self, *tokens: Token) -> bool:
        return [token.type for token in tokens] == ["COMMA"]

    def described(self, *parts: Any) -> Description:
        made = (Meaning(part.type, part.value) if isinstance(part, Token) else part for part in parts)
        described = Description(tuple(made))
        if not described.makes_sense():
            raise NoSense
        return described

    def reference(self, low: Token, *high: Token) -> Meaning:
        if not high:
            return Meaning("REFS", low.value if low.type == "LIST" else References(frozenset({low.value})))
        last = high[-1].value
        refs = range(low.value, last + 1) if last <= MAX_REF else ()
        return Meaning("REFS", References(frozenset(refs), ranged=True))

    finding = _made_of_words("FINDING")
    counted = _made_of_words("COUNTED")
    compared = _made_of_words("COMPARED")
    between = _made_of_words("BETWEEN")
