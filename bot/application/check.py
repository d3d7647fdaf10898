"""Every stored review, looked at as a whole: for ``countersign doctor --audit`` and for ``make chaos``."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from bot.domain.review.consistency import Facts, Shown, problems
from bot.store import PostedCard, Stores, StoreUnavailable
from bot.store.audit import UNREADABLE

LOOKS = 5  # at a review that changes while it is read
IN_TIME = timedelta(minutes=1)  # in which a job may be waited for; the sweep comes every few seconds


async def all_reviews(stores: Stores) -> AsyncIterator[tuple[str, str]]:
    """Team and name of every review, also of those of which the audit trail alone is left."""
    async for review in stores.audit.named():
        yield review


async def check_review(stores: Stores, team: str, review_id: str) -> list[str]:
    """What is wrong with a review, a phrase each; empty where nothing is.

    Of one that has expired, only the chain of its audit trail is left to check. A review that changes while
    it is read is looked at again. Raises what ``StoreUnavailable`` names.
    """
    for _ in range(LOOKS):
        try:
            before = await stores.reviews.state(team, review_id)
            problems_seen = await _problems(stores, team, review_id)
        except StoreUnavailable:
            raise
        except UNREADABLE as error:
            problems_seen = [f"something stored cannot be read ({type(error).__name__})"]
            return problems_seen
        after = await stores.reviews.state(team, review_id)
        if (before and before.version) == (after and after.version):
            return problems_seen
    return problems_seen


async def _problems(stores: Stores, team: str, review_id: str) -> list[str]:
    # The machine's time, by which Redis lets a review go: until then its state must be there.
    checked = await stores.audit.check(team, review_id, datetime.now(UTC))
    if checked.broken is not None:
        return [f"audit trail: {checked.broken}"]
    loaded = await stores.reviews.load_whole(team, review_id)
    if loaded is None:
        return []
    posted = await stores.messages.posted(team, review_id)
    facts = Facts(
        state=loaded.state,
        entries=loaded.entries,
        flagged=await stores.reviews.flagged(team, review_id),
        decided=await stores.reviews.decided(team, review_id),
        turns=await stores.reviews.turns(team, review_id),
        trail=await stores.reviews.audit(team, review_id),
        shown=Shown(
            card=isinstance(posted.card, PostedCard),
            version=posted.version or 0,
            turn=posted.thread.turn,
            begun=posted.thread.intent is not None,
        ),
        waiting=[
            f"{job.name} for version {job.ids[2]}"
            for job in await stores.outbox.of_review(team, review_id)
            if datetime.now(UTC) - job.kept_at >= IN_TIME
        ],
        listed=await stores.reviews.is_open(team, review_id),
        on_whole=await stores.reviews.remarks_on_whole(team, review_id),
    )
    return problems(facts)
