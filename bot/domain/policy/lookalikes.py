"""Names one slip away from a vendor that is paid often: ``Acme Crop`` beside ``Acme Corp``."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from bot.domain.names import same_name, visible
from bot.domain.policy.batch import Batch

SHORTEST = 8  # letters; of shorter names too many are one letter apart by chance
OFTEN = 3  # payments that make a name one worth imitating, where nothing else says who is known


def near_misses(batch: Batch) -> dict[str, str]:
    """Vendors of the batch, as written, whose letters are one slip away from an original's.

    Originals are the known vendors; without any, names that the batch itself holds often. Names that
    differ in digits alone (branches, order numbers) are not meant.
    """
    counted = Counter(same_name(one.vendor) for one in batch.transactions)
    written = sorted({one.vendor for one in batch.transactions})
    known = {same_name(name): name for name in (*batch.policy.known_vendors, *sorted(batch.history.vendors))}
    if not known:
        known = {same_name(name): name for name in written if counted[same_name(name)] >= OFTEN}
    originals: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(known):
        if len(name) >= SHORTEST:
            for piece in _with_one_left_out(name):
                originals[piece].append(name)
    found: dict[str, str] = {}
    for vendor in written:
        name = same_name(vendor)
        if name not in known and len(name) >= SHORTEST:
            near = {other for piece in _with_one_left_out(name) for other in originals.get(piece, ())}
            if original := min((other for other in near if _one_slip(name, other)), default=None):
                found[vendor] = f"“{visible(vendor)}” is one letter away from “{visible(known[original])}”"
    return found


def _with_one_left_out(name: str) -> Iterator[str]:
    """The name, and each name that it is without one letter: two names one slip apart share one of them."""
    yield name
    for place in range(len(name)):
        yield name[:place] + name[place + 1 :]


def _one_slip(name: str, other: str) -> bool:
    letters, theirs = ("".join(filter(str.isalpha, one)) for one in (name, other))
    return letters != theirs and OSA.distance(name, other, score_cutoff=1) == 1
