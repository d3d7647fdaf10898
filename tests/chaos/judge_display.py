"""Whether people see what is stored: one card, the final state, every turn once and in order."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from bot.domain.conversation import Turn, TurnKind
from bot.domain.names import visible
from bot.domain.people import Deciders
from bot.domain.review.selection import desk_payment
from bot.domain.review.sums import standing_of
from bot.domain.text import what_to_say
from bot.store.assembled import in_card_order
from handlers.views.card import PAGE, layouts
from handlers.views.groups import groups_of
from handlers.views.thread import shown
from tests.chaos.evidence import PROPOSED, Evidence, Finding, Wrong, reviews_of_threads
from tests.chaos.records import header_of, part_of
from tests.chaos.stored import Stored
from tests.chaos.town import buttons_of
from tests.chaos.wishes import Json

SETTLED = "This proposal was answered or replaced."
PROPOSAL = "(a proposal)"
SUMMARY = "(the summary)"


def judge_display(evidence: Evidence) -> Iterator[Finding]:
    """Everything wrong with what people see."""
    yield from _posted_once(evidence.messages)
    threads = reviews_of_threads(evidence.messages)
    cards = defaultdict(list)
    replies = defaultdict(list)
    for message in evidence.messages:
        part = part_of(message)
        if part.get("part") == "card":
            cards[part["review"]].append(message)
        elif part:
            replies[threads.get((message["channel"], message["thread_ts"]), "")].append(message)
    for review, stored in evidence.stored.items():
        yield from _card(stored, cards[review], Deciders(tuple(evidence.approvers)))
        yield from _thread(stored, replies[review])
        yield from _proposals(stored, replies[review])
    yield from _never_back(evidence)


def _posted_once(messages: Sequence[Json]) -> Iterator[Finding]:
    parts = Counter(json.dumps(part_of(message), sort_keys=True) for message in messages)
    for part, count in parts.items():
        if count > 1 and part != "{}":
            yield Finding(Wrong.POSTED_TWICE, json.loads(part)["review"], f"{part}: {count} messages")


def _card(stored: Stored, cards: Sequence[Json], deciders: Deciders) -> Iterator[Finding]:
    review_state = stored.state
    if not cards:
        yield Finding(Wrong.UNSHOWN, review_state.id, "has no card")
        return
    if set(stored.order) != set(stored.flagged):
        yield Finding(Wrong.UNSHOWN, review_state.id, "the card's order is not that of what is flagged")
        return
    # How far it is cut goes by the names that stand on it, which change by themselves: any length will do.
    wanted = [bare(json.loads(json.dumps(one))) for one in cards_of(stored, deciders)]
    seen = bare(cards[-1]["blocks"])
    if seen not in wanted:
        want = wanted[0][0]["text"]["text"]
        alike = min(wanted, key=lambda one: sum(block not in one for block in seen))
        told = f"shows “{header_of(cards[-1])}”, stored is “{want}”; {_difference(seen, alike)}"
        yield Finding(Wrong.STALE_CARD, review_state.id, told)


def _difference(seen: Sequence[Any], wanted: Sequence[Any]) -> str:
    """The first block of two cards that is not the same."""
    pairs = zip_longest(seen, wanted)
    return next((f"{str(one)[:300]} instead of {str(two)[:300]}" for one, two in pairs if one != two), "")


def cards_of(stored: Stored, deciders: Deciders) -> list[list[Json]]:
    """The card of what is stored in every length: what waits by rank, what is on hold, and what these repeat.

    Groups stand for what waits where that is much.
    """
    state, entries = stored.state, stored.review.entries
    ordered = in_card_order(entries, stored.order, stored.ranks)
    if state.undecided > PAGE:
        payments = [desk_payment(entry, place) for place, entry in enumerate(ordered.values())]
        return list(layouts(state, [], deciders, groups=groups_of(payments)))
    waits = [entry for entry in ordered.values() if standing_of(entry) == "undecided"]
    held = [entry for entry in ordered.values() if standing_of(entry) == "held"][: PAGE - len(waits)]
    pairs = [entry.rank.pair for entry in (*waits, *held) if entry.rank and entry.rank.pair]
    return list(layouts(state, [*waits, *held, *(entries[ref] for ref in pairs)], deciders))


def bare(value: Any) -> Any:
    """Blocks without the ids that Slack gives to those that have none, and without what changes by itself.

    That is who is asked, which goes by who is away, and what people are called.
    """
    if isinstance(value, list):
        return [bare(each) for each in value if not _changes(each)]
    if isinstance(value, dict) and str(value.get("value")).startswith("ask:"):
        return value["value"]
    if isinstance(value, dict):
        return {name: bare(each) for name, each in value.items() if name != "block_id"}
    return value


def _changes(block: Any) -> bool:
    is_context = isinstance(block, dict) and block.get("type") == "context"
    return is_context and any(words in str(block) for words in ("Decision by ", "waiting for "))


def _thread(stored: Stored, replies: Sequence[Json]) -> Iterator[Finding]:
    """All lines of all messages, one after the other, are all lines of all turns.

    Below the opening stands what can be said, which is the same everywhere and not stored.
    """
    review = stored.state.id
    wanted: list[str] = []
    summed_up = False
    for turn in shown(stored.turns):
        if turn.form is TurnKind.SUMMARY and summed_up:
            continue  # its message is brought up to date, and not posted again
        summed_up = summed_up or turn.form is TurnKind.SUMMARY
        wanted += lines_of_turn(turn)
        wanted += what_to_say(stored.state) if turn.form is TurnKind.OPENING else ()
    posted = [
        line for message in sorted(replies, key=lambda one: str(one["ts"])) for line in lines_of(message)
    ]
    if posted == wanted:
        return
    extra, missing = Counter(posted) - Counter(wanted), Counter(wanted) - Counter(posted)
    for line in list(extra)[:3]:
        yield Finding(Wrong.POSTED_TWICE, review, f"posted {extra[line]} times too often: “{line}”")
    for line in list(missing)[:3]:
        yield Finding(Wrong.UNSHOWN, review, f"turn not shown: “{line}”")
    if not extra and not missing:
        at = next(place for place, (one, two) in enumerate(zip(posted, wanted, strict=True)) if one != two)
        told = f"line {at + 1} is “{posted[at]}” instead of “{wanted[at]}”"
        yield Finding(Wrong.OUT_OF_ORDER, review, told)


def lines_of_turn(turn: Turn) -> list[str]:
    """A turn's lines as a message shows them; what was proposed gives way once it is answered."""
    if turn.form is TurnKind.PROPOSAL:
        return [PROPOSAL]
    if turn.form is TurnKind.SUMMARY:
        return [SUMMARY]
    return [visible(line) for line in turn.text.replace("\r", "\n").split("\n") if line]


def lines_of(message: Json) -> list[str]:
    """What a message shows of turns; who said it when stands beside it and is no part of it."""
    lines: list[str] = []
    for block in message["blocks"] or []:
        if block["type"] == "table":
            return [SUMMARY]  # which is brought up to date, whatever its turn said
        if block["type"] == "section":
            lines += block["text"]["text"].split("\n")
        elif [one["type"] for one in block.get("elements", ())] == ["mrkdwn", "plain_text"]:
            lines.append(block["elements"][1]["text"])  # what was done about many, beside who did it
    is_proposal = any(line == SETTLED or line.startswith(PROPOSED.strip()) for line in lines)
    return [PROPOSAL] if is_proposal else lines


def _proposals(stored: Stored, replies: Sequence[Json]) -> Iterator[Finding]:
    """The proposal that stands, and no other one, has a button to confirm it."""
    standing = {stored.state.proposal.id} if stored.state.proposal else set()
    buttons = [button for message in replies for button in buttons_of(message)]
    offered = {button.value.split(":")[1] for button in buttons if button.action == "confirm"}
    for one in offered - standing:
        yield Finding(Wrong.STALE_CARD, stored.state.id, f"still offers to confirm {one}")
    for one in standing - offered:
        yield Finding(Wrong.STALE_CARD, stored.state.id, f"{one} stands and cannot be confirmed")


def _never_back(evidence: Evidence) -> Iterator[Finding]:
    """No update of a card shows an older state than the one before it.

    What is released or reopened goes back once each.
    """
    before: dict[str, Any] = {}
    back = {
        review: sum(entry.event in ("released", "reopened") for entry in stored.audit)
        for review, stored in evidence.stored.items()
    }
    for one in evidence.records.cards:
        last = before.get(one.review)
        if last is not None and one.steps < last.steps and back.get(one.review, 0):
            back[one.review] -= 1
        elif last is not None and one.steps < last.steps:
            yield Finding(Wrong.WENT_BACK, one.review, f"from “{last.header}” to “{one.header}”")
        before[one.review] = one
