"""What somebody says of tables in words: ``amount=Invoice Amount``, ``dates=day-month``, ``date=`` for none.

``bot/intake/read_as.py`` words how a table was read in the same way, so that what it prints can be said.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self, cast

from pydantic import ValidationError

from bot.domain.column_mapping import COLUMN_ROLES, MONEY_ROLES, ColumnMapping, ColumnRole
from bot.domain.lists import joined_with_or
from bot.domain.names import visible
from bot.intake.dates import FIRST_YEAR, LAST_YEAR
from bot.intake.header_row import all_headers, letters_of, place_of
from bot.intake.question import ColumnQuestion
from bot.intake.read_as import BESIDE, CURRENCY, OPTIONS, YEAR, column_word, plain_name
from bot.intake.result import IntakeError

PAYEE = "payee"
"""Another word for the role of the vendor."""

_MUST_BE = ("amount", "vendor")  # roles without which there is no payment


class SaidMapping(NamedTuple):
    """What was said of columns, by role and as it was worded, and of how their values are written."""

    columns: dict[ColumnRole, tuple[str, ...]]
    values: ColumnMapping

    @classmethod
    def read(cls, options: Sequence[str]) -> Self:
        """Read options of the form ``ROLE=COLUMN`` or ``FIELD=VALUE``.

        A memo may be said several times. Raises ``IntakeError`` for a role, field or value that there is
        not, and for one that is said twice.
        """
        columns: dict[ColumnRole, tuple[str, ...]] = {}
        fields: dict[str, object] = {}
        for option in options:
            name, equals, said = (part.strip() for part in option.partition("="))
            name = name.casefold().replace("_", "-")
            role = cast(ColumnRole, "vendor" if name == PAYEE else name)
            if not equals or (role not in COLUMN_ROLES and name not in (*OPTIONS, YEAR, CURRENCY)):
                raise IntakeError(_no_such(option))
            before = columns.get(role) if role in COLUMN_ROLES else fields.get(name)
            if before is not None and not (role == "memo" and said and before):
                raise IntakeError(f"“{name}” is said twice; only a memo has several columns.")
            if role in COLUMN_ROLES:
                columns[role] = (*columns.get(role, ()), *([said] if said else []))
            else:
                fields[name] = _value(name, said)
        of_mapping = {OPTIONS[name][0] if name in OPTIONS else name: value for name, value in fields.items()}
        if CURRENCY in of_mapping:
            of_mapping["currency"] = of_mapping.pop(CURRENCY)
        return cls(columns, ColumnMapping.model_validate(of_mapping))

    def __bool__(self) -> bool:
        return bool(self.columns) or self.values != ColumnMapping()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that were said, as they were worded."""
        return tuple(name for names in self.columns.values() for name in names)

    @property
    def has_names(self) -> bool:
        """Whether a column is said by its name, so that a header can be known by it."""
        return any(place_of(name) is None for name in self.names)

    def of_header(self, names: Sequence[str]) -> ColumnMapping | None:
        """The mapping for a table with these names of columns; ``None`` where one that was said is missing.

        Raises ``IntakeError`` where a name that was said stands twice.
        """
        columns: dict[ColumnRole, tuple[int, ...]] = {}
        for role, said in self.columns.items():
            places = [place for name in said for place in _places(role, name, names)]
            if None in places:
                return None
            columns[role] = tuple(place for place in places if place is not None)
        return self.values.but(columns=columns)

    def missing_in(self, names: Sequence[str]) -> tuple[str, ...]:
        """Which of the columns that were said are not among those of a table."""
        return tuple(
            name
            for role, said in self.columns.items()
            for name in said
            if any(place is None or place >= len(names) for place in _places(role, name, names))
        )


def answers_to(question: ColumnQuestion) -> tuple[tuple[str, ...], ...]:
    """What can be said in answer to a question about a table, the likeliest first.

    Each answer is one or several options (``ROLE=COLUMN``) that belong together.
    """
    if question.asked == "year":
        return ((f"{YEAR}=YYYY",),)
    if question.asked == "currency" and question.values:
        return tuple((f"{CURRENCY}={code}",) for code in question.values)
    for option, (field, words) in OPTIONS.items():
        if field == question.asked:
            written = {str(value): word for value, word in words.items()}
            values = [f"{option}={written[str(value)]}" for value in question.values]
            if field == "dates" and len(values) == 1:  # they may be no dates at all
                values.append("date=")
            return tuple((value,) for value in values)
    role = cast(ColumnRole, question.asked)
    names = question.table.header if question.table else ()
    if question.candidates or role not in _MUST_BE:
        columns = [f"{role}={column_word(header, names)}" for header in question.candidates]
        return tuple((column,) for column in (*columns, *([] if role in _MUST_BE else [f"{role}="])))
    headers = {header.place: header for header in question.table.headers} if question.table else {}
    guessed = question.guess.columns
    asked: tuple[ColumnRole, ...] = (*MONEY_ROLES, "vendor") if role == "amount" else ("vendor",)
    together = [
        f"{part}={column_word(headers[place], names)}"
        for part in asked
        for place in guessed.get(part, ())
        if place in headers
    ]
    return (tuple(together),) if together else ()


def column_names(names: Sequence[str]) -> str:
    """The columns of a table, from left to right, as they stand and as they can be said."""
    return ", ".join(
        f"“{header.name}”" if word == header.name else f"“{visible(header.name)}” ({word})"
        for header in all_headers(names)
        for word in (column_word(header, names),)
    )


def _places(role: ColumnRole, name: str, names: Sequence[str]) -> list[int | None]:
    """Where a column stands that was said, ``None`` for nowhere; several for a memo of several columns."""
    same = [place for place, other in enumerate(names) if plain_name(other) == plain_name(name)]
    if len(same) > 1:
        letters = joined_with_or([letters_of(place) for place in same])
        raise IntakeError(f"{len(same)} columns are named “{name}”; say {letters}.")
    if same:
        return [*same]
    if role == "memo" and BESIDE in name:
        return [place for part in name.split(BESIDE) for place in _places(role, part, names)]
    return [place_of(name)]


def _value(name: str, said: str) -> object:
    """The value of a field; raises ``IntakeError`` where it takes none such."""
    if name in OPTIONS:
        words = {word: value for value, word in OPTIONS[name][1].items()}
        if said.casefold() not in words:
            raise IntakeError(f"“{name}” is {joined_with_or(list(words))}, and not “{said}”.")
        return words[said.casefold()]
    if name == YEAR:
        if not (said.isascii() and said.isdigit() and FIRST_YEAR <= int(said[:5]) <= LAST_YEAR):
            raise IntakeError(f"“{name}” is a year from {FIRST_YEAR} to {LAST_YEAR}, and not “{said}”.")
        return int(said)
    try:
        return ColumnMapping(currency=said.upper()).currency
    except ValidationError:
        raise IntakeError(
            f"“{name}” is a currency code of ISO 4217, such as EUR, and not “{said}”."
        ) from None


def _no_such(option: str) -> str:
    known = ", ".join((*COLUMN_ROLES, *OPTIONS, YEAR, CURRENCY))
    return f"“{option}” says nothing of a table; write ROLE=COLUMN, where the role is one of {known}."
