"""All stores over one connection, opened and closed together."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.store.absences import AbsenceStore
from bot.store.asked_statuses import AskedStatuses
from bot.store.audit import AuditTrails
from bot.store.backlog import BacklogStore
from bot.store.budgets import TokenBudgets
from bot.store.copies import Copies
from bot.store.desks import DeskStore
from bot.store.digests import DigestStore
from bot.store.drafts import DraftStore
from bot.store.drawn import DrawnStore
from bot.store.flagged_payments import FlaggedPaymentStore
from bot.store.forgetting import ForgettingStore
from bot.store.forgotten_elsewhere import ForgottenElsewhere
from bot.store.history import PaymentHistory
from bot.store.homes import OpenedHomes
from bot.store.installations import InstallationStore
from bot.store.job_attempts import JobAttempts
from bot.store.layout import StoredLayout
from bot.store.legal_holds import LegalHolds
from bot.store.mappings import MappingStore
from bot.store.messages import MessageStore
from bot.store.notices import NoticeStore
from bot.store.older_reviews import OlderReviews
from bot.store.outbox import Outbox
from bot.store.pace import Pace
from bot.store.payment_index import PaymentIndex
from bot.store.people import KnownPeople
from bot.store.people_names import PeopleNames
from bot.store.policies import PolicyArchive
from bot.store.policy_history import PolicyHistory
from bot.store.question_records import QuestionRecords
from bot.store.restoring import Restoring
from bot.store.retained import RetainedReviews
from bot.store.review_lists import ReviewLists
from bot.store.reviews import ReviewStore
from bot.store.submissions import SubmissionCounts
from bot.store.submitted_rows import SubmittedRows
from bot.store.timers import TimerStore
from bot.store.topology.connection import connect
from bot.store.topology.memory import StoreMemory
from bot.store.unreadable import UnreadableEntries


@dataclass(frozen=True, slots=True)
class Stores:
    """What is kept in one Redis."""

    absences: AbsenceStore
    reviews: ReviewStore
    audit: AuditTrails
    outbox: Outbox
    flagged: FlaggedPaymentStore
    desks: DeskStore
    drafts: DraftStore
    mappings: MappingStore
    submissions: SubmissionCounts
    submitted_rows: SubmittedRows
    payment_index: PaymentIndex
    review_lists: ReviewLists
    messages: MessageStore
    questions: QuestionRecords
    policies: PolicyArchive
    policy_history: PolicyHistory
    history: PaymentHistory
    budgets: TokenBudgets
    job_attempts: JobAttempts
    pace: Pace
    people: KnownPeople
    names: PeopleNames
    homes: OpenedHomes
    backlog: BacklogStore
    memory: StoreMemory
    unreadable: UnreadableEntries
    timers: TimerStore
    notices: NoticeStore
    digests: DigestStore
    drawn: DrawnStore
    asked_statuses: AskedStatuses
    installations: InstallationStore
    layout: StoredLayout
    older: OlderReviews
    copies: Copies
    restoring: Restoring
    forgetting: ForgettingStore
    forgotten_elsewhere: ForgottenElsewhere
    legal_holds: LegalHolds
    retained: RetainedReviews


def stores_over(redis: Redis) -> Stores:
    """The stores over a connection that somebody else opens and closes."""
    reviews = ReviewStore(redis)
    return Stores(
        absences=AbsenceStore(redis),
        reviews=reviews,
        audit=AuditTrails(redis),
        outbox=Outbox(redis),
        flagged=FlaggedPaymentStore(redis, reviews),
        desks=DeskStore(redis),
        drafts=DraftStore(redis),
        mappings=MappingStore(redis),
        submissions=SubmissionCounts(redis),
        submitted_rows=SubmittedRows(redis),
        payment_index=PaymentIndex(redis),
        review_lists=ReviewLists(redis),
        messages=MessageStore(redis),
        questions=QuestionRecords(redis),
        policies=PolicyArchive(redis),
        policy_history=PolicyHistory(redis),
        history=PaymentHistory(redis),
        budgets=TokenBudgets(redis),
        job_attempts=JobAttempts(redis),
        pace=Pace(redis),
        people=KnownPeople(redis),
        names=PeopleNames(redis),
        homes=OpenedHomes(redis),
        backlog=BacklogStore(redis),
        memory=StoreMemory(redis),
        unreadable=UnreadableEntries(redis),
        timers=TimerStore(redis),
        notices=NoticeStore(redis),
        digests=DigestStore(redis),
        drawn=DrawnStore(redis),
        asked_statuses=AskedStatuses(redis),
        installations=InstallationStore(redis),
        layout=StoredLayout(redis),
        older=OlderReviews(redis),
        copies=Copies(redis),
        restoring=Restoring(redis),
        forgetting=ForgettingStore(redis),
        forgotten_elsewhere=ForgottenElsewhere(redis),
        legal_holds=LegalHolds(redis),
        retained=RetainedReviews(redis),
    )


@contextlib.asynccontextmanager
async def open_stores(url: str) -> AsyncIterator[Stores]:
    """The stores of the Redis at this address; the first command raises what ``StoreUnavailable`` names."""
    async with contextlib.aclosing(connect(url)) as redis:
        yield stores_over(redis)
