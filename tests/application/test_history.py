"""A payment that was submitted before is known to the next batch, whatever became of it."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.test_command_line import one_sentence
from tests.office import PATIENCE, TEAM, Office
from tests.processes import answered

LATELY = datetime.now(UTC).date() - timedelta(days=3)
HEADER = "date,vendor,invoice no,amount,currency,memo\n"
FIRST = f"{HEADER}{LATELY},Globex,INV-0042,1850.75,USD,Server racks\n"
AGAIN = f"{HEADER}{LATELY},GLOBEX.,inv 42,1850.75,USD,Racks for the server room\n"


async def noted(office: Office, vendor: str, standing: str) -> None:
    """Wait until the books say so: a job of its own writes it."""
    async with asyncio.timeout(PATIENCE):
        while standing not in [  # noqa: ASYNC110 - Redis gives no event to wait for
            one.status for one in await office.bot.stores.history.to(TEAM, vendor)
        ]:
            await asyncio.sleep(0.05)


async def test_an_invoice_of_another_batch_is_flagged_with_its_name(office: Office) -> None:
    await office.drop("U_REQUESTER", "first.csv", FIRST.encode(), "<@U_BOT>")
    first = await office.card("is closed")
    await noted(office, "Globex", "approved")
    await office.drop("U_REQUESTER", "second.csv", AGAIN.encode(), "<@U_BOT>")
    await office.card("1 of 1 payment needs a decision")
    name = (await office.review_state(first)).id
    await office.said(f"the same invoice as #1 of {name} (approved)")


async def test_what_was_rejected_is_told_so_when_it_comes_again(office: Office) -> None:
    big = FIRST.replace("1850.75", "21850.75")
    await office.drop("U_REQUESTER", "first.csv", big.encode(), "<@U_BOT>")
    card = await office.card("1 of 1 payment needs a decision")
    await office.reply("U_REVIEWER", "reject 1: no order", card)
    await noted(office, "Globex", "rejected")
    await office.drop("U_REQUESTER", "second.csv", AGAIN.encode(), "<@U_BOT>")
    await office.said(f"the same invoice as #1 of {(await office.review_state(card)).id} (rejected)")


async def test_payments_of_a_file_are_known_once_it_is_imported(office: Office, tmp_path: Path) -> None:
    rows = "".join(f"{LATELY},Vendor {number},,12,USD,Paper\n" for number in range(30))
    (tmp_path / "2025.csv").write_text(FIRST + rows)
    told = {"REDIS_URL": office.bot.redis_url}
    ended = await answered(tmp_path, "vendors", "import", "2025.csv", "--team", TEAM, **told)
    assert ended.out == f"31 payments to 31 vendors are known now in {TEAM}, 0 rows not taken.\n"
    again = await answered(tmp_path, "vendors", "import", "2025.csv", "--team", TEAM, **told)
    assert again.out == ended.out
    shown = await answered(tmp_path, "vendors", "show", "globex", "--team", TEAM, **told)
    source = f"2025.csv-{hashlib.sha256((tmp_path / '2025.csv').read_bytes()).hexdigest()[:8]}"
    assert f"#1 of {source}" in shown.out
    assert "1 payment, the newest 1 shown." in shown.out

    await office.drop(
        "U_REQUESTER",
        "now.csv",
        f"{HEADER}{LATELY},Nobody Ever,,5345,USD,Racks\n{AGAIN[len(HEADER) :]}".encode(),
        "<@U_BOT>",
    )
    card = await office.card("2 of 2 payments need a decision")
    assert "past that I can compare with is short" in str(card)  # 31 payments of one day
    await office.said("“Nobody Ever” is not among the known vendors", f"the same invoice as #1 of {source}")


async def test_two_files_of_one_name_are_both_known(office: Office, tmp_path: Path) -> None:
    told = {"REDIS_URL": office.bot.redis_url}
    for folder, rows in (("january", FIRST), ("february", FIRST.replace("0042,1850.75", "0099,5000.11"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "export.csv").write_text(rows)
        await answered(tmp_path, "vendors", "import", f"{folder}/export.csv", "--team", TEAM, **told)
    known = await office.bot.stores.history.to(TEAM, "Globex")
    assert [one.invoice for one in known] == ["INV-0042", "INV-0099"]


async def test_a_batch_of_decoys_does_not_hide_what_an_invoice_was_paid_for(office: Office) -> None:
    await office.drop("U_REQUESTER", "first.csv", FIRST.encode(), "<@U_BOT>")
    first = await office.card("is closed")
    await noted(office, "Globex", "approved")
    signs = ["", "-"]  # no more come back than are paid: most of a batch negative would be asked about
    decoys = "".join(
        f"{LATELY},Globex,,{signs[cents % 2]}{cents // 100}.{cents % 100:02},USD,Rounding\n"
        for cents in range(1, 208)
    )
    await office.drop("U_REQUESTER", "second.csv", (AGAIN + decoys).encode(), "<@U_BOT>")
    await office.card("of 208 payments need")
    await office.said(f"the same invoice as #1 of {(await office.review_state(first)).id} (approved)")


async def test_without_a_workspace_the_import_asks_for_one(office: Office, tmp_path: Path) -> None:
    (tmp_path / "2025.csv").write_text(FIRST)
    told = {"REDIS_URL": office.bot.redis_url}
    one_sentence(await answered(tmp_path, "vendors", "import", "2025.csv", **told), "--team")
    one_sentence(await answered(tmp_path, "vendors", "show", "Acme", "--team", TEAM, **told), "Acme")
