"""In what one workspace of Slack differs from the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MentionsWithFiles = Literal["both", "message", "bare_mention"]


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
