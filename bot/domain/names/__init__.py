"""How names are compared, so that neither spelling nor disguise makes two vendors of one, or one of two.

``spelling``: the keys of letters; ``lettering``: signs that stand for letters; ``disguises``: what is odd
about a name, in words; ``vendors``: when two names mean one vendor, with ``legal_forms`` and ``feed_noise``;
``groups``: the names of one batch that mean one vendor.
"""

from bot.domain.names.disguises import disguise_in, imitation_of, plainness_order
from bot.domain.names.feed_noise import WIDE, is_cut_of, payee_in
from bot.domain.names.groups import cut_relatives, vendor_keys
from bot.domain.names.lettering import shape, without_marks
from bot.domain.names.spelling import (
    folded_name,
    is_invisible,
    is_legal_form,
    name_key,
    plain_letters,
    plain_words,
    skeleton,
    visible,
    without_legal_forms,
)
from bot.domain.names.vendors import VendorIdentity, core_words, fingerprint, identity_of, readings_of

__all__ = [
    "WIDE",
    "VendorIdentity",
    "core_words",
    "cut_relatives",
    "disguise_in",
    "fingerprint",
    "folded_name",
    "identity_of",
    "imitation_of",
    "is_cut_of",
    "is_invisible",
    "is_legal_form",
    "name_key",
    "payee_in",
    "plain_letters",
    "plain_words",
    "plainness_order",
    "readings_of",
    "shape",
    "skeleton",
    "vendor_keys",
    "visible",
    "without_legal_forms",
    "without_marks",
]
