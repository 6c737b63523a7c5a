"""Suggestions from a person's words: modest, in both languages, and only in codes that practices have."""

from pathlib import Path

import pytest
import yaml

from services.intake.domain.concerns import MOST, ConcernRules, suggest_concerns
from services.intake.domain.rule_files import ConcernLexicon
from shared.practice import load_practice, load_rule

PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"
LEXICON = load_rule(PRACTICES / "los_angeles", "concerns.yaml", ConcernLexicon)
RULES = ConcernRules.of(LEXICON)


@pytest.mark.parametrize(
    ("words", "suggested"),
    [
        ("My mom died in March, my partner and I only fight now.", {"grief_loss", "couples"}),
        ("Mi mamá murió en enero y mi esposo y yo discutimos por todo.", {"grief_loss", "couples"}),
        ("Panic attacks since a crash. EMDR?", {"depression_anxiety", "trauma"}),
        ("I quit drinking 60 days ago.", {"substance_use"}),
        ("Dejé de beber hace dos meses.", {"substance_use"}),
        ("I am a queer painter.", {"lgbtqia_affirmative", "artists_creatives"}),
        ("Counseling before our wedding in June.", {"premarital"}),
        ("Soy terapeuta y busco mi propio espacio.", {"therapy_for_therapists"}),
        ("My 15 year old hides in his room.", {"teens_young_adults"}),
        ("Hello, do you have evenings?", set()),
        ("", set()),
    ],
)
def test_words_suggest_what_they_speak_of(words: str, suggested: set[str]) -> None:
    assert set(suggest_concerns(words, RULES)) == suggested


def test_what_is_spoken_of_most_comes_first() -> None:
    words = "I worry a lot. My grief comes back, the funeral, the mourning, all of it."

    assert suggest_concerns(words, RULES) == ("grief_loss", "depression_anxiety")


def test_no_more_than_three_are_suggested() -> None:
    words = "grief, anxiety, trauma, marriage, queer, sober, yoga, church"

    assert len(suggest_concerns(words, RULES)) == MOST


def test_an_idiom_suggests_nothing() -> None:
    assert suggest_concerns("I met a group of people.", RULES) == ()
    assert suggest_concerns("I would like a group.", RULES) == ("group",)


def test_the_same_words_always_give_the_same_suggestions() -> None:
    words = "grief, anxiety, trauma"

    assert len({suggest_concerns(words, RULES) for _ in range(20)}) == 1


@pytest.mark.parametrize("practice", ["los_angeles", "new_york"])
def test_every_concern_of_the_lexicon_speaks_both_languages_and_most_are_a_practice_s(practice: str) -> None:
    specialties = set(load_practice(PRACTICES / practice).specialties)

    assert all(set(by_language) == {"en", "es"} for by_language in LEXICON.concerns.values())
    assert specialties & set(LEXICON.concerns), "the lexicon knows none of the practice's specialties"


def test_calm_letters_rarely_get_a_suggestion_that_nobody_would_make() -> None:
    corpus = yaml.safe_load((Path(__file__).parent / "corpus" / "triage.yaml").read_text("utf-8"))
    ordinary = [message["text"] for message in corpus if message["kind"] == "ordinary"]
    crowded = [words for words in ordinary if len(suggest_concerns(words, RULES)) == MOST]

    assert len(crowded) / len(ordinary) < 0.1
