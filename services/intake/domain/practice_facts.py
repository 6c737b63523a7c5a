"""What a submission is held against: the codes that this practice knows, in the terms of intake."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The practice's codes; made once at start from its configuration."""

    time_zone: str
    specialties: frozenset[str]
    concern_phrases: Mapping[str, tuple[str, ...]]  # what a ticked phrase stands for
    state_zones: Mapping[str, str]  # every state a person may name, with its main zone
    formats: frozenset[str]
    sites: frozenset[str]
    wish_languages: frozenset[str]  # that a clinician may be asked to speak
    mail_languages: frozenset[str]  # that pages and mails exist in
    modalities: frozenset[str]
    identities: frozenset[str]
    times: frozenset[str]
    units: frozenset[str]
    contexts: frozenset[str]
    time_zones: frozenset[str]
