"""The usual rates of value added tax and sales tax, by currency."""

import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files


@cache
def tax_rates(currency: str) -> tuple[Decimal, ...]:
    """The rates usual where a currency (ISO 4217) is paid, as parts of a net amount: 20 % is 0.2.

    Source: ``tax_rates.toml``, which names its own.
    """
    text = files("bot.domain.policy").joinpath("tax_rates.toml").read_text(encoding="utf-8")
    rates = tomllib.loads(text, parse_float=Decimal)["rates"]
    return tuple(Decimal(rate) / 100 for rate in rates.get(currency, rates["other"]))
