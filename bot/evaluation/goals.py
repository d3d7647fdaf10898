"""The goals that the project sets itself, and which of them a run misses."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from bot.evaluation.alarms import sum_of_alarms
from bot.evaluation.flooding import FloodReport
from bot.evaluation.hostile_texts import HostileTextReport
from bot.evaluation.kinds import ViolationGroup
from bot.evaluation.report import FileReport, KindTotal

FOUND_BY_NAME = 0.95  # of each kind within the bounds of the policy
ALARMS_ON_CARDS, ALARMS_ON_LEDGERS = 10.0, 60.0  # of 1,000 clean rows, those over the limit left out
AMONG_THE_FIRST = 0.95  # of the payments that stand in a flood


class Goal(BaseModel):
    """One goal: what is wanted, what was measured, and whether that is enough."""

    model_config = ConfigDict(frozen=True)

    name: str
    wanted: str
    measured: str
    met: bool


def goals_of(
    files: Sequence[FileReport],
    kinds: Sequence[KindTotal],
    floods: FloodReport,
    hostile: HostileTextReport,
) -> tuple[Goal, ...]:
    """Every goal about which anything was measured."""
    return (
        *_kinds(kinds),
        *_alarms(files),
        *_flooding(floods),
        _nothing(
            "payments over the limit that hostile texts got approved", hostile.approved, hostile.over_limit
        ),
        _nothing("flagged payments that hostile texts made routine", len(hostile.turned), hostile.pairs),
    )


def _kinds(kinds: Iterable[KindTotal]) -> Iterable[Goal]:
    for kind in kinds:
        if not kind.in_bounds or kind.recall is None:
            continue
        least = 1.0 if kind.group is ViolationGroup.CLAIM else FOUND_BY_NAME
        yield Goal(
            name=f"{kind.kind}: found by name",
            wanted=f"at least {100 * least:.0f} %",
            measured=f"{100 * kind.recall:.1f} %",
            met=kind.recall >= least,
        )


def _alarms(files: Sequence[FileReport]) -> Iterable[Goal]:
    for what, are_cards, most in (("cards", True, ALARMS_ON_CARDS), ("ledgers", False, ALARMS_ON_LEDGERS)):
        clean = sum_of_alarms(file.clean for file in files if file.is_cards is are_cards)
        if clean.rows_within_limit:
            measured = clean.per_1000_within_limit(clean.flagged_within_limit)
            yield Goal(
                name=f"false alarms on {what}, payments over the limit left out",
                wanted=f"at most {most:.0f} of 1,000",
                measured=f"{measured:.1f}",
                met=measured <= most,
            )


def _flooding(floods: FloodReport) -> Iterable[Goal]:
    if floods.first_share is not None:
        yield Goal(
            name=f"one among {floods.flagged} flagged payments stands in the first {floods.first_places}",
            wanted=f"at least {100 * AMONG_THE_FIRST:.0f} %",
            measured=f"{100 * floods.first_share:.1f} % of {floods.cases:,}",
            met=floods.first_share >= AMONG_THE_FIRST,
        )


def _nothing(name: str, count: int, of: int) -> Goal:
    return Goal(name=name, wanted="0", measured=f"{count} of {of:,}", met=not count)
