"""What a submission is held against: the codes that this practice knows, in the terms of intake."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from zoneinfo import available_timezones

from shared.practice import Practice
from shared.practice.fields import LANGUAGE_NAMES

WRITTEN_FOR = frozenset({"self", "child", "couple", "family", "other"})
TOPICS = frozenset({"consultation", "supervision", "other"})  # what a colleague may ask for
ROLES = frozenset({"therapist", "practice_owner", "other"})
CONTEXTS = frozenset({"bereaved", "no_partner", "partner_violence", "religious_harm", "spirituality_welcome"})


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The practice's codes; made once at start from its configuration."""

    time_zone: str
    specialties: frozenset[str]
    concern_phrases: Mapping[str, tuple[str, ...]]  # the specialties that a ticked phrase stands for
    state_zones: Mapping[str, str]  # every state a person may name, with its main zone
    formats: frozenset[str]
    sites: frozenset[str]
    wish_languages: frozenset[str]  # that a clinician may be asked to speak
    mail_languages: frozenset[str]  # that pages and mails exist in
    modalities: frozenset[str]
    identities: frozenset[str]
    times: frozenset[str]
    units: frozenset[str]
    time_zones: frozenset[str]

    @classmethod
    def of(cls, practice: Practice) -> Self:
        """The codes of this practice and of the rules it stands on."""
        words = practice.rules.vocabulary
        return cls(
            time_zone=practice.time_zone,
            specialties=frozenset(practice.specialties),
            concern_phrases={code: phrase.maps_to for code, phrase in practice.concern_phrases.items()},
            state_zones={code: state.time_zone for code, state in practice.rules.states.items()},
            formats=frozenset(words.formats),
            sites=frozenset(site.code for site in practice.sites),
            wish_languages=frozenset(LANGUAGE_NAMES),
            mail_languages=frozenset(practice.page_languages),
            modalities=frozenset(words.modalities),
            identities=frozenset(words.identities),
            times=frozenset(words.times),
            units=frozenset(words.units),
            time_zones=frozenset(available_timezones()),
        )

    def specialties_of(self, concerns: tuple[str, ...]) -> tuple[str, ...]:
        """The specialties that these ticks mean, each once, in the order ticked."""
        meant: dict[str, None] = {}
        for code in concerns:
            own = (code,) if code in self.specialties else self.concern_phrases.get(code, ())
            meant.update(dict.fromkeys(own))
        return tuple(meant)
