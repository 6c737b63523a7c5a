"""What a website may post: the shape, types and lengths of a request, and how it becomes a submission.

JSON is read strictly (`34`, not `"34"`); form fields are read as the text that browsers send. `null` says as
little as an absent field, wherever a field may be absent. A field at the top that we do not know is ignored,
because form builders add their own; inside `contact`, `client`, `partners`, `preferences` and `safety` it is
refused, because a misspelt contact rule must not be lost.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.domain import submission as domain
from services.intake.web.fields import (
    ClockTime,
    Code,
    Codes,
    Email,
    MaybeAge,
    MaybeCode,
    MaybeDollars,
    MaybeEmail,
    MaybeName,
    MaybePhone,
    MaybeYear,
    Message,
    Name,
    OrNull,
    Pronouns,
    Relation,
    to_time,
)

TRAP_LENGTH = 2000  # a trap's field is looked at, never kept


class Part(BaseModel):
    """An object inside a request; it has no room for a misspelt field."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SafeHoursIn(Part):
    """When it is safe to write to this person, by their own wall clock."""

    from_: ClockTime = Field(alias="from")
    to: ClockTime


class ContactIn(Part):
    """How this person may be reached."""

    email_ok: Annotated[bool, OrNull] = True
    text_ok: Annotated[bool, OrNull] = False
    voicemail_ok: Annotated[bool, OrNull] = False
    discreet: Annotated[bool, OrNull] = True
    safe_hours: SafeHoursIn | None = None

    def rules(self) -> domain.ContactRules:
        """The same as intake's rules of contact."""
        hours = self.safe_hours
        return domain.ContactRules(
            email_ok=self.email_ok,
            text_ok=self.text_ok,
            voicemail_ok=self.voicemail_ok,
            discreet=self.discreet,
            safe_hours=domain.SafeHours(to_time(hours.from_), to_time(hours.to)) if hours else None,
        )


class ClientIn(Part):
    """Whom the writer writes for, when not for themselves."""

    name: MaybeName = None
    age: MaybeAge = None
    relation: Relation = None


class PartnerIn(Part):
    """Somebody else in the couple or family."""

    name: Name
    email: MaybeEmail = None
    contact: Annotated[ContactIn, OrNull] = ContactIn()

    def partner(self) -> domain.Partner:
        """The same as intake's partner."""
        return domain.Partner(self.name, self.email, self.contact.rules())


class PreferencesIn(Part):
    """What the person would like."""

    format: MaybeCode = None
    sites: Annotated[Codes, OrNull] = ()
    languages: Annotated[Codes, OrNull] = ()
    language_required: Annotated[bool, OrNull] = False
    modalities: Annotated[Codes, OrNull] = ()
    clinician: Annotated[Codes, OrNull] = ()
    times: Annotated[Codes, OrNull] = ()
    fee_max: MaybeDollars = None


class SafetyIn(Part):
    """What the person ticked about their safety."""

    unsafe_at_home: Annotated[bool, OrNull] = False
    partner_violence: Annotated[bool, OrNull] = False


class RequestIn(BaseModel):
    """What every kind of request shares."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    name: Name
    pronouns: Pronouns = None
    phone: MaybePhone = None
    message: Annotated[Message, OrNull] = ""
    contact: Annotated[ContactIn, OrNull] = ContactIn()
    language: Annotated[Code, OrNull] = "en"
    privacy_notice: MaybeCode = None
    email_warning: MaybeCode = None
    website: Annotated[str | None, Field(max_length=TRAP_LENGTH)] = None
    started: Annotated[str | None, Field(alias="_started", max_length=TRAP_LENGTH)] = None


class ForThemselvesIn(RequestIn):
    """What people are asked who write for themselves, or for somebody close to them."""

    time_zone: MaybeCode = None
    concerns: Annotated[Codes, OrNull] = ()
    safety: Annotated[SafetyIn, OrNull] = SafetyIn()


class ConsultationIn(ForThemselvesIn):
    """*I'd like to talk to someone.*"""

    email: MaybeEmail = None
    for_: Annotated[Code, OrNull] = Field(default="self", alias="for")
    client: ClientIn | None = None
    partners: Annotated[tuple[PartnerIn, ...], Field(max_length=10), OrNull] = ()
    state: Code
    age: MaybeAge = None
    birth_year: MaybeYear = None
    unit: MaybeCode = None
    preferences: Annotated[PreferencesIn, OrNull] = PreferencesIn()

    def submission(self) -> domain.ConsultationSubmission:
        """The same as intake's submission."""
        return domain.ConsultationSubmission(
            writer=domain.Writer(self.name, self.email, self.phone, self.pronouns),
            state=self.state,
            for_=self.for_,
            client=domain.Client(**self.client.model_dump()) if self.client else None,
            partners=tuple(each.partner() for each in self.partners),
            age=self.age,
            birth_year=self.birth_year,
            unit=self.unit,
            time_zone=self.time_zone,
            concerns=self.concerns,
            message=self.message,
            preferences=domain.Wishes(**self.preferences.model_dump()),
            contact=self.contact.rules(),
            safety=domain.SafetyTicks(**self.safety.model_dump()),
            language=self.language,
            privacy_notice=self.privacy_notice,
            email_warning=self.email_warning,
        )


class ReadinessIn(ForThemselvesIn):
    """*I'm not ready yet.*"""

    email: Email
    opt_in: bool
    state: MaybeCode = None
    context: Annotated[Codes, OrNull] = ()

    def submission(self) -> domain.ReadinessSubmission:
        """The same as intake's submission."""
        return domain.ReadinessSubmission(
            writer=domain.Writer(self.name, self.email, self.phone, self.pronouns),
            opt_in=self.opt_in,
            state=self.state,
            time_zone=self.time_zone,
            concerns=self.concerns,
            message=self.message,
            context=self.context,
            contact=self.contact.rules(),
            safety=domain.SafetyTicks(**self.safety.model_dump()),
            language=self.language,
            privacy_notice=self.privacy_notice,
            email_warning=self.email_warning,
        )


class ProfessionalIn(RequestIn):
    """*I'm a therapist or run a practice.*"""

    email: Email
    topic: Code
    role: MaybeCode = None
    state: MaybeCode = None

    def submission(self) -> domain.ProfessionalSubmission:
        """The same as intake's submission."""
        return domain.ProfessionalSubmission(
            writer=domain.Writer(self.name, self.email, self.phone, self.pronouns),
            topic=self.topic,
            role=self.role,
            state=self.state,
            message=self.message,
            contact=self.contact.rules(),
            language=self.language,
            privacy_notice=self.privacy_notice,
            email_warning=self.email_warning,
        )


Input = ConsultationIn | ReadinessIn | ProfessionalIn
