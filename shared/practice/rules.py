"""Law, numbers that move, and words: data files with a source and a reviewed-on date.

The files in `deploy/practice/rules/` serve every practice. A file of the same name in the practice's own
`rules/` folder replaces the common one whole.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.practice.breach import BreachFile, BreachRule
from shared.practice.fields import Code, FileModel, Name, StateCode, Translated, WebAddress, ZoneName
from shared.practice.files import Model, checked, read_document
from shared.practice.law import DisclosureFile, LicensureFile, RecordsFile
from shared.practice.notices import Notices
from shared.practice.packs import PackFile, rule_file

Consent = Literal["own", "parent", "person_decides"]

Credential = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z-]*$", max_length=20)]


class Hotline(FileModel):
    """One crisis line. `pages_only` keeps it out of every mail, where it could give somebody away."""

    code: Code
    name: Translated
    call: Name | None = None
    text: Translated | None = None
    note: Translated | None = None
    pages_only: bool = False
    source: WebAddress
    reviewed_on: date

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.call is None and self.text is None:
            raise ValueError("needs a number to call or to text")
        return self


class State(FileModel):
    """A state, its name in both languages and the zone in which most of its people live."""

    name: Translated
    time_zone: ZoneName


class ConsentRule(FileModel):
    """From which age somebody may begin outpatient therapy on their own word; None: a person decides."""

    own_consent_from: Annotated[int, Field(ge=0, le=21)] | None
    conditions: Name
    certain: bool = True
    source: WebAddress
    reviewed_on: date

    def whose(self, age: int) -> Consent:
        """Whose word it takes at this age; a person's judgement wherever the rule is not certain."""
        if self.own_consent_from is None or not self.certain:
            return "person_decides"
        return "own" if age >= self.own_consent_from else "parent"


class CredentialRule(FileModel):
    """What a clinician may be; an associate of a licence works under a supervisor who holds one."""

    name: Translated
    nucc: Annotated[str, Field(pattern=r"^[0-9A-Z]{9}X$")] | None = None
    associate_of: Credential | None = None


class Vocabulary(PackFile):
    """The codes of wishes, in words. Identities are what clinicians name themselves; nothing is inferred."""

    formats: Mapping[Code, Translated]
    times: Mapping[Code, Translated]
    units: Mapping[Code, Translated]
    modalities: Mapping[Code, Translated]
    identities: Mapping[Code, Translated]


class Rules(FileModel):
    """The rules that several services share."""

    hotlines: tuple[Hotline, ...]
    states: Mapping[str, State]
    consent: Mapping[str, ConsentRule]
    credentials: Mapping[str, CredentialRule]
    vocabulary: Vocabulary
    breach: tuple[BreachRule, ...]
    notices: Notices
    records: RecordsFile
    disclosure: DisclosureFile
    licensure: LicensureFile

    @property
    def mail_hotlines(self) -> tuple[Hotline, ...]:
        """The lines that could stand in anybody's mail."""
        return tuple(line for line in self.hotlines if not line.pages_only)

    def consent_of(self, state: str | None, age: int) -> Consent:
        """Whose word it takes for a minor of this age to begin; a person decides where no rule is known."""
        known = self.consent.get(state or "")
        return known.whose(age) if known is not None else "person_decides"

    def is_associate(self, credential: str) -> bool:
        """Whether somebody of this credential works under a supervisor."""
        known = self.credentials.get(credential)
        return known is not None and known.associate_of is not None


class HotlinesFile(PackFile):
    hotlines: Annotated[tuple[Hotline, ...], Field(min_length=1)]


class StatesFile(PackFile):
    states: Annotated[Mapping[StateCode, State], Field(min_length=1)]


class ConsentFile(PackFile):
    consent: Mapping[StateCode, ConsentRule]


class CredentialsFile(PackFile):
    credentials: Annotated[Mapping[Credential, CredentialRule], Field(min_length=1)]

    @model_validator(mode="after")
    def _associates_of_something(self) -> Self:
        for name, rule in self.credentials.items():
            if rule.associate_of is not None and rule.associate_of not in self.credentials:
                raise ValueError(f"{name}: {rule.associate_of!r} is not one of the credentials")
        return self


def load_rule(directory: Path, name: str, model: type[Model]) -> Model:
    """One rule file as `model`; raises `BadFile` with everything wrong in it."""
    return checked(model, read_document(rule_file(directory, name)))


def load_rules(directory: Path) -> Rules:
    """The shared rules for the practice in `directory`; raises `BadFile`."""
    return Rules(
        hotlines=load_rule(directory, "hotlines.yaml", HotlinesFile).hotlines,
        states=load_rule(directory, "states.yaml", StatesFile).states,
        consent=load_rule(directory, "consent.yaml", ConsentFile).consent,
        credentials=load_rule(directory, "credentials.yaml", CredentialsFile).credentials,
        vocabulary=load_rule(directory, "vocabulary.yaml", Vocabulary),
        breach=load_rule(directory, "breach.yaml", BreachFile).breach,
        notices=load_rule(directory, "notices.yaml", Notices),
        records=load_rule(directory, "records.yaml", RecordsFile),
        disclosure=load_rule(directory, "disclosure.yaml", DisclosureFile),
        licensure=load_rule(directory, "licensure.yaml", LicensureFile),
    )
