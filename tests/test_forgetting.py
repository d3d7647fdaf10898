"""A vendor and a person forgotten while the bot runs: what stands in Slack then, and what is refused."""

import json
from pathlib import Path
from typing import Any

from bot.domain.retention_settings import RetentionSettings
from tests.cli.test_command_line import one_sentence
from tests.office import FINANCE, SEED, Office, open_office, sandbox_policy
from tests.processes import answered

BY = ("--by", "U_DPO", "--reason", "request 17", "--yes")


async def test_the_card_is_drawn_anew_without_who_was_forgotten_and_stays_closed(
    tmp_path: Path, office: Office
) -> None:
    env = {"REDIS_URL": office.bot.redis_url}
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3 payments needs")
    one_sentence(await answered(tmp_path, "forget", "--vendor", "Acme Corp", *BY, **env), "is open")
    await office.reply("U_REVIEWER", "reject 2: the letter had another address", card)
    await office.close("U_REVIEWER", card)
    await office.card("closed")
    done = await answered(tmp_path, "forget", "--vendor", "acme corp.", *BY, **env)
    assert (done.code, done.err) == (0, "")
    again = await answered(tmp_path, "forget", "U_REQUESTER", *BY, **env)
    assert (again.code, again.err) == (0, "")

    def drawn(state: dict[str, Any]) -> Any:
        """The card, and the summary below it, once both show pseudonyms."""
        texts = {message["ts"]: json.dumps(message["blocks"]) for message in state["messages"]}
        on_card = texts[card["ts"]]
        summary = next((text for text in texts.values() if "All payments have been processed" in text), "")
        both = "forgotten-2" in on_card and "forgotten-2" in summary and "forgotten-1" in summary
        return on_card + summary if both else None

    shown = await office.until(drawn)
    for gone in ("Acme", "another address", "U_REQUESTER", "Reopen"):
        assert gone not in shown, gone
    assert "12,000.00" in shown
    assert (await answered(tmp_path, "audit", "verify", **env)).code == 0
    await office.reply("U_REVIEWER", "reopen", card)
    await office.said("was forgotten by order, so it stays closed")
    assert card["channel"] == FINANCE


async def test_after_the_days_of_the_policy_slack_shows_amounts_and_decisions_alone(tmp_path: Path) -> None:
    policy = sandbox_policy(retention=RetentionSettings(text_days=31))
    async with open_office(tmp_path, policy=policy) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3 payments needs")
        await office.reply("U_REVIEWER", "reject 2: the letter had another address", card)
        await office.close("U_REVIEWER", card)
        await office.said("All payments have been processed", "Acme Corp")
        await office.advance(days=32)
        await office.said("All payments have been processed", "#2 USD 12,000.00 to forgotten: rejected")
        env = {"REDIS_URL": office.bot.redis_url}
        told = await answered(tmp_path, "audit", "verify", **env)
        assert "(text, now forgotten)" in told.out
        assert "by order of retention: [retention] text_days = 31" in told.out
