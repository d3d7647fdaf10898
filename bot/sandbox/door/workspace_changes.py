"""What an administrator changes in the workspace: its people, its user groups, and its organisation.

Each change is delivered to the app as the events that Slack sends of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final
from zoneinfo import available_timezones

from ..api.membership import add_member
from ..delivery.installation import Installation
from ..delivery.people_events import person_event, usergroup_event, usergroup_members_event
from ..delivery.user_objects import user_object
from ..slack_json import Json
from ..workspace.people import Person
from ..workspace.usergroups import UserGroup
from .answers import DoorError, door_answer
from .user_actions import send_events

PERSON_ID: Final = re.compile(r"[UW]_?[A-Z0-9_]{1,40}")
GROUP_ID: Final = re.compile(r"S_?[A-Z0-9_]{1,40}")
NAME: Final = re.compile(r"[a-z0-9._-]{1,40}")
HUMAN_KINDS: Final = ("member", "guest", "channel_guest", "stranger")
EVERYBODYS_CHANNEL: Final = "C_GENERAL"


async def change_person(installation: Installation, user: str, changes: Json) -> Json:
    """Add somebody, or change their `name`, `kind`, `team_id`, `time_zone` or whether they are `deleted`.

    A new full member is in #general from the start, as in Slack. Raises DoorError for a bot, a bad id or
    name, and a kind that no human has.
    """
    workspace = installation.workspace
    before = workspace.people.get(user)
    if before is not None and before.is_bot:
        raise DoorError(400, "not_a_person")
    if before is None and PERSON_ID.fullmatch(user) is None:
        raise DoorError(400, "invalid_member")
    person = _changed(before or Person(user, ""), changes)
    names = {known.name for known in workspace.people.values() if known.id != user}
    if NAME.fullmatch(person.name) is None or person.name in names:
        raise DoorError(400, "invalid_name")
    workspace.keep_person(replace(person, updated=int(workspace.clock())))
    with_email = "users:read.email" in installation.scopes
    events: list[Json] = []
    if before is not None:
        events.append(person_event(workspace, "user_change", user, with_email=with_email))
    elif person.kind != "stranger":  # Slack tells of nobody who joins another workspace
        events.append(person_event(workspace, "team_join", user, with_email=with_email))
    if before is None and person.kind == "member":
        events += add_member(installation, user, EVERYBODYS_CHANNEL)
    described = user_object(workspace, user, with_email=with_email)
    return door_answer(await send_events(installation, events), {"user": described})


def _changed(person: Person, changes: Json) -> Person:
    """The person with those of the fields that are given. Raises DoorError for a value that cannot be."""
    types: dict[str, tuple[type, ...]] = {
        "name": (str,),
        "kind": (str,),
        "team_id": (str, type(None)),
        "deleted": (bool,),
        "time_zone": (str,),
        "status_text": (str,),
        "status_emoji": (str,),
        "status_expiration": (int,),
        "dnd_until": (int,),
    }
    given = {field: changes[field] for field in types if field in changes}
    for field, value in given.items():
        known = {"kind": HUMAN_KINDS, "time_zone": available_timezones()}.get(field)
        if not isinstance(value, types[field]) or (known is not None and value not in known):
            raise DoorError(400, f"invalid_{field}")
    changed: Person = replace(person, **given)
    if changed.kind == "stranger" and changed.team_id is None:
        raise DoorError(400, "invalid_team_id")
    return changed


async def change_usergroup(
    installation: Installation, group_id: str, users: Any, *, disabled: bool, handle: str | None
) -> Json:
    """Make a user group, or say who is in it; `disabled` takes it out of use.

    Where `users` is None, who is in it stays. Raises DoorError for a bad id or handle, and for
    somebody who is not there.
    """
    workspace = installation.workspace
    before = workspace.usergroups.get(group_id)
    if before is None and (GROUP_ID.fullmatch(group_id) is None or handle is None):
        raise DoorError(400, "invalid_usergroup")
    users = list(before.users if before else ()) if users is None else users
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        raise DoorError(400, "invalid_users")
    if any(user not in workspace.people for user in users):
        raise DoorError(404, "user_not_found")
    now = int(workspace.clock())
    base = before or UserGroup(group_id, str(handle), ())
    changed = replace(
        base,
        handle=handle or base.handle,
        users=tuple(dict.fromkeys(users)),
        updated=now,
        deleted_at=now if disabled else 0,
    )
    workspace.usergroups.put(changed)
    events = [usergroup_event(workspace, "subteam_created" if before is None else "subteam_updated", changed)]
    if set(base.users) != set(changed.users):
        events.append(usergroup_members_event(workspace, base, changed))
    return door_answer(await send_events(installation, events), {"usergroup": group_id, "users": users})


def change_organisation(installation: Installation, enterprise: str | None, *, org_wide: bool) -> Json:
    """Put the workspace into an organisation, with `org_wide` the app's installation too, or take it out.

    Raises DoorError for an installation in all of an organisation that is not named.
    """
    if org_wide and enterprise is None:
        raise DoorError(400, "missing_enterprise")
    workspace = installation.workspace
    workspace.join_organisation(enterprise, org_wide=org_wide)
    return {"team": workspace.team_id, "enterprise": enterprise, "is_enterprise_install": org_wide}
