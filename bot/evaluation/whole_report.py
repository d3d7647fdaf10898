"""The figures of a whole run, as they are printed, drawn, and written as JSON."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bot.evaluation.flooding import FloodReport
from bot.evaluation.goals import Goal
from bot.evaluation.hostile_texts import HostileTextReport
from bot.evaluation.model_scoring import ModelReport
from bot.evaluation.report import FileReport, KindTotal

FORMAT = "countersign-eval-1"  # of the JSON; a changed name or meaning of a field makes another one


class EvaluationReport(BaseModel):
    """Everything that was measured; two runs with one seed differ in seconds alone.

    ``policy`` is the version of the policy, ``judged_by`` the model's name or that there is none. ``asked``
    is what a model added, with its tokens and its cost for a thousand rows sent (in the currency of the
    prices); where the policy alone judged, the three are ``None``. ``floods`` has the places of violations
    among hundreds of other flagged payments, ``goals`` what is wanted of all this and whether it is reached.
    """

    model_config = ConfigDict(frozen=True)

    format: str = FORMAT
    policy: str
    judged_by: str
    seed: int
    plants: int
    files: tuple[FileReport, ...]
    kinds: tuple[KindTotal, ...]
    asked: ModelReport | None = None
    tokens_per_1000: tuple[float, float] | None = None
    cost_per_1000: Decimal | None = None
    hostile: HostileTextReport
    floods: FloodReport = FloodReport()
    goals: tuple[Goal, ...] = ()

    @property
    def missed_goals(self) -> tuple[Goal, ...]:
        """The goals that this run does not reach."""
        return tuple(goal for goal in self.goals if not goal.met)
