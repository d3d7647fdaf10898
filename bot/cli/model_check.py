"""What ``countersign doctor`` says of the model: one small judgement, and which settings bring it about."""

from bot.config.settings import Settings
from bot.domain.text import plural
from bot.llm import ModelFault
from bot.llm.configured import model_of
from bot.llm.openai_model import ModelTuning
from bot.llm.trial import ORDINARY, PRIVATE, Trial, try_out
from bot.store.topology.health import Check

TUNED = (
    "limit_field",
    "response_format",
    "headroom",
)  # of ``ModelTuning``, and with ``openai_`` of ``Settings``
FOUND = {
    frozenset[int](): "none, though one is private: look whether this model finds anything",
    frozenset({PRIVATE}): "the private one",
    frozenset({ORDINARY}): "the ordinary one and not the private one: look whether this model judges well",
    frozenset({ORDINARY, PRIVATE}): "both, though one is ordinary: look whether this model flags too much",
}


async def check_model(settings: Settings) -> Check:
    """Whether the model judges two sample payments as it is set, and else under which settings it does."""
    async with model_of(settings) as model:
        if model is None:
            return ("model", True, "none is set (OPENAI_API_KEY); the policy alone judges")
        trials = await try_out(model)
    first, last = trials[0], trials[-1]
    if first.fault is None:
        return ("model", True, f"{model.name} {_found(first)}")
    failed = f"{model.name}: {_reason(first)}"
    if last.fault is None:
        return (
            "model",
            False,
            f"{failed}; set {_settings(last.tuning, first.tuning)}: then it {_found(last)}",
        )
    if len(trials) > 1:
        tried = plural(len(trials) - 1, "other way")
        return ("model", False, f"{failed}; {tried} to ask were tried, and none helps")
    return ("model", False, failed)


def _found(trial: Trial) -> str:
    shape = "" if trial.bare else ", with other words around it,"
    found = FOUND[trial.flagged]
    return f"answers in the shape that is asked for{shape} and flags, of two sample payments, {found}"


def _reason(trial: Trial) -> str:
    return trial.fault.reason if isinstance(trial.fault, ModelFault) else str(trial.fault)


def _settings(wanted: ModelTuning, present: ModelTuning) -> str:
    """The settings that make the one tuning of the other, as they are written into ``.env``."""
    names = {field: Settings.model_fields[f"openai_{field}"].alias for field in TUNED}
    changed = [
        f"{names[field]}={getattr(wanted, field)}"
        for field in TUNED
        if getattr(wanted, field) != getattr(present, field)
    ]
    return " and ".join(changed)
