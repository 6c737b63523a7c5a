"""What somebody who is ready sends: what everybody is asked who would like to talk, but for who they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.intake.domain import submission as domain
from services.intake.domain.checks import problems
from services.intake.domain.decision import FieldError
from services.intake.domain.practice_facts import PracticeFacts
from services.intake.domain.reopening import Retold, state_missing
from services.intake.domain.request import Request
from services.intake.web.fields import Code, Codes, MaybeAge, MaybeCode, Message, OrNull
from services.intake.web.forms import Typed
from services.intake.web.inputs import ClientIn, PartnerIn, PreferencesIn, SafetyIn
from services.intake.web.mistakes import LABELS as LABELS_AT_FIRST
from services.intake.web.mistakes import reasons_of

LABELS: Mapping[str, str] = MappingProxyType(
    {**LABELS_AT_FIRST, "message": "begin.message", "for": "who.heading"}
)
STAND_INS: Mapping[str, object] = MappingProxyType({"age": 34, "client": {"age": 34}})
IN_ORDER = ("for", "client", "partners", "age", "state", "concerns", "message", "preferences", "safety")


class BeginIn(BaseModel):
    """What is true now."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    for_: Annotated[Code, OrNull] = Field(default="self", alias="for")
    client: ClientIn | None = None
    partners: Annotated[tuple[PartnerIn, ...], Field(max_length=10), OrNull] = ()
    age: MaybeAge = None
    state: MaybeCode = None
    concerns: Annotated[Codes, OrNull] = ()
    message: Annotated[Message, OrNull] = ""
    preferences: Annotated[PreferencesIn, OrNull] = PreferencesIn()
    safety: Annotated[SafetyIn, OrNull] = SafetyIn()

    def retold(self) -> Retold:
        """The same in intake's own terms."""
        return Retold(
            state=self.state,
            for_=self.for_,
            client=domain.Client(**self.client.model_dump()) if self.client else None,
            partners=tuple(each.partner() for each in self.partners),
            age=self.age,
            concerns=self.concerns,
            message=self.message,
            preferences=domain.Wishes(**self.preferences.model_dump()),
            safety=domain.SafetyTicks(**self.safety.model_dump()),
        )


def retold_of(typed: Typed, facts: PracticeFacts, now: datetime) -> Retold | tuple[FieldError, ...]:
    """What they tell, or all that is to be put right, in the order of the page."""
    sent = typed.nested(BeginIn)
    shape: tuple[FieldError, ...] = ()
    try:
        retold = BeginIn.model_validate(sent).retold()
    except ValidationError as error:
        shape = reasons_of(error, BeginIn)
        retold = _of_the_rest(sent, {_field(each) for each in shape})
    wrong = {_field(each) for each in shape}
    said = (*state_missing(retold), *problems(retold.submission("en"), facts, now))
    found = [*shape, *(each for each in said if _field(each) not in wrong)]
    return tuple(sorted(found, key=_place)) if found else retold


def words_alone(typed: Typed) -> Retold:
    """Their words, whole, and what they ticked of their safety, whatever is wrong with that or the rest.

    Of who asked to hear nothing more: nobody goes back to them with a question.
    """
    sent = {name: value for name, value in typed.nested(BeginIn).items() if name in ("message", "safety")}
    try:
        return BeginIn.model_validate(sent).retold()
    except ValidationError as error:
        told = _of_the_rest(sent, {_field(each) for each in reasons_of(error, BeginIn)})
        return replace(told, message=told.message or typed.last("message"))


def codes_of(kept: Request, offered: Mapping[str, Collection[str]]) -> Typed:
    """What is known already, as the form would have sent it: codes that the page still offers, and no more.

    Not who it is, not their words, and not what they said of their safety: somebody may look on.
    """
    wishes = kept.preferences
    known: dict[str, Sequence[str | None]] = {
        "for": [kept.for_],
        "age": [str(kept.age) if kept.age is not None and kept.for_ not in ("child", "other") else None],
        "state": [kept.state],
        "concerns": kept.concerns,
        "preferences.format": [wishes.format],
        "preferences.sites": wishes.sites,
        "preferences.times": wishes.times,
        "preferences.languages": wishes.languages,
        "preferences.language_required": ["yes" if wishes.language_required else None],
        "preferences.fee_max": [str(wishes.fee_max) if wishes.fee_max is not None else None],
        "preferences.clinician": wishes.clinician,
        "preferences.modalities": wishes.modalities,
    }
    return Typed(
        (name, code)
        for name, codes in known.items()
        for code in codes
        if code and (name not in offered or code in offered[name])
    )


def _of_the_rest(sent: Mapping[str, object], wrong: set[str]) -> Retold:
    """What is told by the fields whose shape is right; a stand-in in the place of an age that is not."""
    sound = {name: value for name, value in sent.items() if name not in wrong}
    stand_ins = {name: value for name, value in STAND_INS.items() if name in wrong}
    return BeginIn.model_validate({**sound, **stand_ins}).retold()


def _field(error: FieldError) -> str:
    return error.pointer.split("/")[1]


def _place(error: FieldError) -> int:
    field = _field(error)
    return IN_ORDER.index(field) if field in IN_ORDER else len(IN_ORDER)
