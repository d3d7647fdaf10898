"""What this process counts for an operator, in Prometheus' form; deploy/README.md has a table of it.

Everything is a count or a number of seconds. Labels come from fixed lists, and what stands on none of them
is called ``other``, so no id, no person and nothing that anybody wrote can be read here.
"""

import itertools
from collections import Counter as Counts
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from bot.domain.conversation import DecisionKind
from bot.domain.people import Standing
from bot.domain.review.outcome import Outcome

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
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
    *("tell_added", "digest", "redraw", "ask_away", "alarm", "sweep"),
)
MODEL_OUTCOMES = ("answered", "refused", "unavailable")
TOKEN_KINDS = ("prompt", "completion")
FAULTS = ("listener", "store", "payload")
TAKEN_BACK = "taken_back"
# Assessing takes seconds, or minutes where a model is slow: what is open for longer waits for people.
WAITING_SINCE: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
    "1w": timedelta(weeks=1),
}

# When each counter was made is of no use to anybody, and would double the number of lines.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in Redis, for all processes together.

    ``waiting`` has for each name in ``WAITING_SINCE`` how many reviews have been open for longer than that;
    ``oldest_seconds`` is the age of the oldest open review, 0 where none is open.
    """

    reviews_open: int
    waiting: Mapping[str, int]
    oldest_seconds: float
    outbox_depth: int
    dead_letters: int


class _Counts:
    """One counter with each series made beforehand, so that counting costs a look-up and an addition."""

    def __init__(self, name: str, meaning: str, /, **labels: Iterable[str]) -> None:
        counter = Counter(f"countersign_{name}", meaning, tuple(labels))
        self._series = {values: counter.labels(*values) for values in itertools.product(*labels.values())}

    def add(self, *values: str, amount: int = 1) -> None:
        self._series[values].inc(amount)


class _Times:
    """One histogram of seconds with a series for each name made beforehand."""

    def __init__(self, name: str, meaning: str, buckets: tuple[float, ...], label: str, names: Iterable[str]):
        histogram = Histogram(f"countersign_{name}", meaning, (label,), buckets=buckets)
        self._series = {value: histogram.labels(value) for value in names}

    def add(self, value: str, seconds: float) -> None:
        self._series[value].observe(seconds)


_REQUEST_LABELS = (*REQUEST_KINDS, UNREAD_REQUEST, OTHER)
_METHOD_LABELS = (*SLACK_METHODS, OTHER)
_requests = _Counts(
    "requests", "Requests from Slack, by what came of them.", kind=_REQUEST_LABELS, outcome=REQUEST_OUTCOMES
)
_request_seconds = _Times(
    "request_seconds",
    "Seconds from a request that was read to its answer.",
    # A click takes 1 to 100 ms, and Slack waits for 3 s.
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0),
    "kind",
    (*REQUEST_KINDS, OTHER),
)
_decisions = _Counts(
    "decisions", "Payments decided, and taken back.", outcome=(*map(str, DecisionKind), TAKEN_BACK)
)
_refusals = _Counts(
    "refusals",
    "What people asked of a review and was not done, by why.",
    outcome=[outcome.value for outcome in Outcome if outcome is not Outcome.RECORDED],
)
_not_admitted = _Counts(
    "people_not_admitted",
    "Requests of people who may not act here at all, by what they are.",
    standing=[standing.value for standing in Standing if standing is not Standing.MEMBER],
)
_jobs_begun = _Counts("jobs_begun", "Attempts at a job.", job=(*JOBS, OTHER))
_jobs_done = _Counts("jobs_done", "Attempts that did the job.", job=(*JOBS, OTHER))
_jobs_put_off = _Counts("jobs_put_off", "Attempts that were put off, mostly by a limit.", job=(*JOBS, OTHER))
_jobs_failed = _Counts("jobs_failed", "Attempts that failed.", job=(*JOBS, OTHER))
_jobs_dead = _Counts("jobs_dead", "Jobs that were given up.", job=(*JOBS, OTHER))
_slack_calls = _Counts("slack_calls", "Calls to Slack.", method=_METHOD_LABELS, outcome=SLACK_OUTCOMES)
_slack_rate_limited = Counter("countersign_slack_rate_limited", "Calls that Slack answered with 429.")
_slack_seconds = _Times(
    "slack_call_seconds",
    "Seconds until Slack answered a call.",
    (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    "method",
    _METHOD_LABELS,
)
_model_calls = _Counts("model_calls", "Calls of the model, by what came of them.", outcome=MODEL_OUTCOMES)
_model_tokens = _Counts("model_tokens", "Tokens that the model's server charged.", kind=TOKEN_KINDS)
_model_seconds = _Times(
    "model_call_seconds",
    "Seconds until the model answered or failed to, with all tries.",
    (0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0),
    "outcome",
    MODEL_OUTCOMES,
)
_faults = _Counts("faults", "Requests that people were told had failed, by what failed.", where=FAULTS)
_redis_up = Gauge("countersign_redis_up", "Whether Redis could be asked for the backlog just now.")

# Apart from the others, because with Redis away there is nothing to say about it.
_STORED = CollectorRegistry()
_reviews_open = Gauge("countersign_reviews_open", "Open reviews.", registry=_STORED)
_reviews_waiting = Gauge(
    "countersign_reviews_waiting", "Reviews open for longer than this.", ("longer_than",), registry=_STORED
)
_oldest_review = Gauge(
    "countersign_oldest_review_seconds", "Age of the oldest open review.", registry=_STORED
)
_outbox_depth = Gauge("countersign_outbox_depth", "Jobs that are to be done.", registry=_STORED)
_dead_letters = Gauge("countersign_dead_letters", "Jobs given up and not yet revived.", registry=_STORED)


def request_answered(kind: str, status: int, seconds: float) -> None:
    """Count a request that was read: Slack's name of its kind, the HTTP status it got, the time it took."""
    kind = kind if kind in REQUEST_KINDS else OTHER
    _requests.add(kind, "answered" if status < 400 else "refused" if status < 500 else "failed")
    _request_seconds.add(kind, seconds)


def request_unread() -> None:
    """Count a request that was refused before it was read."""
    _requests.add(UNREAD_REQUEST, "refused")


def payments_decided(kinds: Iterable[DecisionKind], taken_back: int) -> None:
    """Count the decisions that one step stored, and how many decisions it took back."""
    for kind, count in Counts(kinds).items():
        _decisions.add(kind.value, amount=count)
    if taken_back:
        _decisions.add(TAKEN_BACK, amount=taken_back)


def action_answered(outcome: Outcome) -> None:
    """Count what somebody asked of a review, where it was not done."""
    if outcome is not Outcome.RECORDED:
        _refusals.add(outcome.value)


def person_refused(standing: Standing) -> None:
    """Count a request of somebody, no full member, who may not act here at all."""
    _not_admitted.add(standing.value)


def job_begun(job: str) -> None:
    """Count an attempt at a job."""
    _jobs_begun.add(job if job in JOBS else OTHER)


def job_done(job: str) -> None:
    """Count an attempt that did the job."""
    _jobs_done.add(job if job in JOBS else OTHER)


def job_put_off(job: str) -> None:
    """Count an attempt that was put off: nothing is wrong, and it is made again."""
    _jobs_put_off.add(job if job in JOBS else OTHER)


def job_failed(job: str) -> None:
    """Count an attempt that failed."""
    _jobs_failed.add(job if job in JOBS else OTHER)


def job_given_up(job: str) -> None:
    """Count a job that nobody tries any more."""
    _jobs_dead.add(job if job in JOBS else OTHER)


def slack_called(method: str, status: int | None, seconds: float) -> None:
    """Count a call to Slack: method, HTTP status or ``None`` where no answer came, and the time it took."""
    method = method if method in SLACK_METHODS else OTHER
    answered = status is not None and status < 400
    _slack_calls.add(method, "answered" if answered else "rate_limited" if status == 429 else "failed")
    _slack_seconds.add(method, seconds)
    if status == 429:
        _slack_rate_limited.inc()


def model_called(outcome: str, seconds: float, prompt_tokens: int, completion_tokens: int) -> None:
    """Count a call of the model; ``outcome`` is one of ``MODEL_OUTCOMES``, the tokens what was charged."""
    _model_calls.add(outcome)
    _model_seconds.add(outcome, seconds)
    # They are whatever the model's server says, and a counter raises where it is to go down.
    _model_tokens.add("prompt", amount=max(0, prompt_tokens))
    _model_tokens.add("completion", amount=max(0, completion_tokens))


def fault_told(where: str) -> None:
    """Count a fault of which a person was told; ``where`` is one of ``FAULTS``."""
    _faults.add(where)


def exposition(backlog: Backlog | None) -> bytes:
    """Everything as text of ``CONTENT_TYPE``; without a backlog, where Redis could not be asked, the rest."""
    _redis_up.set(backlog is not None)
    if backlog is None:
        return generate_latest(REGISTRY)
    _reviews_open.set(backlog.reviews_open)
    for longer_than, reviews in backlog.waiting.items():
        _reviews_waiting.labels(longer_than).set(reviews)
    _oldest_review.set(backlog.oldest_seconds)
    _outbox_depth.set(backlog.outbox_depth)
    _dead_letters.set(backlog.dead_letters)
    return generate_latest(REGISTRY) + generate_latest(_STORED)
