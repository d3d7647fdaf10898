"""The help that works everywhere: what the command takes, and what can be said in a review's thread. Pure."""

from bot.domain.text import REPLY_EXAMPLES
from handlers.manifest import COMMAND, SUBCOMMANDS
from handlers.views.blocks import clip, mrkdwn, section
from handlers.views.receipts import PrivateMessage

EXAMPLE_PAYMENT = "$12000 to Acme Corp. Memo: Reimbursement."


def help_text() -> str:
    """All that people can ask of the bot, with Slack's markup."""
    ways = {
        COMMAND: "opens the form",
        f"{COMMAND} {EXAMPLE_PAYMENT}": "submits it",
        **{f"{COMMAND} {word}": meaning for word, meaning in SUBCOMMANDS.items()},
    }
    replies = ", ".join(f"`{example}`" for example in REPLY_EXAMPLES)
    return "\n".join(
        [
            *(f"`{way}` {meaning}" for way, meaning in ways.items()),
            "You can also drop a CSV or spreadsheet in a channel and mention me.",
            f"In a review's thread: {replies}.",
        ]
    )


def misspelt(typed: str, meant: str) -> str:
    """What is said to a word that is nearly one of ours, where no payment stands beside it."""
    word = clip(typed.partition(" ")[0], 40)
    example = next((example for example in SUBCOMMANDS if example.split()[0] == meant), meant)
    no_word = f"“{word}” is neither a command nor a payment. Nothing was submitted."
    return f"{no_word} Did you mean {COMMAND} {example}?"


def help_message() -> PrivateMessage:
    """The help for somebody who wrote to the bot and handed in nothing."""
    return help_text(), [section(mrkdwn(help_text()))]
