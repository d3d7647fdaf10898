"""A model behind any server that speaks OpenAI's chat completions, or nearly does."""

import json
import time
from typing import Any, cast

import openai
from openai import AsyncOpenAI
from pydantic import BaseModel, ConfigDict, ValidationError

from bot import metrics, traces
from bot.config.settings import LimitField, ResponseFormat
from bot.llm.chat_reply import ChatReply, completion_of, fault_of
from bot.llm.model import Completion, ModelFault, ModelRefused, ModelUnavailable

TIMEOUT_SECONDS = 30.0
RETRIES = 2


class ModelTuning(BaseModel):
    """What some models want and others reject; ``None`` is not sent.

    ``limit_field`` is what a request calls its limit of tokens. Without ``json_schema`` as the
    ``response_format`` the schema stands in the instructions instead. ``headroom`` is added to every token
    limit, for models that spend tokens on thinking first.
    """

    model_config = ConfigDict(frozen=True)

    limit_field: LimitField = "max_completion_tokens"
    response_format: ResponseFormat = "json_schema"
    temperature: float | None = None
    reasoning_effort: str | None = None
    seed: int | None = None
    headroom: int = 0


def connect_openai(
    api_key: str, *, base_url: str | None = None, timeout: float = TIMEOUT_SECONDS, retries: int = RETRIES
) -> AsyncOpenAI:
    """The one client of the process, to be shared (building one costs 45 ms) and closed at the end.

    It retries connection faults, 408, 409, 429 and 5xx itself, and honours ``Retry-After``.
    """
    return AsyncOpenAI(api_key=api_key, base_url=base_url, timeout=timeout, max_retries=retries)


class OpenAIModel:
    """``name`` served through a shared client; neither its ``repr`` nor its faults show the key."""

    def __init__(self, client: AsyncOpenAI, name: str, tuning: ModelTuning | None = None) -> None:
        self.name = name
        self.tuning = tuning or ModelTuning()
        self._client = client

    @property
    def headroom(self) -> int:
        """How many tokens an answer may cost beyond the limit it is given."""
        return self.tuning.headroom

    def tuned(self, tuning: ModelTuning) -> "OpenAIModel":
        """The model as it is asked with another tuning, through the same client."""
        return OpenAIModel(self._client, self.name, tuning)

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name!r})"

    async def complete(
        self, *, system: str, user: str, schema: type[BaseModel], max_tokens: int
    ) -> Completion:
        """One chat completion; raises :class:`ModelFault`. The text still has to be validated."""
        began = time.monotonic()
        with traces.model_call() as span:
            try:
                completion = await self._complete(self._request(system, user, schema, max_tokens))
            except ModelFault as fault:
                outcome = "refused" if isinstance(fault, ModelRefused) else "unavailable"
                _count(span, outcome, began, fault)
                raise
            _count(span, "answered", began, completion)
            return completion

    async def _complete(self, request: dict[str, object]) -> Completion:
        # Servers quote keys and prompts in their errors, so no error of theirs is chained or repeated.
        try:
            raw = await self._client.chat.completions.with_raw_response.create(**cast(Any, request))
        except openai.APITimeoutError:
            raise ModelUnavailable("the model did not answer in time", unknown=True) from None
        except openai.APIConnectionError:
            raise ModelUnavailable("the model could not be reached") from None
        except openai.APIStatusError as error:
            raise fault_of(error.status_code, error.body) from None
        except openai.OpenAIError:
            raise ModelUnavailable("the model could not be asked") from None
        try:
            reply = ChatReply.model_validate_json(raw.content)
        except ValidationError:
            raise ModelUnavailable("the model's server sent something else than an answer") from None
        return completion_of(reply)

    def _request(self, system: str, user: str, schema: type[BaseModel], max_tokens: int) -> dict[str, object]:
        tuning = self.tuning
        request: dict[str, object] = {
            "model": self.name,
            tuning.limit_field: max_tokens + tuning.headroom,
            **tuning.model_dump(include={"temperature", "reasoning_effort", "seed"}, exclude_none=True),
        }
        if tuning.response_format == "json_schema":
            request["response_format"] = {"type": "json_schema", "json_schema": strict_schema(schema)}
        else:
            system = f"{system}\n\n{schema_in_words(schema)}"
        if tuning.response_format == "json_object":
            request["response_format"] = {"type": "json_object"}
        request["messages"] = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        return request


def strict_schema(shape: type[BaseModel]) -> dict[str, object]:
    """The JSON schema of ``shape`` for strict mode, without the titles and prose that only cost tokens."""
    return {"name": shape.__name__, "strict": True, "schema": _bare(shape.model_json_schema())}


def schema_in_words(shape: type[BaseModel]) -> str:
    """The JSON schema of ``shape`` as a sentence of the instructions, for servers that take no schema."""
    schema = json.dumps(_bare(shape.model_json_schema()), separators=(",", ":"))
    return f"Answer with one JSON object of this schema, and nothing else: {schema}"


def _bare(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    prose = {key for key in ("title", "description") if isinstance(schema.get(key), str)}
    return {key: _bare(value) for key, value in schema.items() if key not in prose}


def _count(span: traces.Span, outcome: str, began: float, charged: Completion | ModelFault) -> None:
    """Count a call that ended just now, with the tokens that were charged for it."""
    prompt_tokens, completion_tokens = charged.prompt_tokens, charged.completion_tokens
    metrics.model_called(outcome, time.monotonic() - began, prompt_tokens, completion_tokens)
    span.note(outcome=outcome, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)
