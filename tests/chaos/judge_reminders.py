"""Whether people were reminded once for a cause, at most twice a day, and within their hours."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

from bot.domain.review.timers import TOLD_A_DAY
from bot.worker.lost import OVERDUE
from tests.chaos.clock import CALENDAR
from tests.chaos.evidence import Evidence, Finding, Wrong
from tests.chaos.records import part_of
from tests.chaos.wishes import Json

# Seconds from deciding that it is time to the message, or from the last death in between: a worker dies with
# the job, or Redis while it is queued, and it is queued again once it counts as lost.
UNDER_WAY = OVERDUE + 20.0


def judge_reminders(evidence: Evidence) -> Iterator[Finding]:
    """Everything wrong with the direct messages of what waits."""
    sent: dict[str, list[Json]] = defaultdict(list)
    for message in evidence.messages:
        if part_of(message).get("part") == "reminder":
            sent[part_of(message)["user"]].append(message)
    for user, messages in sent.items():
        for words in _wrong(evidence, user, messages):
            yield Finding(Wrong.REMINDED, "", f"{user} {words}")


def _wrong(evidence: Evidence, user: str, messages: list[Json]) -> Iterator[str]:
    at = sorted(_set_out(message) for message in messages)
    for one, two in pairwise(at):
        if one == two:
            yield f"was reminded twice at {one}"
    for moment in at:
        that_day = [other for other in at if other.date() == moment.date()]
        if len(that_day) > TOLD_A_DAY and moment == that_day[0]:
            yield f"was reminded {len(that_day)} times on {moment.date()}"
        if not CALENDAR.is_working(moment):
            yield f"was reminded at {moment}, outside working hours"
    for message in messages:
        begun, ended = evidence.machine(_set_out(message)), evidence.machine(_posted(message))
        deaths = [death.at for death in evidence.records.deaths if begun <= death.at <= ended]
        late = ended - max([begun, *deaths])
        if late > UNDER_WAY:
            yield f"was reminded {late:.0f} s after it was time"
    causes = evidence.causes.get(user, 0)
    if len(at) > causes:
        yield f"was reminded {len(at)} times, for {causes} causes"


def _set_out(message: Json) -> datetime:
    """When it was found to be time."""
    return datetime.fromtimestamp(float(part_of(message)["at"]), UTC)


def _posted(message: Json) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC)
