"""``called 3: spoke to Maria``: a reply that tells of a call to a vendor, for which there is a form."""

import re

_CALLED = re.compile(
    r"\s*called(?:\s+back)?(?:\s+about)?\s+#?(\d{1,5})\s*(?::.*)?", re.IGNORECASE | re.DOTALL | re.ASCII
)


def called_about(text: str) -> int:
    """The payment that somebody says they called about, by its reference; 0 where a reply says none.

    Nothing of the words is taken for what came of the call: that is said in the form.
    """
    found = _CALLED.fullmatch(text)
    return int(found[1]) if found else 0
