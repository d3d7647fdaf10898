"""In what one workspace of Slack differs from the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MentionsWithFiles = Literal["both", "message", "bare_mention"]


@dataclass(frozen=True)
class Teams:
    """Team ids that differ from the one the app is installed in, as on Enterprise Grid and in Slack Connect.

    `user` is the team of every person, `channel` that of every channel, `enterprise` the organisation's id;
    with `org_wide` the app is installed in the whole organisation, and payloads name no team of it.
    """

    user: str | None = None
    channel: str | None = None
    enterprise: str | None = None
    org_wide: bool = False


@dataclass(frozen=True)
class Ways:
    """How this workspace tells an app of things.

    `mentions_with_files`: a message with files that names the app comes as `message` and `app_mention`
    ("both"), as `message` alone (slackapi/bolt-python#925), or with an `app_mention` that does not show
    the files ("bare_mention").
    `events` are the subscriptions of the app's manifest, e.g. `message.channels`; None is all of them.
    """

    mentions_with_files: MentionsWithFiles = "both"
    events: frozenset[str] | None = None
    teams: Teams = Teams()
