"""A model behind any server that speaks OpenAI's chat completions with JSON schemas."""

import time
from typing import Any, cast

import openai
from openai import AsyncOpenAI
from pydantic import BaseModel, ConfigDict, ValidationError

from bot import metrics
from bot.llm.model import Completion, ModelFault, ModelRefused, ModelUnavailable

TIMEOUT_SECONDS = 30.0
RETRIES = 2


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Reply(BaseModel):
    """The part of a chat completion that we rely on; the SDK itself does not validate answers."""

    choices: list[_Choice]
    usage: _Usage | None = None


class ModelTuning(BaseModel):
    """What some models want and others reject; ``None`` is not sent.

    ``headroom`` is added to every token limit, for models that spend tokens on thinking first.
    """

    model_config = ConfigDict(frozen=True)

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
        self._client = client
        self._tuning = tuning or ModelTuning()

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name!r})"

    async def complete(
        self, *, system: str, user: str, schema: type[BaseModel], max_tokens: int
    ) -> Completion:
        """One chat completion in the strict JSON schema of ``schema``; see :class:`ChatModel`."""
        began = time.monotonic()
        try:
            completion = await self._complete(self._request(system, user, schema, max_tokens))
        except ModelFault as fault:
            outcome = "refused" if isinstance(fault, ModelRefused) else "unavailable"
            seconds = time.monotonic() - began
            metrics.model_called(outcome, seconds, fault.prompt_tokens, fault.completion_tokens)
            raise
        seconds = time.monotonic() - began
        metrics.model_called("answered", seconds, completion.prompt_tokens, completion.completion_tokens)
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
            raise ModelUnavailable(_in_words(error.status_code)) from None
        except openai.OpenAIError:
            raise ModelUnavailable("the model could not be asked") from None
        try:
            reply = _Reply.model_validate_json(raw.content)
        except ValidationError:
            raise ModelUnavailable("the model's server sent something else than an answer") from None
        return _answer(reply)

    def _request(self, system: str, user: str, schema: type[BaseModel], max_tokens: int) -> dict[str, object]:
        optional = self._tuning.model_dump(exclude={"headroom"}, exclude_none=True)
        return {
            "model": self.name,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "response_format": {"type": "json_schema", "json_schema": strict_schema(schema)},
            "max_completion_tokens": max_tokens + self._tuning.headroom,
            **optional,
        }


def strict_schema(shape: type[BaseModel]) -> dict[str, object]:
    """The JSON schema of ``shape`` for strict mode, without the titles and prose that only cost tokens."""
    return {"name": shape.__name__, "strict": True, "schema": _bare(shape.model_json_schema())}


def _bare(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    prose = {key for key in ("title", "description") if isinstance(schema.get(key), str)}
    return {key: _bare(value) for key, value in schema.items() if key not in prose}


def _answer(reply: _Reply) -> Completion:
    usage = reply.usage or _Usage()
    spent = usage.model_dump()
    choice = reply.choices[0] if reply.choices else _Choice(message=_Message())
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelRefused("the model refused to answer", **spent)
    if choice.finish_reason == "length":
        raise ModelRefused("the model's answer was cut off", **spent)
    if not choice.message.content:
        raise ModelRefused("the model's answer was empty", **spent)
    return Completion(text=choice.message.content, **spent)


def _in_words(status: int) -> str:
    if status in (401, 403):
        return "the model's server does not accept the key"
    if status == 404:
        return "the model's server does not know this model"
    if status == 429:
        return "the model's server is over its limit"
    return f"the model's server failed ({status})" if status >= 500 else f"it rejected the request ({status})"
