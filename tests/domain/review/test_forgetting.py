"""Which words go out of one entry or one turn, without a store."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Medium, Party, Turn
from bot.domain.review.forgetting import (
    GONE,
    Forgetting,
    field_without,
    refs_to,
    turn_without,
    without,
    words_of,
)

AT = datetime(2026, 11, 29, tzinfo=UTC)
BEN = Forgetting("forgotten-1", person="U_BEN", names=frozenset({"Ben Hur"}))
ROSA = Forgetting("forgotten-2", vendors=frozenset({"Rosa Luxner Design"}))
ALL = Forgetting("forgotten")


def entry(event: str, actor: str = "U_EVA", **detail: object) -> AuditEntry:
    return AuditEntry(event=event, actor=actor, at=AT, detail=dict(detail))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ask <@U_BEN>, he knows", "ask <@forgotten-1>, he knows"),
        ("U_BENEDICT is another", "U_BENEDICT is another"),
        ("BEN  HUR said so", "forgotten-1 said so"),
        ("ben hurried", "ben hurried"),
    ],
)
def test_a_person_stands_by_pseudonym_in_what_others_wrote(text: str, left: str) -> None:
    assert BEN.without_names(text) == left


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Rosa Luxner Design", "for ROSA-LUXNER  design.", GONE),
        ("Rosa Luxner Design", "rosa luxner designed it", "rosa luxner designed it"),
        ("IT", "it is fine", "it is fine"),
        ("IT", "paid to IT", GONE),
        ("X", "X marks it", "X marks it"),
        ("V7 3", "to V73 or v7 3", "to V73 or v7 3"),
        ("Acme Corp", "to ACMECORP", GONE),
    ],
)
def test_a_text_that_names_a_vendor_goes_and_an_ordinary_word_is_no_vendor(
    name: str, text: str, left: str
) -> None:
    assert Forgetting("forgotten-2", vendors=frozenset({name})).without_names(text) == left


def test_what_somebody_wrote_goes_and_what_they_decided_stays() -> None:
    decided = entry(
        "decided", "U_BEN", ref=2, kind="rejected", how="button", reason="moved", content_hash="a"
    )
    left = without(decided, BEN, ())
    assert left.actor == "forgotten-1"
    assert left.detail == {**decided.detail, "reason": GONE}
    assert without(decided, ROSA, ()) == decided
    assert without(decided, ROSA, {1}).detail["reason"] == GONE


@pytest.mark.parametrize("field", [{"author": "U_BEN"}, {"brought_by": ["U_EVA", "U_BEN"]}])
def test_words_that_somebody_else_handed_in_for_them_go_too(field: dict[str, Any]) -> None:
    handed = entry("submitted", source="ben.csv", input=[{"text": "1. $3 to Acme"}], **field)
    left = without(handed, BEN, ()).detail
    assert (left["source"], left["input"]) == (GONE, [{"text": GONE}])


def test_kinds_of_findings_and_routes_are_read_as_before() -> None:
    judged = entry(
        "judged",
        refs=[1, 2],
        kinds=[["rule", "exposure", "high", "denied_vendors: Rosa Luxner Design"]],
        evidence=["about one", "about two"],
        flagged={"1": [0, 0], "2": [0, 1]},
        routes={"1": 1},
    )
    left = without(judged, ROSA, {1}).detail
    assert left["kinds"] == [["rule", "exposure", "high", GONE]]
    assert left["evidence"] == [GONE, "about two"]
    assert {name: left[name] for name in ("flagged", "routes", "refs")} == {
        name: judged.detail[name] for name in ("flagged", "routes", "refs")
    }
    routes = entry("routes", routes=[{"name": "large", "stages": [{"group": "cfo", "count": 1}]}])
    assert without(routes, ALL, ()) == routes


def test_a_payment_in_whichever_version_keeps_amount_and_day_alone() -> None:
    row = {
        "ref": 1,
        "date": "2026-11-01",
        "amount": "5.00",
        "vendor": "Rosa Luxner",
        "memo": "a",
        "account": "b",
    }
    rows = entry("rows", columns=list(row), rows=[list(row.values())])
    amended = entry("amended", ref=2, payment={**row, "ref": 2})
    key = "Rosa Luxner"
    assert refs_to([rows, amended], lambda name: name == key) == {1, 2}
    left = without(rows, ROSA, {1}).detail["rows"][0]
    assert left == [1, "2026-11-01", "5.00", "forgotten-2", GONE, GONE]
    assert without(amended, ROSA, {2}).detail["payment"]["vendor"] == "forgotten-2"


def test_what_the_bot_repeats_of_somebody_goes_with_it() -> None:
    said = Turn(who=Party.HUMAN, how=Medium.BUTTON, text="the studio moved", at=AT, actor="U_BEN")
    told = Turn(who=Party.FINANCE_BOT, how=Medium.API, text="Rejected: the studio moved", at=AT)
    about = Turn(who=Party.FINANCE_BOT, how=Medium.API, text="<@U_BEN> rejected #1", at=AT)
    other = Turn(who=Party.FINANCE_BOT, how=Medium.API, text="All is decided", at=AT)
    of = Forgetting("forgotten-1", "U_BEN", quotes=words_of("U_BEN", [], [said, told, about, other]))
    assert [turn_without(turn, of, ()).text for turn in (said, told, about, other)] == [
        GONE,
        GONE,
        GONE,
        "All is decided",
    ]


def test_a_common_word_of_somebody_takes_no_words_of_others_away() -> None:
    said = Turn(who=Party.HUMAN, how=Medium.THREAD_REPLY, text="approved", at=AT, actor="U_BEN")
    reason = "approved by the board, contract 44"
    of = Forgetting("forgotten-1", "U_BEN", quotes=words_of("U_BEN", [], [said]))
    eva = said.model_copy(update={"actor": "U_EVA", "text": reason})
    bot = said.model_copy(update={"who": Party.FINANCE_BOT, "actor": None, "text": "I heard: approved"})
    assert [turn_without(turn, of, ()).text for turn in (said, eva, bot)] == [GONE, reason, GONE]
    decided = AuditEntry(event="decided", actor="U_EVA", at=AT, detail={"ref": 1, "reason": reason})
    assert without(decided, of, ()) == decided
    assert field_without({"note": reason}, of, all_words=False) == {"note": reason}
    long = Forgetting("forgotten-1", "U_BEN", quotes=frozenset({"by the board", "DE02120300000000202051"}))
    for quoted in ("as ben says, by the board", "to DE02120300000000202051 then"):
        assert turn_without(eva.model_copy(update={"text": quoted}), long, ()).text == GONE
