"""Which names of a batch and its past mean one vendor, by every way in which two of them can be one."""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from itertools import pairwise

from bot.domain.names.feed_noise import CUT_WIDTHS, is_cut_of
from bot.domain.names.spelling import name_key
from bot.domain.names.vendors import fingerprint


def vendor_keys(names: Collection[str]) -> dict[str, str]:
    """By name, a key that is equal for all of these names that a reader takes for one vendor.

    They are one by fingerprint, by name key (in which no space counts), or as a name and what a card feed has
    cut of it. Takes time in proportion to n log n.
    """
    groups = _Groups()
    for name in names:
        groups.join(fingerprint(name), f" {name_key(name)}")  # the space keeps the two kinds of keys apart
    for cut, original in _cut_names(names):
        groups.join(fingerprint(original), fingerprint(cut))
    return {name: groups.first_of(fingerprint(name)) for name in names}


def cut_relatives(names: Collection[str], known: Collection[str]) -> set[str]:
    """The known names that a feed has cut of one of these names, or that one of these was cut of.

    Of many that a name may have been cut of, the first in the alphabet. Takes time in proportion to n log n.
    """
    in_order = sorted((name.strip().casefold(), name) for name in known)
    related: set[str] = set()
    for name in names:
        written = name.strip().casefold()
        for beginning in (written, *(written[:width] for width in CUT_WIDTHS if width < len(written))):
            place = bisect_left(in_order, (beginning,))
            for other, as_known in in_order[place : place + 2]:
                if is_cut_of(written, other) or is_cut_of(other, written):
                    related.add(as_known)
    return related


def _cut_names(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each name that a feed has cut, with one that it was cut from: in order that is the next one."""
    in_order = sorted({name.strip().casefold(): name for name in names}.items())
    for (short, cut), (longer, original) in pairwise(in_order):
        if is_cut_of(short, longer):
            yield cut, original


class _Groups:
    """Keys joined to groups; of each the first key stands for all (a union-find with halved paths)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def first_of(self, key: str) -> str:
        parent = self._parent
        while (above := parent.setdefault(key, key)) != key:
            parent[key] = key = parent[above]
        return key

    def join(self, key: str, other: str) -> None:
        self._parent[self.first_of(other)] = self.first_of(key)
