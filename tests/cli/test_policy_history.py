"""``countersign policy apply | history | diff | show``: one policy in force, and how it became so."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.domain.policy import Policy, default_policy
from bot.store.topology.embedded import embedded_server
from tests.cli.test_command_line import one_sentence
from tests.processes import Ended, answered

STRICT = '# Ours.\napprovers = ["U1"]\n[limits]\nUSD = 10_000\n'
LOOSE = '# Ours.\napprovers = ["U1", "U2"]\n[limits]\nUSD = 50_000\n'


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in {"strict": STRICT, "loose": LOOSE, "empty": "# to do\n"}.items():
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


async def policy(folder: Path, *arguments: str, **settings: str) -> Ended:
    return await answered(folder, "policy", *arguments, **settings)


async def test_changes_are_said_first_and_what_loosens_needs_a_word(files: Path) -> None:
    first = await policy(files, "apply", "strict.toml")
    assert (first.code, first.err) == (0, "")
    assert "The first policy: strict.toml" in first.out
    refused = await policy(files, "apply", "loose.toml", "--yes")
    said = "  approver U2 added  (loosens)\n  limit USD 10,000 -> 50,000  (loosens)\n"
    assert said in refused.out
    assert (refused.code, "is in force." in refused.out) == (2, False)
    assert refused.err.startswith("countersign: loose.toml (version ")
    assert "loosens the policy in force: approver U2 added, limit USD 10,000 -> 50,000; " in refused.err
    assert "--loosen" in refused.err
    allowed = await policy(files, "apply", "loose.toml", "--loosen")
    assert (allowed.code, allowed.err) == (0, "")
    assert allowed.out.endswith(f"Policy 2 (version {Policy.from_toml(LOOSE).version}) is in force.\n")
    assert allowed.out.index(said) < allowed.out.index("Policy 2")
    again, back = await policy(files, "apply", "loose.toml"), await policy(files, "apply", "strict.toml")
    assert again.out.endswith("is in force already.\n")
    assert "  limit USD 50,000 -> 10,000\n" in back.out
    assert back.code == 0


async def test_an_empty_file_is_refused_also_as_the_first_one(files: Path) -> None:
    one_sentence(await policy(files, "apply", "empty.toml"), "empty.toml sets nothing", "--loosen")
    assert "No policy was ever brought" in (await policy(files, "history")).out
    await policy(files, "apply", "strict.toml")
    refused = await policy(files, "apply", "empty.toml")
    assert (refused.code, len(refused.err.splitlines())) == (2, 1)
    assert (await policy(files, "apply", "empty.toml", "--loosen")).code == 0
    shown = json.loads((await policy(files, "show", "--json")).out)
    assert shown["version"] == default_policy().version


async def test_the_history_tells_who_brought_what_from_where_and_what_it_changed(files: Path) -> None:
    for arguments in (("strict.toml",), ("loose.toml", "--loosen"), ("strict.toml",)):
        await policy(files, "apply", *arguments)
    listed, document = await policy(files, "history"), await policy(files, "history", "--json")
    heads = [line for line in listed.out.splitlines() if not line.startswith(" ")]
    assert [head.split()[1] for head in heads] == ["3", "2", "1"]
    assert all(": loose.toml on 20" in head and "brought by " in head for head in heads[1:2])
    assert heads[1].endswith("UTC, allowed to loosen")
    entries = json.loads(document.out)
    assert [(entry["number"], entry["loosened"]) for entry in entries] == [(3, False), (2, True), (1, False)]
    assert entries[1]["changes"] == [
        {"change": "approver U2 added", "loosens": True},
        {"change": "limit USD 10,000 -> 50,000", "loosens": True},
    ]
    assert entries[2]["changes"] == []


async def test_any_two_policies_are_compared_by_file_version_or_number(files: Path) -> None:
    await policy(files, "apply", "strict.toml")
    await policy(files, "apply", "loose.toml", "--loosen")
    version = Policy.from_toml(STRICT).version
    ways = (("1", "2"), (version, "loose.toml"), ("strict.toml", "2"))
    told = [await policy(files, "diff", *way) for way in ways]
    assert len({ended.out for ended in told}) == 1
    assert "  limit USD 10,000 -> 50,000  (loosens)\n" in told[0].out
    back = await policy(files, "diff", "strict.toml", "--json")
    assert json.loads(back.out)["changes"] == [
        {"change": "approver U2 removed", "loosens": False},
        {"change": "limit USD 50,000 -> 10,000", "loosens": False},
    ]
    assert "nothing changes" in (await policy(files, "diff", "loose.toml")).out
    for unknown in ("nowhere.toml", "3", "0123456789ab"):
        one_sentence(await policy(files, "diff", unknown), unknown, "neither a policy file nor")


async def test_what_is_in_force_is_shown_as_it_was_written_whatever_the_file_says_now(files: Path) -> None:
    before = await policy(files, "show", COUNTERSIGN_POLICY="strict.toml")
    assert "from strict.toml; none is in force" in before.out
    await policy(files, "apply", "strict.toml")
    shown = await policy(files, "show", COUNTERSIGN_POLICY="loose.toml")
    document = await policy(files, "show", "--json", COUNTERSIGN_POLICY="loose.toml")
    assert shown.out.startswith("# Policy 1 (version ")
    assert shown.out.endswith(f"{STRICT}\n")
    in_force = json.loads(document.out)
    assert (in_force["limits"], in_force["in_force"]["number"]) == ({"USD": "10000"}, 1)
    (files / "saved.toml").write_text(shown.out)
    assert (await policy(files, "apply", "saved.toml")).out.endswith("is in force already.\n")


async def test_the_policy_of_another_folder_is_another(files: Path) -> None:
    await policy(files, "apply", "strict.toml", "--data", "elsewhere")
    assert "No policy was ever brought" in (await policy(files, "history")).out
    assert "Policy 1 " in (await policy(files, "history", "--data", "elsewhere")).out


async def test_two_who_apply_at_once_both_learn_what_came_of_it(files: Path) -> None:
    async with embedded_server(files / "redis") as url:
        await policy(files, "apply", "strict.toml", REDIS_URL=url)
        for limit in range(4):
            (files / f"{limit}.toml").write_text(STRICT.replace("10_000", str(100 + limit)))
        ended = await asyncio.gather(
            *(policy(files, "apply", f"{limit}.toml", "--loosen", REDIS_URL=url) for limit in range(4))
        )
        entries = json.loads((await policy(files, "history", "--json", REDIS_URL=url)).out)
    assert len(entries) == 1 + len([one for one in ended if one.code == 0])


async def test_the_doctor_says_who_brought_it_and_whether_the_file_agrees(files: Path) -> None:
    nothing = await answered(files, "doctor")
    assert "mend  policy in force: none was ever brought; nobody may decide: name approvers" in nothing.out
    await policy(files, "apply", "strict.toml")
    agrees = await answered(files, "doctor", COUNTERSIGN_POLICY="strict.toml")
    assert "ok    policy in force: 1 (version " in agrees.out
    differs = await answered(files, "doctor", COUNTERSIGN_POLICY="loose.toml")
    assert "mend  policy in force: 1 (version " in differs.out
    assert "1 approver; loose.toml differs, see: countersign policy diff loose.toml" in differs.out


async def test_a_wrong_file_or_one_with_no_readable_list_is_one_sentence(files: Path) -> None:
    (files / "wrong.toml").write_text("[limits]\nUSD = -1\n")
    (files / "list.toml").write_text('rules.sanctioned_name.file = "gone.csv"\n')
    one_sentence(await policy(files, "apply", "wrong.toml"), "Line 2, limits.USD")
    one_sentence(await policy(files, "apply", "list.toml"), "gone.csv cannot be read")
    one_sentence(await policy(files, "apply", "strict.toml", REDIS_URL="redis://127.0.0.1:1"), "REDIS_URL")
