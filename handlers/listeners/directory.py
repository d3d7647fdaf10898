"""Changes of people, groups and channels: what was remembered of them is forgotten and asked again."""

from dataclasses import dataclass
from typing import Any

from bot.application.use_cases import UseCases
from handlers.inbound.payloads import team_of, within

CHANGES_OF_PEOPLE = (
    "user_change",
    "team_join",
    "member_joined_channel",
    "member_left_channel",
    "subteam_updated",
    "subteam_members_changed",
)
CHANGES_OF_DECIDERS = ("user_change", "subteam_updated", "subteam_members_changed")


@dataclass(frozen=True, slots=True)
class DirectoryListeners:
    """Takes in the events that tell of such changes; they come to one process and count for all."""

    use_cases: UseCases

    async def changed(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Forget whom or what an event is about; cards may wait for other people then."""
        if name := changed_in(event):
            await self.use_cases.access.forget(name)
        if event.get("type") in CHANGES_OF_DECIDERS:
            await self.use_cases.redraw.forget(team_of(body))


def changed_in(event: dict[str, Any]) -> str:
    """The id of the person, group or channel that has changed; empty where the event names none.

    ``user_change`` and ``team_join`` carry a user object, ``subteam_updated`` a group object, and the others
    an id.
    """
    match event.get("type"):
        case "user_change" | "team_join":
            name = within(event, "user").get("id")
        case "subteam_updated":
            name = within(event, "subteam").get("id")
        case "subteam_members_changed":
            name = event.get("subteam_id")
        case _:
            name = event.get("channel")
    return name if isinstance(name, str) else ""
