"""What Slack sends, and what only looks like it."""

from typing import Any

import pytest

from handlers.inbound import payloads
from handlers.views.button_value import MalformedPayload

CLICK: dict[str, Any] = {
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "channel": {"id": "C1"},
    "actions": [{"action_id": "approve", "value": "R-7K3F2:2:abc"}],
}


def test_a_click_names_workspace_person_channel_and_button() -> None:
    place = payloads.place_of_action(CLICK)
    assert (place.team, place.user, place.channel) == ("T1", "U1", "C1")
    click = payloads.card_click(CLICK)
    assert (click.team, click.user, click.action_id) == ("T1", "U1", "approve")
    button = click.button
    assert (button.review, button.ref, button.content_token) == ("R-7K3F2", 2, "abc")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"team": None, "user": None},
        {"team": {"id": "T1"}, "user": "U1"},
        {"team": {"id": "T1"}, "user": {"id": ""}},
        {"team": {"id": ["T1"]}, "user": {"id": "U1"}},
    ],
)
def test_a_payload_without_a_person_or_workspace_is_malformed(body: dict[str, Any]) -> None:
    with pytest.raises(MalformedPayload):
        payloads.place_of_action(body)


@pytest.mark.parametrize("actions", [None, [], [{}], [None], "x", [{"value": 7}], [{"value": "R-7K3F2:x:"}]])
def test_a_click_on_nothing_of_ours_is_malformed(actions: object) -> None:
    with pytest.raises(MalformedPayload):
        _ = payloads.card_click(CLICK | {"actions": actions}).button.ref


@pytest.mark.parametrize("view", [None, {}, {"id": "V1"}, {"id": "V1", "state": "x"}, {"id": 1}])
def test_a_form_that_is_not_ours_is_malformed(view: object) -> None:
    for read in (payloads.submitted_form, payloads.rejected_form):
        with pytest.raises(MalformedPayload):
            read({"view": view})


def test_an_older_form_without_some_inputs_is_read_as_far_as_it_goes() -> None:
    values = {"text": {"text": {"value": " $5 to X. Memo: y "}}}
    form = payloads.submitted_form(
        {"view": {"id": "V1", "private_metadata": "C1", "state": {"values": values}}}
    )
    assert (form.text, form.files, form.note, form.channel) == ("$5 to X. Memo: y", (), "", "C1")


@pytest.mark.parametrize(
    ("event", "person"),
    [
        ({"user": "U1", "text": "hi"}, True),
        ({"user": "U1", "subtype": "file_share"}, True),
        ({"user": "U1", "bot_id": "B1"}, False),
        ({"user": "U1", "app_id": "A1"}, False),
        ({"user": "U1", "subtype": "message_changed"}, False),
        ({"user": "U1", "subtype": "channel_join"}, False),
        ({"text": "nobody"}, False),
        ("x", False),
        (None, False),
    ],
)
def test_only_what_a_person_newly_wrote_is_a_message(event: object, person: bool) -> None:
    assert payloads.is_a_person(event) is person


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<@U_BOT> approve 2", "approve 2"),
        ("<@U_BOT|countersign>: approve 2", "approve 2"),
        ("<@U_BEN> approve 2", "<@U_BEN> approve 2"),
        ("approve <@U_BOT>", "approve <@U_BOT>"),
        ("reject 2: R&amp;D &lt;old&gt;", "reject 2: R&D <old>"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_only_our_own_name_in_front_is_taken_off_a_reply(typed: str, read: str) -> None:
    assert payloads.reply_text(typed, "U_BOT") == read


def test_a_submitted_message_loses_links_and_mentions() -> None:
    text = "<@U_BOT> $5 to <http://acme.com|acme.com>. Memo: ask <mailto:a@b.co|a@b.co> &amp; co"
    assert payloads.submitted_text(text) == "$5 to acme.com. Memo: ask a@b.co & co"
