"""The one English verb for each decision: in buttons, in proposals, in the model's answers."""

from collections.abc import Mapping

from bot.domain.conversation import DecisionKind

VERB_OF: Mapping[DecisionKind, str] = {
    DecisionKind.APPROVED: "approve",
    DecisionKind.REJECTED: "reject",
    DecisionKind.HELD: "hold",
}
KIND_OF: Mapping[str, DecisionKind] = {verb: kind for kind, verb in VERB_OF.items()}
