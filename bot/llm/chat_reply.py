"""What an OpenAI-compatible server sent back: an answer, or the fault that it is."""

from collections.abc import Iterator

from pydantic import BaseModel

from bot.llm.model import (
    AnswerCutOff,
    Completion,
    ContentRefused,
    ModelFault,
    ModelRefused,
    ModelUnavailable,
    RequestRejected,
)

# How servers and proxies name, in an error, what a content filter refused: OpenAI, Azure, LiteLLM, DashScope.
FILTER_CODES = {
    "content_filter",
    "content_policy_violation",
    "contentpolicyviolationerror",
    "responsibleaipolicyviolation",
    "invalid_prompt",
    "data_inspection_failed",
    "datainspectionfailed",
}
REJECTED = {400, 422, 501}  # statuses of a request whose form a server does not take
REFUSED = "the model refused to answer"


class _Part(BaseModel):
    """One part of a content that comes as a list; thoughts are parts of another type than ``text``."""

    type: str = ""
    text: str | None = None
    refusal: str | None = None


class _Message(BaseModel):
    """What a model says; thoughts in a field of their own (``reasoning_content``) are not read."""

    content: str | list[_Part] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""

    @property
    def is_refusal(self) -> bool:
        parts = self.content if isinstance(self.content, list) else ()
        return bool(self.refusal) or any(part.refusal for part in parts)


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class ChatReply(BaseModel):
    """The part of a chat completion that we rely on; the SDK itself does not validate answers."""

    choices: list[_Choice]
    usage: _Usage | None = None


def completion_of(reply: ChatReply) -> Completion:
    """The answer in a reply, with the tokens it was charged; raises :class:`ModelRefused`."""
    usage = reply.usage or _Usage()
    prompt_tokens, completion_tokens = max(usage.prompt_tokens or 0, 0), max(usage.completion_tokens or 0, 0)
    choice = reply.choices[0] if reply.choices else _Choice(message=_Message())
    refused: tuple[type[ModelRefused], str] | None = None
    if choice.message.is_refusal or choice.finish_reason == "content_filter":
        refused = (ContentRefused, REFUSED)
    elif choice.finish_reason == "length":
        refused = (AnswerCutOff, "the model's answer was cut off")
    elif not choice.message.text:
        refused = (ModelRefused, "the model's answer was empty")
    if refused:
        fault, why = refused
        raise fault(
            why,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            unknown=reply.usage is None,
        )
    return Completion(
        text=choice.message.text, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens
    )


def fault_of(status: int, error: object) -> ModelFault:
    """The fault behind an HTTP status and the error object in its body, in words of our own."""
    if status < 500 and any(code.lower() in FILTER_CODES for code in _codes(error)):
        return ContentRefused(REFUSED, unknown=True)  # Azure charges for what its filter has read
    if status in REJECTED:
        return RequestRejected(f"it rejected the request ({status})")
    return ModelUnavailable(_in_words(status))


def _codes(error: object) -> Iterator[str]:
    """The codes of an error and of all errors in it; proxies put a server's error inside of their own."""
    if isinstance(error, dict):
        for key, value in error.items():
            if key in ("code", "type") and isinstance(value, str):
                yield value
            yield from _codes(value)


def _in_words(status: int) -> str:
    if status in (401, 403):
        return "the model's server does not accept the key"
    if status == 404:
        return "the model's server does not know this model"
    if status == 429:
        return "the model's server is over its limit"
    return f"the model's server failed ({status})" if status >= 500 else f"it rejected the request ({status})"
