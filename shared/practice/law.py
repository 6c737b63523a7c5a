"""Law that a person reads before deciding: how long records are kept, what associates tell, compacts."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.practice.fields import Code, FileModel, Name, StateCode, WebAddress, Words
from shared.practice.packs import PackFile

Years = Annotated[int, Field(ge=1, le=30)]
YEAR = timedelta(days=366)
Member = Literal["yes", "no", "unsure"]


class Law(FileModel):
    """One rule and where it stands; what is not certain is a question for a person."""

    conditions: Words
    certain: bool = True
    source: WebAddress
    reviewed_on: date


class RecordsRule(Law):
    """How long records of care are kept after its end; a minor's until this age at least."""

    years: Years
    minors_until_age: Annotated[int, Field(ge=18, le=40)]


class DocumentationRule(Law):
    """How long is kept what shows who read what, and what was decided."""

    years: Years


class RecordsFile(PackFile):
    """`rules/records.yaml`."""

    care: Mapping[StateCode, RecordsRule]
    documentation: DocumentationRule

    @property
    def documentation_kept(self) -> timedelta:
        """The shortest time for which documentation may be kept."""
        return self.documentation.years * YEAR

    def care_kept(self, states: Iterable[str]) -> int | None:
        """The longest of these states' years; None where one is not certain: a person looks it up."""
        known = [self.care.get(state) for state in states]
        sure = [rule.years for rule in known if rule is not None and rule.certain]
        return max(sure) if sure and len(sure) == len(known) else None


class DisclosureRule(Law):
    """What an associate of one of these credentials tells before care begins."""

    credentials: Annotated[tuple[Name, ...], Field(min_length=1)]
    tells: Annotated[tuple[Code, ...], Field(min_length=1)]


class DisclosureFile(PackFile):
    """`rules/disclosure.yaml`."""

    disclosure: Mapping[StateCode, DisclosureRule]


class Compact(Law):
    """States that honour each other's licences, for whoever has the privilege."""

    name: Name
    credentials: Annotated[tuple[Name, ...], Field(min_length=1)]
    members: Mapping[StateCode, date | None] = {}  # since when somebody can practise there under it
    not_members: tuple[StateCode, ...] = ()

    def has(self, state: str) -> Member:
        """Whether the state is a member; unsure wherever nobody looked it up."""
        if state in self.members and self.certain:
            return "yes"
        return "no" if state in self.not_members else "unsure"


class LicensureFile(PackFile):
    """`rules/licensure.yaml`."""

    compacts: Mapping[Code, Compact]
