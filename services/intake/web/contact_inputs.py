"""What *how we reach you* sends: everything may be left out, and what is left out stays as it is."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.intake.domain.contact_change import Change
from services.intake.domain.decision import FieldError
from services.intake.domain.submission import SafeHours
from services.intake.web.fields import ClockTime, MaybeEmail, MaybePhone, to_time
from services.intake.web.forms import Typed
from services.intake.web.mistakes import reasons_of

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "email": "contact.email",
        "phone": "contact.phone",
        "from": "reach.from",
        "to": "reach.to",
        "any_hour": "contact.any_hour",
        "email_ok": "contact.email_ok",
        "text_ok": "contact.text_ok",
        "voicemail_ok": "contact.voicemail_ok",
        "discreet": "contact.discreet",
    }
)  # what each field is called on the page


class ContactChangeIn(BaseModel):
    """What should be different."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    email: MaybeEmail = None
    phone: MaybePhone = None
    from_: ClockTime | None = Field(default=None, alias="from")
    to: ClockTime | None = None
    any_hour: bool = False
    email_ok: bool | None = None
    text_ok: bool | None = None
    voicemail_ok: bool | None = None
    discreet: bool | None = None


def change_of(typed: Typed) -> Change | tuple[FieldError, ...]:
    """What they want changed, or what is to be put right."""
    try:
        said = ContactChangeIn.model_validate(typed.nested(ContactChangeIn))
    except ValidationError as error:
        return reasons_of(error, ContactChangeIn)
    hours = _hours(said)
    if isinstance(hours, FieldError):
        return (hours,)
    return Change(
        email=said.email,
        phone=said.phone,
        hours="any" if said.any_hour else hours,
        email_ok=said.email_ok,
        text_ok=said.text_ok,
        voicemail_ok=said.voicemail_ok,
        discreet=said.discreet,
    )


def _hours(said: ContactChangeIn) -> SafeHours | FieldError | None:
    """The hours that were given; half of them, or hours beside *any hour*, say nothing that can be done."""
    if said.from_ is None and said.to is None:
        return None
    if said.any_hour:
        return FieldError("/any_hour", "hours_or_any")
    if said.from_ is None or said.to is None:
        return FieldError("/from" if said.from_ is None else "/to", "required")
    return SafeHours(to_time(said.from_), to_time(said.to))
