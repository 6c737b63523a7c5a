"""What the pages of a call send: read leniently where nobody typed it, and named where somebody did."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from services.intake.domain.call import Offer
from services.intake.domain.decision import FieldError
from services.intake.handlers.calls import Wish
from services.intake.web.fields import Code, MaybePhone
from services.intake.web.forms import Typed
from services.intake.web.mistakes import reasons_of

NO_VERSION = -1  # of no call there is; a form with it is seen as an old one
LONGEST_VERSION = 6  # digits
OFFERED = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")


def _instant(value: object) -> datetime:
    """The instant of a time as our pages write it: `2026-11-24T18:30Z`."""
    said = _read(value) if isinstance(value, str) else None
    if said is None:
        raise PydanticCustomError("unknown_code", "not a time that was offered")
    return said


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if OFFERED.fullmatch(text) else None
    except ValueError:  # the 31st of February
        return None


Moment = Annotated[AwareDatetime, BeforeValidator(_instant)]


class BookIn(BaseModel):
    """A time, and what is said with it. Whoever was not asked something does not send it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    time: Moment
    phone: MaybePhone = None
    voicemail: bool | None = None
    remind: bool = False


class WhereIn(BaseModel):
    """A state."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    state: Code


def wish_of(typed: Typed, zone: str, offer: Offer) -> Wish | tuple[FieldError, ...]:
    """What they wish, or all that is to be put right. A number counts where it was asked for."""
    sent = typed.nested(BookIn)
    missing: tuple[FieldError, ...] = ()
    if offer.phone_known:
        sent.pop("phone", None)
    elif not sent.get("phone"):
        missing = (FieldError("/phone", "required"),)
    try:
        said = BookIn.model_validate(sent)
    except ValidationError as error:
        return (*reasons_of(error, BookIn), *missing)
    return missing or Wish(
        version=version_in(typed),
        starts_at=said.time,
        phone=said.phone,
        voicemail_ok=said.voicemail,
        remind_shortly=said.remind,
        time_zone=zone,
    )


def state_in(typed: Typed) -> str | tuple[FieldError, ...]:
    """Where they will be, or what is to be put right."""
    try:
        return WhereIn.model_validate(typed.nested(WhereIn)).state
    except ValidationError as error:
        return reasons_of(error, WhereIn)


def time_in(typed: Typed) -> datetime | None:
    """The time that was chosen, if any."""
    return _read(typed.last("time"))


def version_in(typed: Typed) -> int:
    """Of the call that the form showed, 0 where it showed none."""
    said = typed.last("version")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= LONGEST_VERSION else NO_VERSION
