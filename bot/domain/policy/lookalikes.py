"""Vendors of a batch that are written to be taken for others, or that are one slip away from a known one."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.domain.names import (
    WIDE,
    core_words,
    disguise_in,
    folded_name,
    imitation_of,
    is_cut_of,
    payee_in,
    plainness_order,
    shape,
    visible,
)

MOST_ORIGINALS = 20  # names that a look-alike is compared with, plainest first; keeps a hostile batch linear
SHORTEST_NAME = 8  # characters; of shorter names too many are one letter apart by chance
SHORTEST_LISTED = 6  # of denied names, of which there are few, so that chance has less to play with
_SIEVE = 1 << 23
OFTEN = 3  # payments that make a name worth imitating, where neither policy nor history knows any vendor


def imitations(vendors: set[str], known: set[str]) -> dict[str, str]:
    """By vendor, as written, how its name imitates another's or is disguised, as evidence in words.

    ``vendors`` are the names of the batch, ``known`` those that policy and history vouch for; a vendor may
    imitate either. A name that is known itself imitates nobody.
    """
    trusted = frozenset(folded_name(_bare(name)) for name in known)
    by_shape: defaultdict[str, set[str]] = defaultdict(set)
    for name in vendors | known:
        by_shape[shape(_bare(name))].add(name)
    evidence: dict[str, str] = {}
    for names in by_shape.values():
        if len(names) == 1:  # nothing that it could imitate
            evidence.update((name, odd) for name in names & vendors if (odd := disguise_in(name)))
            continue
        originals: list[str] | None = None
        for name in names & vendors:
            why: str | None = None
            if folded_name(_bare(name)) not in trusted:
                if originals is None:
                    originals = sorted(names, key=lambda name: (name not in known, *plainness_order(name)))
                imitated = (
                    imitation_of(_bare(name), _bare(original)) for original in originals[:MOST_ORIGINALS]
                )
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
    differ in digits alone (branches, order numbers) are left alone, and so are a name and what a card feed
    has cut of it, whichever of the two is known.
    """
    written = sorted(set(vendors))
    names = {vendor: folded_name(_bare(vendor)) for vendor in written}
    payments = Counter(names[vendor] for vendor in vendors)
    originals = {folded_name(_bare(name)): name for name in known}
    if not originals:
        originals = {names[vendor]: vendor for vendor in written if payments[names[vendor]] >= OFTEN}
    nearest = _nearest_by_slip({name for name in names.values() if name not in originals}, originals)
    return {
        vendor: f"“{visible(vendor)}” is one letter away from “{visible(originals[nearest[name]])}”"
        for vendor, name in names.items()
        if name in nearest and not _are_one_cut_name(vendor, originals[nearest[name]])
    }


def one_letter_from(vendors: Collection[str], listed: Collection[str]) -> dict[str, str]:
    """By vendor, as written, the listed name that it is one slip away from, both as they look to a reader.

    For lists of names that nobody may be paid under: shorter names count too, from 6 letters, and spaces,
    legal forms and digits for letters do not.
    """
    names = {vendor: "".join(core_words(vendor)) for vendor in vendors}
    by_name = {"".join(core_words(name)): name for name in listed}
    nearest = _nearest_by_slip(set(names.values()) - by_name.keys(), by_name, SHORTEST_LISTED)
    return {vendor: by_name[nearest[name]] for vendor, name in names.items() if name in nearest}


def _nearest_by_slip(
    names: set[str], originals: Collection[str], shortest: int = SHORTEST_NAME
) -> dict[str, str]:
    """By name, the first of the originals that it is one slip away from; both have ``shortest`` letters."""
    # Pieces by a part of their hash: a sieve of 8 MB, so that what no original has is not kept.
    of_originals = bytearray(_SIEVE if names and originals else 0)
    for original in originals if names else ():
        if len(original) >= shortest:
            for piece in _with_one_left_out(original):
                of_originals[hash(piece) % _SIEVE] = 1
    by_piece: defaultdict[int, list[str]] = defaultdict(list)  # by hash, which takes less room than the piece
    for name in names if originals else ():
        if len(name) >= shortest:
            for piece in _with_one_left_out(name):
                if of_originals[(key := hash(piece)) % _SIEVE]:
                    by_piece[key].append(name)
    nearest: dict[str, str] = {}
    for original in sorted(originals) if by_piece else ():
        if len(original) >= shortest:
            alike = {name for piece in _with_one_left_out(original) for name in by_piece.get(hash(piece), ())}
            for name in alike - nearest.keys():
                if _one_slip_apart(name, original):
                    nearest[name] = original
    return nearest


def _are_one_cut_name(vendor: str, original: str) -> bool:
    """Whether one of two names is what a feed has cut of the other.

    A narrow original may as well be whole, and the longer name its imitation ("Acme Corporations").
    """
    written, known = vendor.strip().casefold(), original.strip().casefold()
    return is_cut_of(written, known) or (len(known) >= WIDE and is_cut_of(known, written))


@lru_cache(maxsize=131_072)
def _bare(name: str) -> str:
    """The name without what feeds put around it; disguises stay in it."""
    return payee_in(name).name


def _with_one_left_out(name: str) -> Iterator[str]:
    """The name, and each name that is left without one letter: two names one slip apart share one of them."""
    yield name
    for place in range(len(name)):
        yield name[:place] + name[place + 1 :]


def _one_slip_apart(name: str, other: str) -> bool:
    letters, other_letters = ("".join(filter(str.isalpha, text)) for text in (name, other))
    return letters != other_letters and OSA.distance(name, other, score_cutoff=1) == 1
