"""Every kind of person in the sandbox's workspace, and every way in: what comes of each with each."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.application.prepared import About
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.review.transition import Actor
from bot.sandbox.api.file_objects import new_file
from bot.sandbox.delivery import payloads
from bot.sandbox.delivery.installation import Installation
from bot.sandbox.door import element_actions, modals, user_actions
from bot.store import OpenContent, connect
from handlers.views.adding_form import adding_form
from handlers.views.button_value import ButtonValue
from handlers.views.call_back_form import call_back_form
from handlers.views.card import reopen_button
from handlers.views.closing_form import closing_form
from handlers.views.forms import submit_form
from tests.office import TEAM, Json, Office

CHANNEL = "C_SHARED"  # with another company
PAYMENT = "$700 to Globex. Memo: {}"
ROWS = 80

# Whom Slack tells of as what; the last is somebody of whom it does not tell.
KINDS = {
    "an approver": "U_REVIEWER",
    "approver of other payments": "U_PAYROLL",
    "who submitted": "U_REQUESTER",
    "member, in the channel": "U_SECOND",
    "member, elsewhere": "U_OUTSIDER",
    "guest": "U_GUEST",
    "single-channel guest": "U_CHANNEL_GUEST",
    "other organisation": "U_STRANGER",
    "deactivated": "U_GONE",
    "another app": "U_OTHER_APP",
    "Slackbot": "USLACKBOT",
    "Slack does not say": "U_NEW",
}
# All but two members: what stops the others is what they are, and not a list that they are not on. One more
# is of a group that decides about payments to one vendor alone.
APPROVERS = tuple(user for user in KINDS.values() if user not in {"U_SECOND", "U_OUTSIDER", "U_PAYROLL"})
POLICY = f"""
approvers = {list(APPROVERS)}
[groups]
payroll = ["U_PAYROLL"]
[[routes]]
name = "payroll"
vendor = ["Payroll Services"]
stages = [{{ from = "payroll" }}]
"""


async def press(installation: Installation, user: str, message: Json, action: str, value: str) -> None:
    """A click, whoever may see the message: a client may be outdated, and a request forged."""
    channel = message["channel"]
    context = {
        "container": payloads.message_container(message),
        "channel": payloads.channel_ref(installation.workspace, channel),
    }
    response = {"response_url": installation.response_url(user, channel)}
    where = element_actions.ElementPlace([], context, response, channel=channel)
    fields = {"action_id": action, "block_id": "forged", "value": value, "force": True}
    await element_actions.use_element(installation, user, where, fields)


@dataclass(slots=True)
class Scene:
    """A review of ``ROWS`` flagged payments that ana submitted, a draft of hers, and whoever acts on them."""

    office: Office
    card: Json
    draft: Json
    value: str
    frozen: Json
    to_end: Json
    ended: Json
    next_ref: int = 0

    @property
    def installation(self) -> Installation:
        return self.office.sandbox.installation

    def ref(self) -> int:
        """A payment that nobody has decided yet."""
        self.next_ref += 1
        return self.next_ref

    async def press(self, user: str, message: Json, action: str, value: str) -> None:
        await press(self.installation, user, message, action, value)

    async def write(self, user: str, text: str, channel: str = CHANNEL, **more: Any) -> None:
        await user_actions.write_message(self.installation, user, channel, text, **more)

    def item(self, item: int | str) -> str:
        """What a button of this card carries for a payment or a page."""
        review, _, token = self.value.split(":")
        return f"{review}:{item}:{token}"

    async def decided(self) -> int:
        review_state = await self.office.review_state(self.card)
        return review_state.approved + review_state.rejected + review_state.held

    async def claimed(self) -> int:
        """On how many payments somebody is."""
        return len((await self.office.review_state(self.card)).claims)

    async def called(self) -> int:
        """How many calls to a vendor were noted."""
        review = ButtonValue.decode(frozen_value(self.frozen)).review
        trail = await self.office.bot.stores.reviews.audit(TEAM, review)
        return sum(entry.event == "called_back" for entry in trail)

    async def added(self) -> int:
        """How many people were added to payments as approvers."""
        return len((await self.office.review_state(self.card)).added)

    async def nudged(self) -> int:
        """How often others were reminded because somebody asked."""
        state = await self.office.review_state(self.card)
        trail = await self.office.bot.stores.reviews.audit(TEAM, state.id)
        return sum(entry.event == "nudged" for entry in trail)

    async def events(self, review: str, event: str) -> int:
        """How often something happened in a review, by its trail."""
        trail = await self.office.bot.stores.reviews.audit(TEAM, review)
        return sum(entry.event == event for entry in trail)

    async def submitted(self) -> int:
        """How many batches were taken."""
        return await self._keys(f"cs:{{*}}:{TEAM}:*:state")  # also of a review that was closed at once

    async def files(self) -> int:
        """How many files were taken; a job makes batches of them later."""
        return await self._keys("cs:files:*")

    async def _keys(self, pattern: str) -> int:
        redis = connect(self.office.bot.redis_url)
        try:
            return len([key async for key in redis.scan_iter(match=pattern, count=1000)])
        finally:
            await redis.aclose()


def review_of(card: Json) -> str:
    """The id of the review that a card stands for."""
    return str(card["metadata"]["event_payload"]["review"])


async def approve(scene: Scene, user: str) -> None:
    await scene.press(user, scene.card, "approve", scene.item(scene.ref()))


async def reject(scene: Scene, user: str) -> Json:
    value = scene.item(scene.ref())
    record = scene.installation.workspace.views.open(user, reason(value))
    given = {"reason": {"reason": "no order"}}
    return await modals.submit_modal(scene.installation, user, record["id"], given, force=True)


async def add_approver(scene: Scene, user: str) -> Json:
    """The form that adds an approver, submitted by whoever got hold of it."""
    review_id, ref = scene.value.split(":")[0], scene.ref()
    review = await scene.office.bot.use_cases.adding.payment(TEAM, review_id, ref)
    assert review is not None
    view = adding_form(ButtonValue.decode(scene.item(ref)), review.entries[ref])
    record = scene.installation.workspace.views.open(user, view)
    given = {"person": {"person": "U_SECOND"}, "reason": {"reason": "knows the vendor"}}
    return await modals.submit_modal(scene.installation, user, record["id"], given, force=True)


async def bulk(scene: Scene, user: str) -> Json:
    """What an approver prepared about one payment, submitted by whoever got hold of its name."""
    (team, review), ref = (TEAM, scene.value.split(":")[0]), scene.ref()
    use_cases = scene.office.bot.use_cases
    approver = Actor(user="U_REVIEWER", how=Medium.BUTTON, text="reject", now=use_cases.now())
    await use_cases.desk.tick(team, review, approver.user, (ref,))
    prepared = await use_cases.bulk.prepare(team, review, DecisionKind.REJECTED, approver, About.SELECTED)
    await use_cases.desk.tick(team, review, approver.user, (), (ref,))
    assert isinstance(prepared, str)
    view = reason(prepared) | {"callback_id": "bulk"}
    record = scene.installation.workspace.views.open(user, view)
    given = {"reason": {"reason": "duplicate"}}
    return await modals.submit_modal(scene.installation, user, record["id"], given, force=True)


def reason(value: str) -> Json:
    typed = {"type": "plain_text_input", "action_id": "reason"}
    label = {"type": "plain_text", "text": "Reason"}
    asked = {"type": "input", "block_id": "reason", "label": label, "element": typed, "optional": True}
    return {
        "type": "modal",
        "callback_id": "reason",
        "title": {"type": "plain_text", "text": "Reject payment"},
        "submit": {"type": "plain_text", "text": "Reject"},
        "private_metadata": value,
        "blocks": [asked],
    }


async def reply(scene: Scene, user: str) -> None:
    await scene.write(user, f"approve {scene.ref()}", thread_ts=scene.card["ts"])


async def claim(scene: Scene, user: str) -> None:
    await scene.press(user, scene.card, "claim", scene.item(scene.ref()))


async def nudge(scene: Scene, user: str) -> None:
    await scene.press(user, scene.card, "nudge", scene.item(""))


async def everything(scene: Scene, user: str) -> None:
    await scene.press(user, scene.card, "everything", scene.item(""))


async def desk(scene: Scene, user: str) -> None:
    await scene.press(user, scene.card, "open_desk", scene.item(""))


async def bad_rows(scene: Scene, user: str) -> None:
    await scene.press(user, scene.draft, "bad_rows", f"{_draft_id(scene.draft)}:0")


async def good_rows(scene: Scene, user: str) -> None:
    await scene.press(user, scene.draft, "submit_good", _draft_id(scene.draft))


def _draft_id(draft: Json) -> str:
    buttons = [each for block in draft["blocks"] for each in block.get("elements", ()) if "value" in each]
    return str(next(each["value"] for each in buttons if each["action_id"] == "submit_good"))


async def home(scene: Scene, user: str) -> None:
    await user_actions.open_home_tab(scene.installation, user)


async def status(scene: Scene, user: str) -> None:
    await _command(scene, user, "status")


async def command(scene: Scene, user: str) -> None:
    await _command(scene, user, PAYMENT.format(user))


async def _command(scene: Scene, user: str, text: str) -> None:
    await user_actions.use_slash_command(scene.installation, user, CHANNEL, "/transactions", text, force=True)


async def form(scene: Scene, user: str) -> Json:
    view = submit_form(CHANNEL, PAYMENT.format(user), picker=False)
    record = scene.installation.workspace.views.open(user, view)
    values = {"text": {"text": PAYMENT.format(user)}}
    return await modals.submit_modal(scene.installation, user, record["id"], values, force=True)


async def shortcut(scene: Scene, user: str) -> None:
    workspace = scene.installation.workspace
    message = workspace.post(CHANNEL, "U_REQUESTER", PAYMENT.format(user))
    await user_actions.use_message_shortcut(
        scene.installation, user, CHANNEL, message["ts"], "review_message", force=True
    )


async def mention(scene: Scene, user: str) -> None:
    await scene.write(user, f"<@U_BOT> {PAYMENT.format(user)}")


async def file(scene: Scene, user: str) -> None:
    uploaded = new_file(scene.installation, user, "p.csv", b"vendor,amount\nGlobex,700\n")
    scene.installation.workspace.keep_file(uploaded, b"vendor,amount\nGlobex,700\n")
    await scene.write(user, "<@U_BOT>", files=[uploaded])


async def direct(scene: Scene, user: str) -> None:
    channel = scene.installation.workspace.open_direct(user)
    await scene.write(user, PAYMENT.format(user), channel["id"])


def frozen_value(card: Json) -> str:
    """What the first button of the first payment on a card carries."""
    rows = (block for block in card["blocks"] if block["type"] == "actions")
    return str(next(rows)["elements"][0]["value"])


async def call_back(scene: Scene, user: str) -> Json:
    """The form as it is filled in by an approver, submitted by whoever got hold of it."""
    button, use_cases = ButtonValue.decode(frozen_value(scene.frozen)), scene.office.bot.use_cases
    (entry,) = await use_cases.look.transactions(TEAM, button.review, (button.ref,))
    view = call_back_form(button, entry, (), use_cases.now())
    record = scene.installation.workspace.views.open(user, view)
    fields = {
        "spoke_to": "Maria Novak",
        "called_at": int(use_cases.now().timestamp()),
        "number": "+44 20 7946 0018",
        "source": "records",
        "result": "not confirmed",
    }
    given = {name: {name: said} for name, said in fields.items()}
    return await modals.submit_modal(scene.installation, user, record["id"], given, force=True)


def _approver(scene: Scene, text: str) -> Actor:
    return Actor(user="U_REVIEWER", how=Medium.BUTTON, text=text, now=scene.office.bot.use_cases.now())


async def close(scene: Scene, user: str) -> Json:
    """The form that an approver was shown, submitted by whoever got hold of it; opened again before."""
    decide = scene.office.bot.use_cases.decide
    await decide.reopen(TEAM, review_of(scene.to_end), _approver(scene, "reopen"))
    asked = await decide.exit_at_once(TEAM, review_of(scene.to_end), _approver(scene, "exit"))
    assert isinstance(asked, OpenContent)
    record = scene.installation.workspace.views.open(user, closing_form(asked.state, asked.digest))
    return await modals.submit_modal(scene.installation, user, record["id"], {}, force=True)


async def reopen(scene: Scene, user: str) -> None:
    """The button of the card, closed again before."""
    use_cases = scene.office.bot.use_cases
    await use_cases.decide.exit(TEAM, review_of(scene.ended), _approver(scene, "exit"))
    state = await scene.office.bot.stores.reviews.state(TEAM, review_of(scene.ended))
    assert state is not None
    await scene.press(user, scene.card, "reopen", reopen_button(state)["value"])


async def release(scene: Scene, user: str) -> None:
    """A reply about what an approver has put on hold."""
    hold = (DecisionRequest(kind=DecisionKind.HELD, refs=(1,)),)
    review, actor = review_of(scene.to_end), _approver(scene, "hold 1")
    await scene.office.bot.use_cases.decide.decide(TEAM, review, hold, actor)
    await scene.write(user, "release 1", thread_ts=scene.to_end["ts"])


Way = Callable[[Scene, str], Awaitable[Json | None]]

# What a person tries, and whether it decides, releases, closes, reopens, adds an approver, claims, notes a
# call, submits, hands over a file or looks. The file comes last: what a job makes of it later must not be
# taken for what the next did.
WAYS: dict[str, tuple[Way, str]] = {
    "a button that approves": (approve, "decides"),
    "the form that rejects": (reject, "decides"),
    "the page that decides about many": (bulk, "decides"),
    "a reply that approves": (reply, "decides"),
    "a reply that releases": (release, "releases"),
    "the form that closes a review": (close, "closes"),
    "the button *Reopen*": (reopen, "reopens"),
    "saying *I'm on it*": (claim, "claims"),
    "the form that notes a call to a vendor": (call_back, "calls"),
    "the button *Nudge*": (nudge, "nudges"),
    "the button *Show everything*": (everything, "looks"),
    "the desk": (desk, "looks"),
    "the bad rows of somebody's batch": (bad_rows, "looks"),
    "the good rows of somebody's batch": (good_rows, "submits"),
    "the Home tab": (home, "looks"),
    "`/transactions status`": (status, "looks"),
    "`/transactions` with payments": (command, "submits"),
    "the form that submits": (form, "submits"),
    "the message shortcut": (shortcut, "submits"),
    "a mention with payments": (mention, "submits"),
    "a direct message": (direct, "submits"),
    "the form that adds an approver": (add_approver, "adds"),
    "a file with a mention": (file, "hands over"),
}
