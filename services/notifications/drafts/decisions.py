"""What the mails about a decision have in common: what it follows, what to do next, who is asked after."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from services.notifications import words
from services.notifications.describe import NO_NAME, asked_of, coordinator_fields
from services.notifications.mails import Asked, Happened, Person, Reminders, Step
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import After, ClinicianDetail
from shared.practice import Practice


class DecisionFields(TypedDict):
    """What every mail about a decision has."""

    zone: str
    reference: str
    person: Person | None
    silenced: bool
    test: bool
    steps: tuple[Step, ...]
    due_at: datetime
    asked: Asked
    after: Happened | None
    close_url: str
    reminders: Reminders | None


def decision(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    owner: str,
    due_at: datetime,
    case_url: str,
    after: After | None,
    after_clinician: ClinicianDetail | None,
    steps: Sequence[str],
) -> DecisionFields:
    """With the links of these steps; where a person must read first, with the link to the note alone."""
    fields = coordinator_fields(contact, practice)
    stopped = contact.silenced or request.safety_level == "crisis"
    first = after is None and not stopped
    return DecisionFields(
        **fields,
        steps=steps_to(case_url, steps[:1] if stopped else steps),
        due_at=due_at,
        asked=asked_of(request, practice, fields["person"]),
        after=happened(after, after_clinician, fields["person"]),
        close_url=f"{case_url}/close",
        reminders=reminders(practice, owner, due_at, until_a_call=first and practice.first_step == "call"),
    )


def steps_to(case_url: str, steps: Sequence[str]) -> tuple[Step, ...]:
    """The pages of a referral, under the names that matching gives them."""
    return tuple(
        Step(label=label, url=case_url + path) for label, path in map(words.STEPS.__getitem__, steps)
    )


def happened(
    after: After | None, clinician: ClinicianDetail | None, person: Person | None
) -> Happened | None:
    """What a decision follows. The person is named where the mail names them at all."""
    if after is None:
        return None
    who = clinician.name if clinician is not None else after.clinician_id or "the clinician"
    they = "The person" if person is None or person.name == NO_NAME else person.name
    return Happened(
        said=words.after(after.what, after.why, who=who, they=they), in_short=words.after_in_short(after.what)
    )


def reminders(practice: Practice, owner: str, due_at: datetime, *, until_a_call: bool = False) -> Reminders:
    """The owner of the referral is reminded when it is due; then those who stand in for them are asked."""
    return Reminders(at=due_at, then=asked_after(practice, owner), until_a_call=until_a_call)


def asked_after(practice: Practice, owner: str) -> tuple[str, ...]:
    """Who is asked when the owner has not got to it: the deputy, then the practice's owner; each once.

    What a coordinator who has left would be told, the practice's owner is told.
    """
    told = practice.coordinator(owner) or practice.coordinator(practice.owner)
    later = (practice.deputy_of(owner), practice.coordinator(practice.owner))
    named = dict.fromkeys(each.name for each in later if each is not None and each != told)
    return tuple(named)
