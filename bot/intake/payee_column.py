"""Which column holds the payees: one that is named so, else a description; where two may, one question."""

import re
from collections.abc import Sequence

from bot.intake.amount_columns import Rows, cell_of
from bot.intake.cells import cell_text, is_blank
from bot.intake.headers import Header
from bot.intake.question import ColumnQuestion
from bot.intake.vocabulary.words import NO_PAYEES, HeaderRole

CLEARLY = 2  # points by which the best must lead
WEAKLY = 7  # points of a payee's column that is named Company or Name alone
SAMPLED = 200  # rows in which a column of unknown name is looked at
LEAST_NAMES = 2  # different ones, of a column of payees
BOOKING_TEXT = frozenset(("booking", "text"))


def choose_payee(names: Sequence[Header], rows: Rows) -> Header | None:
    """The payee's column: one that is named so and holds more than numbers, else a description.

    ``rows`` are those below the header; ``None`` where no column is one. Raises ``ColumnQuestion`` where two
    may be.
    """
    named = [header for header in names if header.score("vendor")]
    filled = [header for header in named if any(not is_blank(cell_of(row, header)) for row in rows)]
    named = filled or named
    with_names = [header for header in named if not _holds_numbers(header, rows)]
    text = _clearest(names, "payee_text", "the payee") if not with_names else None
    if named and text:
        raise _which_payee(text, named[0], ", which holds only numbers")
    best = _clearest(with_names or named, "vendor", "the vendor") or text
    if best and not (best in with_names and best.score("vendor") > WEAKLY):
        _ask_about_other_names(best, names, rows, is_named=best in with_names)
    return best


def _ask_about_other_names(best: Header, names: Sequence[Header], rows: Rows, *, is_named: bool) -> None:
    """A column of unknown name may hold the payees, where the one that would be taken is a mere text.

    One that is named Company or Name is doubted only where it says the same in every row, as the payer would.
    """
    sample = rows[:SAMPLED]
    if is_named and len(_texts(best, sample)) != 1:
        return
    for header in names:
        if header == best or header.words == BOOKING_TEXT or header.words & NO_PAYEES:
            continue
        if not (header.is_unknown or is_named):
            continue
        texts = _texts(header, sample)
        may_be = header.is_unknown or header.score("payee_text")
        if (
            may_be
            and len(texts) >= LEAST_NAMES
            and 2 * len(texts) >= len(sample)
            and all(map(_is_words, texts))
        ):
            raise _which_payee(header, best) if is_named else _which_payee(best, header)


def _which_payee(first: Header, other: Header, why: str = "") -> ColumnQuestion:
    return ColumnQuestion(
        "vendor",
        f"Which column is the payee: “{first.name}”, or “{other.name}”{why}?",
        "Name the one with the names Vendor, remove the other and submit again.",
        (first, other),
    )


def _texts(header: Header, rows: Rows) -> set[str]:
    """The different values of a column, as texts."""
    return {text for row in rows if (text := cell_text(cell_of(row, header)))}


def _is_words(text: str) -> bool:
    return sum(map(str.isalpha, text)) > sum(map(str.isdigit, text))


def _holds_numbers(header: Header, rows: Rows) -> bool:
    """Whether every cell is a number, as the vendor numbers of an ERP are."""
    cells = [cell for row in rows if not is_blank(cell := cell_of(row, header))]
    return bool(cells) and all(re.fullmatch(r"[0-9 ./-]+", cell_text(cell)) for cell in cells)


def ranked(names: Sequence[Header], role: HeaderRole) -> list[tuple[int, Header]]:
    """The columns that fit a role, with their points, the best first."""
    scored = [(header.score(role), header) for header in names if header.score(role)]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].place))


def _clearest(names: Sequence[Header], role: HeaderRole, what: str) -> Header | None:
    found = ranked(names, role)
    if len(found) > 1 and found[0][0] - found[1][0] < CLEARLY and not _same_thing(found[0][1], found[1][1]):
        both = " and ".join(f"“{header.name}”" for _, header in found[:2])
        raise ColumnQuestion(
            "vendor",
            f"Which column is {what}: both {both} may be.",
            "Rename or remove one of them and submit again.",
            [header for _, header in found],
        )
    return found[0][1] if found else None


def _same_thing(best: Header, other: Header) -> bool:
    return best.words - {"name"} == other.words and "name" in best.words
