"""Settings: from the environment or .env, wrong ones named in a sentence, secrets never shown."""

import os
import re
from pathlib import Path

import pytest

from bot.config.settings import Settings, SettingsError, exposed_secrets, read_settings

SECRET = "hunter2-and-more"
EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text("utf-8")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without an .env, and an environment without any setting."""
    monkeypatch.chdir(tmp_path)
    for name in set(os.environ) & {str(field.alias) for field in Settings.model_fields.values()}:
        monkeypatch.delenv(name)
    return tmp_path


def test_without_any_setting_the_defaults_are_those_of_the_contract() -> None:
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.redis_url is None
    assert settings.openai_api_key is None


def test_a_secret_shows_in_no_form_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("REDIS_URL", f"rediss://user:{SECRET}@redis.example:6380/1")
    monkeypatch.setenv("OPENAI_BASE_URL", f"https://user:{SECRET}@llm.example/v1")
    settings = read_settings()
    for shown in (repr(settings), str(settings), f"{settings}", repr([settings])):
        assert SECRET not in shown
    assert settings.redis_url == f"rediss://user:{SECRET}@redis.example:6380/1"
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("REDIS_URL", f"redis://:{SECRET}@db:port"),
        ("REDIS_URL", f"postgres://:{SECRET}@db"),
        ("REDIS_URL", f"redis://:{SECRET}@[db"),
        ("REDIS_URL", "unix://nowhere"),
        ("SLACK_API_URL", "slack.com/api"),
        ("OPENAI_BASE_URL", f"{SECRET}"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name}: [^\n]+\.$") as wrong:
        read_settings()
    assert value not in str(wrong.value)
    assert SECRET not in str(wrong.value)
    assert wrong.value.__cause__ is None
    assert wrong.value.__suppress_context__


@pytest.mark.parametrize(
    "url", ["redis://db", "rediss://u:p@db:6380/2", "unix:///run/redis.sock", "redis://[::1]:6379"]
)
def test_every_usual_address_of_redis_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    assert read_settings().redis_url == url


def test_a_file_env_is_read_and_the_environment_goes_before_it(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".env").write_text("PORT=4000\nHOST=0.0.0.0\nUNKNOWN=1\nSLACK_BOT_TOKEN='xoxb-1'\n")
    monkeypatch.setenv("PORT", "5000")
    settings = read_settings()
    assert (settings.host, settings.port) == ("0.0.0.0", 5000)
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"


def test_an_empty_value_is_no_value(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / ".env").write_text("SLACK_BOT_TOKEN=\nOPENAI_API_KEY=\n")
    monkeypatch.setenv("REDIS_URL", "")
    monkeypatch.setenv("PORT", "")
    settings = read_settings()
    assert settings.slack_bot_token is None
    assert settings.openai_api_key is None
    assert settings.redis_url is None
    assert settings.port == 3000


def test_a_file_env_that_is_no_text_is_said(elsewhere: Path) -> None:
    (elsewhere / ".env").write_bytes(b"PORT=\xff\xfe\n")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_settings()


def test_settings_do_not_change_while_they_are_used() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().__setattr__("port", 1)


def test_the_example_has_every_setting_once_in_a_block_with_one_comment(elsewhere: Path) -> None:
    blocks = [block.splitlines() for block in EXAMPLE.split("\n\n")]
    settings = [block for block in blocks if not block[-1].startswith("#")]
    assert all(re.fullmatch(r"# [A-Z].+\.", block[0]) for block in settings), settings
    assert all(len(block) == 2 for block in settings), settings
    names = [block[1].partition("=")[0] for block in settings]
    assert sorted(names) == sorted(str(field.alias) for field in Settings.model_fields.values())


def test_the_example_says_the_defaults_and_nothing_secret(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text(EXAMPLE)
    from_the_example = read_settings()
    assert from_the_example.model_fields_set
    assert from_the_example == Settings(_env_file=None)
    written = dict(line.split("=", 1) for line in EXAMPLE.splitlines() if not line.startswith("#") and line)
    shown = {name for name, value in written.items() if value}
    with_a_default = {
        str(field.alias) for field in Settings.model_fields.values() if field.default is not None
    }
    assert shown == with_a_default


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_env_that_others_can_read_is_warned_of(elsewhere: Path, mode: int) -> None:
    (elsewhere / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n")
    (elsewhere / ".env").chmod(mode)
    assert (
        exposed_secrets()
        == "Others on this machine can read .env, which may hold secrets; say: chmod 600 .env"
    )


def test_a_file_env_of_ones_own_or_none_is_fine(elsewhere: Path) -> None:
    assert exposed_secrets() is None
    (elsewhere / ".env").touch(mode=0o600)
    assert exposed_secrets() is None
