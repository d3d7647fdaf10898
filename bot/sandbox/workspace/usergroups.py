"""The user groups of a workspace and who is in them; changes outlive the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from .initial_content import USERGROUPS
from .sqlite_store import SqliteStore

STORED_AS: Final = "usergroup"


@dataclass(frozen=True)
class UserGroup:
    """A group of people that can be named with its `handle`.

    `updated` and `deleted_at` are seconds since 1970; a disabled group has a `deleted_at` other than 0, and
    keeps its people.
    """

    id: str
    handle: str
    users: tuple[str, ...]
    updated: int = 0
    deleted_at: int = 0


class UserGroups(Mapping[str, UserGroup]):
    """The user groups of one workspace by id."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._by_id = {
            group: UserGroup(group, handle, users) for group, (handle, users) in USERGROUPS.items()
        }
        for stored in store.all(STORED_AS):
            self._by_id[stored["id"]] = UserGroup(**{**stored, "users": tuple(stored["users"])})

    def __getitem__(self, group: str) -> UserGroup:
        return self._by_id[group]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def put(self, group: UserGroup) -> None:
        """Add a group, or replace the one with the same id."""
        self._by_id[group.id] = group
        self._store.put(STORED_AS, group.id, asdict(group))
