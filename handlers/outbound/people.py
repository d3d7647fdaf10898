"""The directory: what Slack says of people, groups and channels, remembered for some minutes.

``users.info``, ``usergroups.users.list`` and ``conversations.members`` are asked while a person waits, so
each has little time; what Slack does not say in it is not established.
"""

import asyncio
from collections.abc import Collection
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import NotEstablished, OurBot
from bot.domain.installation import Installation
from bot.domain.people import Person, Standing
from bot.store import KnownPeople, PeopleNames
from handlers.outbound.calls import SLACK_FAULTS, Call, error_code

log = structlog.get_logger()

SLACKBOT = "USLACKBOT"
ANSWER_SECONDS = (
    1.0  # of the 3 s that Slack waits for our own answer; one request asks twice, one after the other
)
UNSEEN = {"user_not_found", "user_not_visible"}
NO_SUCH_GROUP = {"no_such_subteam", "plan_upgrade_required"}  # the other: a workspace that can have none
MOST_WORKSPACES = 20  # of an organisation that are asked for a group; Slack answers as often in a minute
PAGE = 1000  # people that one call tells, the most that Slack gives
PAGES = 10


class SlackDirectory:
    """Says who people are to the installation; whatever Slack does not say raises ``NotEstablished``."""

    def __init__(
        self, client: AsyncWebClient, known: KnownPeople, names: PeopleNames, our_bot: OurBot
    ) -> None:
        self._client = client
        self._known = known
        self._names = names
        self._our_bot = our_bot

    @property
    def _installation(self) -> Installation:
        return self._our_bot().installation

    @property
    def _home(self) -> str:
        return self._installation.home

    async def person(self, team: str, user: str, homes: Collection[str]) -> Person:
        """Who a user id is; a person whom the request puts into a workspace not theirs is a stranger."""
        if user == SLACKBOT:
            return Person(user, Standing.BOT)
        known = await self._known.person(self._home, user)
        if known is None:
            changes = await self._known.changes(self._home, user)
            try:
                known = await self._asked(user)
            except NotEstablished as error:
                if str(error) not in UNSEEN:
                    raise
                # Slack will not tell in a minute either, so it need not be asked at each of their messages.
                known = Person(user, Standing.UNKNOWN), frozenset({self._home})
            await self._known.keep_person(self._home, *known, changes)
        person, own = known
        if person.standing in {Standing.MEMBER, Standing.GUEST} and not own.issuperset(homes):
            return Person(user, Standing.STRANGER)
        return person

    async def time_zone(self, team: str, user: str) -> str:
        """The name of somebody's time zone, as Slack last told it; empty where it told of none."""
        found = await self._names.time_zone(self._home, user)
        if not found:
            await self._known.forget(self._home, user)
            await self.person(team, user, ())
            found = await self._names.time_zone(self._home, user)
        return found

    async def people_of_group(self, team: str, group: str) -> frozenset[str]:
        """The user ids in a user group; nobody is in one that is switched off or was never there."""
        people = await self._known.people(self._home, group)
        if people is None:
            changes = await self._known.changes(self._home, group)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):  # for all workspaces of an organisation together
                    people = await self._in_group(group)
            except TimeoutError:
                raise NotEstablished("TimeoutError") from None
            await self._known.keep_people(self._home, group, people, changes)
        return people

    async def _in_group(self, group: str) -> frozenset[str]:
        """A group is one workspace's, of which an organisation's token must say which: so each is asked.

        https://docs.slack.dev/reference/methods/usergroups.users.list
        """
        if not self._installation.org_wide:
            return await self._in_group_of(group)
        asked = [self._in_group_of(group, team_id=workspace) for workspace in await self._workspaces()]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        people: set[str] = set()
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
            people |= answer
        return frozenset(people)

    async def _in_group_of(self, group: str, **where: str) -> frozenset[str]:
        try:
            answer = await self._answer(self._client.usergroups_users_list, usergroup=group, **where)
        except NotEstablished as error:
            if str(error) not in NO_SUCH_GROUP:
                raise
            return frozenset()
        return frozenset(map(str, answer.get("users") or ()))

    async def _workspaces(self) -> list[str]:
        """The workspaces of the organisation where the bot may work, remembered as a group's people are."""
        known = await self._known.people(self._home, self._home)
        if known is None:
            changes = await self._known.changes(self._home, self._home)
            answer = await self._answer(self._client.auth_teams_list, limit=MOST_WORKSPACES + 1)
            known = frozenset(str(team["id"]) for team in answer.get("teams") or ())
            # Slack may tell fewer at once than it was asked for, and says so by where to go on.
            more = (answer.get("response_metadata") or {}).get("next_cursor")
            if more or len(known) > MOST_WORKSPACES:
                raise NotEstablished(f"more than {MOST_WORKSPACES} workspaces in the organisation")
            await self._known.keep_people(self._home, self._home, known, changes)
        return sorted(known)

    async def people_in_channel(self, team: str, channel: str) -> frozenset[str]:
        """The user ids in a channel, of whichever kind they are."""
        people = await self._known.people(self._home, channel)
        if people is None:
            changes = await self._known.changes(self._home, channel)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):  # for all pages together
                    people = frozenset(await self._members(channel))
            except TimeoutError:
                raise NotEstablished("TimeoutError") from None
            await self._known.keep_people(self._home, channel, people, changes)
        return people

    async def forget(self, name: str) -> None:
        """Ask Slack anew about a person, group or channel."""
        await self._known.forget(self._home, name)

    async def _members(self, channel: str) -> set[str]:
        found: set[str] = set()
        cursor = ""
        for _ in range(PAGES):
            answer = await self._answer(
                self._client.conversations_members, channel=channel, limit=PAGE, cursor=cursor or None
            )
            found.update(map(str, answer.get("members") or ()))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found
        raise NotEstablished(f"more than {PAGES * PAGE} people in {channel}")

    async def _asked(self, user: str) -> tuple[Person, frozenset[str]]:
        """A person, and the workspaces that are theirs, as Slack tells now."""
        answer = await self._answer(self._client.users_info, user=user)
        told = answer.get("user")
        if not isinstance(told, dict) or told.get("id") != user:
            raise NotEstablished("users.info told of nobody")
        if name := _name_of(told):
            await self._names.keep(self._home, user, name)
        if isinstance(zone := told.get("tz"), str) and zone:
            await self._names.keep_time_zone(self._home, user, zone)
        return Person(user, standing_of(told, self._installation)), homes_of(told, self._installation)

    async def _answer(self, call: Call, **arguments: Any) -> dict[str, Any]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await call(**arguments)
        except SlackApiError as error:
            log.warning("people not told", error=error_code(error))
            raise NotEstablished(error_code(error)) from None
        except SLACK_FAULTS as error:
            log.warning("people not told", error=type(error).__name__)
            raise NotEstablished(type(error).__name__) from None
        return answer.data if isinstance(answer.data, dict) else {}


def _name_of(told: dict[str, Any]) -> str:
    """What somebody calls themselves, as Slack shows them."""
    profile = told.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    names = (profile.get("display_name"), told.get("real_name"), told.get("name"))
    return next((name for name in names if isinstance(name, str) and name), "")


def standing_of(told: dict[str, Any], installation: Installation) -> Standing:
    """What a user object of ``users.info`` says somebody is to the installation.

    The fields are those of docs.slack.dev/reference/objects/user-object; where one that decides is missing,
    the answer is ``UNKNOWN``.
    """
    if told.get("deleted"):
        return Standing.DEACTIVATED
    if told.get("is_bot") or told.get("is_workflow_bot") or told.get("id") == SLACKBOT:
        return Standing.BOT
    own = homes_of(told, installation)
    if not own:
        return Standing.UNKNOWN
    if told.get("is_stranger") or not own & installation.homes:
        return Standing.STRANGER
    flags = [told.get(name) for name in ("deleted", "is_bot", "is_restricted", "is_ultra_restricted")]
    if not all(isinstance(flag, bool) for flag in flags):
        return Standing.UNKNOWN
    return Standing.GUEST if any(flags) else Standing.MEMBER


def homes_of(told: dict[str, Any], installation: Installation) -> frozenset[str]:
    """The workspaces of a user object, and its organisation where the bot is installed in that."""
    grid = told.get("enterprise_user")
    grid = grid if isinstance(grid, dict) else {}
    teams = grid.get("teams")
    homes = [told.get("team_id"), *(teams if isinstance(teams, list) else ())]
    if installation.org_wide and grid.get("enterprise_id") == installation.enterprise:
        homes.append(installation.enterprise)
    return frozenset(home for home in homes if isinstance(home, str) and home)
