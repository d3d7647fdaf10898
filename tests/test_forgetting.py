"""A vendor and a person forgotten while the bot runs: what stands in Slack then, and what is refused."""

import json
from pathlib import Path
from typing import Any

from tests.cli.test_command_line import one_sentence
from tests.office import FINANCE, SEED, Office
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
