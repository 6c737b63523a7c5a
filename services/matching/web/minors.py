"""What a person who releases a minor's request reads of the law; nothing is decided by it."""

from dataclasses import dataclass

from services.matching.domain.referral import Referral
from shared.practice import Practice

SAID = {
    "own": "In {state} they may begin on their own word from the age of {own_consent_from}.",
    "parent": "In {state} it takes a parent below the age of {own_consent_from}.",
    "person_decides": "In {state} the law has conditions that no program can judge.",
}
NOT_KNOWN = "Nothing is written down here of whose word it takes where they live: please look it up first."


@dataclass(frozen=True, slots=True)
class Consent:
    """A sentence, what else the law asks, and where it stands."""

    said: str
    conditions: str = ""
    source: str = ""


def consent_of(practice: Practice, referral: Referral) -> Consent | None:
    """What `rules/consent.yaml` says for whom this request is; None for who is not held as a minor."""
    if referral.standing.why != "minor":
        return None
    state, age = referral.request.state, referral.request.age
    rule = practice.rules.consent.get(state)
    if rule is None:
        return Consent(NOT_KNOWN)
    name = practice.label(state, "en", "state")
    said = SAID[practice.rules.consent_of(state, age)]
    return Consent(
        said.format(state=name, own_consent_from=rule.own_consent_from), rule.conditions, rule.source
    )
