"""Currencies of ISO 4217 and the signs they are written with.

Source: ISO 4217 list one (active codes, SIX maintenance agency), without precious metals, bond
units, testing codes and the SDR, none of which an invoice is paid in. Withdrawn codes are unknown.
"""

_MINOR_BY_DIGITS: dict[int, str] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
        CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
        GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
        LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
        NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
        SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST
        XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

# Decimal places by code.
MINOR_DIGITS: dict[str, int] = {
    code: digits for digits, codes in _MINOR_BY_DIGITS.items() for code in codes.split()
}

# Currencies whose amounts are grouped in twos above a thousand: 1,00,000 is one lakh.
LAKH_CURRENCIES = frozenset({"INR", "PKR", "BDT", "NPR", "LKR"})

_DOLLARS = (
    "USD CAD AUD NZD SGD HKD TWD MXN CLP COP ARS BRL JMD TTD BBD BSD BZD FJD NAD LRD GYD SRD XCD KYD BMD BND"
)
_RUPEES = "INR PKR LKR NPR MUR SCR"

# A sign (or word) in upper case, the currencies that it may stand for, and whether the first of them is meant
# where nothing else tells.
_SIGNS: tuple[tuple[str, str, bool], ...] = (
    ("$", _DOLLARS, True),
    ("US$", "USD", True),
    ("CA$", "CAD", True),
    ("C$", "CAD", True),
    ("AU$", "AUD", True),
    ("A$", "AUD", True),
    ("NZ$", "NZD", True),
    ("SG$", "SGD", True),
    ("S$", "SGD", True),
    ("HK$", "HKD", True),
    ("NT$", "TWD", True),
    ("MX$", "MXN", True),
    ("R$", "BRL", True),
    ("€", "EUR", True),
    ("EURO", "EUR", True),
    ("EUROS", "EUR", True),
    ("£", "GBP GIP FKP SHP EGP SSP", True),
    ("¥", "JPY CNY", False),
    ("元", "CNY", True),
    ("円", "JPY", True),
    ("RMB", "CNY", True),
    ("₹", "INR", True),
    ("RS.", _RUPEES, True),
    ("RS", _RUPEES, True),
    ("₨", "PKR LKR NPR MUR SCR INR", False),
    ("KR", "SEK NOK DKK ISK", False),
    ("KR.", "DKK SEK NOK ISK", False),
    ("FR", "CHF", True),
    ("FR.", "CHF", True),
    ("SFR", "CHF", True),
    ("SFR.", "CHF", True),
    ("R", "ZAR", True),
    ("ZŁ", "PLN", True),
    ("KČ", "CZK", True),
    ("FT", "HUF", True),
    ("₺", "TRY", True),
    ("TL", "TRY", True),
    ("₽", "RUB", True),
    ("₴", "UAH", True),
    ("₪", "ILS", True),
    ("₩", "KRW KPW", True),
    ("₦", "NGN", True),
    ("₫", "VND", True),
    ("฿", "THB", True),
    ("₱", "PHP", True),
    ("₡", "CRC", True),
    ("₲", "PYG", True),
    ("₵", "GHS", True),
    ("₸", "KZT", True),
    ("₼", "AZN", True),
    ("₾", "GEL", True),
)

# By sign, the currencies that it may stand for, and whether the first of them is meant.
SIGNS: dict[str, tuple[tuple[str, ...], bool]] = {
    sign: (tuple(codes.split()), certain) for sign, codes, certain in _SIGNS
}
