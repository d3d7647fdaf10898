"""Who must decide a payment: its route through ordered stages, and how far it is along it. Pure."""

from bot.domain.routing.absence import (
    MOST_NOTED,
    Absence,
    absent_at,
    stand_in_candidates,
    with_absence,
    without_absence,
)
from bot.domain.routing.involvement import (
    Involvement,
    Say,
    WayNow,
    groups_of_stage,
    involvement_of,
    way_now,
)
from bot.domain.routing.progress import Progress, Vote, can_still_pass, progress_of, short_stages
from bot.domain.routing.route import Fit, Route, RoutedPayment, Stage, Worth, choose_route, fit_of
from bot.domain.routing.staff import Seat, Staff

__all__ = [
    "MOST_NOTED",
    "Absence",
    "Fit",
    "Involvement",
    "Progress",
    "Route",
    "RoutedPayment",
    "Say",
    "Seat",
    "Staff",
    "Stage",
    "Vote",
    "WayNow",
    "Worth",
    "absent_at",
    "can_still_pass",
    "choose_route",
    "fit_of",
    "groups_of_stage",
    "involvement_of",
    "progress_of",
    "short_stages",
    "stand_in_candidates",
    "way_now",
    "with_absence",
    "without_absence",
]
