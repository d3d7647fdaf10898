"""Absence: saying that one is away and who stands in, saying that one is back, and who is away now."""

import re
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.application.access import SUGGESTED, Access
from bot.application.ports import Clock, PolicyInForce
from bot.domain.audit.entry import AuditEntry
from bot.domain.names import folded_name
from bot.domain.people import Approvers
from bot.domain.replies.away import SaidAway, checked_days, read_away
from bot.domain.routing import MOST_NOTED, Absence, with_absence, without_absence
from bot.domain.text import absences as words
from bot.store import AbsenceStore, DrawnStore, PeopleNames
from bot.store.absences import ChangeAbsences, ChangedTooOften

LOOKED_AT = 30  # people of somebody's groups who are looked at for a name
_MENTION = re.compile(r"<@([UW][A-Z0-9_]+)(?:\|[^>]*)?>|([UW][A-Z0-9_]{4,40})")


class NotNoted(Exception):
    """Nothing was noted; the message is a sentence that says why, ``about`` which field of the form it is."""

    def __init__(self, why: str, about: str = "stand_in") -> None:
        super().__init__(why)
        self.about = about


class NoteAbsences:
    """Takes down what people say of themselves alone; raises what ``StoreUnavailable`` names."""

    def __init__(
        self,
        *,
        absences: AbsenceStore,
        drawn: DrawnStore,
        names: PeopleNames,
        access: Access,
        policy: PolicyInForce,
        now: Clock,
    ) -> None:
        self._absences = absences
        self._drawn = drawn
        self._names = names
        self._access = access
        self._policy = policy
        self._now = now

    async def say_away(self, team: str, user: str, text: str) -> str:
        """Note what somebody typed behind ``away``, and say its days back, or why not."""
        zone = await self.zone(team, user)
        said = read_away(text, self._now().astimezone(ZoneInfo(zone)).date())
        if isinstance(said, str):
            return said
        try:
            return await self._note(team, user, said, zone)
        except NotNoted as refused:
            return str(refused)

    async def note(self, team: str, user: str, said: SaidAway) -> str:
        """Note what somebody chose in a form, and say its days back; raises ``NotNoted``."""
        zone = await self.zone(team, user)
        today = self._now().astimezone(ZoneInfo(zone)).date()
        if refused := checked_days(said.first, said.last, today):
            raise NotNoted(refused, "last")
        return await self._note(team, user, said, zone)

    async def today(self, team: str, user: str) -> date:
        """Which day it is where somebody lives."""
        return self._now().astimezone(ZoneInfo(await self.zone(team, user))).date()

    async def by_policy(self, team: str, user: str) -> str:
        """Whom the policy names to stand in for somebody, where that is a full member; empty otherwise."""
        stand_in = self._policy().stand_ins.get(user, "")
        return stand_in if stand_in and await self._access.is_member(team, stand_in) else ""

    async def back(self, team: str, user: str) -> str:
        """End somebody's absence, or take back one to come where they are not away."""
        now = self._now()
        if not await self._absences.of(team, user):
            return words.NOTHING_TO_END
        entry = AuditEntry(event="back", actor=user, at=now)
        try:
            left = await self._change(team, user, lambda kept: (without_absence(kept, now), entry))
        except NotNoted as refused:
            return str(refused)
        return " ".join([words.WELCOME_BACK, *[await self._in_words(team, absence) for absence in left]])

    async def own(self, team: str, user: str) -> str:
        """What stands of somebody's own absences, empty where nothing does."""
        now = self._now()
        stand = [absence for absence in await self._absences.of(team, user) if absence.ends_at > now]
        return " ".join([await self._in_words(team, absence) for absence in stand])

    async def others(self, team: str, user: str) -> Sequence[tuple[Absence, str]]:
        """Who else of those who decide is away now, and who stands in for each, or empty."""
        absent = await self._access.absent(team)
        if not absent:
            return ()
        found = await self._access.listed(team)
        stand_ins = await self._stand_ins(team, absent, found)
        others = (absence for name, absence in absent.items() if name != user)
        away = sorted(others, key=lambda absence: absence.last)
        return [(absence, stand_ins[absence.person]) for absence in away if absence.person in found.people]

    async def _stand_ins(self, team: str, absent: dict[str, Absence], found: Approvers) -> dict[str, str]:
        """Who acts for each; nobody need where the policy has no routes."""
        if not self._policy().routes:
            return dict.fromkeys(absent, "")
        return await self._access.stand_ins.of(team, absent, found)

    async def _note(self, team: str, user: str, said: SaidAway, zone: str) -> str:
        stand_in = await self._person(team, user, said.stand_in) if said.stand_in else ""
        absence = Absence(
            person=user,
            first=said.first,
            last=said.last,
            time_zone=zone,
            stand_in=stand_in,
            recorded_at=self._now(),
        )
        detail = absence.model_dump(mode="json", exclude={"person", "recorded_at"})
        entry = AuditEntry(event="away", actor=user, at=absence.recorded_at, detail=detail)

        def noted(kept: tuple[Absence, ...]) -> tuple[tuple[Absence, ...], AuditEntry]:
            after = with_absence(kept, absence)
            if len(after) > MOST_NOTED:
                raise NotNoted(words.TOO_MANY, "last")
            return after, entry

        await self._change(team, user, noted)
        return await self._in_words(team, absence)

    async def _change(self, team: str, user: str, change: ChangeAbsences) -> Sequence[Absence]:
        """Change somebody's absences, after which cards follow; also where they say the opposite at once.

        Raises ``NotNoted`` where they did so very often of late: the trail keeps each for ever.
        """
        try:
            left = await self._absences.change(team, user, change)
        except ChangedTooOften:
            raise NotNoted(words.TOO_OFTEN, "last") from None
        await self._drawn.forget(team)
        return left

    async def _in_words(self, team: str, absence: Absence) -> str:
        found = await self._access.listed(team)
        stand_in = (await self._access.stand_ins.of(team, {absence.person: absence}, found))[absence.person]
        theirs = await self._absences.of(team, stand_in) if stand_in else ()
        too = any(other.overlaps(absence) for other in theirs)
        has_routes = bool(self._policy().routes)
        return words.own(absence, stand_in, _mention, routes=has_routes, away_too=too)

    async def zone(self, team: str, user: str) -> str:
        """The time zone in which somebody's days are; UTC where Slack does not say, or names none."""
        zone = await self._access.time_zone(team, user)
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            return "UTC"
        return zone

    async def _person(self, team: str, user: str, typed: str) -> str:
        """Who was named, by a mention, an id, or a name that one of those who may stand in has alone."""
        found = await self._access.listed(team)
        possible = sorted(self._access.stand_ins.candidates(user, found))[:LOOKED_AT]
        members = [person for person in possible if await self._access.is_member(team, person)]
        if mention := _MENTION.fullmatch(typed):
            named = mention[1] or mention[2]
            if named == user:
                raise NotNoted(words.NOT_YOURSELF)
            if named in members:
                return named
        else:
            called = await self._names.of(team, members)
            hits = [person for person in members if _is_called(called.get(person, ""), typed)]
            if len(hits) == 1:
                return hits[0]
        raise NotNoted(words.cannot_stand_in(members[:SUGGESTED], _mention))


def _mention(user: str) -> str:
    return f"<@{user}>"


def _is_called(name: str, typed: str) -> bool:
    """Whether a name is what was typed, or begins with it as its first word."""
    name, typed = folded_name(name), folded_name(typed.removeprefix("@"))
    return bool(typed) and (name == typed or name.split(" ")[0] == typed)
