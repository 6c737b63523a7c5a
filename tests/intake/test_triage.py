"""How urgency is read: a corpus of invented messages, and the rules one by one."""

import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from services.intake.domain.rule_files import SafetyRules
from services.intake.domain.triage import URGENCY, TriageRules, triage
from shared.practice import load_rule

ROOT = Path(__file__).parents[2]
CORPUS: list[dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "corpus" / "triage.yaml").read_text("utf-8")
)
DATA = load_rule(ROOT / "deploy" / "practice" / "los_angeles", "safety.yaml", SafetyRules)
RULES = TriageRules.of(DATA)
HOSTILE_LENGTH = 5000


def level(words: str, *ticks: str) -> str:
    return triage(words, ticks, RULES).level


def of_kind(*kinds: str) -> list[dict[str, str]]:
    return [message for message in CORPUS if message["kind"] in kinds]


def test_the_corpus_is_large_and_balanced() -> None:
    kinds = Counter(message["kind"] for message in CORPUS)

    assert len(CORPUS) >= 120
    assert len({message["text"] for message in CORPUS}) == len(CORPUS)
    assert min(kinds.values()) >= 5
    assert kinds["ordinary"] >= 50
    assert {message["level"] for message in CORPUS} == set(URGENCY)


def test_every_direct_statement_plan_and_farewell_is_found() -> None:
    missed = [message["text"] for message in of_kind("direct", "plan") if level(message["text"]) != "crisis"]

    assert missed == []


def test_ordinary_messages_raise_a_false_alarm_in_three_of_a_hundred_at_most() -> None:
    calm = [message for message in CORPUS if message["level"] == "none"]
    alarmed = [message["text"] for message in calm if level(message["text"]) != "none"]

    assert len(alarmed) / len(calm) <= 0.03, alarmed


def test_recall_and_false_alarms_of_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for kind in sorted({message["kind"] for message in CORPUS}):
        messages = of_kind(kind)
        gaps = [URGENCY.index(level(m["text"])) - URGENCY.index(m["level"]) for m in messages]
        rows.append((kind, len(messages), sum(g < 0 for g in gaps), sum(g > 0 for g in gaps)))
    with capsys.disabled():
        print("\ntriage: kind, messages, judged too low, judged too high")
        for kind, count, low, high in rows:
            print(f"  {kind:<14}{count:>4}{low:>4}{high:>4}")

    assert sum(low for *_, low, _ in rows) == 0
    assert sum(high for *_, high in rows) <= 2


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


def test_the_rules_say_where_they_come_from_and_when_they_were_read() -> None:
    assert DATA.source
    assert DATA.author
    assert date(2026, 1, 1) <= DATA.reviewed_on


def test_every_rule_is_used_by_the_corpus_or_shown_here() -> None:
    fired = {code.split(":")[0] for m in CORPUS for code in triage(m["text"], (), RULES).rules}
    fired |= {
        code
        for words in (
            "He locked me in and took my phone.",
            "Quiero matar a mi vecino.",
            "I think about killing him.",
            "le tengo miedo cuando toma, no me siento segura en mi casa",
            "Me lastimo cuando peleamos.",
            "thoughts of hurting my baby",
            "El suicidio me da miedo",
            "suicide is a topic at work",
        )
        for code in triage(words, (), RULES).rules
    }

    assert {rule.code for rule in DATA.rules} - fired == set()


def _broken(**changes: Any) -> dict[str, Any]:
    return DATA.model_dump() | changes


def test_a_file_that_lets_a_denied_crisis_vanish_is_refused() -> None:
    rule = DATA.rules[0].model_dump() | {"when_denied": "none"}

    with pytest.raises(ValidationError, match="never none"):
        SafetyRules.model_validate(_broken(rules=[rule]))


def test_a_file_with_two_rules_of_one_code_is_refused() -> None:
    with pytest.raises(ValidationError, match="unique"):
        SafetyRules.model_validate(_broken(rules=[DATA.rules[0], DATA.rules[0]]))


@pytest.mark.parametrize("phrase", ["want? die", ".. die", "want ..", "<nobody> die", ""])
def test_a_phrase_that_cannot_be_searched_for_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError):
        SafetyRules.model_validate(_broken(idioms=[phrase]))
