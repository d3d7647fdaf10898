"""Rules about what is written for others than the reader of a payment: unseen, or meant for a program."""

from bot.domain.policy.batch import Batch
from bot.domain.policy.free_texts import VENDOR, free_texts
from bot.domain.policy.hidden_characters import hidden_in
from bot.domain.policy.machine_text import machine_text_in
from bot.domain.policy.rule_hit import RuleHit
from bot.domain.transaction import Transaction


def hidden_characters(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A text with characters that nobody sees; those that its script needs are ordinary.

    What a vendor's name hides is told by ``lookalike_vendor``, where that rule is on.
    """
    told = batch.rules.lookalike_vendor.on
    for field, text in free_texts(transaction):
        if not (told and field == VENDOR) and (hidden := hidden_in(text)):
            evidence = f"the {field} hides {hidden}"
            return RuleHit(evidence, batch.setting("hidden_characters", "on"))
    return None


def machine_text(batch: Batch, transaction: Transaction) -> RuleHit | None:
    """A text that a program or a language model is to read: tags, JSON, values for a verdict, code."""
    for field, text in free_texts(transaction):
        if words := machine_text_in(text):
            return RuleHit(f"the {field} holds {words}", batch.setting("machine_text", "on"))
    return None
