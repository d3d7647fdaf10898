"""The finance bot's judgement: assess a batch, read a human's reply."""

from bot.llm.asking import Asking, Budget
from bot.llm.assessment import NOT_ASSESSED, Assessment, merge, rows_to_send
from bot.llm.batch import CHUNK, assess, assess_chunk, chunks
from bot.llm.brief import in_brief
from bot.llm.lanes import LANES, Lanes
from bot.llm.model import (
    POLICY_ONLY,
    ChatModel,
    Completion,
    ModelFault,
    ModelRefused,
    ModelUnavailable,
    describe_model,
)
from bot.llm.prompt import assessing
from bot.llm.reply import Interpretation, ReviewDigest, interpret
from bot.llm.scripted import ScriptedModel

__all__ = [
    "CHUNK",
    "LANES",
    "NOT_ASSESSED",
    "POLICY_ONLY",
    "Asking",
    "Assessment",
    "Budget",
    "ChatModel",
    "Completion",
    "Interpretation",
    "Lanes",
    "ModelFault",
    "ModelRefused",
    "ModelUnavailable",
    "ReviewDigest",
    "ScriptedModel",
    "assess",
    "assess_chunk",
    "assessing",
    "chunks",
    "describe_model",
    "in_brief",
    "interpret",
    "merge",
    "rows_to_send",
]
