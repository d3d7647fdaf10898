"""The app, people, channels and user groups that every workspace of the sandbox starts with."""

from __future__ import annotations

from typing import Final

APP_ID: Final = "A_COUNTERSIGN"
BOT_ID: Final = "B_BOT"
BOT_USER: Final = "U_BOT"
DEFAULT_BOT_NAME: Final = "app"  # where no manifest names the app
SLACKBOT: Final = "USLACKBOT"
TEAM_NAME: Final = "Sandbox"

USERS: Final = {
    BOT_USER: DEFAULT_BOT_NAME,
    "U_REQUESTER": "ana",
    "U_REVIEWER": "ben",
    "U_SECOND": "chi",
    "U_OUTSIDER": "dov",
}
USERGROUPS: Final = {"S_APPROVERS": ("approvers", ("U_REVIEWER", "U_SECOND"))}
CHANNELS: Final = {"C_FINANCE": "finance-approvals", "C_GENERAL": "general"}

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
    "files:read",
    "files:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
}
