"""How urgency is read: the rules one by one. What they find in messages is in test_triage_corpus."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from services.intake.domain.rule_files import SafetyPart, SafetyRules
from services.intake.domain.triage import triage
from services.intake.settings import safety_rules
from shared.errors import Misconfigured
from shared.practice import load_rule

ROOT = Path(__file__).parents[2]
PRACTICE = ROOT / "deploy" / "practice" / "los_angeles"
CORE = load_rule(PRACTICE, "safety.yaml", SafetyRules)
PARTS = [load_rule(PRACTICE, name, SafetyPart) for name in CORE.parts]
DATA = PARTS[0]
EVERY_RULE = [(part, rule) for part in (CORE, *PARTS) for rule in part.rules]
RULES = safety_rules(PRACTICE)
HOSTILE_LENGTH = 5000


def level(words: str, *ticks: str) -> str:
    return triage(words, ticks, RULES).level


def test_nothing_written_is_nothing_found() -> None:
    found = triage("", (), RULES)

    assert (found.level, found.rules, found.flags) == ("none", (), ())
    assert found.rules_version == DATA.version


def test_a_denial_lowers_a_crisis_to_elevated_and_never_to_none() -> None:
    found = triage("I'm not suicidal.", (), RULES)

    assert found.level == "elevated"
    assert found.rules == ("en.direct.suicidal:denied",)


@pytest.mark.parametrize(
    "words",
    [
        "I'm not suicidal, but I want to die",
        "I am not sure I don't want to die. I want to die.",
        "No. I want to die",
        "I can't stop thinking about suicide",
        "nobody knows that I want to kill myself",
        "no puedo evitarlo: quiero morir",
    ],
)
def test_a_negation_of_something_else_denies_nothing(words: str) -> None:
    assert level(words) == "crisis"


def test_one_denied_and_one_plain_statement_is_a_crisis() -> None:
    assert level("I don't want to die. I want to kill myself.") == "crisis"


def test_a_denial_reaches_over_an_or_and_not_over_a_but() -> None:
    assert level("I have never been suicidal, or wanted to hurt myself.") == "elevated"
    assert level("I have never been to therapy, but I want to hurt myself.") == "crisis"


def test_what_lies_years_behind_is_elevated_and_what_happened_last_week_is_a_crisis() -> None:
    assert level("Ten years ago I tried to kill myself.") == "elevated"
    assert level("Last week I tried to kill myself.") == "crisis"
    assert level("I moved here ten years ago. Last week I tried to kill myself.") == "crisis"


def test_an_idiom_takes_away_only_the_statement_it_touches() -> None:
    assert level("I wanted to die of embarrassment") == "none"
    assert level("I wanted to die of embarrassment, and now I want to die") == "crisis"


def test_a_suicide_in_the_family_is_elevated_and_one_s_own_wish_beside_it_a_crisis() -> None:
    assert level("My brother killed himself in May.") == "elevated"
    assert level("My brother killed himself in May and I want to die too.") == "crisis"


def test_both_languages_are_searched_in_one_message() -> None:
    assert level("Hello, I would like evenings. La verdad es que ya no quiero vivir. Thank you.") == "crisis"


@pytest.mark.parametrize(
    "words",
    [
        "I WANT TO DIE",
        "I don’t want to live anymore",
        "I don't want to live anymore",
        "I dont want to live anymore",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "I wa\u200bnt to d\u00adie",
        "I want to… die",
        "I want\nto\ndie",
        "I want to, die",
        "i w a n t to d i e",
        "I am su1cidal",
        "I am sucidal",
        "I am suiccidal",
        "I want to kill mysefl",
        "quiero quitárme la vida",
        "No quiero vivir más",
        "no quiero vivir mas",
        "ME QUIERO MORIR",
        "quiero morír",
    ],
)
def test_how_it_is_typed_does_not_matter(words: str) -> None:
    assert level(words) == "crisis"


def test_a_phrase_never_crosses_the_end_of_a_sentence() -> None:
    assert level("That is all I want to. Die cast toys are my hobby.") == "none"


def test_ticks_about_safety_are_elevated_at_least_and_set_their_flags() -> None:
    home = triage("", ("unsafe_at_home",), RULES)
    partner = triage("", ("partner_violence",), RULES)

    assert (home.level, home.flags, home.rules) == ("elevated", ("danger_at_home",), ("tick.unsafe_at_home",))
    assert (partner.level, partner.flags) == ("elevated", ("partner_violence",))
    assert level("I want to die", "unsafe_at_home") == "crisis"


def test_violence_in_words_sets_the_flag_that_a_tick_would() -> None:
    assert triage("My husband hits me.", (), RULES).flags == ("partner_violence",)
    assert triage("He says he will kill me.", (), RULES).flags == ("danger_at_home",)
    assert triage("I don't have a husband who hits me.", (), RULES).flags == ()


HOSTILE = {
    "one word": "not ",
    "openings": "i want to ",
    "statements": "kill myself ",
    "idioms and statements": "want to die dying to ",
    "gaps": "my son my partner ",
    "slips": "sucidee mysellf ",
    "one long word": "a",
    "stops": ". ! ",
    "invisible": "k\u200b\u0301",
    "single letters": "k i l ",
    "apostrophes": "'’",
    "years": "years ago suicidal ",
    "songs": "song i want to die and i ",
    "points": "a.b.c.dd ",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_five_thousand_hostile_characters_take_milliseconds(kind: str) -> None:
    text = (HOSTILE[kind] * HOSTILE_LENGTH)[:HOSTILE_LENGTH]

    assert _seconds(text) < 0.5  # measured: 3 to 30 ms
    assert _seconds(text * 8) < 40 * max(_seconds(text), 0.002)  # eight times the text; a square would be 64


def _seconds(text: str) -> float:
    best = 9.0
    for _ in range(3):
        began = time.process_time()
        triage(text, (), RULES)
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize("file", [CORE, *PARTS], ids=["core", *CORE.parts])
def test_every_file_says_where_it_comes_from_and_all_have_one_version(file: SafetyPart) -> None:
    assert file.source
    assert file.author
    assert date(2026, 1, 1) <= file.reviewed_on
    assert file.version == RULES.version


def test_every_rule_names_its_source() -> None:
    assert [rule.code for part, rule in EVERY_RULE if rule.source not in part.sources] == []


def test_a_file_of_the_practice_s_own_replaces_that_part_alone_and_shows_in_the_version(
    tmp_path: Path,
) -> None:
    own = tmp_path / "rules" / "safety" / "spanish.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(
        yaml.safe_dump(PARTS[2].model_dump(mode="json") | {"version": "own", "rules": []}), "utf-8"
    )
    replaced = safety_rules(tmp_path)

    assert replaced.version == f"{CORE.version}+own"
    assert triage("I want to die", (), replaced).level == "crisis"
    assert triage("Quiero morir", (), replaced).level == "none"


def test_a_file_of_the_practice_s_own_that_names_no_parts_replaces_everything(tmp_path: Path) -> None:
    own = tmp_path / "rules" / "safety.yaml"
    own.parent.mkdir(parents=True)
    whole = CORE.model_dump(mode="json") | {"parts": [], "rules": [A_RULE]}
    own.write_text(yaml.safe_dump(whole), "utf-8")
    replaced = safety_rules(tmp_path)

    assert triage("blue elephants", (), replaced).level == "crisis"
    assert triage("I want to die", (), replaced).level == "none"


def test_two_files_with_a_rule_of_one_code_are_refused(tmp_path: Path) -> None:
    own = tmp_path / "rules" / "safety" / "spanish.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(yaml.safe_dump(PARTS[0].model_dump(mode="json")), "utf-8")

    with pytest.raises(Misconfigured, match="rule codes must be unique"):
        safety_rules(tmp_path)


def test_what_a_song_says_is_looked_at_and_alarms_nobody_unless_it_is_one_s_own() -> None:
    assert triage('There is a song where she says "I want to die".', (), RULES).rules == (
        "en.direct.die:quoted",
    )
    assert level('There is a song where she says "I want to die", and that is how I feel.') == "crisis"
    assert level("I heard that song again and I want to die.") == "crisis"


def test_what_is_told_of_work_is_looked_at_and_one_s_own_words_stay_a_crisis() -> None:
    assert level("I volunteer for a crisis line and listen to people who want to die.") == "elevated"
    assert level("I volunteer for a crisis line and I want to die.") == "crisis"
    assert level("I am a nurse and my son wants to die.") == "crisis"


def test_signs_that_say_little_alone_say_much_together() -> None:
    papers, calm = "My affairs are in order.", "I feel strangely calm."

    assert level(papers) == "elevated"
    assert level(calm) == "none"
    assert "all.plan.farewell" in triage(f"{papers} {calm}", (), RULES).rules
    assert level(f"{papers} {calm}") == "crisis"


def test_a_denial_may_follow_what_it_denies() -> None:
    assert level("Suicide attempt is not something I plan.") == "elevated"


@pytest.mark.parametrize(
    "words",
    [
        "I want to dieeee",
        "I want to d.i.e",
        "i want to k*ll myself",
        "sewerslide is on my mind, I want to unalive myself",
    ],
)
def test_letters_held_down_or_hidden_do_not_matter(words: str) -> None:
    assert level(words) == "crisis"


A_RULE = {
    "code": "en.direct.elephants",
    "language": "en",
    "kind": "direct",
    "level": "crisis",
    "phrases": ["blue elephants"],
}


def test_a_rule_of_a_source_that_the_file_does_not_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="not one of the sources"):
        SafetyPart.model_validate(_broken(rules=[A_RULE | {"source": "nowhere"}]))


def test_a_rule_that_neither_alarms_nor_is_a_sign_is_refused() -> None:
    with pytest.raises(ValidationError, match="must be a sign"):
        SafetyPart.model_validate(_broken(rules=[A_RULE | {"level": "none"}]))


def _broken(**changes: Any) -> dict[str, Any]:
    return DATA.model_dump() | changes


def test_a_file_that_lets_a_denied_crisis_vanish_is_refused() -> None:
    rule = DATA.rules[0].model_dump() | {"when_denied": "none"}

    with pytest.raises(ValidationError, match="never none"):
        SafetyPart.model_validate(_broken(rules=[rule]))


def test_a_file_with_two_rules_of_one_code_is_refused() -> None:
    with pytest.raises(ValidationError, match="unique"):
        SafetyPart.model_validate(_broken(rules=[DATA.rules[0], DATA.rules[0]]))


@pytest.mark.parametrize("phrase", ["want? die", ".. die", "want ..", "<nobody> die", ""])
def test_a_phrase_that_cannot_be_searched_for_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError):
        SafetyPart.model_validate(_broken(idioms=[phrase]))
