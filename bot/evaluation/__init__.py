"""How well a policy and a model judge: violations planted into real payments, and what was found of them."""

from bot.evaluation.kinds import KINDS, Group, Kind
from bot.evaluation.payment_generator import Case, Ground
from bot.evaluation.report import FileReport, Report, Total
from bot.evaluation.sample_files import SAMPLES
from bot.evaluation.scoring import Field, Score, Trial, score, trials

__all__ = [
    "KINDS",
    "SAMPLES",
    "Case",
    "Field",
    "FileReport",
    "Ground",
    "Group",
    "Kind",
    "Report",
    "Score",
    "Total",
    "Trial",
    "score",
    "trials",
]
