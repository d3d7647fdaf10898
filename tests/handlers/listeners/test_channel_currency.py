"""In Slack: the card and the receipt say which currency was assumed, and a channel has its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.policy import ChannelSettings
from tests.handlers.listeners.test_mapping import WELSH, form_of, pressed
from tests.office import FINANCE, Office, open_office, sandbox_policy, shows


@pytest.fixture
async def london(tmp_path: Path) -> AsyncIterator[Office]:
    policy = sandbox_policy(channels={FINANCE: ChannelSettings(currency="GBP")})
    async with open_office(tmp_path, policy=policy) as office:
        yield office


async def test_card_and_receipt_say_that_the_channels_currency_was_assumed(london: Office) -> None:
    await london.drop("U_REQUESTER", "bills.csv", b"Vendor,Amount,Memo\nHarrow Ltd,20000,pipes\n")
    await london.told("U_REQUESTER", "GBP 20,000.00", "No currency in the file; GBP assumed")
    card = await london.card("need a decision")
    assert shows(card, "No currency in the file; GBP assumed", "GBP 20,000.00")


async def test_text_beside_a_file_and_typed_payments_are_in_the_channels_currency(london: Office) -> None:
    await london.command("U_REQUESTER", "20000 to Acme Corp for racks")
    card = await london.card("need a decision")
    assert shows(card, "No currency was named; GBP assumed", "GBP 20,000.00")


async def test_where_the_file_names_its_currency_the_card_says_nothing(london: Office) -> None:
    await london.drop("U_REQUESTER", "bills.csv", b"Vendor,Amount,Memo\nHarrow Ltd,EUR 20000,pipes\n")
    card = await london.card("need a decision")
    assert shows(card, "EUR 20,000.00")
    assert not shows(card, "assumed")


async def test_the_form_offers_the_channels_currency_and_shows_what_would_be_read_in_it(
    london: Office,
) -> None:
    await london.drop("U_REQUESTER", "tilit.csv", WELSH.encode())
    told = await london.told("U_REQUESTER", "One question before I read tilit.csv")
    await pressed(london, "U_REQUESTER", told, "answer_columns")
    form = await form_of(london, "U_REQUESTER", "What would be read")
    assert "2 payments, GBP 63.41" in str(form["view"]["blocks"])
    assert "GBP, unless the file says" in str(form["view"]["blocks"])
