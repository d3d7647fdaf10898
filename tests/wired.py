"""The use cases over one Redis, without Slack and without a worker: jobs are kept, and run by hand."""

import contextlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.application.access import Access
from bot.application.amend import AmendPayments
from bot.application.ask import RemarkOnPayments
from bot.application.assess import AssessReview
from bot.application.call_back import NoteCallBacks
from bot.application.claim import ClaimPayments
from bot.application.column_questions import ColumnQuestions
from bot.application.converse import Converse, ReplyResult
from bot.application.decide import DecidePayments
from bot.application.index import IndexReviews
from bot.application.judging import Judging
from bot.application.learn import LearnOutcomes
from bot.application.nudge import NudgePeople
from bot.application.ports import Directory
from bot.application.remind import RemindOfReviews
from bot.application.steps import ReviewSteps
from bot.application.submit import SubmitPayments
from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionRequest, Turn
from bot.domain.people import Person, Standing
from bot.domain.policy import ANYONE, Policy, default_policy
from bot.domain.review.outcome import RequestResult
from bot.domain.review.state import ReviewState
from bot.domain.review.transition import Actor, Transition
from bot.domain.submission import Draft, Origin
from bot.domain.transaction import Transaction
from bot.intake import Intake
from bot.llm import CallLimit, ChatModel
from bot.store import Committed, Job, NotCommitted, connect, stores_over
from bot.store.keys import ReviewKeys

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
TEAM = "T1"


def keys_that_expire(keys: ReviewKeys) -> tuple[str, ...]:
    """The keys of a review that go with it; the audit trail stays."""
    about = keys.judgements, keys.ranking, keys.decisions, keys.remarks
    return keys.state, *about, keys.turns, keys.messages


class KeptQueue:
    """Jobs are kept, not run: these tests look at what the steps themselves leave."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def add(self, name: str, key: str, *ids: str | int) -> None:
        self.keys.append(key)

    def relay(self, jobs: Sequence[Job]) -> None:
        self.keys += [job.key for job in jobs]


class Everybody(frozenset[str]):
    """A channel that whoever is asked about is in."""

    def __contains__(self, user: object) -> bool:
        return True


class Townspeople:
    """A workspace in which everybody is a full member and in every channel."""

    async def person(self, team: str, user: str, homes: Collection[str]) -> Person:
        return Person(user, Standing.MEMBER)

    async def time_zone(self, team: str, user: str) -> str:
        return "UTC"

    async def people_of_group(self, team: str, group: str) -> frozenset[str]:
        return frozenset()

    async def people_in_channel(self, team: str, channel: str) -> frozenset[str]:
        return Everybody()

    async def forget(self, name: str) -> None:
        pass


class Wired:
    """One process's worth of use cases; policy, model and clock can be changed between two calls."""

    def __init__(
        self,
        redis: Redis,
        *,
        now: datetime | None = NOW,
        model: ChatModel | None = None,
        call_limit: CallLimit | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.redis = redis
        self.stores = stores_over(redis)
        self.reviews = self.stores.reviews
        self.queue = KeptQueue()
        self.steps = ReviewSteps(self.reviews, self.queue)
        self.time = now
        self.model = model
        self.call_limit = call_limit or CallLimit()
        self.policy = policy or default_policy().model_copy(update={"approvers": (ANYONE,)})
        self.access = self.access_through(Townspeople())

    def access_through(self, directory: Directory, policy: Policy | None = None) -> Access:
        """Access as this workspace tells of its people; ``policy`` counts for it alone."""
        return Access(
            directory=directory,
            reviews=self.reviews,
            absences=self.stores.absences,
            policy=lambda: policy or self.policy,
            now=self.now,
        )

    def now(self) -> datetime:
        return self.time or datetime.now(UTC)

    @property
    def asking_columns(self) -> ColumnQuestions:
        return ColumnQuestions(
            drafts=self.stores.drafts,
            mappings=self.stores.mappings,
            queue=self.queue,
            policy=lambda: self.policy,
            now=self.now,
        )

    @property
    def submitting(self) -> SubmitPayments:
        return SubmitPayments(
            reviews=self.reviews,
            columns=self.asking_columns,
            drafts=self.stores.drafts,
            counts=self.stores.submissions,
            rows=self.stores.submitted_rows,
            policies=self.stores.policies,
            queue=self.queue,
            policy=lambda: self.policy,
            model=self.model,
            now=self.now,
        )

    @property
    def deciding(self) -> DecidePayments:
        return DecidePayments(
            steps=self.steps, reviews=self.reviews, access=self.access, policy=lambda: self.policy
        )

    @property
    def index(self) -> IndexReviews:
        return IndexReviews(self.stores.payment_index, self.stores.review_lists)

    @property
    def assessing(self) -> AssessReview:
        return AssessReview(
            steps=self.steps,
            reviews=self.reviews,
            judging=Judging(
                policies=self.stores.policies,
                history=self.stores.history,
                rows=self.stores.submitted_rows,
                budgets=self.stores.budgets,
                policy=lambda: self.policy,
                model=self.model,
                call_limit=self.call_limit,
                now=self.now,
            ),
            index=self.index,
            access=self.access,
            sanctions=lambda _: None,
            call_limit=self.call_limit,
            now=self.now,
        )

    async def learn(self, review_id: str, team: str = TEAM) -> None:
        await LearnOutcomes(
            reviews=self.reviews,
            history=self.stores.history,
            rows=self.stores.submitted_rows,
            index=self.index,
            now=self.now,
        ).learn(team, review_id)

    async def offer(self, origin: Origin, intake: Intake) -> ReviewState | Draft:
        return await self.submitting.offer(origin, intake)

    async def submit(self, origin: Origin, transactions: Sequence[Transaction]) -> ReviewState:
        return await self.submitting.submit(origin, transactions)

    async def assess(self, review_id: str, team: str = TEAM) -> None:
        await self.assessing.assess(team, review_id)

    async def decide(
        self,
        team: str,
        review_id: str,
        requests: tuple[DecisionRequest, ...],
        actor: Actor,
        content_token: str | None = None,
        called: Mapping[int, int] | None = None,
    ) -> RequestResult:
        return await self.deciding.decide(
            team, review_id, requests, actor, content_token=content_token, called=called
        )

    async def exit(self, team: str, review_id: str, actor: Actor) -> RequestResult:
        return await self.deciding.exit(team, review_id, actor)

    @property
    def amending(self) -> AmendPayments:
        return AmendPayments(
            steps=self.steps, reviews=self.reviews, counts=self.stores.submissions, now=self.now
        )

    @property
    def conversing(self) -> Converse:
        return Converse(
            steps=self.steps,
            reviews=self.reviews,
            history=self.stores.history,
            decide=self.deciding,
            remarks=self.remarking,
            access=self.access,
            amend=self.amending,
            claims=self.claiming,
            nudge=self.nudging,
            has_model=self.model is not None,
        )

    @property
    def claiming(self) -> ClaimPayments:
        return ClaimPayments(
            steps=self.steps, reviews=self.reviews, access=self.access, policy=lambda: self.policy
        )

    @property
    def reminding(self) -> RemindOfReviews:
        return RemindOfReviews(
            steps=self.steps,
            reviews=self.reviews,
            timers=self.stores.timers,
            notices=self.stores.notices,
            access=self.access,
            policy=lambda: self.policy,
            now=self.now,
        )

    @property
    def nudging(self) -> NudgePeople:
        return NudgePeople(
            steps=self.steps,
            reviews=self.reviews,
            remind=self.reminding,
            notices=self.stores.notices,
            access=self.access,
            policy=lambda: self.policy,
        )

    @property
    def remarking(self) -> RemarkOnPayments:
        return RemarkOnPayments(
            steps=self.steps,
            reviews=self.reviews,
            questions=self.stores.questions,
            access=self.access,
        )

    @property
    def calling_back(self) -> NoteCallBacks:
        return NoteCallBacks(steps=self.steps, reviews=self.reviews, access=self.access)

    async def reply(
        self,
        team: str,
        review_id: str,
        actor: Actor,
        idempotency_key: str | None = None,
        *,
        named: bool = False,
    ) -> ReplyResult:
        return await self.conversing.reply(
            team, review_id, actor, named=named, idempotency_key=idempotency_key
        )

    async def commit(
        self,
        review_id: str,
        team: str = TEAM,
        *,
        turns: tuple[Turn, ...] = (),
        audit: tuple[AuditEntry, ...] = (),
        jobs: tuple[str, ...] = ("publish",),
    ) -> Committed | NotCommitted:
        """Take a step with these parts, made of the review as it stands."""
        state = await self.reviews.state(team, review_id)
        assert state is not None
        return await self.reviews.commit(state, Transition(state, turns=turns, audit=audit, jobs=jobs))


@contextlib.asynccontextmanager
async def wired(url: str) -> AsyncIterator[Wired]:
    """The use cases over the Redis at this address."""
    async with contextlib.aclosing(connect(url)) as redis:
        yield Wired(redis)
