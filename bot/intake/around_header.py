"""What stands right below the names of columns and belongs to them, and what a title says of all amounts.

Below a name may stand its unit or currency, as "(EUR)" or "£'000", or the names of its parts, as "Net" and
"Gross" below "Amount", which is merged over both.
"""

import re
from collections.abc import Sequence

from bot.domain.column_mapping import ColumnMapping
from bot.domain.currencies import MINOR_DIGITS, SIGNS
from bot.intake.cells import Cell, Row, is_blank
from bot.intake.columns import Columns
from bot.intake.header_row import header_names, is_value
from bot.intake.headers import LONGEST_HEADER, has_scale
from bot.intake.question import ColumnQuestion

_SCALED = re.compile(
    r"\bin (?:thousands?|millions?|tausend|T(?:EUR|€)|[km](?:EUR|USD|GBP|€|£|\$))\b|['’]000\b|\b000s\b"
    r"|[€$£]\s?000\b|\ben (?:milliers|miles|millions|millones)\b|\bin migliaia\b|\bem milhares\b"
    r"|\bw tys|\bin duizend|\bTEUR\b|\bT€|\((?:k|m)\)",
    re.IGNORECASE,
)
_OF_AMOUNTS = re.compile(
    r"\b(?:currency|w[äa]e?hrung|devise|moneda|moeda|divisa|valuta|waluta|all (?:amounts?|figures|values)"
    r"|amounts?|figures|values|betr[äa]e?ge|montants|importes|importi|valores|bedragen|kwoty)\b"
    r"(?:\W+(?:are|is|shown|stated|reported|in|en|em|w|is))*\W+([A-Z]{3})\b",
    re.IGNORECASE,
)


def with_line_below(names: Sequence[Cell], below: Sequence[Cell]) -> tuple[str, ...] | None:
    """The names joined with what belongs to them in the line below; ``None`` where that line is a row."""
    above = header_names(names)
    parts = {place: cell for place, cell in enumerate(below) if not is_blank(cell)}
    if not parts or not all(isinstance(cell, str) and len(cell) <= LONGEST_HEADER for cell in parts.values()):
        return None
    texts = {place: " ".join(str(cell).split()) for place, cell in parts.items()}
    if all(map(_is_unit, texts.values())):
        groups = {place: _name(above, place) for place in texts}
    elif any(map(is_value, parts.values())):
        return None
    else:
        groups = {place: _group_of(above, place, texts) for place in texts}
    if not all(groups.values()):
        return None
    joined = [*above, *("" for _ in range(len(above), max(texts) + 1))]
    for place, text in texts.items():
        joined[place] = f"{groups[place]} {text}"
    return tuple(joined)


def _name(names: Sequence[str], place: int) -> str:
    return names[place] if place < len(names) else ""


def _group_of(names: Sequence[str], place: int, parts: dict[int, str]) -> str:
    """The name that is merged over a part: it has no other to its right, below which there is a part too."""
    if _name(names, place):
        return names[place] if place + 1 in parts and not _name(names, place + 1) else ""
    while place > 0 and not _name(names, place) and place in parts:
        place -= 1
    return _name(names, place) if place in parts else ""


def _is_unit(text: str) -> bool:
    """Whether a text is a currency or says thousands, in brackets or without."""
    bare = text.strip("()[] ")
    return bare.upper() in MINOR_DIGITS or bare in SIGNS or has_scale(text)


def ask_about_titles(
    above: Sequence[Row], columns: Columns, currency: str, said: ColumnMapping | None
) -> None:
    """Raise ``ColumnQuestion`` where a title says thousands, or a currency other than ``currency``.

    ``above`` are the rows above the header. It is asked where neither the columns nor ``said`` say it.
    """
    knows_unit = said is not None and said.unit is not None
    knows_currency = said is not None and (said.confirmed or said.currency or "currency" in said.columns)
    money = [header for header in (columns.amount, columns.debit, columns.credit) if header]
    for _, cells in above:
        title = " ".join(cell for cell in cells if isinstance(cell, str) and not is_blank(cell))
        if not knows_unit and _SCALED.search(title):
            raise ColumnQuestion(
                "unit",
                f"Above the table stands “{title[:LONGEST_HEADER]}”: are the amounts in “{columns.money}” in "
                "thousands or in millions?",
                "Write them in full, remove that line and submit again.",
                values=(1_000, 1_000_000, 1),
            )
        codes = {code.upper() for code in _OF_AMOUNTS.findall(title)} & MINOR_DIGITS.keys()
        stated = columns.currency or any(header.currency for header in money)
        if len(codes) == 1 and not stated and not knows_currency and codes != {currency}:
            raise ColumnQuestion(
                "currency",
                f"Above the table stands “{title[:LONGEST_HEADER]}”, and the amounts name no currency: are "
                f"they in {min(codes)}?",
                "Name the column of the amounts with its currency and submit again.",
                values=(min(codes), currency),
            )
