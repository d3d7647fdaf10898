"""Vendors of a batch that are written to be taken for others, or that are one slip away from a known one."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from bot.domain.names import (
    disguise_in,
    folded_name,
    imitation_of,
    plainness_order,
    skeleton,
    visible,
)

MOST_ORIGINALS = 20  # names that a look-alike is compared with, plainest first; keeps a hostile batch linear
SHORTEST_NAME = 8  # characters; of shorter names too many are one letter apart by chance
OFTEN = 3  # payments that make a name worth imitating, where neither policy nor history knows any vendor


def imitations(vendors: set[str], known: set[str]) -> dict[str, str]:
    """By vendor, as written, how its name imitates another's or is disguised, as evidence in words.

    ``vendors`` are the names of the batch, ``known`` those that policy and history vouch for; a vendor may
    imitate either. A name that is known itself imitates nobody.
    """
    trusted = frozenset(map(folded_name, known))
    by_skeleton: defaultdict[str, set[str]] = defaultdict(set)
    for name in vendors | known:
        by_skeleton[skeleton(name)].add(name)
    evidence: dict[str, str] = {}
    for names in by_skeleton.values():
        originals = sorted(names, key=lambda name: (name not in known, *plainness_order(name)))
        for name in names & vendors:
            why: str | None = None
            if folded_name(name) not in trusted:
                imitated = (imitation_of(name, original) for original in originals[:MOST_ORIGINALS])
                why = next((words for words in imitated if words), None)
            why = why or disguise_in(name)
            if why is not None:
                evidence[name] = why
    return evidence


def near_misses(vendors: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """By vendor, as written, the original that it is one slip away from, as evidence in words.

    A slip is one letter left out, added or changed, or two neighbours swapped: ``Acme Crop`` beside ``Acme
    Corp``. ``vendors`` holds the vendor of every payment of the batch, so that one may come several times.
    Originals are the ``known`` vendors; without any, names that the batch itself holds often. Names that
    differ in digits alone (branches, order numbers) are left alone.
    """
    payments = Counter(map(folded_name, vendors))
    written = sorted(set(vendors))
    originals = {folded_name(name): name for name in known}
    if not originals:
        originals = {folded_name(name): name for name in written if payments[folded_name(name)] >= OFTEN}
    by_piece: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(originals):
        if len(name) >= SHORTEST_NAME:
            for piece in _with_one_left_out(name):
                by_piece[piece].append(name)
    evidence: dict[str, str] = {}
    for vendor in written:
        name = folded_name(vendor)
        if name not in originals and len(name) >= SHORTEST_NAME:
            candidates = {other for piece in _with_one_left_out(name) for other in by_piece.get(piece, ())}
            if nearest := min((other for other in candidates if _one_slip_apart(name, other)), default=None):
                evidence[vendor] = (
                    f"“{visible(vendor)}” is one letter away from “{visible(originals[nearest])}”"
                )
    return evidence


def _with_one_left_out(name: str) -> Iterator[str]:
    """The name, and each name that is left without one letter: two names one slip apart share one of them."""
    yield name
    for place in range(len(name)):
        yield name[:place] + name[place + 1 :]


def _one_slip_apart(name: str, other: str) -> bool:
    letters, other_letters = ("".join(filter(str.isalpha, text)) for text in (name, other))
    return letters != other_letters and OSA.distance(name, other, score_cutoff=1) == 1
