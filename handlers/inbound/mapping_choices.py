"""The form "How I read this file" as it was filled in: a mapping, or what is wrong with it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.domain.column_mapping import COLUMN_ROLES, ColumnMapping, ColumnRole
from handlers.inbound.payloads import values_of, within
from handlers.views.button_value import MalformedPayload
from handlers.views.mapping_form import CHOICE, NONE

TWICE = "This column is chosen twice; each has one meaning."
NO_AMOUNT = "Choose the column of the amount, or those of debit and credit."
NO_VENDOR = "Choose the column with the names of the payees."
AMOUNT_OR_SIDES = "Choose either an amount, or debit and credit."


def mapping_choices(body: dict[str, Any]) -> ColumnMapping:
    """What is chosen in the form now; raises ``MalformedPayload`` where it is none of ours."""
    values = values_of(body)
    columns: dict[ColumnRole, tuple[int, ...]] = {}
    for role in COLUMN_ROLES:
        columns[role] = tuple(int(value) for value in _chosen(values, role) if value.isdecimal())
    unit, year = _field(values, "unit"), _field(values, "year")
    try:
        return ColumnMapping.model_validate(
            {
                "columns": columns,
                "dates": _field(values, "dates"),
                "decimal_mark": _field(values, "decimal_mark"),
                "money_out": _field(values, "money_out"),
                "unit": int(unit) if unit and unit.isdecimal() else None,
                "year": int(year) if year and year.isdecimal() else None,
                "currency": _field(values, "currency_of_file"),
            }
        )
    except ValidationError:
        raise MalformedPayload("no mapping of ours") from None


def what_is_wrong(mapping: ColumnMapping) -> Mapping[str, str]:
    """The errors of the form by its fields: no amount, no payee, or one column with two meanings."""
    columns = mapping.columns
    sides = (*columns.get("debit", ()), *columns.get("credit", ()))
    errors: dict[str, str] = {}
    if not columns.get("amount") and not sides:
        errors["amount"] = NO_AMOUNT
    if columns.get("amount") and sides:
        errors["amount"] = AMOUNT_OR_SIDES
    if not columns.get("vendor"):
        errors["vendor"] = NO_VENDOR
    times = Counter(place for places in columns.values() for place in places)
    for role, places in columns.items():
        if any(times[place] > 1 for place in places):
            errors.setdefault(role, TWICE)
    return errors


def _field(values: Mapping[str, Any], block: str) -> str | None:
    chosen = _chosen(values, block)
    return chosen[0] if chosen and chosen[0] != NONE else None


def _chosen(values: Mapping[str, Any], block: str) -> list[str]:
    element = within(values, block, CHOICE) if isinstance(values, dict) else {}
    options = element.get("selected_options")
    if not isinstance(options, list):
        options = [element.get("selected_option")]
    return [str(option.get("value")) for option in options if isinstance(option, dict)]
