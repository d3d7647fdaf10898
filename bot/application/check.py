"""Every stored review, looked at as a whole: for ``countersign doctor --audit`` and for ``make chaos``."""

from datetime import UTC, datetime

from bot.domain.review.consistency import Facts, Shown, problems
from bot.store import INTENT, ReviewStore, Shelf, StoreUnavailable
from bot.store.audit import UNREADABLE

LOOKS = 5  # at a review that changes while it is read


async def check_review(reviews: ReviewStore, shelf: Shelf, team: str, review: str) -> list[str]:
    """What is wrong with a review, a phrase each.

    Of one that has expired, only the chain of its audit trail is left to check.
    """
    for _ in range(LOOKS):
        try:
            before = await reviews.state(team, review)
            found = await _problems(reviews, shelf, team, review)
        except StoreUnavailable:
            raise
        except UNREADABLE as error:
            found = [f"something stored cannot be read ({type(error).__name__})"]
            return found
        after = await reviews.state(team, review)
        if (before and before.version) == (after and after.version):
            return found
    return found


async def _problems(reviews: ReviewStore, shelf: Shelf, team: str, review: str) -> list[str]:
    checked = await reviews.trails.check(team, review, datetime.now(UTC))
    if checked.broken is not None:
        return [f"audit trail: {checked.broken}"]
    loaded = await reviews.load(team, review)
    if loaded is None:
        return []
    posted = await shelf.messages(team, review)
    facts = Facts(
        state=loaded.state,
        entries=loaded.entries,
        flagged=await reviews.flagged(team, review),
        decided=await reviews.decided(team, review),
        turns=await reviews.turns(team, review),
        trail=await reviews.audit(team, review),
        shown=Shown(
            card=posted.get("card", INTENT) not in ("", INTENT),
            version=int(posted.get("version", "0")),
            turn=int(posted.get("turn", "0")),
            begun=bool(posted.get("turns")),
        ),
        waiting=[f"{job.name} for version {job.version}" for job in await reviews.jobs_of(team, review)],
        listed=await reviews.is_open(team, review),
    )
    return problems(facts)
