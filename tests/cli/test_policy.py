"""``countersign policy try``: what a draft would change about payments that people have decided."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.domain.conversation import DecisionKind
from bot.domain.policy import default_policy
from bot.intake import read_text
from tests.cli.test_command_line import one_sentence
from tests.processes import Ended, answered
from tests.store.audited import assess, decide, origin, served, service_on
from tests.wired import TEAM

BATCH = """1. $12000 to Acme Corp. Memo: Racks
2. $15000 to Globex. Memo: Turbines
3. $16000 to Hooli. Memo: Licences
4. $17000 to Umbrella. Memo: Reagents
5. $3000 to Initech. Memo: Printer paper
6. $300 to Initech. Memo: Toner"""


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Redis, list[str], dict[str, str]]]:
    """A review with a payment approved, one rejected, one held and one left open; and a later one."""
    async with served(tmp_path) as (service, redis):
        first = await service.offer(origin("one"), read_text(BATCH, currency="USD"))
        await assess(service, first.id)
        await decide(service, TEAM, first.id, DecisionKind.APPROVED, 1)
        await decide(service, TEAM, first.id, DecisionKind.REJECTED, 2)
        await decide(service, TEAM, first.id, DecisionKind.HELD, 3)
        later = service_on(redis, datetime.now(UTC) + timedelta(days=1))
        again = "1. $3000 to Initech. Memo: Printer paper\n2. $15000 to Globex. Memo: Turbines"
        second = await later.offer(origin("two"), read_text(again, currency="USD"))
        await assess(later, second.id)
        yield redis, [first.id, second.id], {"REDIS_URL": f"unix://{tmp_path}/redis.sock"}


Kept = tuple[Redis, list[str], dict[str, str]]


async def tried(folder: Path, kept: Kept, draft: str, *more: str) -> dict[str, Any]:
    (folder / "draft.toml").write_text(draft)
    ended = await answered(folder, "policy", "try", "draft.toml", "--json", *more, **kept[2])
    assert (ended.code, ended.err) == (0, "")
    result: dict[str, Any] = json.loads(ended.out)
    return result


def flips(result: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [
        (change["flip"].split(",")[0], change["review"], change["payment"]["ref"])
        for change in result["changed"]
    ]


QUIET = """[rules]
split_payment.on = false
duplicate_payment.on = false
round_amount.on = false
unusual_amount.on = false
"""


async def test_a_higher_limit_lets_pass_and_the_rejected_ones_come_first(tmp_path: Path, kept: Kept) -> None:
    _, (first, _), _ = kept
    result = await tried(tmp_path, kept, f"[limits]\nUSD = 100_000\n{QUIET}")
    passing = [flip for flip in flips(result) if flip[1] == first]
    assert passing == [
        ("rejected by people", first, 2),
        ("put on hold by people", first, 3),
        ("not decided by anybody", first, 4),
        ("approved by people", first, 1),
    ]
    assert result["flagged_now"] == 0
    assert (result["reviews"], result["payments"]) == (2, 8)
    rejected = result["changed"][0]
    assert (rejected["by"], rejected["reason"]) == ("U_BEN", "no PO")
    assert "amount_over_limit" in rejected["then"]
    assert rejected["now"] == []
    assert rejected["unread"]


async def test_a_lower_limit_flags_what_was_approved_without_a_human(tmp_path: Path, kept: Kept) -> None:
    _, (first, _), _ = kept
    result = await tried(tmp_path, kept, f"[limits]\nUSD = 2_000\n{QUIET}")
    assert ("approved automatically", first, 5) in flips(result)
    assert {change["flip"] for change in result["changed"]} == {"approved automatically, now flagged"}


async def test_the_policy_of_the_time_flips_nothing_and_redis_is_as_before(
    tmp_path: Path, kept: Kept
) -> None:
    redis, _, env = kept
    before = {key: await redis.dump(key) async for key in redis.scan_iter("cs:*")}
    (tmp_path / "same.toml").write_text("")
    ended = await answered(tmp_path, "policy", "try", "same.toml", **env)
    assert (ended.code, ended.err) == (0, "")
    assert "No payment would be judged otherwise." in ended.out
    assert {key: await redis.dump(key) async for key in redis.scan_iter("cs:*")} == before


async def test_the_tables_name_payment_reason_and_who_decided(tmp_path: Path, kept: Kept) -> None:
    _, (first, _), env = kept
    (tmp_path / "draft.toml").write_text(f"[limits]\nUSD = 100_000\n{QUIET}")
    ended = await answered(tmp_path, "policy", "try", "draft.toml", COLUMNS="220", **env)
    assert ended.code == 0
    rejected, approved = ended.out.index("rejected by people"), ended.out.index("approved by people")
    assert rejected < approved
    for words in (f"#2 of {first}", "Globex", "U_BEN: no PO", "USD 15,000.00"):
        assert words in ended.out


async def test_only_the_workspace_that_is_asked_for_is_read(tmp_path: Path, kept: Kept) -> None:
    result = await tried(tmp_path, kept, "", "--team", "T_OTHER")
    assert (result["reviews"], result["payments"]) == (0, 0)


async def test_a_wrong_draft_is_one_sentence_and_a_broken_trail_is_named(tmp_path: Path, kept: Kept) -> None:
    redis, (first, _), env = kept
    (tmp_path / "draft.toml").write_text("[limits]\nUSD = -5\n")
    one_sentence(await answered(tmp_path, "policy", "try", "draft.toml", **env), "limits.USD")
    async for key in redis.scan_iter(f"cs:*{first}:audit"):
        await redis.lset(key, 1, "no entry")
    result = await tried(tmp_path, kept, "")
    assert result["unreadable"] == [f"{first} ({TEAM})"]
    assert result["reviews"] == 1


async def test_the_policy_in_force_is_shown_with_its_version(tmp_path: Path) -> None:
    ended = await answered(tmp_path, "policy", "show")
    assert ended.out.startswith(f"# Version {default_policy().version}, from the default; none is in force")
    (tmp_path / "ours.toml").write_text("[limits]\nUSD = 5\n")
    shown: Ended = await answered(tmp_path, "policy", "show", "--json", COUNTERSIGN_POLICY="ours.toml")
    assert json.loads(shown.out)["limits"] == {"USD": "5"}


async def test_who_would_have_to_decide_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "matrix.toml"
    file.write_text(
        'approvers = ["U1"]\n[groups]\ncontrollers = ["U1", "U2"]\nboard = ["U3"]\n'
        '[[routes]]\nname = "large"\nover = { USD = 50_000 }\n'
        'stages = [{ from = "controllers", needs = 2 }, { from = "board" }]\n'
        "[limits_of.U1]\nUSD = 10_000\n"
    )
    asked = ("policy", "explain", "--policy", str(file), "--vendor", "Acme", "--amount")
    large = await answered(tmp_path, *asked, "60000")
    assert (large.code, large.err) == (0, "")
    assert large.out.startswith(
        "USD 60,000.00 to Acme: Route “large”, for payments over USD 50,000.00\n"
        "  Needs 2 of Controllers, then Board\n"
    )
    assert "  large (payments over USD 50,000.00): fits\n" in large.out
    assert "Not so much: U1" in large.out
    small = await answered(tmp_path, *asked, "600")
    assert "No line of the policy's routes fits, so any one of the approvers decides" in small.out
    assert "Frozen" not in small.out
    frozen = await answered(tmp_path, *asked, "600", "--finding", "changed_bank_details")
    assert "Frozen until somebody has called the vendor, who then does not approve it" in frozen.out
    wrong = await answered(tmp_path, *asked, "many")
    assert (wrong.code, wrong.out) == (2, "")
