"""The app that Bolt's getting-started guide builds: it answers "hello" with a button, and notes the click.

Run as the guide runs it, but with the address of the workspace: `python hello_app.py API [PORT]`.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

app = App(
    client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=sys.argv[1]),
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
)


@app.message("hello")
def greet(message: dict[str, Any], say: Any) -> None:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Click me"},
        "action_id": "button_click",
    }
    greeting = f"Hello, <@{message['user']}>!"
    say(
        text=greeting,
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": greeting}, "accessory": button}],
    )


@app.action("button_click")
def note_click(body: dict[str, Any], ack: Any, say: Any) -> None:
    ack()
    say(f"<@{body['user']['id']}> clicked the button")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        app.start(port=int(sys.argv[2]))
    else:
        SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()  # type: ignore[no-untyped-call]
