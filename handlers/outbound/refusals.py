"""What Slack refuses until somebody mends the cause: what is wrong in words, and who can mend it."""

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from handlers.outbound.calls import error_code

# docs.slack.dev/reference/methods: the errors of chat.update that are about this one message.
GONE = frozenset({"message_not_found"})
LOCKED = frozenset({"edit_window_closed", "cant_update_message", "access_denied"})

# Those of all methods that end with our token or our permissions, and of posting that end with the channel.
TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked", "app_uninstalled"}
)
DENIED = frozenset(
    {
        *("access_denied", "no_permission", "not_allowed_token_type", "ekm_access_denied"),
        *("enterprise_is_restricted", "org_login_required", "team_access_not_granted", "team_not_found"),
        "two_factor_setup_required",
    }
)
CHANNEL = {
    "is_archived": (
        "the channel is archived",
        "Somebody who manages it can unarchive it; else submit the payments again in another channel.",
    ),
    "channel_not_found": (
        "I cannot see the channel, because it was deleted or is private and I am not in it",
        "A member of it can invite me; if it is gone, submit the payments again in another channel.",
    ),
    "not_in_channel": ("I am not in the channel", "A member of it can invite me."),
}
RESTRICTED = (
    "I may not post in the channel",
    "Whoever manages the channel can allow this app to post in it.",
)
# A direct message that its person cannot get.
UNREACHABLE = frozenset(
    {"user_disabled", "user_not_found", "user_not_visible", "cannot_dm_bot", "messages_tab_disabled"}
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Slack refuses something for good.

    ``code`` is Slack's name of the error, ``wrong`` half a sentence of what is wrong, ``mend`` a sentence of
    who can mend it, and how.
    """

    code: str
    wrong: str
    mend: str

    def of_review(self, review_id: str, channel: str) -> str:
        """What is said of a review that cannot be shown in a channel, by Slack's id."""
        return (
            f"I cannot show review {review_id} in <#{channel}>: {self.wrong}. What was submitted and decided "
            f"is stored, and nothing is lost. {self.mend}"
        )


def refusal_of(error: SlackApiError) -> Refusal | None:
    """Why trying again does not help; ``None`` for an error that passes by waiting, or that nobody knows."""
    code = error_code(error)
    if code == "missing_scope":
        scope = error.response.get("needed")
        return Refusal(
            code,
            f"scope {scope} is missing" if scope else "a scope of the app is missing",
            "An administrator of the workspace must add it to the app and install the app again.",
        )
    if code in CHANNEL:
        return Refusal(code, *CHANNEL[code])
    if code.startswith("restricted_action"):
        return Refusal(code, *RESTRICTED)
    if code in TOKEN:
        wrong = f"Slack does not take my token any more ({code})"
        return Refusal(code, wrong, "An administrator must install the app again and renew its token.")
    if code in DENIED:
        wrong = f"Slack denies me access ({code})"
        return Refusal(code, wrong, "An administrator of the workspace can allow this app what it needs.")
    if code in UNREACHABLE:
        return Refusal(code, f"Slack does not deliver my direct messages ({code})", "")
    return None
