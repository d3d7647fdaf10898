"""What somebody's status in Slack says, and whether that reads like an absence, which is asked about."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

# The status that Slack offers for holidays, and what else people put there while they are away.
EMOJI = frozenset(
    {
        *(":palm_tree:", ":beach_with_umbrella:", ":desert_island:", ":airplane:", ":luggage:"),
        *(":face_with_thermometer:", ":hospital:", ":baby:", ":camping:", ":ferry:", ":ski:"),
    }
)
WORDS = re.compile(
    r"\b(?:vacation\w*|vacationing|holidays?|out of (?:the )?office|ooo|annual leave|on leave|pto|time off"
    r"|day off|off sick|out sick|sick leave|parental leave|maternity|paternity|sabbatical|away"
    r"|urlaub|krank|elternzeit|vacances|congés?|vacaciones|ferie|férias)\b",
    re.IGNORECASE,
)
LONG = timedelta(hours=24)  # notifications that are off for longer are not a night's


@dataclass(frozen=True, slots=True)
class SaidStatus:
    """A status as Slack tells it: ``text`` as it was typed, ``emoji`` by its name, ``until`` aware UTC.

    ``quiet_until`` is when notifications that are off now come back. ``None`` where it does not say.
    """

    text: str = ""
    emoji: str = ""
    until: datetime | None = None
    quiet_until: datetime | None = None

    def says_away(self, now: datetime) -> bool:
        """Whether it reads as if its author were away at ``now`` (aware)."""
        if self.until is not None and self.until <= now:
            return False
        reads_so = self.emoji in EMOJI or WORDS.search(self.text) is not None
        return reads_so or (self.quiet_until is not None and self.quiet_until - now > LONG)

    @property
    def ends(self) -> datetime | None:
        """When it is over, as far as it says."""
        return self.until or self.quiet_until

    @property
    def fingerprint(self) -> str:
        """A name for this status, so that nobody is asked twice about it."""
        said = f"{self.text}\n{self.emoji}\n{self.until}"
        if not self.text and not self.emoji:
            said = f"quiet {self.quiet_until}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]
