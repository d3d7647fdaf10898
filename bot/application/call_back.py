"""Noting calls to vendors about bank accounts: it decides nothing, and may let others approve."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.application.access import Access
from bot.application.steps import ReviewSteps, Wanted
from bot.domain.names import folded_name
from bot.domain.policy import account_key
from bot.domain.review.call_backs import CallBackReport
from bot.domain.review.calling_back import faults_of, note_call_back, refused_call_back
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.transition import Actor
from bot.store import ReviewStore
from bot.store.scripts.load import Besides

LOOKED_AT = 500  # payments that wait, among which those to the same account are looked for
MOST_ALIKE = 10  # other payments that one call can be noted for; check marks in one element of Slack


@dataclass(frozen=True, slots=True)
class CallBackAsked:
    """The payment that somebody wants to note a call about, and those to the same account of its vendor."""

    entry: ReviewedTransaction
    alike: tuple[ReviewedTransaction, ...]


@dataclass(frozen=True, slots=True)
class CallBackNoted:
    """What came of it; ``faults`` are sentences by field, where the form has to be mended first."""

    result: RequestResult
    faults: Mapping[str, str]


class NoteCallBacks:
    """Stores what came of calls to vendors, each in one step with its audit entry.

    Every method that is awaited raises ``Contended``, and what ``StoreUnavailable`` names.
    """

    def __init__(self, *, steps: ReviewSteps, reviews: ReviewStore, access: Access) -> None:
        self._steps = steps
        self._reviews = reviews
        self._access = access

    async def ask(
        self, team: str, review_id: str, ref: int, version: int | None, actor: Actor
    ) -> CallBackAsked | RequestResult:
        """What the form for a call about a payment shows, or why a call cannot be noted.

        ``version`` is the one that the pressed button showed; ``None`` for words, which are about the newest.
        """
        approvers = await self._access.approvers(team, review_id, actor.user)
        found: list[Review] = []

        def answer(review: Review) -> RequestResult:
            newest = review.entries[ref].version if ref in review.entries else 1
            refused = refused_call_back(review, {ref: version or newest}, actor, approvers)
            found[:] = [] if refused else [review]
            return refused or RequestResult(Outcome.RECORDED)

        # Words that no button stands behind are no attempt that an auditor has to see.
        by_button = actor if version else None
        result = await self._steps.take(team, review_id, answer, wanted=Wanted((ref,)), actor=by_button)
        if not found:
            return result
        return CallBackAsked(found[0].entries[ref], await self._alike(found[0], ref))

    async def _alike(self, review: Review, ref: int) -> tuple[ReviewedTransaction, ...]:
        """Other payments that one call tells of too; none where so many wait that reading them takes time.

        Slack opens a form within three seconds of the click, or not at all.
        """
        state = review.state
        if state.waiting > LOOKED_AT:
            return ()
        whole = await self._reviews.load(state.team, state.id, besides=Besides.OPEN)
        waiting = whole.entries.values() if whole else ()
        others = (entry for entry in waiting if entry.transaction.ref != ref)
        alike = [entry for entry in others if _is_alike(entry, review.entries[ref])]
        return tuple(alike[:MOST_ALIKE])

    async def note(
        self,
        team: str,
        review_id: str,
        shown: Mapping[int, int],
        report: CallBackReport,
        actor: Actor,
        *,
        idempotency_key: str | None = None,
    ) -> CallBackNoted:
        """Note what came of a call about payments, by reference with the versions that the form showed.

        ``idempotency_key`` names the form, which is kept once.
        """
        approvers = await self._access.approvers(team, review_id, actor.user)
        written = await self._written(team, review_id)
        faults: dict[str, str] = {}

        def answer(review: Review) -> RequestResult:
            faults.clear()
            result = note_call_back(review, shown, report, actor, approvers)
            if result.transition is None:
                return result
            entries = [review.entries[ref] for ref in shown]
            faults.update(faults_of(report, review.state, entries, actor.now, written))
            return RequestResult(Outcome.NOTHING_TO_DECIDE) if faults else result

        result = await self._steps.take(
            team,
            review_id,
            answer,
            wanted=Wanted(tuple(sorted(shown))),
            actor=actor,
            idempotency_key=idempotency_key,
        )
        return CallBackNoted(result, dict(faults))

    async def _written(self, team: str, review_id: str) -> list[tuple[str, str]]:
        """Who wrote in a review so far, by Slack user id, and what, with the names of files."""
        turns = await self._reviews.turns(team, review_id)
        remarks = await self._reviews.remarks_on_whole(team, review_id)
        said = [(turn.actor, turn.text) for turn in turns if turn.actor]
        return [*said, *((remark.by, remark.file.name) for remark in remarks if remark.file)]


def _is_alike(entry: ReviewedTransaction, other: ReviewedTransaction) -> bool:
    """Whether one call tells of both payments: they go to one account of one vendor."""
    waits = entry.frozen and entry.open and not entry.rejudging
    same = account_key(entry.transaction.account) == account_key(other.transaction.account) != ""
    return waits and same and folded_name(entry.transaction.vendor) == folded_name(other.transaction.vendor)
