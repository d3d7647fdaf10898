"""What people are told that they can say is what is understood, everywhere in the same words."""

import pytest

from bot.domain import text
from bot.domain.conversation import Unclear
from bot.domain.replies.reader import read_reply
from bot.domain.text import REPLY_EXAMPLES
from handlers.manifest import COMMAND, SUBCOMMANDS
from handlers.views.help import help_text


@pytest.mark.parametrize("example", REPLY_EXAMPLES)
def test_every_example_is_understood_and_stands_in_both_helps(example: str) -> None:
    assert not isinstance(read_reply(example).reading, Unclear)
    assert example in text.CAN_SAY
    assert f"`{example}`" in help_text()


def test_every_word_behind_the_command_stands_in_its_help() -> None:
    assert all(f"`{COMMAND} {word}`" in help_text() for word in SUBCOMMANDS)
