"""Whether the audit trail is whole, the queues are empty, and no finished chunk was paid for twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.domain.review.amendment import CORRECTED
from bot.llm.quoting import quoted_rows
from tests.chaos.evidence import Evidence, Finding, Wrong
from tests.chaos.records import killed_between
from tests.chaos.stored import Stored

NOTICING = 5.0  # seconds until a worker has noticed that Redis was gone, and leaves what it was at
STORING = 3.0  # seconds from the model's answer to the chunk being stored, Redis being slow


def judge_trail(evidence: Evidence, outbox: Sequence[str], dead: Sequence[str]) -> Iterator[Finding]:
    """Everything wrong behind what people see."""
    for stored in evidence.stored.values():
        for broken in breaks(stored):
            yield Finding(Wrong.BROKEN_CHAIN, stored.state.id, broken)
    for job in outbox:
        yield Finding(Wrong.OUTBOX, job.split(":")[2], f"{job} was never queued")
    for job in dead:
        yield Finding(Wrong.DEAD_LETTER, "", f"{job} was given up")
    yield from _paid_once(evidence)


def breaks(stored: Stored) -> Iterator[str]:
    """Where what is stored of a review does not fit together, by the bot's own check and by ours."""
    yield from stored.problems
    events = [entry.event for entry in stored.audit]
    if events[:1] != ["submitted"] or events.count("submitted") != 1:
        yield f"begins with {events[:1]}, submitted {events.count('submitted')} times"
    endings = [event for event in events if event in ("closed", "reopened")]
    if endings != ["closed", "reopened"] * (len(endings) // 2) + ["closed"] * (len(endings) % 2):
        yield f"closed and reopened as {endings}"
    corrected = {place for place, entry in enumerate(stored.audit) if entry.event == CORRECTED}
    first = [entry for place, entry in enumerate(stored.audit) if not corrected or place < min(corrected)]
    judged = [entry.detail["refs"] for entry in first if entry.event == "judged"]
    if [first for first, _ in judged] != [1, *(last + 1 for _, last in judged[:-1])]:
        yield f"judged {judged}"


def _paid_once(evidence: Evidence) -> Iterator[Finding]:
    """A chunk is asked for again only where a death came between, and never once it is stored.

    Somebody who got no acknowledgement submits the same again, and each of these reviews pays for itself.
    """
    kept: dict[str, dict[str, float]] = defaultdict(dict)
    for stored in evidence.stored.values():
        for content, at in _chunks(stored):
            kept[content][stored.state.id] = at
    calls: dict[str, list[float]] = defaultdict(list)
    for call in evidence.calls:
        if not call.content.startswith("{"):
            calls[call.content].append(call.at)
    for content, times in calls.items():
        reviews = kept.get(content, {})
        named = " and ".join(reviews)
        late = [at for at in times if reviews and at > max(reviews.values()) + STORING]
        if late:
            yield Finding(Wrong.PAID_TWICE, named, f"{len(late)} calls for a chunk that was stored")
        again = [two for one, two in pairwise(times) if not _died(evidence, one, two)]
        if len(again) > max(len(reviews), 1) - 1:
            yield Finding(Wrong.PAID_TWICE, named, f"a chunk was asked for at {times}, nobody having died")


def _died(evidence: Evidence, first: float, last: float) -> bool:
    deaths = evidence.records.deaths
    return killed_between(deaths, {"worker", "redis"}, first - NOTICING, last)


def _chunks(stored: Stored) -> Iterator[tuple[str, float]]:
    """What the model was asked for each stored chunk, and when that was stored."""
    corrected = False
    for entry in stored.audit:
        corrected = corrected or entry.event == CORRECTED  # after which versions are judged, one by one
        if entry.event == "judged" and not corrected:
            first, last = entry.detail["refs"]
            rows = [stored.review.entries[ref] for ref in range(first, last + 1)]
            sent = [row.transaction for row in rows if not row.flagged]
            if sent:
                yield quoted_rows(sent).text, stored.when(entry.at)
