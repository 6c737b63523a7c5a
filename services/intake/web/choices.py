"""What a form offers: the practice's own codes with their words."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from services.intake.domain.practice_facts import CONTEXTS, ROLES, TOPICS
from services.intake.web.words import words_of
from shared.language import house_languages
from shared.practice import Practice
from shared.practice.practice import Kind

CONTEXT_ORDER = ("bereaved", "no_partner", "partner_violence", "religious_harm", "spirituality_welcome")
TOPIC_ORDER = ("consultation", "supervision", "other")
ROLE_ORDER = ("therapist", "practice_owner", "other")
FOR_ORDER = ("self", "child", "couple", "family", "other")


@dataclass(frozen=True, slots=True)
class Choice:
    """A code and what people call it."""

    code: str
    text: str


def choices(practice: Practice, codes: Iterable[str], kind: Kind, language: str) -> list[Choice]:
    """These codes in the practice's words, each beginning with a capital."""
    return [Choice(code, _capital(practice.label(code, language, kind))) for code in codes]


def states(practice: Practice, language: str) -> tuple[list[Choice], list[Choice]]:
    """The states the practice works in, and all others by name."""
    others = [code for code in practice.rules.states if code not in practice.states]
    elsewhere = choices(practice, others, "state", language)
    return choices(practice, practice.states, "state", language), sorted(
        elsewhere, key=lambda each: each.text
    )


def contexts(language: str) -> list[Choice]:
    """What a person may tick so that a reading list leaves out what could hurt."""
    say = words_of(language)
    return [Choice(code, say(f"words.context_{code}")) for code in CONTEXT_ORDER if code in CONTEXTS]


def topics(language: str) -> list[Choice]:
    """What a colleague may ask for."""
    say = words_of(language)
    return [Choice(code, say(f"colleague.topic_{code}")) for code in TOPIC_ORDER if code in TOPICS]


def roles(language: str) -> list[Choice]:
    """What a colleague may say of themselves."""
    say = words_of(language)
    return [Choice(code, say(f"colleague.role_{code}")) for code in ROLE_ORDER if code in ROLES]


@cache
def in_all(key: str) -> dict[str, str]:
    """One sentence in every language of the house."""
    return {language: words_of(language)(key) for language in house_languages()}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
