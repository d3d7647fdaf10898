"""Redis: what is kept in it, a store a file; ``topology`` is how it is reached, ``scripts`` its Lua."""

from bot.store.absences import AbsenceStore
from bot.store.asked_statuses import AskedStatuses
from bot.store.audit import AuditTrails
from bot.store.budgets import TokenBudgets
from bot.store.committed import Committed, NotCommitted
from bot.store.desks import DeskStore, KeptDesk
from bot.store.digests import DigestRecord, DigestStore
from bot.store.drafts import DraftStore
from bot.store.drawn import DrawnStore
from bot.store.faults import said_by_redis
from bot.store.flagged_payments import FlaggedPayments, FlaggedPaymentStore
from bot.store.history import PaymentHistory
from bot.store.homes import OpenedHomes
from bot.store.installation_cipher import BadKey, InstallationCipher, InstallationUnreadable, new_key
from bot.store.installations import InstallationStore, StoredWorkspace, TooManyBegun
from bot.store.job_attempts import DeadLetter, JobAttempts
from bot.store.large_reads import OpenContent
from bot.store.layout import LAYOUT, StoredLayout, UnreadableLayout
from bot.store.mappings import MappingStore
from bot.store.messages import MessageStore, PublishingView, RoundEnd
from bot.store.notices import NoticeIntent, NoticeRecord, NoticeStore
from bot.store.older_reviews import Found, Lack, OlderReviews
from bot.store.opened import Stores, open_stores, stores_over
from bot.store.outbox import Job, Outbox
from bot.store.pace import Pace, Rate
from bot.store.payment_index import PaymentIndex
from bot.store.people import KnownPeople
from bot.store.people_names import PeopleNames
from bot.store.policies import PolicyArchive
from bot.store.policy_history import AppliedPolicy, PolicyHistory, applied_policy
from bot.store.posted import CardIntent, PostedCard, PostedMessages, PostedSummary, PostedThread, TurnsIntent
from bot.store.question_records import PostedQuestion, QuestionIntent, QuestionRecord, QuestionRecords
from bot.store.review_lists import ReviewLists
from bot.store.reviews import ReviewStore
from bot.store.submitted_rows import EarlierRow, SubmittedRows
from bot.store.timers import TimerStore
from bot.store.topology.connection import (
    StoreAway,
    StoreTimeout,
    StoreUnavailable,
    StoreUncertain,
    connect,
)
from bot.store.unreadable import UnreadableEntries, UnreadableEntry

__all__ = [
    "LAYOUT",
    "AbsenceStore",
    "AppliedPolicy",
    "AskedStatuses",
    "AuditTrails",
    "BadKey",
    "CardIntent",
    "Committed",
    "DeadLetter",
    "DeskStore",
    "DigestRecord",
    "DigestStore",
    "DraftStore",
    "DrawnStore",
    "EarlierRow",
    "FlaggedPaymentStore",
    "FlaggedPayments",
    "Found",
    "InstallationCipher",
    "InstallationStore",
    "InstallationUnreadable",
    "Job",
    "JobAttempts",
    "KeptDesk",
    "KnownPeople",
    "Lack",
    "MappingStore",
    "MessageStore",
    "NotCommitted",
    "NoticeIntent",
    "NoticeRecord",
    "NoticeStore",
    "OlderReviews",
    "OpenContent",
    "OpenedHomes",
    "Outbox",
    "Pace",
    "PaymentHistory",
    "PaymentIndex",
    "PeopleNames",
    "PolicyArchive",
    "PolicyHistory",
    "PostedCard",
    "PostedMessages",
    "PostedQuestion",
    "PostedSummary",
    "PostedThread",
    "PublishingView",
    "QuestionIntent",
    "QuestionRecord",
    "QuestionRecords",
    "Rate",
    "ReviewLists",
    "ReviewStore",
    "RoundEnd",
    "StoreAway",
    "StoreTimeout",
    "StoreUnavailable",
    "StoreUncertain",
    "StoredLayout",
    "StoredWorkspace",
    "Stores",
    "SubmittedRows",
    "TimerStore",
    "TokenBudgets",
    "TooManyBegun",
    "TurnsIntent",
    "UnreadableEntries",
    "UnreadableEntry",
    "UnreadableLayout",
    "applied_policy",
    "connect",
    "new_key",
    "open_stores",
    "said_by_redis",
    "stores_over",
]
