"""``countersign workspaces``: who installed the bot, what each has of its own, the keys of their tokens."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.application.installations import Installations
from bot.domain.installation import Installation, InstalledBot
from bot.store import InstallationCipher, Stores, connect, new_key, stores_over
from bot.store.topology.embedded import embedded_server
from tests.cli.test_command_line import one_sentence
from tests.processes import Ended, answered

OLD, NEW = new_key(), new_key()
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
COMMON = 'approvers = ["U_COMMON"]\n[limits]\nUSD = 1000\n'
STRICT = 'approvers = ["U_COMMON"]\n[limits]\nUSD = 10\n'
OWN = 'approvers = ["U_OWN"]\n[limits]\nUSD = 1000\n'


@dataclass(frozen=True, slots=True)
class Deployment:
    """A folder with the embedded server of a deployment, and its stores."""

    folder: Path
    stores: Stores

    async def run(self, *arguments: str, keys: str = OLD) -> Ended:
        return await answered(
            self.folder, *arguments, COUNTERSIGN_DATA=".", COUNTERSIGN_INSTALLATION_KEYS=keys
        )

    async def workspaces(self, *arguments: str, keys: str = OLD) -> Ended:
        return await self.run("workspaces", *arguments, keys=keys)

    async def shown(self, home: str) -> dict[str, object]:
        answer = await self.workspaces("show", home, "--json")
        assert (answer.code, answer.err) == (0, "")
        document: dict[str, object] = json.loads(answer.out)
        return document


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    for name, text in {"common": COMMON, "strict": STRICT, "own": OWN}.items():
        (tmp_path / f"{name}.toml").write_text(text)
    async with embedded_server(tmp_path / "redis") as url, aclosing(connect(url)) as redis:
        stores = stores_over(redis)
        kept = Installations(stores.installations, InstallationCipher([OLD]))
        for home in (Installation("T_ONE"), Installation("", "E_ORG", org_wide=True)):
            bot = InstalledBot(
                home, f"Works of {home.home}", "U_BOT", "B_BOT", "xoxb-secret", "U_ADMIN", NOON
            )
            await kept.keep(bot)
        yield Deployment(tmp_path, stores)


async def test_the_list_and_one_of_them_show_all_but_the_token(deployment: Deployment) -> None:
    listed, one = await deployment.workspaces("list"), await deployment.workspaces("show", "E_ORG")
    assert [word in listed.out for word in ("T_ONE", "Works of E_ORG", "2026-11-02 by U_ADMIN")] == [True] * 3
    assert "organisation wide: True" in one.out
    as_json = json.loads((await deployment.workspaces("list", "--json")).out)
    assert [(entry["id"], entry["organisation_wide"]) for entry in as_json] == [
        ("E_ORG", True),
        ("T_ONE", False),
    ]
    assert "secret" not in f"{listed}{one}{as_json}"
    one_sentence(await deployment.workspaces("show", "T_NONE"), "'T_NONE' has not installed the bot")


async def test_channels_are_set_and_taken_back_and_what_is_not_named_stays(deployment: Deployment) -> None:
    await deployment.workspaces("set", "T_ONE", "--channel", "C_FIN", "--operators", "C_OPS")
    assert (await deployment.shown("T_ONE"))["channel"] == "C_FIN"
    done = await deployment.workspaces("set", "T_ONE", "--channel", "")
    assert done.out == "T_ONE: channel none.\n"
    shown = await deployment.shown("T_ONE")
    assert (shown["channel"], shown["operators"]) == (None, "C_OPS")
    assert (await deployment.shown("E_ORG"))["operators"] is None
    for wrong, sentence in {
        ("--channel", "#finance"): "'#finance' is not the id of a channel",
        (): "Say what to set",
        ("--policy", "own.toml", "--common-policy"): "not both",
    }.items():
        one_sentence(await deployment.workspaces("set", "T_ONE", *wrong), sentence)
    one_sentence(
        await deployment.workspaces("set", "T_NONE", "--channel", "C_FIN"), "has not installed the bot"
    )


async def test_a_policy_of_its_own_is_compared_with_what_counts_there(deployment: Deployment) -> None:
    await deployment.run("policy", "apply", "strict.toml")
    refused = await deployment.workspaces("set", "T_ONE", "--policy", "own.toml", "--channel", "C_FIN")
    assert "limit USD 10 -> 1,000  (loosens)" in refused.out or "loosens the policy in force" in refused.err
    assert refused.code == 2
    assert (await deployment.shown("T_ONE"))["channel"] is None  # nothing is set where the policy is refused

    allowed = await deployment.workspaces("set", "T_ONE", "--policy", "own.toml", "--loosen")
    assert (allowed.code, allowed.err) == (0, "")
    own = (await deployment.shown("T_ONE"))["policy"]
    assert isinstance(own, dict)
    assert (own["number"], own["loosened"]) == (1, True)
    assert (await deployment.shown("E_ORG"))["policy"] is None

    back = await deployment.workspaces("set", "T_ONE", "--common-policy")
    assert (back.code, "approver U_COMMON added  (loosens)" in back.out) == (2, True)
    back = await deployment.workspaces("set", "T_ONE", "--common-policy", "--loosen")
    assert back.out.endswith("T_ONE goes by the policy of all workspaces.\n")
    assert (await deployment.shown("T_ONE"))["policy"] is None
    again = await deployment.workspaces("set", "T_ONE", "--common-policy")
    assert again.out == "T_ONE goes by the policy of all workspaces already.\n"
    entries = await deployment.stores.policy_history.of_workspace("T_ONE").entries()
    assert [entry.number for entry in entries] == [1, 2]


async def test_one_that_is_forgotten_is_gone_with_its_channels(deployment: Deployment) -> None:
    await deployment.workspaces("set", "T_ONE", "--channel", "C_FIN")
    gone = await deployment.workspaces("remove", "T_ONE", "--yes")
    assert (gone.code, "its reviews and trails stay" in gone.out) == (0, True)
    assert await deployment.stores.installations.homes() == ["E_ORG"]
    assert await deployment.stores.installations.settings("T_ONE") == {}
    one_sentence(await deployment.workspaces("remove", "T_ONE", "--yes"), "has not installed the bot")


async def test_keys_are_changed_step_by_step(deployment: Deployment) -> None:
    made = await deployment.workspaces("new-key")
    InstallationCipher([made.out.strip()])
    done = await deployment.workspaces("encrypt", keys=f"{NEW},{OLD}")
    assert done.out == "2 installations put under the newest key.\n"
    assert "Works of T_ONE" in (await deployment.workspaces("list", keys=NEW)).out
    listed = await deployment.workspaces("list", keys=OLD)
    assert "cannot be read with the keys of the settings" in listed.out
    one_sentence(await deployment.workspaces("show", "T_ONE", keys=OLD), "cannot be read with COUNTERSIGN")
    one_sentence(
        await deployment.workspaces("list", keys="no-key"),
        "_KEYS is not a key",
    )
    assert (await deployment.workspaces("remove", "T_ONE", "--yes", keys=OLD)).code == 0


async def test_doctor_says_what_does_not_go_together_and_what_cannot_be_read(deployment: Deployment) -> None:
    settings = {
        "COUNTERSIGN_DATA": ".",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "hush",
        "SLACK_SIGNING_SECRET": "sign",
    }
    half = await answered(deployment.folder, "doctor", **settings)
    assert "mend  OAuth client: COUNTERSIGN_URL is not set" in half.out
    settings["COUNTERSIGN_URL"] = "http://bot.example.com"
    settings["COUNTERSIGN_INSTALLATION_KEYS"] = f"{NEW},{OLD}"
    whole = await answered(deployment.folder, "doctor", **settings)
    assert "OAuth client: workspaces install the bot at http://bot.example.com/slack/install" in whole.out
    assert "mend  COUNTERSIGN_URL: http://bot.example.com: Slack leads back over TLS alone" in whole.out
    assert "ok    workspaces: 2 installations" in whole.out
    assert "mend  keys: 2 installations under an older key: countersign workspaces encrypt" in whole.out
    settings["COUNTERSIGN_INSTALLATION_KEYS"] = NEW
    lost = await answered(deployment.folder, "doctor", **settings)
    assert "mend  workspaces: 2 cannot be read (E_ORG, T_ONE)" in lost.out
    assert "hush" not in f"{half}{whole}{lost}"
