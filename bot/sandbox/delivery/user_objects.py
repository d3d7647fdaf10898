"""People as user objects, as `users.info` and the events about people show them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..slack_json import Json
from ..workspace.initial_content import APPS, BOT_USER, TEAM_NAME
from ..workspace.people import Person
from ..workspace.state import Workspace


def user_object(workspace: Workspace, user: str, *, with_email: bool = False) -> Json:
    """A person or a bot as Slack describes them; of a deactivated account Slack says less.

    With the address only where the app's scopes include it (`with_email`).
    """
    person, team = workspace.people[user], workspace.team_of(user)
    described: Json = {
        "id": user,
        "team_id": team,
        "name": person.name,
        "deleted": person.deleted,
        "is_bot": person.is_bot and person.kind != "slackbot",  # Slack says of Slackbot that it is none
        "is_app_user": False,
        "updated": person.updated,
        "profile": {"real_name": person.name, "display_name": person.name, "team": team},
    }
    if not person.deleted:
        described |= _of_active_account(workspace, person)
    if app := next((app for app in APPS if app.bot_user == user), None):
        described["profile"] |= {"api_app_id": app.app_id, "bot_id": app.bot_id}
    elif with_email and (address := email_of(person)):
        described["profile"]["email"] = address
    return described


def email_of(person: Person) -> str | None:
    """An address made of the name; None where Slack shows none: for bots, and people from elsewhere."""
    return None if person.is_bot or person.kind == "stranger" else f"{person.name}@sandbox.example"


def is_stranger(workspace: Workspace, person: Person) -> bool:
    """Whether somebody is from elsewhere and in no shared channel that the app can see.

    So docs.slack.dev/reference/objects/user-object has it: whoever the app meets in a shared channel is none,
    and only their `team_id` tells that they are from elsewhere.
    """
    return person.kind == "stranger" and not any(
        workspace.is_shared(channel) and {person.id, BOT_USER} <= set(workspace.members(channel))
        for channel in workspace.channels
    )


def _of_active_account(workspace: Workspace, person: Person) -> Json:
    now = datetime.fromtimestamp(workspace.clock(), ZoneInfo(person.time_zone))
    fields: Json = {
        "real_name": person.name,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": person.kind in ("guest", "channel_guest"),
        "is_ultra_restricted": person.kind == "channel_guest",
        "tz": person.time_zone,
        "tz_label": "Coordinated Universal Time" if person.time_zone == "Etc/UTC" else now.tzname(),
        "tz_offset": int((now.utcoffset() or timedelta()).total_seconds()),
    }
    if person.kind == "stranger":
        return fields | {"is_stranger": is_stranger(workspace, person)}
    enterprise = workspace.settings.team_ids.enterprise
    if enterprise is None:
        return fields
    of_organisation = {"id": person.id, "enterprise_id": enterprise, "enterprise_name": TEAM_NAME}
    return fields | {
        "enterprise_user": {
            **of_organisation,
            "is_admin": False,
            "is_owner": False,
            "teams": [workspace.team_of(person.id)],
        }
    }
