"""The workspaces that one sandbox serves, found by team or by token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .installation import Installation


class Installations:
    """One installation a team, in order; the first one is meant where no team is named."""

    def __init__(self, installations: list[Installation]) -> None:
        self._by_team: Final = {
            installation.workspace.team_id: installation for installation in installations
        }
        self.first: Final = installations[0]

    def __iter__(self) -> Iterator[Installation]:
        return iter(self._by_team.values())

    def of_team(self, team: str | None) -> Installation | None:
        """The installation in a team; the first one for None."""
        return self.first if team is None else self._by_team.get(team)

    def of_token(self, token: str | None) -> Installation | None:
        """The workspace that a bot token is for, also another app's; the app-level token belongs to none."""
        return next(
            (
                installation
                for installation in self
                if installation.tokens.was_issued(token) or token == installation.other_app_token
            ),
            None,
        )
