"""What people can say in a review's thread, by example: every help text is made of this table."""

from bot.domain.lists import joined_with_or

# Each with whether it is named in a short question too.
_TABLE = (
    ("approve 2 and 3", True),
    ("approve 2-5 except 4", True),
    ("approve all", False),
    ("reject 2: reason", True),
    ("hold 3", True),
    ("change 3 to reject", False),
    ("undo 3", False),
    ("why 2?", True),
    ("what is 2?", True),
    ("list", True),
    ("skip", True),
    ("exit", True),
)
REPLY_EXAMPLES = tuple(example for example, _ in _TABLE)
"""Every kind of reply, in the order in which they are shown."""

BRIEF_EXAMPLES = joined_with_or(f'"{example}"' for example, brief in _TABLE if brief)
"""The commonest of them inside a sentence: ``"approve 2 and 3", "hold 3" or "exit"``."""
