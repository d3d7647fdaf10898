"""Where the bot is installed, and what it is there. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the bot is installed: a workspace, or with ``org_wide`` all workspaces of an organisation.

    ``team`` is the workspace's id, ``enterprise`` the organisation's, empty where there is none.
    """

    team: str
    enterprise: str = ""
    org_wide: bool = False

    @property
    def home(self) -> str:
        """The id that everything of this installation is stored under: workspace, or organisation."""
        return self.enterprise if self.org_wide else self.team

    @property
    def homes(self) -> frozenset[str]:
        """Whoever is at home in one of these is of the house: the workspace, or the organisation."""
        return frozenset({self.home})


@dataclass(frozen=True, slots=True)
class InstalledBot:
    """The bot of one installation: who it is there, and the token that it speaks with.

    ``name`` is what the workspace or organisation calls itself; ``user`` and ``bot_id`` are Slack's ids of
    the bot's user and of the bot; ``scopes`` is what it was granted. ``installed_at`` is when somebody
    (``installed_by``, a Slack user id) last consented, where that was by OAuth. A token that is replaced now
    and then has a ``refresh_token``, and ``lapses`` at a moment. Moments are aware UTC.
    """

    installation: Installation
    name: str
    user: str
    bot_id: str
    token: str = field(repr=False)
    installed_by: str = ""
    installed_at: datetime = NEVER
    scopes: frozenset[str] = frozenset()
    refresh_token: str = field(default="", repr=False)
    lapses: datetime | None = None
