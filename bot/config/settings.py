"""Every setting, from the environment or ``.env``, in one frozen value that does not show its secrets."""

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


def _redis_address(url: str) -> str:
    try:
        read_address(url)
    except ValueError:
        raise ValueError(
            "this must be an address such as redis://host:6379/0, rediss://user:password@host, unix:///path, "
            "redis+sentinel://host:26379,host:26379/service or redis+cluster://host:6379"
        ) from None
    return url


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        # Without the address itself, because it may carry a password.
        raise ValueError("this must be an address such as https://host/path")
    return url


RedisAddress = Annotated[str, AfterValidator(_redis_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
LimitField = Literal["max_completion_tokens", "max_tokens"]
ResponseFormat = Literal["json_schema", "json_object", "none"]
TracesSampler = Literal[
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
]


class Settings(BaseSettings):
    """The settings of one process; ``alias`` is the name in the environment and in ``.env``."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, populate_by_name=True
    )

    slack_bot_token: SecretStr | None = Field(default=None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, alias="SLACK_SIGNING_SECRET")
    slack_api_url: WebAddress = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    # Several workspaces: the app's own id and secret, by which each of them installs the bot (OAuth).
    slack_client_id: str | None = Field(default=None, alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(default=None, alias="SLACK_CLIENT_SECRET")
    # The bot's public address, where Slack sends whoever has consented.
    public_url: WebAddress | None = Field(default=None, alias="COUNTERSIGN_URL")
    # Keys that the tokens of workspaces are encrypted with, the newest first, commas between them.
    installation_keys: SecretStr | None = Field(default=None, alias="COUNTERSIGN_INSTALLATION_KEYS")
    installation_keys_file: Path | None = Field(default=None, alias="COUNTERSIGN_INSTALLATION_KEYS_FILE")
    # Addresses may carry a password, so that they are not shown either.
    redis_url: RedisAddress | None = Field(default=None, alias="REDIS_URL", repr=False)
    openai_api_key: SecretStr | None = Field(default=None, alias="OPENAI_API_KEY")
    openai_base_url: WebAddress | None = Field(default=None, alias="OPENAI_BASE_URL", repr=False)
    openai_model: str = Field(default="gpt-4o-mini", alias="OPENAI_MODEL")
    # Calls of the model at once, by one process; where the server allows fewer, the rest are tried again.
    openai_concurrency: int = Field(default=8, ge=1, le=64, alias="OPENAI_CONCURRENCY")
    # Servers differ in what they take; `countersign doctor` tries it out.
    openai_limit_field: LimitField = Field(default="max_completion_tokens", alias="OPENAI_LIMIT_FIELD")
    openai_response_format: ResponseFormat = Field(default="json_schema", alias="OPENAI_RESPONSE_FORMAT")
    # Tokens that an answer may have beyond its own length, for models that think first.
    openai_headroom: int = Field(default=0, ge=0, le=100_000, alias="OPENAI_HEADROOM")
    # The price of a million tokens, in any currency; without both prices no cost is shown.
    openai_prompt_price: Decimal | None = Field(default=None, ge=0, alias="OPENAI_PROMPT_PRICE")
    openai_completion_price: Decimal | None = Field(default=None, ge=0, alias="OPENAI_COMPLETION_PRICE")
    # The id of the channel where cards go; without it they go where the batch was submitted.
    channel: str | None = Field(default=None, alias="COUNTERSIGN_CHANNEL")
    # The id of a channel where the bot tells those who run it what needs their attention.
    operators: str | None = Field(default=None, alias="COUNTERSIGN_OPERATORS")
    # Seconds between two messages in one channel; updates of messages are slowed down in proportion.
    pace: float = Field(default=1.0, ge=0, le=60, alias="COUNTERSIGN_PACE")
    policy: Path | None = Field(default=None, alias="COUNTERSIGN_POLICY")
    # Whether that file may loosen the policy in force, or set nothing; the operators are told.
    policy_loosen: bool = Field(default=False, alias="COUNTERSIGN_POLICY_LOOSEN")
    data: Path = Field(default=Path(".countersign"), alias="COUNTERSIGN_DATA")
    # Queues of jobs, each for its share of the workspaces; the same number in every process.
    queues: int = Field(default=1, ge=1, le=64, alias="COUNTERSIGN_QUEUES")
    host: str = Field(default="127.0.0.1", alias="HOST")
    port: int = Field(default=3000, ge=0, le=65535, alias="PORT")
    # A port for /healthz, /readyz and /metrics alone; without it a worker and Socket Mode listen to nothing.
    metrics_port: int | None = Field(default=None, ge=0, le=65535, alias="METRICS_PORT")
    # Traces, by OpenTelemetry's own names: the base address of a collector, or its address for traces alone.
    otlp_endpoint: WebAddress | None = Field(default=None, alias="OTEL_EXPORTER_OTLP_ENDPOINT", repr=False)
    otlp_traces_endpoint: WebAddress | None = Field(
        default=None, alias="OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", repr=False
    )
    otlp_headers: SecretStr | None = Field(default=None, alias="OTEL_EXPORTER_OTLP_HEADERS")
    otlp_protocol: Literal["http/protobuf"] = Field(
        default="http/protobuf", alias="OTEL_EXPORTER_OTLP_PROTOCOL"
    )
    otel_service_name: str = Field(default="countersign", alias="OTEL_SERVICE_NAME")
    traces_sampler: TracesSampler = Field(default="parentbased_always_on", alias="OTEL_TRACES_SAMPLER")
    traces_sampler_arg: float = Field(default=1.0, ge=0, le=1, alias="OTEL_TRACES_SAMPLER_ARG")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", alias="LOG_LEVEL")
    log_format: Literal["console", "json"] = Field(default="console", alias="LOG_FORMAT")

    @property
    def traces_share(self) -> float:
        """Which share of all traces is recorded, 0 to 1. A trace begins here, so no parent says otherwise."""
        sampler = self.traces_sampler.removeprefix("parentbased_")
        return {"always_on": 1.0, "always_off": 0.0}.get(sampler, self.traces_sampler_arg)


def exposed_secrets(path: Path = Path(".env")) -> str | None:
    """A sentence of advice where other users of this machine can read the file of settings; else ``None``."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if not mode & 0o077:
        return None
    return f"Others on this machine can read {path}, which may hold secrets; say: chmod 600 {path}"


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
