"""The language model: assess a batch, propose a reading of a reply. Nothing here decides anything."""

from bot.llm.assessment import NOT_ASSESSED, Assessment, merge, rows_to_send
from bot.llm.batch import CHUNK, assess_batch, assess_chunk, chunks
from bot.llm.call_limit import CALLS_AT_ONCE, CallLimit
from bot.llm.model import (
    POLICY_ONLY,
    ChatModel,
    Completion,
    ContentRefused,
    ModelFault,
    ModelRefused,
    ModelUnavailable,
    describe_model,
)
from bot.llm.model_context import Budget, ModelContext
from bot.llm.policy_brief import policy_in_brief
from bot.llm.prompt import assessment_prompt
from bot.llm.reply import Interpretation, ReviewDigest, interpret
from bot.llm.scripted import ScriptedModel

__all__ = [
    "CALLS_AT_ONCE",
    "CHUNK",
    "NOT_ASSESSED",
    "POLICY_ONLY",
    "Assessment",
    "Budget",
    "CallLimit",
    "ChatModel",
    "Completion",
    "ContentRefused",
    "Interpretation",
    "ModelContext",
    "ModelFault",
    "ModelRefused",
    "ModelUnavailable",
    "ReviewDigest",
    "ScriptedModel",
    "assess_batch",
    "assess_chunk",
    "assessment_prompt",
    "chunks",
    "describe_model",
    "interpret",
    "merge",
    "policy_in_brief",
    "rows_to_send",
]
