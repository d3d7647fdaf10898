"""What a model adds to the policy: the planted rows that no rule has flagged, among the clean ones.

A model reads rows one by one in portions of a hundred and not beside each other's history, so the plants of
all kinds are put into the clean rows at once, in drawn order: a real portion too holds few odd rows.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import Verdict
from bot.domain.policy import Policy, facts_about, judge_by_policy
from bot.domain.review.state import Price
from bot.domain.transaction import Transaction
from bot.evaluation.kinds import Kind
from bot.evaluation.scoring import Field, Trial, codes
from bot.llm import Asking, Assessment, ChatModel, assess


class WithModel(BaseModel):
    """One kind judged by policy and model together; ``unassessed`` rows are flagged for want of an answer."""

    model_config = ConfigDict(frozen=True)

    kind: str
    planted: int
    found: int
    flagged: int
    unassessed: int


class Asked(BaseModel):
    """What a model was asked, found, and cost; the tokens are its server's own count.

    ``alarms`` are clean rows that it flagged and the policy had not.
    """

    model_config = ConfigDict(frozen=True)

    sent: int = 0
    clean: int = 0
    alarms: int = 0
    unassessed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    kinds: tuple[WithModel, ...] = ()

    def joined(self, other: "Asked") -> "Asked":
        """Both files together."""
        counts = self.model_dump(exclude={"kinds"})
        for name, count in other.model_dump(exclude={"kinds"}).items():
            counts[name] += count
        kinds = tuple(map(_joined, self.kinds, other.kinds)) if self.kinds else other.kinds
        return Asked(**counts, kinds=kinds)

    @property
    def alarms_per_1000(self) -> float:
        return 1000 * self.alarms / self.clean if self.clean else 0.0

    @property
    def tokens_per_1000(self) -> tuple[float, float]:
        """Prompt and completion tokens for a thousand rows sent."""
        rows = max(self.sent, 1) / 1000
        return self.prompt_tokens / rows, self.completion_tokens / rows

    def cost_per_1000(self, prompt_price: Decimal | None, completion_price: Decimal | None) -> Decimal | None:
        """For a thousand rows sent; prices are for a million tokens, and without both there is no cost."""
        if prompt_price is None or completion_price is None or not self.sent:
            return None
        price = Price(prompt=prompt_price, completion=completion_price)
        spent = price.of(self.prompt_tokens, self.completion_tokens)
        return (spent / self.sent * 1000).quantize(Decimal("0.0001"))


@dataclass(frozen=True)
class _Row:
    """A row as it is sent; ``of`` is the trial it was planted in, ``None`` for a clean one."""

    transaction: Transaction
    of: Trial | None


async def ask(
    model: ChatModel, asking: Asking, field: Field, policy: Policy, tried: Sequence[Trial], seed: int
) -> Asked:
    """Send what the policy has not flagged of the file and of every kind."""
    clean = judge_by_policy(policy, field.rows, field.history, field.today)
    rows = [
        _Row(one, None)
        for one, judged in zip(field.rows, clean, strict=True)
        if judged.verdict is Verdict.ROUTINE
    ]
    for trial in tried:
        rows += [_Row(one, trial) for one, _, judged in trial.plants if judged.verdict is Verdict.ROUTINE]
    Random(f"{seed} {field.name} order").shuffle(rows)
    sent = [row.transaction.model_copy(update={"ref": ref}) for ref, row in enumerate(rows, start=1)]
    started = time.perf_counter()
    told = replace(asking, facts=facts_about(sent, field.history))
    said = await assess(model, sent, told)
    return Asked(
        sent=len(sent),
        clean=sum(row.of is None for row in rows),
        alarms=sum(row.of is None and ref in said.findings for ref, row in enumerate(rows, start=1)),
        unassessed=len(said.unassessed),
        prompt_tokens=said.prompt_tokens,
        completion_tokens=said.completion_tokens,
        seconds=time.perf_counter() - started,
        kinds=tuple(_with_model(trial, rows, said) for trial in tried),
    )


def _with_model(trial: Trial, rows: Sequence[_Row], said: Assessment) -> WithModel:
    kind: Kind = trial.kind
    judged = [judgement for _, _, judgement in trial.plants]
    mine = [ref for ref, row in enumerate(rows, start=1) if row.of is trial]
    told = [frozenset(finding.code for finding in said.findings.get(ref, ())) for ref in mine]
    unassessed = sum(ref in said.unassessed for ref in mine)
    flagged = sum(one.verdict is Verdict.FLAGGED for one in judged)
    found = [codes(one) & kind.codes for one in judged] + [one & kind.codes for one in told]
    return WithModel(
        kind=kind.name,
        planted=len(judged),
        found=sum(map(bool, found)),
        flagged=flagged + sum(map(bool, told)) + unassessed,
        unassessed=unassessed,
    )


def _joined(one: WithModel, other: WithModel) -> WithModel:
    counts = other.model_dump(exclude={"kind"})
    return one.model_copy(update={name: getattr(one, name) + count for name, count in counts.items()})
