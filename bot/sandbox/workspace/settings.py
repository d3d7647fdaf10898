"""What one Slack workspace does differently from the next, so that an app can be tested against each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MentionsWithFiles = Literal["both", "message", "bare_mention"]


@dataclass(frozen=True)
class TeamIds:
    """Team ids that differ from that of the workspace, as on Enterprise Grid and in Slack Connect.

    `user` is the team of every person, `channel` that of every channel, `enterprise` the organisation's id;
    with `org_wide` the app is installed in the whole organisation, and payloads name no single team.
    """

    user: str | None = None
    channel: str | None = None
    enterprise: str | None = None
    org_wide: bool = False


@dataclass(frozen=True)
class WorkspaceSettings:
    """Which events of a workspace reach the app, and under which team ids.

    `mentions_with_files`: a message with files that names the app comes as `message` and `app_mention`
    ("both"), as `message` alone (slackapi/bolt-python#925), or with an `app_mention` that does not show
    the files ("bare_mention").
    `events` are the event subscriptions of the app's manifest, e.g. `message.channels`; None is all of them.
    """

    mentions_with_files: MentionsWithFiles = "both"
    events: frozenset[str] | None = None
    team_ids: TeamIds = TeamIds()


DEFAULT_SETTINGS = WorkspaceSettings()
