"""What the finance bot needs of a language model, whoever serves it."""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

POLICY_ONLY = "policy-only"


class Completion(BaseModel):
    """One answer, whole but not yet believed; the tokens are the server's own count."""

    model_config = ConfigDict(frozen=True)

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def charged_at_most(self, most: int) -> int:
        """The tokens that were charged for it; ``most`` where the server does not count them."""
        return self.prompt_tokens + self.completion_tokens or most


class ModelFault(Exception):
    """No usable answer. ``reason`` is in words for a human, free of secrets and of the server's text.

    The tokens are what was charged for the failed attempt, where the server said so. ``unknown`` is whether
    tokens may have been charged without the server having said how many.
    """

    def __init__(
        self, reason: str, *, prompt_tokens: int = 0, completion_tokens: int = 0, unknown: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = completion_tokens
        self.unknown = unknown

    def charged_at_most(self, most: int) -> int:
        """The tokens that were charged for it; ``most`` where that is unknown."""
        return most if self.unknown else self.prompt_tokens + self.completion_tokens


class ModelUnavailable(ModelFault):
    """The model did not answer: away, late, overloaded, or it does not accept the key or the request."""


class RequestRejected(ModelUnavailable):
    """The server does not take a request of this form, whatever is in it."""


class ModelRefused(ModelFault):
    """The model answered, and unusably: it refused, was cut off, or said nothing."""


class AnswerCutOff(ModelRefused):
    """The tokens that were allowed were spent before the answer had an end."""


class ContentRefused(ModelRefused):
    """The model, or a filter before or behind it, refused what it was asked about."""


class ChatModel(Protocol):
    """A model that answers one question in a given JSON shape."""

    @property
    def name(self) -> str:
        """The name that card and audit trail call it by."""
        ...

    @property
    def headroom(self) -> int:
        """How many tokens an answer may cost beyond the limit it is given, for thinking."""
        ...

    async def complete(
        self, *, system: str, user: str, schema: type[BaseModel], max_tokens: int
    ) -> Completion:
        """Answer ``user`` under ``system`` as JSON of ``schema``; raises :class:`ModelFault`.

        The text still has to be validated: a server may promise a schema and break it.
        """
        ...


def describe_model(model: ChatModel | None) -> str:
    """The model's name, or ``policy-only`` where none is configured."""
    return POLICY_ONLY if model is None else model.name
