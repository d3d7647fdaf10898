"""Slack's client: whose token it is given, and how long it waits."""

from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.inbound.tracing import traced
from handlers.outbound import calls
from handlers.outbound.client import SlackRefused, identify_bot, slack_session
from tests.office import PATIENCE, SEED, open_office


async def test_a_token_that_is_not_a_bots_is_refused_since_its_messages_could_not_be_told_from_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def of_a_person() -> dict[str, str]:
        return {"user_id": "U_ANA", "team_id": "T_SANDBOX"}

    client = AsyncWebClient(token="xoxp-1")
    monkeypatch.setattr(client, "auth_test", of_a_person)
    with pytest.raises(SlackRefused, match="not the token of a bot"):
        await identify_bot(client)


async def test_a_call_that_is_not_answered_is_given_up_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "CALL_SECONDS", 0.3)
    async with open_office(tmp_path) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3")
        await office.said("You can say")
        await office.fault(method="chat.update", delay_ms=PATIENCE * 1000)
        await office.click("U_REVIEWER", card, "approve", 2)
        await office.card("everything is decided")


async def test_no_call_waits_for_as_long_as_aiohttp_would() -> None:
    async with slack_session(traced()) as session:
        assert session.timeout.sock_read == session.timeout.sock_connect == calls.CALL_SECONDS
        assert (session.timeout.total or 0) >= calls.UPLOAD_SECONDS
