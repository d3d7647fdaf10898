"""Slack's client: whose token it is given."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.outbound.client import SlackRefused, identify_bot


async def test_a_token_that_is_not_a_bots_is_refused_since_its_messages_could_not_be_told_from_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def of_a_person() -> dict[str, str]:
        return {"user_id": "U_ANA", "team_id": "T_SANDBOX"}

    client = AsyncWebClient(token="xoxp-1")
    monkeypatch.setattr(client, "auth_test", of_a_person)
    with pytest.raises(SlackRefused, match="not the token of a bot"):
        await identify_bot(client)
