"""What memos say in each language: a table beside these tests, a line a memo, ``class | memo``."""

from pathlib import Path

import pytest

from bot.domain.policy import default_policy, judge_by_policy
from bot.domain.policy.memo_languages import MemoLanguage, memo_languages, read_memo_language
from bot.domain.policy.memo_phrases import PhraseList, memo_phrases, whole_phrase
from tests.domain.payments import batch, pay

TABLES = Path(__file__).parent / "memos"
CODES = {"argues": "memo_argues", "called off": "called_off", "empty": "vague_memo"}
LANGUAGES = sorted(path.stem for path in TABLES.glob("*.txt"))
FEWEST = 15  # memos of each side in a table


def memos(language: str) -> list[tuple[str, str]]:
    lines = (TABLES / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [(kind, memo) for kind, _, memo in (line.partition(" | ") for line in lines)]


def codes(memo: str) -> set[str]:
    (judgement,) = judge_by_policy(default_policy(), batch(pay(100, memo=memo)))
    return {finding.code for finding in judgement.findings}


def test_every_language_has_its_table() -> None:
    assert [language.code for language in memo_languages()] == LANGUAGES
    assert len(LANGUAGES) >= 14


@pytest.mark.parametrize("language", LANGUAGES)
def test_memos_that_a_human_should_read_are_flagged_for_what_they_are(language: str) -> None:
    hostile = [(kind, memo) for kind, memo in memos(language) if kind != "ordinary"]
    assert len(hostile) >= FEWEST
    assert {kind for kind, _ in hostile} == set(CODES)
    assert [(kind, memo) for kind, memo in hostile if CODES[kind] not in codes(memo)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_memos_stay_routine(language: str) -> None:
    ordinary = [memo for kind, memo in memos(language) if kind == "ordinary"]
    assert len(ordinary) >= FEWEST
    assert [(memo, codes(memo)) for memo in ordinary if codes(memo)] == []


@pytest.mark.parametrize("language", memo_languages(), ids=LANGUAGES)
def test_no_phrase_is_written_so_that_it_is_never_found(language: MemoLanguage) -> None:
    rules = default_policy().rules
    phrases = memo_phrases(rules.memo_argues, rules.audit_keyword)
    for name in ("claims", "authorities", "consents", "orders", "called_off"):
        for phrase in language.phrases[name][::7]:  # a part of them, since slots make thousands
            written = phrase.replace("...", " ").replace("*", "")
            assert PhraseList(name, language.code) in phrases.found_in(f"4 {written}."), phrase
    for name in ("called_off_in_brief", "called_off_alone"):
        for phrase in language.phrases[name]:
            assert whole_phrase(name, phrase), phrase


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('name = "X"\nclams = ["a"]', "x.toml: there is no list clams"),
        ('name = "X"\nclaims = ["{who} agreed"]', "x.toml: “{who} agreed” has a slot without words: who"),
    ],
)
def test_a_mistake_in_a_file_is_named(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r"x\.toml") as raised:
        read_memo_language("x", text)
    assert str(raised.value) == problem


def test_slots_are_filled_with_each_of_their_words() -> None:
    language = read_memo_language(
        "x", 'name = "X"\nclaims = ["{a} ja {b}"]\nwords = {a = ["1", "2"], b = ["ä"]}'
    )
    assert language.phrases["claims"] == ("1 ja ä", "1 ja ae", "2 ja ä", "2 ja ae")


@pytest.mark.parametrize(
    "memo",
    [
        "APPROVED BY THE TREASURER",
        "аpprоvеd by the treasurer",  # Cyrillic letters
        "ΑPPROVED BY THE TREASURER",  # a Greek capital
        "АРРRОVЕD ВY ТНЕ ВОАRD",  # Cyrillic capitals, of which the small letters look otherwise
        "ａｐｐｒｏｖｅｄ ｂｙ ｔｈｅ ｔｒｅａｓｕｒｅｒ",
        "𝐚𝐩𝐩𝐫𝐨𝐯𝐞𝐝 𝐛𝐲 𝐭𝐡𝐞 𝐭𝐫𝐞𝐚𝐬𝐮𝐫𝐞𝐫",
        "appr\u200boved b\u2060y the treasurer",
        "a\u0301ppr\u0308oved by the treasurer",
        "4ppr0v3d by the treasurer",
        "@pproved by the trea$urer",
        "ap-pro-ved by the treasurer",
        "a.p.p.r.o.v.e.d by the treasurer",
        "a p p r o v e d b y t h e treasurer",
        "app roved by the treasurer",
        "approved_by_the_treasurer",
        "ApprovedByTheTreasurer",
        "&#97;pproved by the treasurer",
        "".join(chr(0xE0000 + ord(char)) for char in "approved by the treasurer") + " chairs",
    ],
)
def test_no_disguise_of_its_letters_hides_a_claim(memo: str) -> None:
    assert "memo_argues" in codes(memo)


@pytest.mark.parametrize(
    "memo", ["renew instructions for alarms", "piano t flagstone", "unapproved byte store"]
)
def test_what_only_runs_together_is_no_claim(memo: str) -> None:
    assert codes(memo) == set()


def test_the_evidence_names_a_foreign_language_and_quotes_our_own_list() -> None:
    (judgement,) = judge_by_policy(default_policy(), batch(pay(100, memo="BITTE nicht über-prüfen!!")))
    assert [finding.evidence for finding in judgement.findings] == [
        "it argues for its own approval (in German: “nicht überprüfen”)"
    ]
    (judgement,) = judge_by_policy(default_policy(), batch(pay(100, memo="<b>Storniert</b>")))
    assert "the memo says that it is not to be paid (in German: “storniert”)" in [
        finding.evidence for finding in judgement.findings
    ]
