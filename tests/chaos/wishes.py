"""What somebody asked of the bot, read from what the sandbox delivered: pure, and without the bot's code.

The judge must not believe the bot's own reading, so the few forms that the people here use are read anew.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
Thread = tuple[str, str]


class Aim(StrEnum):
    """What a request is for; the first three are the kinds of decisions, by their stored names."""

    APPROVE = "approved"
    REJECT = "rejected"
    HOLD = "held"
    EXIT = "exit"
    CLOSE = "close"  # which closes at once, or asks first
    RELEASE = "release"
    REOPEN = "reopen"
    CONFIRM = "confirm"
    ASK = "ask"
    NOTE = "note"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    TALK = "talk"
    LOOK = "look"
    SUBMIT = "submit"


DECIDING = frozenset({Aim.APPROVE, Aim.REJECT, Aim.HOLD, Aim.EXIT})
FOR_DECIDERS = DECIDING | {
    Aim.CLOSE,
    Aim.RELEASE,
    Aim.REOPEN,
    Aim.ASK,
    Aim.NOTE,
}  # what anybody else is told that it is not theirs
BY_BUTTON, BY_REPLY, BY_COMMAND = "button", "thread reply", "command"

_CLICKS = {
    "approve": (Aim.APPROVE, "approve"),
    "hold": (Aim.HOLD, "hold"),
    "exit": (Aim.CLOSE, "exit"),
    "reopen": (Aim.REOPEN, "reopen"),
    "confirm": (Aim.CONFIRM, "confirm"),
    "cancel": (Aim.TALK, "cancel"),
}
_SAID = re.compile(r"(approve|reject|hold) (all|[0-9]+(?: and [0-9]+)?)(?:: (.+))?")
_REVIEW = re.compile(r"R-[0-9A-Z]{5,12}")
_VERBS = {"approve": Aim.APPROVE, "reject": Aim.REJECT, "hold": Aim.HOLD}
_RELEASES = re.compile(r"release ([0-9]+)")
_FORMS = {"reason": (Aim.REJECT, "reject"), "approval_reason": (Aim.APPROVE, "approve")}
_ABSENCES = re.compile(r"away |back$")
_REMARKS = re.compile(r"(ask|note) [0-9]+: .+")
_WITHDRAWALS = re.compile(r"withdraw ([0-9]+)")
_LOOKS = re.compile(r"why [0-9]+\?|status|help")


@dataclass(frozen=True, slots=True)
class Wish:
    """One request; ``refs`` is ``None`` for everything undecided, ``name`` is the same when it is repeated.

    ``words`` are what the conversation is to show of it; ``thread`` is where a reply was written, whose
    review is found by its card; ``item`` is what the button stood at.
    """

    user: str
    aim: Aim
    how: str
    name: str
    words: str = ""
    refs: tuple[int, ...] | None = ()
    review: str = ""
    thread: Thread | None = None
    item: str = ""


def read(kind: str, payload: Json) -> Wish | None:
    """The wish in a payload; ``None`` for what asks for nothing, such as news of the bot's own messages."""
    if kind == "commands":
        if _ABSENCES.match(payload["text"]):
            return None  # what comes of it is judged by the trail of absences
        name = f"command {payload['trigger_id']}"
        return Wish(payload["user_id"], Aim.SUBMIT, BY_COMMAND, name, payload["text"])
    if kind == "events":
        return _reply(payload["event"])
    return _form(payload) if payload["type"] == "view_submission" else _click(payload)


def _reply(event: Json) -> Wish | None:
    """A person's message in a thread."""
    if event["type"] != "message" or event.get("subtype") or event.get("bot_id") or "thread_ts" not in event:
        return None
    aim, refs = meant(event["text"])
    thread = (event["channel"], event["thread_ts"])
    name = f"message {event['channel']} {event['ts']}"
    return Wish(event["user"], aim, BY_REPLY, name, event["text"], refs, thread=thread)


def meant(text: str) -> tuple[Aim, tuple[int, ...] | None]:
    """What a reply of these people asks for; they speak plainly, or of something else."""
    if text in ("exit", "skip", "reopen"):
        return {"exit": (Aim.CLOSE, ()), "skip": (Aim.HOLD, None), "reopen": (Aim.REOPEN, ())}[text]
    if found := _RELEASES.fullmatch(text):
        return Aim.RELEASE, (int(found[1]),)
    if found := _SAID.fullmatch(text):
        refs = None if found[2] == "all" else tuple(int(ref) for ref in found[2].split(" and "))
        return _VERBS[found[1]], refs
    if found := _WITHDRAWALS.fullmatch(text):
        return Aim.WITHDRAW, (int(found[1]),)
    if found := _REMARKS.fullmatch(text):
        return Aim(found[1]), ()
    return (Aim.LOOK if _LOOKS.fullmatch(text) else Aim.TALK), ()


def _click(payload: Json) -> Wish | None:
    action = payload["actions"][0]
    review, _, rest = str(action.get("value", "")).partition(":")
    item = rest.partition(":")[0]
    aim, words = _CLICKS.get(action["action_id"], (Aim.LOOK, ""))
    refs: tuple[int, ...] | None = ()
    if aim in DECIDING:
        refs = (int(item),) if item else None
        words = f"{words} {item}".strip()
    user, name = payload["user"]["id"], f"click {payload['trigger_id']}"
    return Wish(user, aim, BY_BUTTON, name, words, refs, review=review, item=item)


def _form(payload: Json) -> Wish | None:
    """The forms that reject, approve, correct or close, and the page that decides about many."""
    view, user = payload["view"], payload["user"]["id"]
    if view["callback_id"] == "bulk":
        return _bulk(user, view)
    if view["callback_id"] not in (*_FORMS, "correct", "close_review"):
        return None
    review, item, *_ = view["private_metadata"].split(":")
    if view["callback_id"] == "close_review":
        return Wish(user, Aim.EXIT, BY_BUTTON, f"form {view['id']}", "exit", (), review=review)
    if view["callback_id"] == "correct":
        return Wish(user, Aim.CORRECT, BY_BUTTON, f"form {view['id']}", "", (int(item),), review=review)
    aim, verb = _FORMS[view["callback_id"]]
    reason = (view["state"]["values"]["reason"]["reason"]["value"] or "").strip()
    words = f"{verb} {item}{f': {reason}' if reason else ''}"
    name = f"form {view['id']}"
    return Wish(user, aim, BY_BUTTON, name, words, (int(item),), review=review)


def _bulk(user: str, view: Json) -> Wish | None:
    """The page that decides about many: what is ticked by name, and a heap of which it shows the sum."""
    verb = str(view["title"]["text"]).split()[0].lower()
    values = [element for block in view["state"]["values"].values() for element in block.values()]
    ticked = [option["value"] for element in values for option in element.get("selected_options") or ()]
    reason = (view["state"]["values"]["reason"]["reason"]["value"] or "").strip()
    found = _REVIEW.search(str(view["blocks"]))
    refs = tuple(sorted(int(ref) for ref in ticked))
    if found is None:
        return None
    words = f"{verb} many: {reason}"
    return Wish(user, _VERBS[verb], BY_BUTTON, f"form {view['id']}", words, refs, review=found[0])
