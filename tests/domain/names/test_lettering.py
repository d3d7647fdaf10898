"""Signs and letters that stand for plain ones, and names that are made to be taken for others."""

import pytest

from bot.domain.names import disguise_in, imitation_of, shape, without_marks


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Smith &amp; Sons", "Smith & Sons"),
        ("Smith &#38; Sons", "Smith & Sons"),
        ("Caf&eacute;", "Café"),
        ("&amp;amp;", "&"),
        ("AT&T; B&Q", "AT&T; B&Q"),
        ("R&D Ltd", "R&D Ltd"),
        ("Init\u200bech\u202e", "Initech"),
        ("Initech(TM)", "Initech "),
        ("&#9999999;", "\ufffd"),
    ],
)
def test_entities_marks_and_hidden_characters_are_read_as_what_they_show(written: str, read: str) -> None:
    assert without_marks(written) == read


@pytest.mark.parametrize(
    ("name", "original", "evidence"),
    [
        ("In!tech", "Initech", "“!” for “i”"),
        ("Init€ch", "Initech", "“€” for “e”"),
        ("$ilver Works", "Silver Works", "“$” for “s”"),
        ("G|obex", "Globex", "“|” for “i”"),
        ("Inıtech", "Initech", "“ı” for “i”"),
        ("🅸nitech", "Initech", "“🅸” for “i”"),
        ("Rivverton Works", "Riwerton Works", "“vv” for “w”"),
        ("Farrners Union", "Farmers Union", "“rn” for “m”"),
    ],
)
def test_a_name_that_poses_as_another_is_told_with_what_poses(
    name: str, original: str, evidence: str
) -> None:
    assert shape(name) == shape(original)
    assert evidence in (imitation_of(name, original) or "")
    assert imitation_of(original, name) is None


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Yahoo!", "Yahoo"),
        ("Toys | Games", "Toys Games"),
        ("Møller", "Moller"),
        ("Işık", "Isik"),
        ("Cash $", "Cash"),
        ("Caffè", "Caffe"),
        ("Farmers Union", "Farmers Onion"),
        ("A+B", "AtB"),
    ],
)
def test_a_name_with_a_sign_or_an_accent_of_its_own_poses_as_nobody(name: str, other: str) -> None:
    assert imitation_of(name, other) is None
    assert disguise_in(name) is None
