"""The form that edits a proposal, as it was filled in: read, and turned into what is asked for."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain import text as wording
from bot.domain.conversation import DecisionKind, DecisionRequest
from handlers.inbound.payloads import form_of, values_of
from handlers.views.blocks import clip
from handlers.views.button_value import ButtonValue, MalformedPayload
from handlers.views.proposal_form import FIELD_CHARACTERS, REASON, REFERENCES

PART = re.compile(r"(approved|rejected|held) ([0-9]{1,2})")
REFERENCE = re.compile(r"#?([0-9]{1,5})(?:-#?([0-9]{1,5}))?")
DASH = re.compile(r"[-‐‑‒–—]")
NOTHING_NAMED = "Name at least one payment. To drop all of it, press Cancel under what I understood."

FieldErrors = Mapping[str, str]
"""The errors of a submitted form, as Slack takes them: block id to one sentence."""


@dataclass(frozen=True, slots=True)
class EditedPart:
    """One decision of the form: which payments, as typed or as chosen from the menu, and why."""

    field: str
    kind: DecisionKind
    references: str
    reason: str


@dataclass(frozen=True, slots=True)
class EditedProposal:
    """The form filled in; ``button`` is the one that opened it and names the proposal."""

    button: ButtonValue
    parts: tuple[EditedPart, ...]


def edited_proposal(body: dict[str, Any]) -> EditedProposal:
    """The form in a payload, its parts in order; raises ``MalformedPayload`` where it is none of ours."""
    values = values_of(body)
    named = ((PART.fullmatch(block), block) for block in values)
    parts = sorted((int(found[2]), block, found[1]) for found, block in named if found)
    if not parts:
        raise MalformedPayload("no part of a proposal")
    return EditedProposal(
        button=ButtonValue.decode(form_of(body)),
        parts=tuple(
            EditedPart(
                field=block,
                kind=DecisionKind(kind),
                references=_references(values, block),
                reason=_text(values, f"{block} reason", REASON),
            )
            for _, block, kind in parts
        ),
    )


def requests_of(
    parts: Sequence[EditedPart], undecided: Collection[int]
) -> tuple[DecisionRequest, ...] | FieldErrors:
    """What the parts of a form ask for, or what is wrong with them; ``undecided`` are what may be named.

    A part that names nothing is taken away, but not the last one.
    """
    requests: list[DecisionRequest] = []
    errors: dict[str, str] = {}
    taken: set[int] = set()
    for part in parts:
        refs = _read(part.references, undecided)
        if isinstance(refs, str):
            errors[part.field] = refs
            continue
        if twice := sorted(taken & set(refs)):
            errors[part.field] = f"{wording.refs_in_words(twice)} {_verb(twice)} named further up already."
        taken |= set(refs)
        if refs:
            requests.append(DecisionRequest(kind=part.kind, refs=tuple(sorted(refs)), reason=part.reason))
    if not requests and not errors:
        return {part.field: NOTHING_NAMED for part in parts[:1]}
    return errors or tuple(requests)


def _read(typed: str, undecided: Collection[int]) -> list[int] | str:
    """The references in ``2, 5, 7-12``, or a sentence that says what is wrong with them."""
    refs: list[int] = []
    for word in re.split(r"[,;\s]+", _with_closed_ranges(typed)):
        if not word:
            continue
        found = REFERENCE.fullmatch(word)
        if found is None:
            return f"“{clip(word, 30)}” is no reference. Please write them as 2, 5, 7-12."
        first, last = int(found[1]), int(found[2] or found[1])
        meant = [ref for ref in undecided if first <= ref <= last]
        if not meant:
            return f"No payment waits for a decision under {clip(word, 30)}."
        refs += meant
    twice = sorted(ref for ref, count in Counter(refs).items() if count > 1)
    return f"{wording.refs_in_words(twice)} {_verb(twice)} named twice." if twice else refs


def _with_closed_ranges(typed: str) -> str:
    """``7 - 12`` as ``7-12``; a dash is a dash, however it was typed."""
    return "-".join(part.strip() for part in DASH.split(typed[:FIELD_CHARACTERS]))


def _verb(refs: Sequence[int]) -> str:
    return "is" if len(refs) == 1 else "are"


def _references(values: Mapping[str, Any], block: str) -> str:
    """The payments of a part as text, whether they were chosen from a menu or typed."""
    chosen = _element(values, block, REFERENCES).get("selected_options")
    if isinstance(chosen, list):
        return ", ".join(str(option.get("value")) for option in chosen if isinstance(option, dict))
    return _text(values, block, REFERENCES)


def _text(values: Mapping[str, Any], block: str, action: str) -> str:
    return str(_element(values, block, action).get("value") or "").strip()[:FIELD_CHARACTERS]


def _element(values: Mapping[str, Any], block: str, action: str) -> Mapping[str, Any]:
    fields = values.get(block)
    element = fields.get(action) if isinstance(fields, dict) else None
    return element if isinstance(element, dict) else {}
