"""What a person types, as Slack hands it to an app: linked, escaped, and as rich text."""

from __future__ import annotations

import json

import pytest

from bot.sandbox.blocks.mrkdwn import rich_text_block, to_mrkdwn
from bot.sandbox.blocks.validation import problems_of

from ..conftest import Json, Person, PlainApp

PEOPLE = {"ana": "U_REQUESTER", "countersign": "U_BOT"}


@pytest.mark.parametrize(
    ("text", "mrkdwn"),
    [
        ("@ana & <b>", "<@U_REQUESTER> &amp; &lt;b&gt;"),
        ("pay acme.com.", "pay <http://acme.com|acme.com>."),
        ("see www.acme.co.uk/a?b=1, now", "see <http://www.acme.co.uk/a?b=1|www.acme.co.uk/a?b=1>, now"),
        ("(https://acme.com/x)", "(<https://acme.com/x>)"),
        ("ask ana@acme.com", "ask <mailto:ana@acme.com|ana@acme.com>"),
        ("<https://acme.com|Acme>", "<https://acme.com|Acme>"),
        ("<@U_BOT> look", "<@U_BOT> look"),
        ("rows.csv costs 12.000 e.g. $5.com", "rows.csv costs 12.000 e.g. $5.com"),
        ("acme.community", "acme.community"),
    ],
)
def test_text_is_linked_and_escaped(text: str, mrkdwn: str) -> None:
    assert to_mrkdwn(text, PEOPLE) == mrkdwn


def test_a_command_is_not_linked() -> None:
    assert to_mrkdwn("@ana acme.com", PEOPLE, links=False) == "<@U_REQUESTER> acme.com"


WRITTEN: list[tuple[str, list[Json]]] = [
    ("a &amp; b", [{"type": "text", "text": "a & b"}]),
    (
        "<@U1> in <#C1>",
        [
            {"type": "user", "user_id": "U1"},
            {"type": "text", "text": " in "},
            {"type": "channel", "channel_id": "C1"},
        ],
    ),
    ("<!here>", [{"type": "broadcast", "range": "here"}]),
    ("<http://a.com|a.com>", [{"type": "link", "url": "http://a.com", "text": "a.com"}]),
    ("<https://a.com?x=1&amp;y>", [{"type": "link", "url": "https://a.com?x=1&y"}]),
    (":+1: at 12:30:45", [{"type": "emoji", "name": "+1"}, {"type": "text", "text": " at 12:30:45"}]),
    (
        "*_both_* 2*3*4",
        [
            {"type": "text", "text": "both", "style": {"bold": True, "italic": True}},
            {"type": "text", "text": " 2*3*4"},
        ],
    ),
    (
        "~no~ `a*b*`",
        [
            {"type": "text", "text": "no", "style": {"strike": True}},
            {"type": "text", "text": " "},
            {"type": "text", "text": "a*b*", "style": {"code": True}},
        ],
    ),
]


@pytest.mark.parametrize(("text", "elements"), WRITTEN)
def test_text_is_rich_text_too(text: str, elements: list[Json]) -> None:
    blocks = rich_text_block(text, "b")
    assert blocks[0]["elements"] == [{"type": "rich_text_section", "elements": elements}]
    assert problems_of(blocks, "message") == []


def test_quotes_and_fences_stand_apart() -> None:
    blocks = rich_text_block("before\n&gt; quoted\n&gt; more\nafter ```a\n*b*```", "b")
    assert [element["type"] for element in blocks[0]["elements"]] == [
        "rich_text_section",
        "rich_text_quote",
        "rich_text_section",
        "rich_text_preformatted",
    ]
    assert blocks[0]["elements"][1]["elements"] == [{"type": "text", "text": "quoted\nmore\n"}]
    assert blocks[0]["elements"][3]["elements"] == [{"type": "text", "text": "a\n*b*"}]
    assert problems_of(blocks, "message") == []
    assert rich_text_block("", "b") == []


async def test_an_app_gets_both(person: Person, plain_app: PlainApp) -> None:
    await person.do("messages", user="U_REQUESTER", channel="C_FINANCE", text="@ben see acme.com")
    event = json.loads(plain_app.requests[0][1])["event"]
    assert event["text"] == "<@U_REVIEWER> see <http://acme.com|acme.com>"
    kinds = [element["type"] for element in event["blocks"][0]["elements"][0]["elements"]]
    assert kinds == ["user", "text", "link"]
    assert event["client_msg_id"]
    assert (await person.messages())[-1]["blocks"] is None  # a view of the text, not a thing of its own
