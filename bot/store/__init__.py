"""Redis: keys, the one script of a step, the review store, and the embedded server."""

from bot.store.connection import StoreTimeout, StoreUnavailable, StoreUncertain, connect
from bot.store.letters import DeadLetter, Letters
from bot.store.pace import Pace, Rate
from bot.store.past import Past
from bot.store.reviews import Committed, Job, NotCommitted, ReviewStore
from bot.store.shelf import INTENT, Shelf

__all__ = [
    "INTENT",
    "Committed",
    "DeadLetter",
    "Job",
    "Letters",
    "NotCommitted",
    "Pace",
    "Past",
    "Rate",
    "ReviewStore",
    "Shelf",
    "StoreTimeout",
    "StoreUnavailable",
    "StoreUncertain",
    "connect",
]
