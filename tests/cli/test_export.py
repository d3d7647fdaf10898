"""``countersign list``, ``export`` and ``watch``, as an operator meets them."""

import csv
import io
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest

from bot.domain.review.state import ReviewState
from bot.intake import read_text
from bot.store.keys import ReviewKeys
from tests.processes import answered, countersign, running
from tests.store.audited import assess, decided, origin, served
from tests.wired import TEAM, Wired


async def offered(service: Wired) -> ReviewState:
    """A review that nobody has judged yet."""
    taken = await service.offer(origin("two"), read_text("$12000.50 to Globex Ltd", currency="USD"))
    assert isinstance(taken, ReviewState)
    return taken


Kept = tuple[Wired, ReviewKeys, dict[str, str]]


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    """A closed review, and the settings under which the commands find it."""
    async with served(tmp_path) as (service, _):
        keys = await decided(service)
        await service.stores.names.keep(TEAM, "U_BEN", "ben")
        yield service, keys, {"REDIS_URL": f"unix://{tmp_path}/redis.sock"}


async def test_the_list_has_open_reviews_or_those_asked_for(tmp_path: Path, kept: Kept) -> None:
    service, keys, env = kept
    ended = await answered(tmp_path, "list", **env)
    assert (ended.code, ended.out) == (0, "No review is open.\n")
    await offered(service)
    ended = await answered(tmp_path, "list", **env)
    assert len(ended.out.splitlines()) == 1
    ended = await answered(tmp_path, "list", "--state", "all", "--json", **env)
    listed = [json.loads(line) for line in ended.out.splitlines()]
    assert {one["review"] for one in listed} >= {keys.review}
    assert [one["status"] for one in listed if one["review"] == keys.review] == ["closed"]
    ended = await answered(tmp_path, "list", "--state", "some", **env)
    assert (ended.code, ended.err) == (2, "countersign: 'some' is none of open, closed, all.\n")


async def test_how_a_week_went_is_printed(tmp_path: Path, kept: Kept) -> None:
    service, _, env = kept
    day = (await offered(service)).created_at.date()
    ended = await answered(tmp_path, "digest", "--from", f"{day}", **env)
    assert ended.code == 0
    assert "1 payment was submitted, of which 0 were approved automatically." in ended.out
    ended = await answered(tmp_path, "digest", "--json", "--from", "2020-01-06", **env)
    assert json.loads(ended.out)["submitted"] == 0
    ended = await answered(tmp_path, "digest", "--from", "monday", **env)
    assert (ended.code, ended.err) == (2, "countersign: 'monday' is no date; they look like 2026-11-23.\n")


async def test_a_review_is_printed_as_csv_and_its_sums_are_said(tmp_path: Path, kept: Kept) -> None:
    _, keys, env = kept
    ended = await answered(tmp_path, "export", keys.review, **env)
    assert ended.code == 0
    rows = list(csv.DictReader(io.StringIO(ended.out.removeprefix("\ufeff"), newline="")))
    assert [(row["Payment"], row["State"]) for row in rows] == [
        ("1", "approved automatically"),
        ("3", "approved automatically"),
        ("4", "approved"),
    ]
    assert rows[2]["Decided by"] == "ben (U_BEN)"
    assert ended.err == f"{keys.review}, approved: 3 payments, USD 16,459.50\n"


async def test_a_workbook_is_written_to_a_file(tmp_path: Path, kept: Kept) -> None:
    _, keys, env = kept
    wanted = ("export", keys.review, "--state", "rejected", "--format", "xlsx")
    refused = await answered(tmp_path, *wanted, **env)
    assert (refused.code, refused.out) == (2, "")
    assert "--output" in refused.err
    file = tmp_path / "rejected.xlsx"
    ended = await answered(tmp_path, *wanted, "--output", str(file), **env)
    assert (ended.code, ended.out) == (0, "")
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in sheet["F"]] == ["Amount", 12000]
    nowhere = await answered(tmp_path, *wanted, "--output", str(tmp_path / "no" / "x.xlsx"), **env)
    assert nowhere.code == 2
    assert "cannot be written" in nowhere.err


async def test_what_is_watched_ends_with_the_closing_and_goes_on_from_a_place(
    tmp_path: Path, kept: Kept
) -> None:
    _, keys, env = kept
    ended = await countersign(tmp_path, "watch", keys.review, **env)
    assert ended.code == 0
    events = [json.loads(line) for line in ended.out.splitlines()]
    names = [event["event"] for event in events]
    assert names[0] == "submitted"
    assert {"rows", "judged", "turn", "decided", "refused", "closed"} <= set(names)
    middle = events[3]["place"]
    again = await countersign(tmp_path, "watch", keys.review, "--after", middle, **env)
    assert [json.loads(line) for line in again.out.splitlines()] == events[4:]
    wrong = await countersign(tmp_path, "watch", keys.review, "--after", "3", **env)
    assert wrong.code == 2
    assert "12.4" in wrong.err


async def test_an_open_review_is_watched_as_it_goes_on(tmp_path: Path, kept: Kept) -> None:
    service, _, env = kept
    taken = await offered(service)
    async with running(tmp_path, "watch", taken.id, **env) as watching:
        first = json.loads(await watching.line())
        assert first["event"] == "submitted"
        await assess(service, taken.id)
        seen = [first["event"]]
        while "judged" not in seen:
            seen.append(json.loads(await watching.line())["event"])
        ended = await watching.stopped(signal.SIGTERM)
    assert ended.code == 0


async def test_people_are_named_where_the_bot_knows_their_names(tmp_path: Path, kept: Kept) -> None:
    _, keys, env = kept
    shown = await answered(tmp_path, "show", keys.review, **env)
    assert " ben (button)" in shown.out
    assert "U_BEN (button)" not in shown.out
    assert ", by ben" in shown.out
    assert "U_BEN" not in shown.out.replace("U_BEN_", "")


async def test_the_sheet_of_a_trail_has_words_and_no_json(tmp_path: Path, kept: Kept) -> None:
    _, keys, env = kept
    ended = await answered(tmp_path, "audit", "export", keys.review, "--format", "csv", **env)
    rows = list(csv.DictReader(io.StringIO(ended.out, newline="")))
    assert all("{" not in row["detail"] and '"' not in row["detail"] for row in rows)
    assert "source: text" in rows[0]["detail"]
