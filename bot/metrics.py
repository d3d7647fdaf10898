"""What this process counts for an operator, in Prometheus' form; deploy/OBSERVABILITY.md has a table of it.

Everything is a count or a number of seconds. Labels come from fixed lists, and what stands on none of them
is called ``other``, so no id, no person and nothing that anybody wrote can be read here.
"""

import itertools
from collections import Counter as Counts
from collections.abc import Iterable
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from bot.domain.conversation import DecisionKind
from bot.domain.people import Standing
from bot.domain.review.outcome import Outcome
from bot.stored_metrics import Stored, stored_text
from bot.telemetry_names import (
    BUDGETS,
    FAULTS,
    JOBS,
    MODEL_OUTCOMES,
    OTHER,
    POLICY_DISAGREEMENTS,
    REQUEST_KINDS,
    REQUEST_OUTCOMES,
    SLACK_METHODS,
    SLACK_OUTCOMES,
    TAKEN_BACK,
    TOKEN_KINDS,
    UNREAD_REQUEST,
)

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
# When each counter was made is of no use to anybody, and would double the number of lines.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped


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
_budget_refusals = _Counts(
    "model_budget_refusals", "Calls of the model not made since a budget is spent.", budget=BUDGETS
)
_policy_number = Gauge("countersign_policy_number", "Number of the policy that this process goes by.")
_policy_disagrees = Gauge(
    "countersign_policy_disagrees", "Whether what this process was given is not in force.", ("why",)
)
_faults = _Counts("faults", "Requests that people were told had failed, by what failed.", where=FAULTS)
_redis_up = Gauge("countersign_redis_up", "Whether Redis could be asked for the backlog just now.")


def request_answered(kind: str, status: int, seconds: float) -> None:
    """Count a request that was read: Slack's name of its kind, the HTTP status it got, the time it took."""
    kind = kind if kind in REQUEST_KINDS else OTHER
    _requests.add(kind, request_outcome(status))
    _request_seconds.add(kind, seconds)


def request_outcome(status: int) -> str:
    """What came of a request, by the HTTP status that it got."""
    return "answered" if status < 400 else "refused" if status < 500 else "failed"


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
    _slack_calls.add(method, slack_outcome(status))
    _slack_seconds.add(method, seconds)
    if status == 429:
        _slack_rate_limited.inc()


def slack_outcome(status: int | None) -> str:
    """What came of a call to Slack, by its HTTP status or ``None`` where no answer came."""
    answered = status is not None and status < 400
    return "answered" if answered else "rate_limited" if status == 429 else "failed"


def model_called(outcome: str, seconds: float, prompt_tokens: int, completion_tokens: int) -> None:
    """Count a call of the model; ``outcome`` is one of ``MODEL_OUTCOMES``, the tokens what was charged."""
    _model_calls.add(outcome)
    _model_seconds.add(outcome, seconds)
    # They are whatever the model's server says, and a counter raises where it is to go down.
    _model_tokens.add("prompt", amount=max(0, prompt_tokens))
    _model_tokens.add("completion", amount=max(0, completion_tokens))


def budget_refused(budget: str) -> None:
    """Count a call of the model that was not made; ``budget``, one of ``BUDGETS``, has no room for it."""
    _budget_refusals.add(budget)


def policy_looked_at(number: int, disagreement: str) -> None:
    """Note by which policy this process goes (0: by the default), and why what it was given is not in force.

    ``disagreement`` is one of ``POLICY_DISAGREEMENTS``, or empty.
    """
    _policy_number.set(number)
    policy_disagrees(disagreement)


def policy_disagrees(disagreement: str) -> None:
    """Note why what this process was given is not in force; empty where it is, or where it has nothing."""
    for why in POLICY_DISAGREEMENTS:
        _policy_disagrees.labels(why).set(why == disagreement)


def fault_told(where: str) -> None:
    """Count a fault of which a person was told; ``where`` is one of ``FAULTS``."""
    _faults.add(where)


def exposition(stored: Stored | None) -> bytes:
    """Everything as text of ``CONTENT_TYPE``; with ``None``, where Redis could not be asked, the rest."""
    _redis_up.set(stored is not None)
    return generate_latest(REGISTRY) + (stored_text(stored) if stored else b"")


policy_disagrees("")  # so that each series is there from the beginning
