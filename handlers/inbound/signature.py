"""Slack's signature on a request over HTTP: made with our secret, and not long ago."""

from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from bot.application.ports import Clock


class SignatureClock(SlackClock):
    """The clock of the bot as Slack's verifier reads one."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def now(self) -> float:
        """Seconds since 1970."""
        return self._now().timestamp()


class SignatureCheck(AsyncRequestVerification):
    """Bolt's own check of a signature, but for its clock, which is that of the bot.

    Bolt makes its verifier where it has none yet, always with the machine's clock.
    """

    def __init__(self, signing_secret: str, now: Clock) -> None:
        super().__init__(signing_secret)
        self._now = now

    @property
    def verifier(self) -> SignatureVerifier:
        """What tells whether a request is Slack's; raises ValueError where there is no secret."""
        return SignatureVerifier(self._signing_secret, SignatureClock(self._now))
