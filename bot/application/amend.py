"""Amending: whoever brought payments corrects or withdraws them, as long as nobody has decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.application.conclude import concluding
from bot.application.ports import Clock
from bot.application.steps import ReviewSteps, Wanted
from bot.application.submission_rate import TooManySubmissions
from bot.domain import text
from bot.domain.review.amending import amend, withdraw
from bot.domain.review.outcome import Outcome, RequestResult
from bot.domain.review.review import Review
from bot.domain.review.transition import Actor, bot_turn
from bot.domain.transaction import Transaction
from bot.intake.corrected import read_correction
from bot.store import ReviewStore
from bot.store.submissions import SubmissionCounts


@dataclass(frozen=True, slots=True)
class OwnPayments:
    """A page of the payments that whoever brought them can still amend.

    ``review`` has those of page ``number``, from 0, of ``pages``; ``count`` are all that are open.
    """

    review: Review
    number: int
    pages: int
    count: int


class AmendPayments:
    """Records what whoever brought payments changes of them.

    Every method that is awaited raises ``Contended``, and what ``StoreUnavailable`` names.
    """

    def __init__(
        self, *, steps: ReviewSteps, reviews: ReviewStore, counts: SubmissionCounts, now: Clock
    ) -> None:
        self._steps = steps
        self._reviews = reviews
        self._counts = counts
        self._now = now

    async def own(
        self, user: str, team: str, review_id: str, number: int, size: int
    ) -> OwnPayments | Outcome:
        """Page ``number``, from 0, of what ``user`` can still amend, ``size`` a page, or why they cannot.

        It is the last page where there are fewer.
        """
        state = await self._reviews.state(team, review_id)
        if state is None or user not in state.barred:
            return Outcome.NO_REVIEW if state is None else Outcome.NOT_BROUGHT
        refs = sorted(await self._reviews.open_refs(team, review_id))
        pages = max(1, -(-len(refs) // size))
        here = min(number, pages - 1)
        review = await self._reviews.load(team, review_id, refs[here * size : (here + 1) * size])
        return Outcome.NO_REVIEW if review is None else OwnPayments(review, here, pages, len(refs))

    async def withdraw(
        self,
        team: str,
        review_id: str,
        refs: Sequence[int],
        actor: Actor,
        *,
        idempotency_key: str | None = None,
    ) -> RequestResult:
        """Withdraw those of the named payments that are open, for good; with nothing left open it concludes.

        ``idempotency_key`` names a request that may come twice, as a form does.
        """
        return await self._steps.take(
            team,
            review_id,
            lambda review: self.withdrawn(review, refs, actor),
            wanted=Wanted(tuple(refs)),
            actor=actor,
            idempotency_key=idempotency_key,
        )

    def withdrawn(self, review: Review, refs: Sequence[int], actor: Actor) -> RequestResult:
        """What a withdrawal makes of a review, with the bot's own turn."""
        result = withdraw(review, refs, actor)
        if result.transition is None:
            return result
        words = bot_turn(text.withdrawn(result), actor.now)
        return concluding(result.by(result.transition.followed_by(turns=(words,))), actor.now)

    async def would_refuse(
        self, team: str, review_id: str, ref: int, version: int, actor: Actor
    ) -> RequestResult | None:
        """Why a correction of the ``version`` of ``ref`` would change nothing, or ``None``."""

        def answer(review: Review) -> RequestResult:
            result = amend(review, ref, version, _changed, actor)
            return RequestResult(result.outcome, already=result.already, refs=result.refs)

        result = await self._steps.take(team, review_id, answer, wanted=Wanted((ref,)), actor=actor)
        return None if result.outcome is Outcome.RECORDED else result

    async def correct(
        self,
        team: str,
        review_id: str,
        ref: int,
        version: int,
        typed: Mapping[str, str],
        actor: Actor,
        *,
        idempotency_key: str,
    ) -> RequestResult:
        """Make what was ``typed``, by the names of the fields, the next version of a payment.

        It is judged again before anybody decides about it. ``version`` is the one that the form showed, and
        ``idempotency_key`` names the form. Raises ``CorrectionErrors`` where a field cannot be read, and
        ``TooManySubmissions``: a correction counts as what is handed in.
        """

        def answer(review: Review) -> RequestResult:
            return self.corrected(review, ref, version, typed, actor)

        now = self._now()
        if refused := await self._counts.admit(team, actor.user, idempotency_key, 0, now):
            raise TooManySubmissions(refused, now)
        return await self._steps.take(
            team, review_id, answer, wanted=Wanted((ref,)), actor=actor, idempotency_key=idempotency_key
        )

    def corrected(
        self, review: Review, ref: int, version: int, typed: Mapping[str, str], actor: Actor
    ) -> RequestResult:
        """What a correction makes of a review, with the bot's own turn; raises ``CorrectionErrors``."""

        def reading(payment: Transaction) -> Transaction:
            return read_correction(payment, typed)

        result = amend(review, ref, version, reading, actor)
        step = result.transition
        if step is None:
            return result
        before, after = review.entries[ref].transaction, step.amendments[0].payment
        words = bot_turn(text.amended(before, after or before), actor.now)
        return result.by(step.followed_by(turns=(words,)))


def _changed(payment: Transaction) -> Transaction:
    """The payment with any change, to ask whether one is possible."""
    return payment.model_copy(update={"memo": f"{payment.memo} "})
