"""Who is in a workspace: members, guests, people of other companies, and the bots beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final, Literal, get_args

from ..slack_json import Json
from .sqlite_store import SqliteStore

PersonKind = Literal[
    "member", "guest", "channel_guest", "stranger", "app", "other_app", "slackbot", "deactivated"
]
KINDS: Final[frozenset[str]] = frozenset(get_args(PersonKind))
BOTS: Final[frozenset[PersonKind]] = frozenset({"app", "other_app", "slackbot"})
STORED_AS: Final = "person"


@dataclass(frozen=True)
class Person:
    """Somebody who can act in a workspace.

    `kind` is what they are while their account is active: a full `member`, a `guest` of several channels, a
    `channel_guest` of one, a `stranger` from another company, the `app` itself, the bot of an `other_app`, or
    `slackbot`. `team_id` is their home team where it is not the workspace; `deleted` a deactivated account;
    `updated` when Slack last heard of a change (seconds since 1970); `time_zone` the name of theirs. A status
    is over at `status_expiration`, 0 for never, and notifications are off until `dnd_until` (both seconds).
    """

    id: str
    name: str
    kind: PersonKind = "member"
    team_id: str | None = None
    deleted: bool = False
    updated: int = 0
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    dnd_until: int = 0
    time_zone: str = "Etc/UTC"

    @property
    def is_bot(self) -> bool:
        """Whether no human is behind the account."""
        return self.kind in BOTS

    @property
    def shown_kind(self) -> PersonKind:
        """What whoever looks at the workspace is told: the kind, or that the account is deactivated."""
        return "deactivated" if self.deleted else self.kind

    def summary(self) -> Json:
        """The person as the door shows them."""
        return {"id": self.id, "name": self.name, "kind": self.shown_kind}


class People(Mapping[str, Person]):
    """The people of one workspace by id, in the order in which they came; changes outlive the process."""

    def __init__(self, store: SqliteStore, initial: Iterable[Person]) -> None:
        self._store = store
        self._by_id = {person.id: person for person in initial}
        # In the order of their coming: the store gives them by key.
        for stored in sorted(store.all(STORED_AS), key=lambda document: int(document["place"])):
            person = Person(**{key: value for key, value in stored.items() if key != "place"})
            self._by_id[person.id] = person

    def __getitem__(self, user: str) -> Person:
        return self._by_id[user]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def put(self, person: Person) -> None:
        """Add a person, or replace the one with the same id."""
        self._by_id[person.id] = person
        place = list(self._by_id).index(person.id)
        self._store.put(STORED_AS, person.id, {**asdict(person), "place": place})

    def rename(self, user: str, name: str) -> None:
        """Give somebody another name for as long as the process lives."""
        self._by_id[user] = replace(self._by_id[user], name=name)
