"""`GET /v1/options`: what a form needs to offer, in every language of the house."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

from services.intake.web.choices import CONTEXT_ORDER, FOR_ORDER, ROLE_ORDER, TOPIC_ORDER, in_all
from shared.language import house_languages
from shared.practice import Practice, Translated
from shared.practice.practice import Kind


class Option(BaseModel):
    """A code, and what people call it in each language: by the languages' codes, further ones included."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, str]

    code: str
    en: str
    es: str


class Phrase(Option):
    """A box to tick in plain words, and the specialties it points to."""

    maps_to: tuple[str, ...]


class StateOption(Option):
    """A state; `served` where the practice works."""

    served: bool


class Line(BaseModel):
    """A crisis line."""

    model_config = ConfigDict(frozen=True)

    name: Mapping[str, str]
    call: str | None
    text: Mapping[str, str] | None


class Options(BaseModel):
    """Everything that a form of the practice can offer."""

    model_config = ConfigDict(frozen=True)

    practice: str
    page_languages: tuple[str, ...]
    for_: tuple[Option, ...] = Field(serialization_alias="for")
    units: tuple[Option, ...]
    states: tuple[StateOption, ...]
    specialties: tuple[Option, ...]
    concern_phrases: tuple[Phrase, ...]
    formats: tuple[Option, ...]
    sites: tuple[Option, ...]
    languages: tuple[Option, ...]
    times: tuple[Option, ...]
    modalities: tuple[Option, ...]
    clinician: tuple[Option, ...]
    context: tuple[Option, ...]
    topics: tuple[Option, ...]
    roles: tuple[Option, ...]
    crisis_lines: tuple[Line, ...]


def options_of(practice: Practice) -> Options:
    """What this practice offers."""
    words = practice.rules.vocabulary
    return Options(
        practice=practice.name,
        page_languages=house_languages(),
        for_=_said(FOR_ORDER, "who."),
        units=_labelled(practice, words.units, "unit"),
        states=tuple(
            StateOption.model_validate(
                {"code": code, "served": code in practice.states} | _in_all(state.name)
            )
            for code, state in practice.rules.states.items()
        ),
        specialties=_labelled(practice, practice.specialties, "concern"),
        concern_phrases=tuple(
            Phrase.model_validate({"code": code, "maps_to": each.maps_to} | _in_all(each))
            for code, each in practice.concern_phrases.items()
        ),
        formats=_labelled(practice, practice.formats, "format"),
        sites=_labelled(practice, [site.code for site in practice.sites], "site"),
        languages=_labelled(practice, practice.languages, "language"),
        times=_labelled(practice, words.times, "time"),
        modalities=_labelled(practice, words.modalities, "modality"),
        clinician=_labelled(practice, words.identities, "identity"),
        context=_said(CONTEXT_ORDER, "words.context_"),
        topics=_said(TOPIC_ORDER, "colleague.topic_"),
        roles=_said(ROLE_ORDER, "colleague.role_"),
        crisis_lines=tuple(
            Line(
                name=_in_all(each.name),
                call=each.call,
                text=_in_all(each.text) if each.text else None,
            )
            for each in practice.rules.hotlines
        ),
    )


def _labelled(practice: Practice, codes: Iterable[str], kind: Kind) -> tuple[Option, ...]:
    return tuple(
        Option.model_validate(
            {"code": code} | {each: practice.label(code, each, kind) for each in house_languages()}
        )
        for code in codes
    )


def _said(codes: Iterable[str], prefix: str) -> tuple[Option, ...]:
    return tuple(Option.model_validate({"code": code} | in_all(prefix + code)) for code in codes)


def _in_all(text: Translated) -> dict[str, str]:
    """In each language of the house."""
    return {each: text.text(each) for each in house_languages()}
