"""What of a submission does not fit this practice, field by field; the writer can put each right."""

from collections.abc import Container, Iterable, Iterator
from datetime import datetime

from services.intake.domain.decision import FieldError
from services.intake.domain.practice_facts import CONTEXTS, ROLES, TOPICS, WRITTEN_FOR, PracticeFacts
from services.intake.domain.submission import (
    ConsultationSubmission,
    ProfessionalSubmission,
    ReadinessSubmission,
    Submission,
    Wishes,
)

UNKNOWN_STATE = "unknown"
OLDEST = 120
NEEDS_CLIENT = ("child", "other")


def problems(submission: Submission, facts: PracticeFacts, now: datetime) -> tuple[FieldError, ...]:
    """Everything that is wrong, in the order of the fields; empty when the submission can be taken."""
    match submission:
        case ProfessionalSubmission():
            own = _professional(submission)
        case ReadinessSubmission():
            own = _readiness(submission)
        case ConsultationSubmission():
            own = _consultation(submission, facts, now)
    return (*_common(submission, facts), *own)


def main_language(code: str) -> str:
    """`es` for `es-MX`: pages and mails are written by language, not by country."""
    return code.replace("_", "-").partition("-")[0].lower()


def state_code(state: str | None) -> str | None:
    """The state as the practice's rules spell it; `unknown` stays itself."""
    if state is None or state.lower() == UNKNOWN_STATE:
        return state and UNKNOWN_STATE
    return state.upper()


def _common(submission: Submission, facts: PracticeFacts) -> Iterator[FieldError]:
    if not submission.writer.name.strip():
        yield FieldError("/name", "required")
    known_states = {*facts.state_zones, UNKNOWN_STATE}
    yield from _unknown("/state", state_code(submission.state), known_states)
    if not isinstance(submission, ProfessionalSubmission):
        known_concerns = {*facts.specialties, *facts.concern_phrases}
        yield from _unknown("/time_zone", submission.time_zone, facts.time_zones)
        yield from _unknown_among("/concerns", submission.concerns, known_concerns)
    yield from _unknown("/language", main_language(submission.language), facts.mail_languages)


def _professional(submission: ProfessionalSubmission) -> Iterator[FieldError]:
    if not submission.writer.email:
        yield FieldError("/email", "required")
    yield from _unknown("/topic", submission.topic, TOPICS)
    yield from _unknown("/role", submission.role, ROLES)


def _readiness(submission: ReadinessSubmission) -> Iterator[FieldError]:
    if not submission.writer.email:
        yield FieldError("/email", "required")
    if not submission.opt_in:
        yield FieldError("/opt_in", "opt_in_required")
    yield from _unknown_among("/context", submission.context, CONTEXTS)


def _consultation(
    submission: ConsultationSubmission, facts: PracticeFacts, now: datetime
) -> Iterator[FieldError]:
    if not (submission.writer.email or submission.writer.phone):
        yield FieldError("/email", "required_one_of")
    yield from _unknown("/for", submission.for_, WRITTEN_FOR)
    yield from _ages(submission, now)
    yield from _unknown("/unit", submission.unit, facts.units)
    yield from _wishes(submission.preferences, facts)


def _ages(submission: ConsultationSubmission, now: datetime) -> Iterator[FieldError]:
    client = submission.client
    if submission.for_ in NEEDS_CLIENT and client is None:
        yield FieldError("/client", "required")
    elif submission.for_ in NEEDS_CLIENT and client is not None and client.age is None:
        yield FieldError("/client/age", "required")
    client_age = client.age if client is not None and submission.for_ != "self" else None
    if submission.age is None and submission.birth_year is None and client_age is None:
        yield FieldError("/age", "required_one_of")
    yield from _out_of_range("/age", submission.age)
    if submission.birth_year is not None:
        yield from _out_of_range("/birth_year", now.year - submission.birth_year)
    yield from _out_of_range("/client/age", client_age)


def _wishes(wishes: Wishes, facts: PracticeFacts) -> Iterator[FieldError]:
    yield from _unknown("/preferences/format", wishes.format, facts.formats)
    yield from _unknown_among("/preferences/sites", wishes.sites, facts.sites)
    yield from _unknown_among("/preferences/languages", wishes.languages, facts.wish_languages)
    yield from _unknown_among("/preferences/modalities", wishes.modalities, facts.modalities)
    yield from _unknown_among("/preferences/clinician", wishes.clinician, facts.identities)
    yield from _unknown_among("/preferences/times", wishes.times, facts.times)
    if wishes.fee_max is not None and wishes.fee_max < 0:
        yield FieldError("/preferences/fee_max", "out_of_range")


def _unknown(pointer: str, code: str | None, known: Container[str]) -> Iterator[FieldError]:
    if code is not None and code not in known:
        yield FieldError(pointer, "unknown_code")


def _unknown_among(pointer: str, codes: Iterable[str], known: Container[str]) -> Iterator[FieldError]:
    for position, code in enumerate(codes):
        yield from _unknown(f"{pointer}/{position}", code, known)


def _out_of_range(pointer: str, age: int | None) -> Iterator[FieldError]:
    if age is not None and not 0 <= age <= OLDEST:
        yield FieldError(pointer, "out_of_range")
