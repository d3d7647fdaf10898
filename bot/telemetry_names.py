"""The fixed lists of names by which metrics and traces tell things apart; what is on none is ``other``."""

OTHER = "other"

# Slack's names: docs.slack.dev/interactivity, and for events docs.slack.dev/reference/events.
REQUEST_KINDS = (
    "block_actions",
    "view_submission",
    "view_closed",
    "command",
    "message_action",
    "shortcut",
    "message",
    "app_mention",
    "app_home_opened",
    "url_verification",
)
UNREAD_REQUEST = "unread"  # refused before anybody knew what it was
REQUEST_OUTCOMES = ("answered", "refused", "failed")  # by HTTP status: below 400, below 500, the rest
SLACK_METHODS = (
    "apps.connections.open",
    "auth.teams.list",
    "auth.test",
    "chat.delete",
    "chat.getPermalink",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.info",
    "conversations.members",
    "conversations.open",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "files.info",
    "usergroups.users.list",
    "users.info",
    "views.open",
    "views.publish",
    "views.push",
    "views.update",
)
SLACK_OUTCOMES = ("answered", "rate_limited", "failed")
JOBS = (
    *("assess", "learn", "answer", "ask", "evidence", "remind", "tell", "publish", "take_in", "download"),
    *("tell_added", "digest", "redraw", "forget", "ask_away", "alarm", "sweep"),
)
PARTS = ("step", "load", "commit")  # of a request or job, each about one review
MODEL_OUTCOMES = ("answered", "refused", "unavailable")
TOKEN_KINDS = ("prompt", "completion")
FAULTS = ("listener", "store", "payload")
TAKEN_BACK = "taken_back"
POLICY_DISAGREEMENTS = ("file", "refused", "unreadable")
BUDGETS = ("review", "day")
JOB_OUTCOMES = ("done", "done_before", "put_off", "failed", "given_up")
STEP_REFUSALS = ("exists", "missing", "repeated", "conflict")  # as the script that takes a step names them
