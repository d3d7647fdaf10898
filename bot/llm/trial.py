"""Try a model's server out: ask it for one small judgement, in other forms too where the first one fails."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from bot.config.settings import LimitField, ResponseFormat
from bot.domain.transaction import Transaction
from bot.llm.answers import MalformedAnswer
from bot.llm.batch import Flags, completion_limit, read_flags
from bot.llm.model import AnswerCutOff, ContentRefused, ModelFault, ModelRefused, RequestRejected
from bot.llm.openai_model import ModelTuning, OpenAIModel
from bot.llm.prompt import assessment_prompt
from bot.llm.quoting import quoted_rows

ORDINARY, PRIVATE = 1, 2  # references of the sample payments
SAMPLE = (
    Transaction(
        ref=ORDINARY,
        amount=Decimal("48.20"),
        currency="USD",
        vendor="Staples",
        memo="Printer paper for the office",
    ),
    Transaction(
        ref=PRIVATE,
        amount=Decimal("310.00"),
        currency="USD",
        vendor="Main Street Toys",
        memo="Birthday presents for my children",
    ),
)
MOST_TRIALS = 10  # calls
HEADROOMS = (8_000, 2_000)  # tokens; the smaller one for servers whose limit is below the larger


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of asking in one form: the sample payments that were flagged, or what was wrong.

    ``bare`` is whether the answer was JSON alone, without a fence, thoughts or other words.
    """

    tuning: ModelTuning
    flagged: frozenset[int] = frozenset()
    bare: bool = True
    fault: ModelFault | MalformedAnswer | None = None


async def try_out(model: OpenAIModel) -> list[Trial]:
    """What comes of asking as the model is tuned, and where that fails, as it could be tuned.

    The last trial is without a fault where any form fits. At most ten calls; nothing is set.
    """
    trials: list[Trial] = []
    waiting, seen = deque([model.tuning]), {model.tuning}
    while waiting and len(trials) < MOST_TRIALS:
        trial = await _try(model.tuned(waiting.popleft()))
        trials.append(trial)
        if trial.fault is None:
            break
        further = [tuning for tuning in _alternatives(trial) if tuning not in seen]
        waiting.extend(further)
        seen.update(further)
    return trials


async def _try(model: OpenAIModel) -> Trial:
    try:
        completion = await model.complete(
            system=assessment_prompt().text,
            user=quoted_rows(SAMPLE).text,
            schema=Flags,
            max_tokens=completion_limit(len(SAMPLE)),
        )
        flagged = frozenset(read_flags(completion.text, SAMPLE))
    except (ModelFault, MalformedAnswer) as fault:
        return Trial(model.tuning, fault=fault)
    text = completion.text.strip()
    return Trial(model.tuning, flagged, bare=text.startswith("{") and text.endswith("}"))


def _alternatives(trial: Trial) -> Iterator[ModelTuning]:
    """What may help against a fault; nothing, where it does not come of the form of the request."""
    tuning, fault = trial.tuning, trial.fault
    changes: list[dict[str, object]] = []
    formats: list[dict[str, object]] = [{"response_format": name} for name in get_args(ResponseFormat)]
    fields: list[dict[str, object]] = [{"limit_field": name} for name in get_args(LimitField)]
    rooms: list[dict[str, object]] = [{"headroom": room} for room in HEADROOMS]
    if isinstance(fault, MalformedAnswer):
        changes = formats
    elif isinstance(fault, RequestRejected):
        less_room = [room for room in rooms if tuning.headroom > int(str(room["headroom"]))]
        changes = [*fields, *formats, *less_room]
    elif isinstance(fault, AnswerCutOff):
        changes = [*rooms, *fields]
    elif isinstance(fault, ModelRefused) and not isinstance(fault, ContentRefused):
        changes = [*rooms, *formats]
    for change in changes:
        yield tuning.model_copy(update=change)
