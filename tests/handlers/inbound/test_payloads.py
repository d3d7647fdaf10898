"""What Slack sends, and what only looks like it."""

import time
from datetime import UTC, datetime
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


ORGANISED = {"is_enterprise_install": True, "enterprise": {"id": "E1"}}
EVENT = {"team_id": "T_HOST", "context_team_id": "T1"}


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"team_id": "T1", "is_enterprise_install": "false", "enterprise_id": "E1"}, "T1"),
        ({"team_id": "T1", "is_enterprise_install": "true", "enterprise_id": "E1"}, "E1"),
        ({"team": None, "user": {"id": "U1", "team_id": "T2"}, **ORGANISED}, "E1"),
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}, **ORGANISED}, "E1"),
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}, "enterprise": {"id": "E1"}}, "T1"),
        ({**EVENT, "authorizations": [{"team_id": "T1", "enterprise_id": "E1"}]}, "T1"),
        (
            {
                **EVENT,
                "authorizations": [{"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}],
            },
            "E1",
        ),
        ({**EVENT, "authorizations": []}, "T_HOST"),
    ],
)
def test_a_request_belongs_to_the_installation_and_not_to_where_its_person_is_at_home(
    body: dict[str, Any], team: str
) -> None:
    assert payloads.team_of(body) == team


@pytest.mark.parametrize(
    "body",
    [
        {"team_id": "T1", "is_enterprise_install": True},
        {"team": {"id": "T1"}, "is_enterprise_install": True, "enterprise": None},
        {"team_id": "T1", "authorizations": [{"is_enterprise_install": True, "enterprise_id": None}]},
        {"authorizations": [None]},
    ],
)
def test_an_organisation_that_is_not_named_is_none_of_the_workspaces(body: dict[str, Any]) -> None:
    with pytest.raises(MalformedPayload):
        payloads.team_of(body)


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
    ("sent", "read"),
    [
        ("<@U_BOT> approve 2", "approve 2"),
        ("<@U_BOT|countersign>: approve 2", "approve 2"),
        ("approve <@U_BOT>", "approve"),
        ("approve 2, <@U_BOT>", "approve 2"),
        ("approve 2 <@U_BOT>!", "approve 2!"),
        ("hey <@U_BOT>, approve 2", "hey, approve 2"),
        ("reject 2 <@U_BOT>: no PO", "reject 2: no PO"),
        ("approve 2\n<@U_BOT> reject 3", "approve 2\nreject 3"),
        ("<@U_BOT> <@U_BOT>, approve 2<@U_BOT>3", "approve 2 3"),
        ("<@U_BOT>", ""),
        ("reject 2:", "reject 2:"),
        ("<@U_BOT2> approve 2", "@U_BOT2 approve 2"),
        ("<@U_BEN> approve 2", "@U_BEN approve 2"),
        ("<@U_BEN|ben> approve 2", "@ben approve 2"),
        ("<!here> and <!subteam^S1|@fin>, <!subteam^S2> look", "@here and @fin, @S2 look"),
        ("see <#C1|fin> and <#C2> and <#C3|>", "see #fin and #C2 and #C3"),
        ("hold 2 until <!date^123^{date}|Nov 1>", "hold 2 until Nov 1"),
        ("approve the <http://booking.com|booking.com> one", "approve the booking.com one"),
        ("ask <mailto:a@b.co|a@b.co>, <mailto:c@d.co>", "ask a@b.co, c@d.co"),
        ("see <https://a.co/?x=1&amp;y=2>", "see https://a.co/?x=1&y=2"),
        ("reject 2: R&amp;D &lt;old&gt;", "reject 2: R&D <old>"),
        ("approve 2 &lt;@U_BOT&gt;", "approve 2 <@U_BOT>"),
        ("&amp;lt;", "&lt;"),
        ("2 < 3 <3", "2 < 3 <3"),
    ],
)
def test_a_reply_is_read_as_its_author_typed_it_without_the_bots_name(sent: str, read: str) -> None:
    assert payloads.reply_text(sent, "U_BOT") == read


def test_a_reply_names_the_bot_only_by_a_mention_of_it() -> None:
    for sent in ("<@U_BOT> hi", "hi <@U_BOT|countersign>"):
        assert payloads.mentions({"text": sent}, "U_BOT")
    for sent in ("hi", "<@U_BOT2> hi", "&lt;@U_BOT&gt;", "@U_BOT", ""):
        assert not payloads.mentions({"text": sent}, "U_BOT")
    assert not payloads.mentions({"text": "<@> hi"}, "")


@pytest.mark.parametrize(
    "piece", ["<", "<@A|", "<http://a", " ", ",", "&amp;", "<@U_BOT>", "<@U_BOT> ,", "<@U_BOT|"]
)
def test_undoing_markup_is_linear_in_the_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        begun = time.thread_time()  # not the time for which the machine did something else
        payloads.reply_text(text, "U_BOT")
        payloads.submitted_text(text)
        return time.thread_time() - begun

    seconds(1000)
    # 16 times the text; a quadratic search would take 256 times as long. A floor keeps noise out.
    assert min(seconds(160_000) for _ in range(3)) < 64 * max(min(seconds(10_000) for _ in range(3)), 0.0005)


def test_a_submitted_message_loses_markup_and_whoever_is_called() -> None:
    text = "<@U_BOT> <!here> $5 to <http://acme.com|acme.com>. Memo: ask <mailto:a@b.co|a@b.co> &amp; co"
    assert payloads.submitted_text(text) == "$5 to acme.com. Memo: ask a@b.co & co"


WRITTEN = {"user": "U1", "text": "approve 1", "ts": "2.0", "thread_ts": "1.0"}
EDITED = WRITTEN | {"text": "<@U_BOT> reject 1", "edited": {"user": "U1", "ts": "3.0"}}


def _changed(before: object, after: object, **more: object) -> dict[str, Any]:
    event = {"subtype": "message_changed", "channel": "C1", "previous_message": before, "message": after}
    return {"team_id": "T1", "event": event | more}


def test_an_edit_and_a_deletion_name_author_thread_time_and_both_texts() -> None:
    place, sent = payloads.Place("T1", "U1", "C1"), datetime.fromtimestamp(float(WRITTEN["ts"]), UTC)
    edit = payloads.changed_reply(_changed(WRITTEN, EDITED), "U_BOT")
    assert edit == payloads.ChangedReply(place, "1.0", sent, "approve 1", "reject 1")
    deletion = payloads.changed_reply(_changed(WRITTEN, None, subtype="message_deleted"), "U_BOT")
    assert deletion == payloads.ChangedReply(place, "1.0", sent, "approve 1", "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (WRITTEN, WRITTEN | {"attachments": [{"title": "a preview"}]}),
        (WRITTEN, EDITED | {"text": "<@U_BOT> approve 1"}),
        (WRITTEN | {"text": "acme.com"}, EDITED | {"text": "<http://acme.com|acme.com>"}),
        (WRITTEN, EDITED | {"edited": {"user": "U2"}}),
        (WRITTEN, {name: EDITED[name] for name in EDITED if name != "edited"}),
        (WRITTEN | {"bot_id": "B1"}, EDITED | {"bot_id": "B1"}),
        (WRITTEN | {"thread_ts": None}, EDITED),
        (WRITTEN, EDITED | {"subtype": "tombstone", "user": "USLACKBOT"}),
        (None, EDITED),
        ("x", "y"),
    ],
)
def test_what_changes_no_words_of_a_persons_own_reply_is_no_edit(before: object, after: object) -> None:
    assert payloads.changed_reply(_changed(before, after), "U_BOT") is None
