"""The figures of a run: a dictionary for machines, one line for people."""

from collections import Counter
from typing import Any

from bot.domain.review import approvals
from tests.chaos.evidence import Wrong
from tests.chaos.plan import KINDS, Scale
from tests.chaos.records import part_of
from tests.chaos.run import Result
from tests.chaos.wishes import DECIDING

Figures = dict[str, Any]


def figures_of(scale: Scale, result: Result) -> Figures:
    """Everything that is worth a number; what should be zero stands under ``wrong``."""
    records, stored = result.evidence.records, result.evidence.stored
    wishes = {one.wish.name: one.wish for one in records.delivered}
    acked = {one.wish.name for one in records.delivered if one.acked}
    deaths = Counter(one.kind for one in records.deaths)
    wrong = Counter(one.wrong for one in result.findings)
    return {
        "seed": scale.seed,
        "interactions": result.acts,
        "reviews": len(stored),
        "requests_to_decide": sum(one.aim in DECIDING for one in wishes.values()),
        "acknowledged": sum(name in acked for name, one in wishes.items() if one.aim in DECIDING),
        "decisions": sum(len(one.decisions) for one in stored.values()),
        "turns": sum(len(one.turns) for one in stored.values()),
        "messages": len(result.evidence.messages),
        "card_updates": len(records.cards),
        "kills": {kind: deaths[kind] for kind in KINDS},
        "queue_keys_deleted": result.forgotten,
        "advanced_hours": round(result.hours),
        "approvals_on_routes": sum(
            entry.event == approvals.GIVEN for one in stored.values() for entry in one.audit
        ),
        "for_others": sum(bool(one.whose) for each in stored.values() for one in each.decisions.values()),
        "absences": sum(entry.event == "away" for entry in result.evidence.absences),
        "reminders": sum(part_of(one).get("part") == "reminder" for one in result.evidence.messages),
        "expired": sum(entry.event == "expired" for one in stored.values() for entry in one.audit),
        "escalated": sum(entry.event == "escalated" for one in stored.values() for entry in one.audit),
        "ended_by_themselves": len(result.ended),
        "faults": result.faults,
        "duplicate_deliveries": records.duplicates(),
        "model_calls": len(result.evidence.calls),
        "wrong": {one.value: wrong[one] for one in Wrong},
        "quiet_after_seconds": round(result.quiet, 1),
        "seconds": round(result.seconds, 1),
    }


def line_of(figures: Figures) -> str:
    """One line, as it stands in notes."""
    kills: dict[str, int] = figures["kills"]
    parts = [
        f"seed {figures['seed']}: {figures['interactions']:,} interactions",
        f"{figures['reviews']:,} reviews",
        f"{figures['acknowledged']:,} acknowledged requests to decide",
        f"{figures['decisions']:,} decisions",
        f"{sum(kills.values())} kills ({', '.join(f'{count} {kind}' for kind, count in kills.items())})",
        f"queue deleted ({figures['queue_keys_deleted']:,} keys)",
        f"{figures['advanced_hours']:,} hours gone by",
        f"{figures['approvals_on_routes']:,} approvals at earlier stages",
        f"{figures['absences']:,} absences ({figures['for_others']:,} decisions for somebody away)",
        f"{figures['reminders']:,} reminders",
        f"{figures['escalated']:,} escalated",
        f"{figures['expired']:,} expired",
        f"{figures['faults'].get('429', 0)} x 429",
        f"{figures['faults'].get('lost answer', 0)} lost answers",
        f"{figures['duplicate_deliveries']:,} duplicate deliveries",
        f"{figures['card_updates']:,} card updates",
        f"{figures['model_calls']:,} model calls",
        *(f"{name} {count:,}" for name, count in figures["wrong"].items()),
        f"quiet after {figures['quiet_after_seconds']:.0f} s",
        f"{figures['seconds']:.0f} s in all",
    ]
    return ", ".join(parts)
