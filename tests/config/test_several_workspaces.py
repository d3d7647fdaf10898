"""The settings of several workspaces: whole, or a sentence that says what is missing."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config.settings import Settings, SettingsError
from bot.config.several_workspaces import exposed_keys, oauth_client

WHOLE = {
    "slack_client_id": "1.2",
    "slack_client_secret": SecretStr("hush"),
    "public_url": "https://countersign.example.com/",
    "installation_keys": SecretStr("key-2, key-1"),
}


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **{**WHOLE, **changes})


def test_without_a_client_there_is_one_workspace_as_ever() -> None:
    assert oauth_client(Settings(_env_file=None, slack_bot_token=SecretStr("xoxb-1"))) is None


def test_the_client_is_whole_and_does_not_show_its_secrets() -> None:
    client = oauth_client(settings())
    assert client is not None
    assert client.redirect_uri == "https://countersign.example.com/slack/oauth_redirect"
    assert client.keys == ("key-2", "key-1")
    assert not [word for word in ("hush", "key-") if word in repr(client)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slack_client_id": None}, "SLACK_CLIENT_ID is not set"),
        ({"slack_client_secret": None}, "SLACK_CLIENT_SECRET is not set"),
        ({"public_url": None}, "COUNTERSIGN_URL is not set"),
        ({"installation_keys": None}, "Set either COUNTERSIGN_INSTALLATION_KEYS or"),
        ({"installation_keys": SecretStr(" , ")}, "There is no key in COUNTERSIGN_INSTALLATION_KEYS"),
        ({"installation_keys_file": Path("keys")}, "Set either COUNTERSIGN_INSTALLATION_KEYS or"),
        ({"slack_bot_token": SecretStr("xoxb-1")}, "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set"),
        ({"slack_app_token": SecretStr("xapp-1")}, "SLACK_APP_TOKEN and SLACK_CLIENT_ID are both set"),
        ({"channel": "C_FINANCE"}, "COUNTERSIGN_CHANNEL is a channel of one workspace"),
        ({"operators": "C_OPS"}, "COUNTERSIGN_OPERATORS is a channel of one workspace"),
    ],
)
def test_what_is_half_set_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        oauth_client(settings(**changes))


def test_keys_come_from_a_file_that_only_its_owner_should_read(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("key-2\nkey-1\n")
    path.chmod(0o644)
    of_file = settings(installation_keys=None, installation_keys_file=path)
    client = oauth_client(of_file)
    assert client is not None
    assert client.keys == ("key-2", "key-1")
    assert f"chmod 600 {path}" in str(exposed_keys(of_file))
    path.chmod(0o600)
    assert exposed_keys(of_file) is None
    path.unlink()
    with pytest.raises(SettingsError, match=r"COUNTERSIGN_INSTALLATION_KEYS_FILE: .*keys cannot be read"):
        oauth_client(of_file)
