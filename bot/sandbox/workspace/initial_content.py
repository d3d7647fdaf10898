"""Who and what every sandbox workspace starts with."""

from __future__ import annotations

from typing import Final

APP_ID: Final = "A_COUNTERSIGN"
BOT_ID: Final = "B_BOT"
BOT_USER: Final = "U_BOT"
BOT_NAME: Final = "app"  # of an app that the workspace knows nothing of
SLACKBOT: Final = "USLACKBOT"
TEAM_NAME: Final = "Sandbox"

USERS: Final = {
    BOT_USER: BOT_NAME,
    "U_REQUESTER": "ana",
    "U_REVIEWER": "ben",
    "U_SECOND": "chi",
    "U_OUTSIDER": "dov",
}
KINDS: Final = ("channels", "groups", "im", "mpim")
SCOPES: Final = frozenset(f"{kind}:{right}" for kind in KINDS for right in ("history", "read", "write")) | {
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
USERGROUPS: Final = {"S_APPROVERS": ("approvers", ("U_REVIEWER", "U_SECOND"))}
CHANNELS: Final = {"C_FINANCE": "finance-approvals", "C_GENERAL": "general"}
