"""Names one slip away from a vendor that is paid often: ``Acme Crop`` beside ``Acme Corp``."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from bot.domain.lookalike import same_name, visible
from bot.domain.policy.batch import Batch

SHORTEST = 8  # letters; of shorter names too many are one letter apart by chance
COMPARED = 500  # originals that one name is compared with; keeps a hostile batch linear
OFTEN = 3  # payments that make a name one worth imitating, where nothing else says that it is known


def near_misses(batch: Batch) -> dict[str, str]:
    """Vendors of the batch, as written, whose letters are one slip away from an original's.

    Originals are the known vendors; without any, names that the batch itself holds often. Names that
    differ in digits alone (branches, order numbers) are not meant.
    """
    counted = Counter(same_name(one.vendor) for one in batch.transactions)
    known = batch.known_vendors or {name for name, count in counted.items() if count >= OFTEN}
    originals: defaultdict[str, set[str]] = defaultdict(set)
    for name in known:
        if len(name) >= SHORTEST:
            for piece in _pieces(name):
                originals[piece].add(name)
    found: dict[str, str] = {}
    for written in sorted({one.vendor for one in batch.transactions}):
        name = same_name(written)
        if name in known or len(name) < SHORTEST or counted[name] >= OFTEN:
            continue
        near = sorted({other for piece in _pieces(name) for other in originals.get(piece, ())})[:COMPARED]
        if original := next((other for other in near if _one_slip(name, other)), None):
            found[written] = f"“{visible(written)}” is one letter away from “{visible(original)}”"
    return found


def _pieces(name: str) -> Iterator[str]:
    """Both halves of a name: of two names one slip apart, a half is the same but for a place or two."""
    half = len(name) // 2
    for cut in (half - 1, half, half + 1):
        yield f"<{name[:cut]}"
        yield f"{name[-cut:]}>"


def _one_slip(name: str, other: str) -> bool:
    if name == other or abs(len(name) - len(other)) > 1:
        return False
    letters, theirs = ("".join(filter(str.isalpha, one)) for one in (name, other))
    return letters != theirs and OSA.distance(name, other, score_cutoff=1) == 1
