"""The finance bot's judgement: assess a batch, read a human's reply."""

from bot.agent.assessment import NOT_ASSESSED, Assessment, merge, rows_to_send
from bot.agent.batch import CHUNK, assess, assess_chunk, chunks
from bot.agent.lanes import LANES, Lanes
from bot.agent.model import (
    POLICY_ONLY,
    ChatModel,
    Completion,
    ModelFault,
    ModelRefused,
    ModelUnavailable,
    describe_model,
)
from bot.agent.prompt import prompt_version
from bot.agent.reply import DigestRow, Interpretation, ReviewDigest, in_words, interpret
from bot.agent.scripted import ScriptedModel

__all__ = [
    "CHUNK",
    "LANES",
    "NOT_ASSESSED",
    "POLICY_ONLY",
    "Assessment",
    "ChatModel",
    "Completion",
    "DigestRow",
    "Interpretation",
    "Lanes",
    "ModelFault",
    "ModelRefused",
    "ModelUnavailable",
    "ReviewDigest",
    "ScriptedModel",
    "assess",
    "assess_chunk",
    "chunks",
    "describe_model",
    "in_words",
    "interpret",
    "merge",
    "prompt_version",
    "rows_to_send",
]
