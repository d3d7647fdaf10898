"""``countersign audit`` and ``doctor --audit``, as an auditor and an operator meet them."""

import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.domain.audit.entry import AuditEntry
from bot.domain.routing import Absence
from bot.domain.spreadsheet import escape_formulas
from bot.store import AbsenceStore
from bot.store import keys as keys_of
from bot.store.audit import AuditTrails
from bot.store.keys import ReviewKeys
from tests.cli.test_command_line import one_sentence
from tests.processes import Ended, answered
from tests.real_data import real_file
from tests.store.audited import decided, served
from tests.wired import TEAM, keys_that_expire


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Redis, ReviewKeys, dict[str, str]]]:
    """A finished review, and the settings under which the commands find it."""
    async with served(tmp_path) as (service, redis):
        keys = await decided(service)
        await decided(service, "two", "T2")
        yield redis, keys, {"REDIS_URL": f"unix://{tmp_path}/redis.sock"}


Kept = tuple[Redis, ReviewKeys, dict[str, str]]


async def test_trails_that_are_whole_are_counted_and_a_broken_one_is_named(
    tmp_path: Path, kept: Kept
) -> None:
    redis, keys, env = kept
    assert await answered(tmp_path, "audit", "verify", **env) == Ended(
        0, "2 audit trails, 16 entries, 0 broken\n", ""
    )
    await redis.ltrim(keys.audit, 0, 4)
    ended = await answered(tmp_path, "audit", "verify", **env)
    said = "entry 6 is missing: the review's state counts 8"
    assert ended == Ended(1, f"{keys.review} (T1): {said}\n2 audit trails, 13 entries, 1 broken\n", "")
    ended = await answered(tmp_path, "audit", "verify", keys.review.lower(), "--json", **env)
    assert (ended.code, json.loads(ended.out)["broken"][0]["seq"]) == (1, 6)
    ended = await answered(tmp_path, "audit", "verify", "--team", "T2", "--json", **env)
    assert ended == Ended(0, '{"trails": 1, "entries": 8, "broken": []}\n', "")


async def test_the_trail_of_absences_is_verified_and_shown(tmp_path: Path, kept: Kept) -> None:
    redis, _, env = kept
    store = AbsenceStore(redis)
    at, day = datetime(2026, 11, 23, 9, tzinfo=UTC), date(2026, 11, 23)
    absence = Absence(person="U_BEN", first=day, last=day, stand_in="U_CHI", recorded_at=at)
    detail = absence.model_dump(mode="json", exclude={"person", "recorded_at"})
    away = AuditEntry(event="away", actor="U_BEN", at=at, detail=detail)
    await store.change(TEAM, "U_BEN", lambda _: ((absence,), away))
    await store.change(TEAM, "U_BEN", lambda _: ((), AuditEntry(event="back", actor="U_BEN", at=at)))
    assert (
        await answered(tmp_path, "audit", "verify", **env)
    ).out == "3 audit trails, 18 entries, 0 broken\n"
    shown = await answered(tmp_path, "audit", "absences", **env)
    assert shown == Ended(
        0,
        "   1  2026-11-23 09:00 UTC  U_BEN  away from 2026-11-23 to 2026-11-23 (UTC), U_CHI stands in\n"
        "   2  2026-11-23 09:00 UTC  U_BEN  back\n"
        "T1: 2 entries, the chain is whole\n",
        "",
    )
    trail = keys_of.absence_trail(TEAM)
    changed = str(await redis.lindex(trail, 0)).replace("U_CHI", "U_EVA")
    await redis.lset(trail, 0, changed)
    ended = await answered(tmp_path, "audit", "verify", **env)
    said = "absences (T1): entry 1 does not follow from the one before"
    assert (ended.code, ended.out.startswith(said)) == (1, True)
    ended = await answered(tmp_path, "audit", "absences", "--json", **env)
    assert (ended.code, json.loads(ended.out)[0]["broken"]["seq"]) == (1, 1)


async def test_exported_lines_are_exact_and_can_be_checked_without_us(tmp_path: Path, kept: Kept) -> None:
    redis, keys, env = kept
    ended = await answered(tmp_path, "audit", "export", keys.review, "--team", TEAM, **env)
    assert (ended.code, ended.err) == (0, "")
    stored = await redis.lrange(keys.audit, 0, -1)
    exported = [json.loads(line) for line in ended.out.splitlines()]
    assert [f"{line['link']} {line['text']}" for line in exported] == stored
    for line in exported:
        text = f"{line['previous']}|{line['seq']}|{line['text']}"
        assert hashlib.sha256(text.encode()).hexdigest() == line["link"]
        assert json.loads(line["text"]) == line["entry"]


async def test_the_sheet_has_a_line_for_each_payment_and_decision_and_no_formula(
    tmp_path: Path, kept: Kept
) -> None:
    _, keys, env = kept
    ended = await answered(tmp_path, "audit", "export", "--format", "csv", "--team", TEAM, **env)
    assert (ended.code, ended.err) == (0, "")
    lines = list(csv.DictReader(io.StringIO(ended.out, newline="")))
    payments = [line for line in lines if line["event"] == "rows"]
    assert [line["amount"] for line in payments] == ["1500", "12000", "-40.50", "15000"]
    assert payments[1]["memo"] == "'=cmd|' /C calc'!A0"
    decisions = [
        (line["ref"], line["vendor"], line["decision"]) for line in lines if line["event"] == "decided"
    ]
    assert decisions == [("4", "Globex", "approved"), ("2", "Acme Corp", "rejected")]
    assert {line["review"] for line in lines} == {keys.review}


async def test_a_wrong_name_gets_one_sentence(tmp_path: Path, kept: Kept) -> None:
    _, _, env = kept
    one_sentence(await answered(tmp_path, "audit", "verify", "R-00000", **env), "no review R-00000")
    one_sentence(await answered(tmp_path, "audit", "export", "x", **env), "not the name of a review")
    one_sentence(await answered(tmp_path, "audit", "export", "--format", "xml", **env), "jsonl nor csv")


async def test_an_expired_review_is_told_from_one_that_never_was(tmp_path: Path, kept: Kept) -> None:
    redis, keys, env = kept
    await redis.delete(*keys_that_expire(keys))
    one_sentence(await answered(tmp_path, "show", keys.review, **env), "has expired", "audit export")


async def test_the_doctor_looks_at_every_review_after_a_restore(tmp_path: Path, kept: Kept) -> None:
    redis, keys, env = kept
    ended = await answered(tmp_path, "doctor", "--audit", **env)
    assert ended == Ended(0, "2 reviews, 0 problems\n", "")
    await redis.hdel(keys.decisions, "2")
    ended = await answered(tmp_path, "doctor", "--audit", **env)
    assert ended.code == 1
    assert (
        f"mend  {keys.review} (T1): the audit trail has a decision about #2 that is not stored" in ended.out
    )
    assert ended.out.splitlines()[-1].startswith("2 reviews, ")


# -- nothing acts as a formula


def begins_a_formula(cell: str) -> bool:
    """What a program may take for one: by first character, behind what is not seen, in any width."""
    if cell[:1] in ("\t", "\r", "\n"):
        return True
    bare = unicodedata.normalize("NFKC", cell).lstrip(" \u00a0\u200b\ufeff\u2028\"'")
    return cell[:1] != "'" and bare[:1] in tuple("=+-@−")


def cells(written: str, separator: str) -> list[str]:
    """How a program reads our sheet that expects this separator."""
    out = io.StringIO(newline="")
    cells = ["T1", escape_formulas(written), "end"]
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    read = csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=separator)
    return [cell for line in read for cell in line]


FORMULAS = st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "﹣1", "−1", "\u200b=1", '"=1', "a;=1", "a\t+1"]
)


@given(st.one_of(st.text(), FORMULAS, st.tuples(FORMULAS, st.text(), FORMULAS).map("".join)))
@example("a;\u00a0=1")
@example('x";"=1')
@example("\r=1")
def test_no_cell_begins_a_formula_whatever_separator_a_program_expects(written: str) -> None:
    for separator in ",;\t|":
        assert not [cell for cell in cells(written, separator) if begins_a_formula(cell)]


def test_no_known_hostile_text_begins_a_formula() -> None:
    path = real_file("hostile-text.jsonl")
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    for text in texts:
        for separator in ",;\t|":
            assert not [cell for cell in cells(text, separator) if begins_a_formula(cell)], text


@given(st.text(st.characters(categories=["L", "N"])))
def test_plain_words_stay_as_they_are(written: str) -> None:
    assert escape_formulas(written) == written


HARM = [
    ("not text", lambda redis, keys: redis.lset(keys.audit, 1, b"\xff\xfe")),
    ("another type", lambda redis, keys: redis.rename(keys.state, keys.audit)),
    ("no number", lambda redis, keys: redis.hset(keys.state, "audited", "many")),
]


@pytest.mark.parametrize("harm", [harm for _, harm in HARM], ids=[name for name, _ in HARM])
async def test_a_trail_that_cannot_be_read_is_named_and_the_others_are_checked(kept: Kept, harm: Any) -> None:
    redis, keys, _ = kept
    await harm(redis, keys)
    trails = AuditTrails(redis)
    found = {trail: (await trails.check(*trail, datetime.now(UTC))).broken async for trail in trails.named()}
    broken = {trail for trail, what in found.items() if what is not None}
    assert broken == {(keys.team, keys.review)}
    assert len(found) == 2
