"""Whether a submission is taken in: refused with reasons, put in quarantine, or admitted."""

import re
from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.checks import main_language, problems, state_code
from services.intake.domain.concerns import ConcernRules, suggest_concerns
from services.intake.domain.decision import Admitted, Assessed, Decision, Quarantined, Refused
from services.intake.domain.practice_facts import PracticeFacts
from services.intake.domain.submission import (
    ConsultationSubmission,
    ForThemselves,
    ProfessionalSubmission,
    ReadinessSubmission,
    Signals,
    Submission,
)
from services.intake.domain.triage import Triage, TriageRules, triage
from shared.contracts.base import AgeBand
from shared.contracts.intake import Entry

TEEN_FROM, ADULT_FROM = 12, 18
LINK = re.compile(r"https?://(?:www\.)?|www\.|\[url|<a\s", re.IGNORECASE)
MANY_LINKS = 3
FLAG_OF_TICK = {"unsafe_at_home": "danger_at_home", "partner_violence": "partner_violence"}
UNIT_OF = {"couple": "couple", "family": "family"}
UNJUDGED = Triage("none", (), (), "unjudged")  # a colleague writes about work; a person reads it


@dataclass(frozen=True, slots=True)
class AdmissionRules:
    """The reviewed rules by which words are judged, read once at start."""

    triage: TriageRules
    concerns: ConcernRules


def admit(
    submission: Submission, signals: Signals, rules: AdmissionRules, facts: PracticeFacts, now: datetime
) -> Decision:
    """The decision about one submission whose syntax is already checked.

    What cannot be taken is refused before anything else, so that a person always learns what to put right.
    What looks like spam is kept all the same, and judged for urgency like everything else.
    """
    wrong = problems(submission, facts, now)
    if wrong:
        return Refused(_path(submission), wrong)
    if isinstance(submission, ProfessionalSubmission):
        assessed = _from_colleague(submission, signals, facts)
    else:
        assessed = assess(submission, rules, facts, now, test=signals.test)
    suspicions = _suspicions(submission, signals)
    return Quarantined(assessed, suspicions) if suspicions else Admitted(assessed)


def assess(
    submission: ForThemselves, rules: AdmissionRules, facts: PracticeFacts, now: datetime, *, test: bool
) -> Assessed:
    """What a submission in which nothing is wrong comes to: codes, derived facts, urgency."""
    state = state_code(submission.state)
    concerns = facts.specialties_of(submission.concerns)
    found = _triage(submission, rules.triage)
    consultation = submission if isinstance(submission, ConsultationSubmission) else None
    age = _age(consultation, now) if consultation else None
    suggested = suggest_concerns(_words(submission), rules.concerns)
    return Assessed(
        path=_path(submission),
        submission=submission,
        language=main_language(submission.language),
        state=state,
        time_zone=submission.time_zone or _zone_of(state, facts),
        for_=consultation.for_ if consultation else "self",
        unit=_unit(consultation) if consultation else "individual",
        age=age,
        age_band=None if age is None else band_of(age),
        flags=tuple(sorted({*found.flags, *(FLAG_OF_TICK[tick] for tick in _ticks(submission))})),
        safety=found,
        concerns=concerns,
        suggested_concerns=tuple(
            each for each in suggested if each in facts.specialties and each not in concerns
        ),
        test=test,
    )


def certain_age(birth_year: int, now: datetime) -> int:
    """The age in a year of birth, the younger one where the birthday decides between two age bands."""
    older = now.year - birth_year
    younger = max(older - 1, 0)
    return older if band_of(older) == band_of(younger) else younger


def band_of(age: int) -> AgeBand:
    """`child` under 12, `teen` from 12 to 17, `adult` from 18."""
    if age < TEEN_FROM:
        return "child"
    return "teen" if age < ADULT_FROM else "adult"


def _path(submission: Submission) -> Entry:
    match submission:
        case ConsultationSubmission():
            return "consultation"
        case ReadinessSubmission():
            return "readiness"
        case ProfessionalSubmission():
            return "professional"


def _from_colleague(submission: ProfessionalSubmission, signals: Signals, facts: PracticeFacts) -> Assessed:
    """Nothing clinical: no words are searched, nobody's age or concern is asked for."""
    state = state_code(submission.state)
    return Assessed(
        path=_path(submission),
        submission=submission,
        language=main_language(submission.language),
        state=state,
        time_zone=_zone_of(state, facts),
        for_="self",
        unit="individual",
        age=None,
        age_band=None,
        flags=(),
        safety=UNJUDGED,
        concerns=(),
        suggested_concerns=(),
        test=signals.test,
    )


def _zone_of(state: str | None, facts: PracticeFacts) -> str:
    """The state's main zone; the practice's own where no state is named."""
    return facts.state_zones.get(state or "", facts.time_zone)


def _age(submission: ConsultationSubmission, now: datetime) -> int | None:
    """The client's age where the writer wrote for somebody else and gave it, else the writer's."""
    client = submission.client
    if submission.for_ != "self" and client is not None and client.age is not None:
        return client.age
    if submission.age is not None:
        return submission.age
    return certain_age(submission.birth_year, now) if submission.birth_year is not None else None


def _unit(submission: ConsultationSubmission) -> str:
    return submission.unit or UNIT_OF.get(submission.for_, "individual")


def _triage(submission: ForThemselves, rules: TriageRules) -> Triage:
    return triage(_everything_typed(submission), _ticks(submission), rules)


def _words(submission: ForThemselves) -> str:
    """Everything in the person's own words; separate sentences, so that no phrase spans two fields."""
    client = submission.client if isinstance(submission, ConsultationSubmission) else None
    about = client.relation if client else None
    return ".\n".join(part for part in (submission.message, about) if part)


def _everything_typed(submission: ForThemselves) -> str:
    """The same, and what stands in every other field that takes any words: somebody may cry out in a name."""
    writer = submission.writer
    typed = [_words(submission), writer.name, writer.pronouns]
    if isinstance(submission, ConsultationSubmission):
        typed += [submission.client.name if submission.client else None]
        typed += [partner.name for partner in submission.partners]
    return ".\n".join(part for part in typed if part)


def _ticks(submission: ForThemselves) -> tuple[str, ...]:
    safety = submission.safety
    told = isinstance(submission, ReadinessSubmission) and "partner_violence" in submission.context
    ticked = {"unsafe_at_home": safety.unsafe_at_home, "partner_violence": safety.partner_violence or told}
    return tuple(tick for tick, set_ in ticked.items() if set_)


def _suspicions(submission: Submission, signals: Signals) -> tuple[str, ...]:
    found = {
        "honeypot": signals.honeypot_filled,
        "time_trap_too_fast": signals.time_trap == "too_fast",
        "time_trap_invalid": signals.time_trap == "invalid",
        "many_links": len(LINK.findall(submission.message)) >= MANY_LINKS,
    }
    return tuple(code for code, suspicious in found.items() if suspicious)
