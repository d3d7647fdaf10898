"""Errors whose message may stand in a log."""


class LoggableError(Exception):
    """Its message is in our own words, and quotes no secret and nothing that people typed.

    Logs show the message of these errors; of others they show the type and the place alone.
    """
