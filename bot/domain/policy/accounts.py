"""How bank accounts are compared, and which of them cannot exist.

IBANs are checked by ISO 13616: their length by country, and two check digits (ISO 7064, MOD 97-10). The
libraries for this, ``python-stdnum`` and ``schwifty`` with ``pycountry``, are under the LGPL, which our list
of licences does not have.
"""

import re
from functools import lru_cache

from bot.domain.names import plain_letters

SHORTEST = 6  # characters from which on a number tells one account from another

# Characters of an IBAN by country, from the IBAN registry (SWIFT, ISO 13616), release 97.
LENGTHS = {
    code: length
    for length, codes in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for code in codes.split()
}


@lru_cache(maxsize=16_384)
def account_key(account: str | None) -> str:
    """One spelling for one account, whatever its case, spaces and look-alike letters; empty where none is."""
    plain = plain_letters(account or "").casefold()
    return "".join(char for char in plain if char.isalnum())


@lru_cache(maxsize=16_384)
def tells_apart(key: str) -> bool:
    """Whether a key is long enough, and of enough digits, to belong to one payee alone.

    What stands for a missing account ("n/a", "various", "0000") and the last digits of a masked one do not.
    """
    digits = [char for char in key if char.isdigit()]
    return len(key) >= SHORTEST and len(digits) >= SHORTEST - 2 and len(set(digits)) > 1


@lru_cache(maxsize=16_384)
def fault_of_account(account: str | None) -> str | None:
    """Why an account cannot exist, in words; ``None`` for one that can, or whose country has no check.

    Only what is written like an IBAN is checked: two letters of a country that has them, and two digits.
    """
    key = account_key(account).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", key) or "*" in (account or ""):
        return None
    length = LENGTHS.get(key[:2])
    if length is None:
        return None
    if len(key) != length:
        return f"it has {len(key)} characters, and an IBAN of {key[:2]} has {length}"
    # Letters count as 10 to 35, and the country with its check digits stands at the end.
    number = int("".join(str(int(char, 36)) for char in key[4:] + key[:4]))
    return None if number % 97 == 1 else "its check digits do not fit"
