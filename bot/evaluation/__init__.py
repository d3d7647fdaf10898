"""How well policy and model judge: violations are planted into real payments, and those found are counted.

``planted_file`` and ``kinds`` plant, ``scoring`` counts what the policy finds and ``model_scoring`` what a
model adds, ``alarms`` counts what is flagged of clean rows, ``hostile_texts`` tries to talk payments through,
``flooding`` hides them among others, ``report`` and ``whole_report`` hold the figures, ``goals`` what is
wanted of them. ``replay`` is
apart: it judges stored reviews again by a draft policy.
"""

from bot.evaluation.kinds import KINDS, Violation, ViolationGroup, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator
from bot.evaluation.planted_file import EvaluationFile
from bot.evaluation.report import FileReport, KindTotal
from bot.evaluation.sample_files import SAMPLE_FILES
from bot.evaluation.scoring import JudgedViolations, KindScore, judge_violations, score
from bot.evaluation.whole_report import EvaluationReport

__all__ = [
    "KINDS",
    "SAMPLE_FILES",
    "EvaluationFile",
    "EvaluationReport",
    "FileReport",
    "JudgedViolations",
    "KindScore",
    "KindTotal",
    "PaymentGenerator",
    "Violation",
    "ViolationGroup",
    "ViolationKind",
    "judge_violations",
    "score",
]
