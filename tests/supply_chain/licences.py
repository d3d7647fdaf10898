"""Whether everything that is installed has a licence on a list, as its own metadata say."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution
from typing import Any

# SPDX ids of licences that a program under Apache-2.0 may use and be given away with.
ALLOWED = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "MIT", "MIT-CMU"}
    | {"MIT-0", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib", "ZPL-2.1"}
)
OURS = "countersign"
# What older packages say instead of an SPDX expression, as a classifier or in their own words; the BSD
# classifier does not say which of the two.
CLASSIFIERS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# As read in the LICENSE that a package brings along, where its metadata name none.
READ_BY_HAND = {"axe-playwright-python": "MIT"}
PREFIX = "License :: OSI Approved :: "


def licence_of(distribution: Distribution) -> str:
    """The licence of a package as an SPDX expression; empty where its metadata do not tell."""
    metadata: Mapping[str, Any] = distribution.metadata.json
    if expression := metadata.get("license_expression"):
        return str(expression)
    free_text = str(metadata.get("license", ""))
    if is_allowed(
        free_text
    ):  # before the classifiers, which do not say whether of two licences one is enough
        return free_text
    if by_hand := READ_BY_HAND.get(distribution.name):
        return by_hand
    named = [line.removeprefix(PREFIX) for line in metadata.get("classifier", ()) if line.startswith(PREFIX)]
    return " AND ".join(CLASSIFIERS.get(name, name) for name in named) or CLASSIFIERS.get(
        free_text, free_text[:60]
    )


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with licences of the list alone; what cannot be read is not."""
    tokens = re.findall(r"[()]|[^\s()]+", expression)

    def licence() -> bool:
        name = tokens.pop(0)
        if name == "(":
            allowed = alternatives()
            return tokens.pop(0) == ")" and allowed
        return name in ALLOWED

    def together() -> bool:
        allowed = licence()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            allowed = licence() and allowed
        return allowed

    def alternatives() -> bool:
        allowed = together()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            allowed = together() or allowed
        return allowed

    try:
        return alternatives() and not tokens
    except IndexError:
        return False


def astray(distributions: Iterable[Distribution]) -> list[str]:
    """The packages whose licence is not on the list, each with what its metadata say."""
    return sorted(
        f"{distribution.name} {distribution.version} ({licence_of(distribution) or 'no licence named'})"
        for distribution in distributions
        if distribution.name != OURS and not is_allowed(licence_of(distribution))
    )
