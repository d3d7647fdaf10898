"""The workspaces that one sandbox serves, found by team or by token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .installation import Site


class Sites:
    """One site for each team, in order; the first is the one meant where none is named."""

    def __init__(self, sites: list[Site]) -> None:
        self._by_team: Final = {site.workspace.team_id: site for site in sites}
        self.first: Final = sites[0]

    def __iter__(self) -> Iterator[Site]:
        return iter(self._by_team.values())

    def of_team(self, team: str | None) -> Site | None:
        return self.first if team is None else self._by_team.get(team)

    def of_token(self, token: str | None) -> Site | None:
        """Where a bot token was given out; the app's own token belongs to no workspace."""
        return next((site for site in self if site.installation.knows(token)), None)
