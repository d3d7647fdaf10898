"""The Slack app manifest (schema v2): what the app asks Slack for, and the names it goes by. Pure."""

from collections.abc import Mapping
from typing import Any

COMMAND = "/transactions"
# What can follow the command besides payments, and what it does then.
SUBCOMMANDS: Mapping[str, str] = {
    "sample 3": "submits three made-up payments",
    "waiting": "lists what waits for you",
    "mine": "says how your payments stand",
    "find acme": "finds payments by vendor, amount or invoice number",
    "R-7K3F2": "shows one review",
    "closed": "lists what was closed lately",
    "away until Monday": "has somebody stand in for you",
    "back": "ends that",
    "status": "lists open reviews",
    "help": "shows this",
}
REVIEW_MESSAGE = "review_message"  # the message shortcut

# Least scopes, and the listener or call that each is for.
SCOPES = {
    "app_mentions:read": "a file or payments handed over with a mention",
    "channels:history": "replies in the threads of public channels",
    "groups:history": "replies in the threads of private channels",
    "im:history": "payments sent in a direct message",
    "chat:write": "cards, threads, private sentences",
    "commands": "the slash command and the shortcut",
    "files:read": "CSV files and spreadsheets, and files shown as evidence",
    "files:write": "payments that somebody downloads, sent to them alone",
    "users:read": "who is a full member, a guest, or of another organisation",
    "users.profile:read": "a status that reads like an absence, which is asked about",
    "dnd:read": "notifications that are off for days, which is asked about",
    "usergroups:read": "who is in a user group of approvers",
    "channels:read": "who is in the public channel of a review",
    "groups:read": "who is in the private channel of a review",
    "im:write": "asking a submitter, and telling one who cannot be reached in the channel",
}
EVENTS = [
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "subteam_members_changed",
    "subteam_updated",
    "team_join",
    "tokens_revoked",
    "user_change",
]


def manifest(url: str | None, *, several: bool = False) -> dict[str, Any]:
    """The manifest for HTTP at ``url``, the bot's public address; ``None`` for Socket Mode.

    For ``several`` workspaces or whole organisations, which install the bot at that address, tokens lapse and
    are replaced.
    """
    endpoint = None if url is None else f"{url.rstrip('/')}/slack/events"
    redirect = {"redirect_urls": [f"{url.rstrip('/')}/slack/oauth_redirect"]} if url and several else {}
    address = {"request_url": endpoint} if endpoint else {}
    command = {
        "command": COMMAND,
        "description": "Submit payments for review",
        "usage_hint": f"[{' | '.join(('payments', *SUBCOMMANDS))}]",
        "should_escape": False,
    }
    shortcut = {
        "name": "Review payments",
        "type": "message",
        "callback_id": REVIEW_MESSAGE,
        "description": "Review these payments",
    }
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Countersign",
            "description": "Approves routine payments, flags suspicious ones, waits for a human.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "countersign", "always_online": True},
            "slash_commands": [command | ({"url": endpoint} if endpoint else {})],
            "shortcuts": [shortcut],
        },
        "oauth_config": {**redirect, "scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": EVENTS},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": several,
            "socket_mode_enabled": endpoint is None,
            "token_rotation_enabled": several,
        },
    }
