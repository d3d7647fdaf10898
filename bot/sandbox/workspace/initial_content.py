"""The app, people, channels and user groups that every workspace of the sandbox starts with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..slack_json import Json
from .people import Person

DEFAULT_BOT_NAME: Final = "app"  # where no manifest names the app
SLACKBOT: Final = "USLACKBOT"
TEAM_NAME: Final = "Sandbox"
VENDOR_TEAM: Final = "T_VENDOR"  # another company, known through a shared channel alone


@dataclass(frozen=True)
class AppIdentity:
    """An app by its ids: its own, its bot's, and its bot user's."""

    app_id: str
    bot_id: str
    bot_user: str


THIS_APP: Final = AppIdentity("A_COUNTERSIGN", "B_BOT", "U_BOT")
OTHER_APP: Final = AppIdentity("A_OTHER", "B_OTHER", "U_OTHER_APP")
APPS: Final = (THIS_APP, OTHER_APP)
APP_ID: Final = THIS_APP.app_id
BOT_ID: Final = THIS_APP.bot_id
BOT_USER: Final = THIS_APP.bot_user

PEOPLE: Final = [
    Person(BOT_USER, DEFAULT_BOT_NAME, "app"),
    Person("U_REQUESTER", "ana"),
    Person("U_REVIEWER", "ben"),
    Person("U_SECOND", "chi"),
    Person("U_OUTSIDER", "dov"),
    Person("U_GUEST", "eli", "guest"),
    Person("U_CHANNEL_GUEST", "fay", "channel_guest"),
    Person("U_STRANGER", "gil", "stranger", team_id=VENDOR_TEAM),
    Person("U_GONE", "hal", deleted=True),
    Person(OTHER_APP.bot_user, "tally", "other_app"),
    Person(SLACKBOT, "slackbot", "slackbot"),
]
USERGROUPS: Final = {"S_APPROVERS": ("approvers", ("U_REVIEWER", "U_SECOND"))}

MEMBERS: Final = (BOT_USER, "U_REQUESTER", "U_REVIEWER", "U_SECOND", "U_OUTSIDER")
SHARED_MEMBERS: Final = (BOT_USER, "U_REQUESTER", "U_REVIEWER", "U_SECOND", "U_GUEST", "U_STRANGER")
# Who was deactivated stays where they were, unlisted, so that what they had begun can still arrive.
CHANNELS: Final[dict[str, Json]] = {
    "C_FINANCE": {
        "name": "finance-approvals",
        "members": [*MEMBERS, "U_GUEST", "U_CHANNEL_GUEST", "U_GONE", OTHER_APP.bot_user],
    },
    "C_GENERAL": {"name": "general", "members": [*MEMBERS, "U_GONE", OTHER_APP.bot_user]},
    "C_SHARED": {"name": "shared-with-vendor", "members": [*SHARED_MEMBERS], "is_ext_shared": True},
}

CONVERSATION_SCOPES: Final = ("channels", "groups", "im", "mpim")  # Slack's kinds of conversation in scopes
SCOPES: Final = frozenset(
    f"{kind}:{right}" for kind in CONVERSATION_SCOPES for right in ("history", "read", "write")
) | {
    "app_mentions:read",
    "channels:join",
    "channels:manage",
    "chat:write",
    "chat:write.public",
    "commands",
    "dnd:read",
    "files:read",
    "files:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users.profile:read",
    "users:read",
    "users:read.email",
}
