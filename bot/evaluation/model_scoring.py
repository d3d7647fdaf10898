"""What a model finds beyond the policy: it is sent every row, clean or planted, that no rule has flagged.

A model reads rows one by one in portions of a hundred, and not beside a vendor's other payments. So the
planted rows of all kinds are mixed among the clean ones in drawn order: a real portion too holds few odd
rows.
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
from bot.evaluation.planted_file import EvaluationFile
from bot.evaluation.scoring import JudgedViolations, finding_codes
from bot.llm import Assessment, ChatModel, ModelContext, assess_batch


class KindWithModel(BaseModel):
    """One kind judged by policy and model together; all counts are rows.

    Of the ``planted`` rows ``found`` carry a code of the kind and ``flagged`` any finding. ``unassessed``
    rows are among the flagged ones, since the model gave no usable answer about them.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    planted: int
    found: int
    flagged: int
    unassessed: int


class ModelReport(BaseModel):
    """What a model was sent, what it found, and what it cost.

    Of the ``sent`` rows ``clean`` hold nothing planted; ``alarms`` are clean rows that the model flagged.
    Tokens are its server's own count, ``seconds`` the time for all calls.
    """

    model_config = ConfigDict(frozen=True)

    sent: int = 0
    clean: int = 0
    alarms: int = 0
    unassessed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    kinds: tuple[KindWithModel, ...] = ()

    def joined(self, other: "ModelReport") -> "ModelReport":
        """The sums over both reports, which must name the same kinds in the same order."""
        counts = self.model_dump(exclude={"kinds"})
        for name, count in other.model_dump(exclude={"kinds"}).items():
            counts[name] += count
        kinds = tuple(map(_sum_of_kinds, self.kinds, other.kinds)) if self.kinds else other.kinds
        return ModelReport(**counts, kinds=kinds)

    @property
    def alarms_per_1000(self) -> float:
        """False alarms of the model for a thousand clean rows sent."""
        return 1000 * self.alarms / self.clean if self.clean else 0.0

    @property
    def tokens_per_1000(self) -> tuple[float, float]:
        """Prompt and completion tokens for a thousand rows sent."""
        thousands = max(self.sent, 1) / 1000
        return self.prompt_tokens / thousands, self.completion_tokens / thousands

    def cost_per_1000(self, prompt_price: Decimal | None, completion_price: Decimal | None) -> Decimal | None:
        """The cost of a thousand rows sent, to four decimals, in the currency of the prices.

        Prices are for a million tokens; ``None`` without both of them, or where nothing was sent.
        """
        if prompt_price is None or completion_price is None or not self.sent:
            return None
        price = Price(prompt=prompt_price, completion=completion_price)
        spent = price.of(self.prompt_tokens, self.completion_tokens)
        return (spent / self.sent * 1000).quantize(Decimal("0.0001"))


@dataclass(frozen=True)
class _SentRow:
    """A row as it is sent; ``planted_by`` is the kind it was planted for, ``None`` for a clean row."""

    transaction: Transaction
    planted_by: JudgedViolations | None


async def score_model(
    model: ChatModel,
    asking: ModelContext,
    file: EvaluationFile,
    policy: Policy,
    judged: Sequence[JudgedViolations],
    seed: int,
) -> ModelReport:
    """Send the model what the policy has not flagged, clean and of every kind, and count what it finds."""
    rows = _rows_to_send(file, policy, judged, seed)
    sent = [row.transaction.model_copy(update={"ref": ref}) for ref, row in enumerate(rows, start=1)]
    started = time.perf_counter()
    assessment = await assess_batch(model, sent, replace(asking, facts=facts_about(sent, file.history)))
    clean_refs = [ref for ref, row in enumerate(rows, start=1) if row.planted_by is None]
    return ModelReport(
        sent=len(sent),
        clean=len(clean_refs),
        alarms=sum(ref in assessment.findings for ref in clean_refs),
        unassessed=len(assessment.unassessed),
        prompt_tokens=assessment.prompt_tokens,
        completion_tokens=assessment.completion_tokens,
        seconds=time.perf_counter() - started,
        kinds=tuple(_kind_with_model(violations, rows, assessment) for violations in judged),
    )


def _rows_to_send(
    file: EvaluationFile, policy: Policy, judged: Sequence[JudgedViolations], seed: int
) -> list[_SentRow]:
    """The clean and the planted rows that no rule has flagged, in drawn order."""
    judgements = judge_by_policy(policy, file.rows, file.history, file.today)
    rows = [
        _SentRow(transaction, None)
        for transaction, judgement in zip(file.rows, judgements, strict=True)
        if judgement.verdict is Verdict.ROUTINE
    ]
    rows += [
        _SentRow(transaction, violations)
        for violations in judged
        for transaction, _, judgement in violations.planted
        if judgement.verdict is Verdict.ROUTINE
    ]
    Random(f"{seed} {file.name} order").shuffle(rows)
    return rows


def _kind_with_model(
    violations: JudgedViolations, rows: Sequence[_SentRow], assessment: Assessment
) -> KindWithModel:
    kind, judgements = violations.kind, [judgement for _, _, judgement in violations.planted]
    refs = [ref for ref, row in enumerate(rows, start=1) if row.planted_by is violations]
    policy_codes = [finding_codes(judgement) for judgement in judgements]
    model_codes = [frozenset(finding.code for finding in assessment.findings.get(ref, ())) for ref in refs]
    unassessed = sum(ref in assessment.unassessed for ref in refs)
    flagged = sum(judgement.verdict is Verdict.FLAGGED for judgement in judgements)
    return KindWithModel(
        kind=kind.name,
        planted=len(judgements),
        found=sum(bool(codes & kind.codes) for codes in (*policy_codes, *model_codes)),
        flagged=flagged + sum(map(bool, model_codes)) + unassessed,
        unassessed=unassessed,
    )


def _sum_of_kinds(first: KindWithModel, second: KindWithModel) -> KindWithModel:
    counts = second.model_dump(exclude={"kind"})
    return first.model_copy(update={name: getattr(first, name) + count for name, count in counts.items()})
