"""Redis: keys, the one script of a step, the review store, and the embedded server."""

from bot.store.audit import AuditTrails
from bot.store.drafts import INTENT, Shelf
from bot.store.history import PaymentHistory
from bot.store.job_attempts import DeadLetter, JobAttempts
from bot.store.opened import Stores, open_stores
from bot.store.pace import Pace, Rate
from bot.store.reviews import Committed, Job, NotCommitted, ReviewStore
from bot.store.topology.connection import StoreTimeout, StoreUnavailable, StoreUncertain, connect

__all__ = [
    "INTENT",
    "AuditTrails",
    "Committed",
    "DeadLetter",
    "Job",
    "JobAttempts",
    "NotCommitted",
    "Pace",
    "PaymentHistory",
    "Rate",
    "ReviewStore",
    "Shelf",
    "StoreTimeout",
    "StoreUnavailable",
    "StoreUncertain",
    "Stores",
    "connect",
    "open_stores",
]
