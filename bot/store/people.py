"""What Slack said of people, for some minutes; what changes is forgotten at once, for all processes."""

import json
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.domain.people import Person, Standing
from bot.store.keys import KnownKeys
from bot.store.scripts.known_people import KnownPeopleScripts
from bot.store.unreadable import is_of_wrong_type

log = structlog.get_logger()


class KnownPeople:
    """Answers of Slack to one installation, each under a key of its own that expires.

    ``home`` is the id of the workspace or organisation that the bot is installed in. What is stored and has
    not the form of such an answer is dropped, and Slack is asked again.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._scripts = KnownPeopleScripts(redis)

    async def changes(self, home: str, name: str) -> str:
        """How often somebody or something has changed; asked before Slack is, and given to ``keep_...``."""
        return str(await self._text(KnownKeys(home, name).changed) or "0")

    async def person(self, home: str, user: str) -> tuple[Person, frozenset[str]] | None:
        """A person as Slack last told, and the workspaces that are theirs; ``None``: Slack must be asked."""
        key = KnownKeys(home, user).person
        match await self._kept(key):
            case [str(standing), list(homes)] if standing in set(Standing) and homes and _are_texts(homes):
                return Person(user, Standing(standing)), frozenset(homes)
            case None:
                return None
        await self._drop(key)
        return None

    async def keep_person(self, home: str, person: Person, homes: frozenset[str], changes: str) -> None:
        """Keep what Slack told of a person, where that has not changed meanwhile."""
        keys = KnownKeys(home, person.id)
        text = json.dumps([person.standing.value, sorted(homes)])
        await self._scripts.keep(keys.changed, keys.person, text, changes)

    async def people(self, home: str, place: str) -> frozenset[str] | None:
        """Who is in a channel or a user group, by its id; ``None`` where Slack must be asked."""
        key = KnownKeys(home, place).people
        match await self._kept(key):
            case list(people) if _are_texts(people):
                return frozenset(people)
            case None:
                return None
        await self._drop(key)
        return None

    async def keep_people(self, home: str, place: str, people: frozenset[str], changes: str) -> None:
        """Keep who is in a channel or a user group, where that has not changed meanwhile."""
        keys = KnownKeys(home, place)
        await self._scripts.keep(keys.changed, keys.people, json.dumps(sorted(people)), changes)

    async def forget(self, home: str, name: str) -> None:
        """Have Slack asked again about a person, channel or group, whatever it is just answering."""
        await self._scripts.forget(KnownKeys(home, name))

    async def _kept(self, key: str) -> Any:
        """What is stored, parsed; ``None`` for nothing, and a truth value for what cannot be read."""
        text = await self._text(key)
        if text is None:
            return None
        try:
            kept = json.loads(text)
        except ValueError:
            return False
        return False if kept is None else kept

    async def _text(self, key: str) -> str | None:
        try:
            text = cast("str | None", await self._redis.get(key))
        except ResponseError as error:
            if not is_of_wrong_type(error):
                raise
            await self._drop(key)
            return None
        return text

    async def _drop(self, key: str) -> None:
        log.warning("what was remembered of people cannot be read", key=key)
        await self._redis.delete(key)


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
