"""Every setting, from the environment or ``.env``; one frozen value, secrets masked."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.config.errors import LoggableError
from bot.config.redis_address import read_address


class SettingsError(LoggableError):
    """A setting is missing or wrong; the message is one sentence that names it, without its value."""


def _address(url: str, schemes: set[str], example: str) -> str:
    """``url`` as it is; what is wrong is said without it, because it may carry a password."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fine = False
    if not fine:
        raise ValueError(f"this must be an address such as {example}")
    return url


def _redis_address(url: str) -> str:
    try:
        read_address(url)
    except ValueError:
        raise ValueError(
            "this must be an address such as redis://host:6379/0, rediss://host, unix:///path, "
            "redis+sentinel://host:26379,host:26379/service or redis+cluster://host:6379"
        ) from None
    return url


def _web_address(url: str) -> str:
    return _address(url, {"https", "http"}, "https://host/path")


RedisAddress = Annotated[str, AfterValidator(_redis_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseSettings):
    """The settings of one process; names in the environment are those of the contract."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, populate_by_name=True
    )

    slack_bot_token: SecretStr | None = Field(default=None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, alias="SLACK_SIGNING_SECRET")
    slack_api_url: WebAddress = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    # These two may carry a password inside, so they are not shown either.
    redis_url: RedisAddress | None = Field(default=None, alias="REDIS_URL", repr=False)
    openai_api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    openai_base_url: WebAddress | None = Field(default=None, alias="OPENAI_BASE_URL", repr=False)
    openai_model: str = Field(default="gpt-4o-mini", alias="OPENAI_MODEL")
    # Calls of the model at once, by one process; a server that allows fewer answers 429 and is asked again.
    openai_concurrency: int = Field(default=8, ge=1, le=64, alias="OPENAI_CONCURRENCY")
    # What a million tokens cost, in whatever currency the operator thinks in; left out, no cost is shown.
    openai_prompt_price: Decimal | None = Field(default=None, ge=0, alias="OPENAI_PROMPT_PRICE")
    openai_completion_price: Decimal | None = Field(default=None, ge=0, alias="OPENAI_COMPLETION_PRICE")
    channel: str | None = Field(default=None, alias="COUNTERSIGN_CHANNEL")
    # Where the bot tells those who run it what they have to see to.
    operators: str | None = Field(default=None, alias="COUNTERSIGN_OPERATORS")
    # Seconds between two messages in one channel; updates keep Slack's tier 3 in the same measure.
    pace: float = Field(default=1.0, ge=0, le=60, alias="COUNTERSIGN_PACE")
    policy: Path | None = Field(default=None, alias="COUNTERSIGN_POLICY")
    data: Path = Field(default=Path(".countersign"), alias="COUNTERSIGN_DATA")
    host: str = Field(default="127.0.0.1", alias="HOST")
    port: int = Field(default=3000, ge=0, le=65535, alias="PORT")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", alias="LOG_LEVEL")
    log_format: Literal["console", "json"] = Field(default="console", alias="LOG_FORMAT")


def read_settings() -> Settings:
    """The settings of this process; raises ``SettingsError`` with one sentence and no secret in it."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        problem = first["msg"].removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
        raise SettingsError(f"{first['loc'][0]}: {problem}.") from None
    except UnicodeDecodeError:
        raise SettingsError("The file .env is not UTF-8 text.") from None
