"""The model that the settings name, and what it costs."""

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.config.settings import Settings
from bot.domain.review.state import Price

if TYPE_CHECKING:
    from bot.llm.openai_model import OpenAIModel


@contextlib.asynccontextmanager
async def model_of(settings: Settings) -> AsyncIterator["OpenAIModel | None"]:
    """The configured model; without a key there is none, and the policy alone judges."""
    if settings.openai_api_key is None:
        yield None
        return
    # Only here, because it takes a third of the time in which a process starts.
    from bot.llm.openai_model import ModelTuning, OpenAIModel, connect_openai

    key = settings.openai_api_key.get_secret_value()
    tuning = ModelTuning(
        limit_field=settings.openai_limit_field,
        response_format=settings.openai_response_format,
        headroom=settings.openai_headroom,
    )
    async with connect_openai(key, base_url=settings.openai_base_url) as client:
        yield OpenAIModel(client, settings.openai_model, tuning)


def price_of(settings: Settings) -> Price | None:
    """What the model's tokens cost, where both prices are set."""
    prompt, completion = settings.openai_prompt_price, settings.openai_completion_price
    return None if prompt is None or completion is None else Price(prompt=prompt, completion=completion)
