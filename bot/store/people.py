"""What Slack said of people, for some minutes; what changes is forgotten at once, for all processes."""

import json

from redis.asyncio import Redis

from bot.domain.people import Person, Standing
from bot.store import keys
from bot.store.keys import PEOPLE_LIFE


class KnownPeople:
    """Answers of Slack to one installation, each under a key of its own that expires.

    ``home`` is the id of the workspace or organisation that the bot is installed in.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def person(self, home: str, user: str) -> tuple[Person, frozenset[str]] | None:
        """A person as Slack last told, and the workspaces that are theirs; ``None``: Slack must be asked."""
        text = await self._redis.get(keys.person(home, user))
        if text is None:
            return None
        standing, homes = json.loads(text)
        return Person(user, Standing(standing)), frozenset(homes)

    async def keep_person(self, home: str, person: Person, homes: frozenset[str]) -> None:
        """Keep what Slack told of a person."""
        text = json.dumps([person.standing.value, sorted(homes)])
        await self._redis.set(keys.person(home, person.id), text, ex=PEOPLE_LIFE)

    async def people(self, home: str, place: str) -> frozenset[str] | None:
        """Who is in a channel or a user group, by its id; ``None`` where Slack must be asked."""
        text = await self._redis.get(keys.people(home, place))
        return None if text is None else frozenset(json.loads(text))

    async def keep_people(self, home: str, place: str, people: frozenset[str]) -> None:
        """Keep who is in a channel or a user group."""
        await self._redis.set(keys.people(home, place), json.dumps(sorted(people)), ex=PEOPLE_LIFE)

    async def forget(self, home: str, name: str) -> None:
        """Have Slack asked again about a person, channel or group."""
        await self._redis.delete(keys.person(home, name))
        await self._redis.delete(keys.people(home, name))
