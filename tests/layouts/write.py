"""Have an older commit write data: ``python tests/layouts/write.py FOLDER FILE``.

FOLDER is a clone with that commit checked out. Its own office is opened there (``tests/office.py``), people
of the sandbox submit and decide, and every key of its Redis goes into FILE, with the cards as they stood.
``tests/layouts/README.md`` says which files were made so.
"""

import asyncio
import base64
import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.office import Office

POLICY = 'approvers = ["U_REVIEWER", "U_SECOND"]\n'
DECIDED = """date,vendor,amount,currency,memo
2026-11-26,Globex,12500.00,USD,Server racks
2026-11-26,Initech,18000.00,USD,Consulting
2026-11-26,Umbrella,21000.00,USD,Lab equipment
2026-11-26,Hooli,15000.00,USD,Licences
2026-11-26,Staples,120.50,USD,Paper
"""
WAITING = """date,vendor,amount,currency,memo
2026-11-27,Stark Industries,33000.00,EUR,Turbines
2026-11-27,Wayne Enterprises,27500.00,EUR,Cars
2026-11-27,Wonka,19000.00,EUR,Cocoa
2026-11-27,Tyrell,64.00,EUR,Batteries
"""
WITH_A_BAD_ROW = "date,vendor,amount,currency\n2026-11-27,Soylent,50.00,USD\n2026-11-27,Cyberdyne,lots,USD\n"


def main() -> None:
    """Run the office of the commit in its own folder, so that all of it is that commit's."""
    folder, file = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    if os.environ.get("PYTHONPATH") != str(folder):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)}
        subprocess.run(
            [sys.executable, __file__, str(folder), str(file)], check=True, env=environment, cwd=folder
        )
        return
    commit = subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], cwd=folder, text=True).strip()
    socket.gethostname = lambda: "older"  # what is written names no machine
    written = asyncio.run(_written())
    text = json.dumps({"commit": commit, **written}, indent=0, sort_keys=True)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


async def _written() -> dict[str, Any]:
    from bot.store import connect
    from tests.office import cards, open_office

    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder) / "policy.toml"
        policy.write_text(POLICY)
        async with open_office(Path(folder), policy_file=policy) as office:
            await _closed(office)
            await _half_decided(office)
            await _waiting(office)
            await office.drop("U_REQUESTER", "some.csv", WITH_A_BAD_ROW.encode())
            await office.told("U_REQUESTER", "1 row")
            await _settled(office)
            state = await office.state()
            redis = connect(office.bot.redis_url)
            try:
                keys = await _dumped(redis)
            finally:
                await redis.aclose()
    shown = [
        {name: card[name] for name in ("channel", "ts", "text", "blocks", "metadata")}
        for card in cards(state)
    ]
    return {"keys": keys, "cards": shown, "written": datetime.now(UTC).isoformat()}


async def _closed(office: "Office") -> None:
    from tests.office import SEED

    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3 payments need")
    await office.reply("U_REVIEWER", "approve 2", card)
    await office.card("everything is decided")
    await office.reply("U_REVIEWER", "exit", card)
    await office.card("is closed")


async def _half_decided(office: "Office") -> None:
    """One of each: approved by click, rejected and held by words, and one that waits."""
    await office.drop("U_REQUESTER", "half.csv", DECIDED.encode(), "<@U_BOT> for this week")
    card = await office.card("4 of 5 payments need")
    await office.click("U_REVIEWER", card, "approve", 1)
    await office.card("3 of 5")
    await office.reply("U_SECOND", "reject 2: duplicate", card)
    await office.card("2 of 5")
    await office.reply("U_REVIEWER", "hold 3: call them first", card)
    await _until_one_waits(office, card)


async def _until_one_waits(office: "Office", card: dict[str, Any]) -> None:
    # Cards of different commits say it in different words.
    while (await office.review_state(card)).undecided != 1:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def _waiting(office: "Office") -> None:
    """A batch about which somebody has asked, and for which the bot proposes something."""
    await office.drop("U_REQUESTER", "waiting.csv", WAITING.encode())
    card = await office.card("3 of 4 payments need")
    await office.reply("U_SECOND", "why 2?", card)
    await office.reply("U_REVIEWER", "reject everything over 30000", card)
    await office.said("I understood")
    if hasattr(office, "advance"):  # a commit that knows absences, claims and questions to the submitter
        await office.reply("U_SECOND", "on it 3", card)
        await office.reply("U_REVIEWER", "ask 1: which project is this?", card)
        await office.said("which project is this?")
        await office.command("U_SECOND", "away until 2026-12-04, <@U_REVIEWER> stands in")


async def _settled(office: "Office") -> None:
    """Wait until no job of a step is to be done any more, so that all of it is shown and noted."""
    from bot.store import connect, keys

    redis = connect(office.bot.redis_url)
    try:
        boxes = [keys.outbox(shard) for shard in range(keys.SHARDS)]
        while sum([await redis.xlen(box) for box in boxes]):  # noqa: ASYNC110 - Redis sets no event
            await asyncio.sleep(0.1)
    finally:
        await redis.aclose()
    await asyncio.sleep(2)  # docket puts its own records in order after a job


async def _dumped(redis: Any) -> list[list[Any]]:
    """Every key with its life in milliseconds (-1 for ever) and what ``DUMP`` makes of it, in base64."""
    found: list[list[Any]] = []
    for key in sorted([str(key) async for key in redis.scan_iter(count=1000)]):
        content = await redis.execute_command("DUMP", key, NEVER_DECODE=True)
        found.append([key, await redis.pttl(key), base64.b64encode(content).decode()])
    return found


if __name__ == "__main__":
    main()
