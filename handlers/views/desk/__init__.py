"""The desk: a modal of one's own with the flagged payments of a review, and what many of them come to. Pure.

``payments`` is the desk itself, ``filter_form`` asks for amounts and words, ``bulk`` is the page that shows
what will be done before it is done, and ``ask_form`` asks whoever submitted.
"""

from handlers.views.desk.ask_form import DESK_ASK, MOST_ASKED, ask_form
from handlers.views.desk.bulk import BULK, bulk_view
from handlers.views.desk.filter_form import DESK_FILTER, filter_form, filter_typed
from handlers.views.desk.payments import DESK, chosen, desk_view

__all__ = [
    "BULK",
    "DESK",
    "DESK_ASK",
    "DESK_FILTER",
    "MOST_ASKED",
    "ask_form",
    "bulk_view",
    "chosen",
    "desk_view",
    "filter_form",
    "filter_typed",
]
