"""What people can say in a review's thread, by example: every help text is made of this table."""

REPLY_EXAMPLES = (
    *(
        "approve 2 and 3",
        "approve 2-5 except 4",
        "approve all",
        "approve everything under 5k",
        "reject 2: reason",
    ),
    *("hold 3", "change 3 to reject", "undo 3", "why 2?", "what is 2?", "list by amount", "skip", "exit"),
)
"""Every kind of reply, in the order in which they are shown."""
