"""`practice.yaml`: one installation, one practice."""

import hashlib
import hmac
from collections.abc import Container, Iterable, Mapping
from datetime import date, time
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import holidays as holiday_calendars
from pydantic import AfterValidator, Field, model_validator

from shared.clock import WorkingHours
from shared.language import house_languages, names_in, spoken
from shared.practice.calls import CallHours, Calls, Spans, weekly_spans
from shared.practice.clocks import Clocks, Retention
from shared.practice.fields import (
    LANGUAGE_NAMES,
    Called,
    Code,
    EmailAddress,
    FileModel,
    Hours,
    LanguageCode,
    Name,
    Origin,
    Phone,
    Sha256,
    Slug,
    StateCode,
    Translated,
    WebAddress,
    ZoneName,
    days_of,
)
from shared.practice.notices import Version
from shared.practice.packs import Review
from shared.practice.providers import Provider
from shared.practice.rules import Rules

Kind = Literal["concern", "format", "time", "site", "modality", "unit", "identity", "language", "state"]


class Specialty(Translated):
    """What the practice works with; `unit` when it needs one, such as a couple."""

    unit: Code | None = None


class ConcernPhrase(Translated):
    """A box that a person can tick in plain words, and the specialties it points to."""

    maps_to: Annotated[tuple[Code, ...], Field(min_length=1)]


class Site(FileModel):
    """A place for meeting in person; its name is the same in every language."""

    code: Code
    name: Name


class Coordinator(FileModel):
    """A care coordinator; `on_duty: false` takes no new requests and no calls but still deputises.

    `call_hours`: when they take calls, on the wall clock of `time_zone`; the practice's hours and zone where
    they are left out. Empty: they take none.
    """

    id: Slug
    name: Name
    email: EmailAddress
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = ("en",)
    deputy: Slug | None = None
    on_duty: bool = True
    call_hours: CallHours | None = None
    time_zone: ZoneName | None = None


class ReferOut(FileModel):
    """Where else a person may turn, for the states named, or everywhere."""

    name: Translated
    about: Translated
    url: WebAddress | None = None
    phone: Phone | None = None
    states: tuple[StateCode, ...] = ()


class SiteKey(FileModel):
    """A website's key for server-side posts, as the SHA-256 of the key, which stays with the site."""

    name: Slug
    sha256: Sha256


def _known_calendar(text: str) -> str:
    country, _, subdivision = text.partition("-")
    try:
        holiday_calendars.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        raise ValueError(f"{text!r} is not a holiday calendar such as US-CA") from None
    return text


class Practice(FileModel):
    """The practice as its operator describes it, with the rules it stands on."""

    name: Name
    discreet_name: Called
    from_: EmailAddress = Field(alias="from")
    discreet_from: EmailAddress
    phone: Phone
    time_zone: ZoneName
    hours: Annotated[Mapping[str, Hours], Field(min_length=1)]
    holidays: Annotated[str, AfterValidator(_known_calendar)] | None = None
    states: Annotated[tuple[StateCode, ...], Field(min_length=1)]
    sites: tuple[Site, ...] = ()
    first_step: Literal["call", "none"] = "call"
    coordinators: Annotated[tuple[Coordinator, ...], Field(min_length=1)]
    owner: Slug
    on_call: Annotated[tuple[Slug, ...], Field(min_length=1)]
    coordinator_mail: Literal["full", "minimal"] = "full"
    clinician_confirms: bool = True
    specialties: Annotated[Mapping[Code, Specialty], Field(min_length=1)]
    concern_phrases: Mapping[Code, ConcernPhrase] = {}
    requires_training: tuple[Code, ...] = ()
    refer_out: tuple[ReferOut, ...] = ()
    calls: Calls = Calls()
    clocks: Clocks = Clocks()
    retention: Retention = Retention()
    origins: tuple[Origin, ...] = ()
    site_keys: tuple[SiteKey, ...] = ()
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1, default_factory=house_languages)]
    reviews: Mapping[Code, Review] = {}  # by the name of a rule pack
    providers: tuple[Provider, ...] = ()
    email_warning: Version | None = None  # the version that people are shown, see rules/notices.yaml
    rules: Rules = Field(exclude=True)

    @model_validator(mode="after")
    def _hours_are_days(self) -> Self:
        seen: set[int] = set()
        for text, hours in self.hours.items():
            days = days_of(text)
            if seen & set(days):
                raise ValueError(f"hours: {text!r} names a day a second time")
            if hours.to <= hours.from_:
                raise ValueError(f"hours: {text!r} closes before it opens")
            seen |= set(days)
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The practice's own time zone."""
        return ZoneInfo(self.time_zone)

    def working_hours(self) -> WorkingHours:
        """When the practice is open: what working time counts in."""
        weekly: dict[int, tuple[time, time]] = {
            day: (hours.from_, hours.to) for text, hours in self.hours.items() for day in days_of(text)
        }
        return WorkingHours(self.zone, weekly, self.closed_days())

    def call_hours_of(self, coordinator: Coordinator) -> Mapping[int, Spans]:
        """When this coordinator takes calls, by weekday (0 is Monday); never on a holiday."""
        if coordinator.call_hours is not None:
            return weekly_spans(coordinator.call_hours)
        return weekly_spans({text: (hours,) for text, hours in self.hours.items()})

    def zone_of_coordinator(self, coordinator: Coordinator) -> ZoneInfo:
        """On whose wall clock their hours are."""
        return ZoneInfo(coordinator.time_zone or self.time_zone)

    def coordinator(self, coordinator_id: str) -> Coordinator | None:
        """The coordinator of that id, if there is one."""
        return next((each for each in self.coordinators if each.id == coordinator_id), None)

    def deputy_of(self, coordinator_id: str) -> Coordinator | None:
        """Who is asked when that coordinator is late."""
        late = self.coordinator(coordinator_id)
        return self.coordinator(late.deputy) if late is not None and late.deputy is not None else None

    @property
    def page_languages(self) -> tuple[str, ...]:
        """The languages that pages and mails exist in."""
        return house_languages()

    @property
    def formats(self) -> tuple[str, ...]:
        """Online always; in person where the practice has a site."""
        return ("online", "in_person") if self.sites else ("online",)

    @property
    def concerns(self) -> tuple[str, ...]:
        """Every code a person may tick: the specialties, then the phrases that point to them."""
        phrases = (code for code in self.concern_phrases if code not in self.specialties)
        return (*self.specialties, *phrases)

    def specialties_of(self, concerns: Iterable[str]) -> tuple[str, ...]:
        """The specialties that these ticks and phrases mean, each once, in the order ticked.

        A code that is a specialty stays itself; one that the practice no longer has is left out.
        """
        meant: dict[str, None] = {}
        for code in concerns:
            if code in self.specialties:
                meant[code] = None
            elif code in self.concern_phrases:
                meant.update(dict.fromkeys(self.concern_phrases[code].maps_to))
        return tuple(meant)

    def label(self, code: str, language: str, kind: Kind | None = None) -> str:
        """What people call this code, in a language of the house.

        Without a `kind` the first that knows the code answers, concerns first. A code that nobody knows any
        more is spelled out, so that a mail about an old request can still go.
        """
        for each, words in self._labels.items():
            if kind in (None, each) and code in words:
                return words[code].text(language)
        if kind == "language":
            return names_in(spoken(language)).get(code) or LANGUAGE_NAMES.get(code, code)
        return code.replace("_", " ")

    def site_of(self, key: str) -> str | None:
        """The name of the website that holds this key, if it is one of ours."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        return next((each.name for each in self.site_keys if hmac.compare_digest(each.sha256, digest)), None)

    def zone_of(self, state: str | None) -> str:
        """The main time zone of a state, else the practice's own."""
        known = self.rules.states.get(state or "")
        return known.time_zone if known is not None else self.time_zone

    @cached_property
    def _labels(self) -> Mapping[Kind, Mapping[str, Translated]]:
        words = self.rules.vocabulary
        return {
            "concern": {**self.concern_phrases, **self.specialties},
            "format": words.formats,
            "time": words.times,
            "site": {site.code: Translated.of(en=site.name) for site in self.sites},
            "modality": words.modalities,
            "unit": words.units,
            "identity": words.identities,
            "state": {code: state.name for code, state in self.rules.states.items()},
        }

    def closed_days(self) -> Container[date]:
        """The holidays on which the practice is closed."""
        if self.holidays is None:
            return ()
        country, _, subdivision = self.holidays.partition("-")
        return holiday_calendars.country_holidays(country, subdiv=subdivision or None)
