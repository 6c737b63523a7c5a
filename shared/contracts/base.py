"""What facts and asks have in common.

A fact is a sentence in the past tense. It travels as CloudEvents 1.0 in NATS binary mode: attributes in
`ce-*` headers, this model as the JSON payload. It carries ids, codes, versions and times; never a name,
an address or a word that a person wrote.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

MAX_IDS_PER_ASK = 64

Id = Annotated[str, Field(min_length=1, max_length=64)]
Code = Annotated[str, Field(min_length=1, max_length=120)]
Version = Annotated[int, Field(ge=1)]
Language = Annotated[str, Field(min_length=2, max_length=8)]
SafetyLevel = Literal["none", "elevated", "crisis"]
AgeBand = Literal["child", "teen", "adult"]
Instant = AwareDatetime


def _without_trailing_underscore(name: str) -> str:
    return name.rstrip("_")  # `for_` and `from_` are `for` and `from` on the wire


class Plain(BaseModel):
    """Frozen data; a receiver ignores fields that it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=_without_trailing_underscore,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class Fact(Plain):
    """Something that happened, announced by its owner and by nobody else.

    `about` names the versioned row that the fact speaks of: of two facts about the same row and id, a
    receiver lets the lower version have no effect.
    """

    service: ClassVar[str]
    name: ClassVar[str]  # <entity>.<fact>.v<n>
    about: ClassVar[str]

    version: Version

    @classmethod
    def subject(cls) -> str:
        """The NATS subject, `<owner>.<entity>.<fact>.v<n>`."""
        return f"{cls.service}.{cls.name}"

    @classmethod
    def type(cls) -> str:
        """The CloudEvents type, `practice.<entity>.<fact>.v<n>`."""
        return f"practice.{cls.name}"

    @property
    def entity_id(self) -> str:
        """The id of the row that the fact is about; travels as `ce-subject`."""
        raise NotImplementedError

    @property
    def correlation(self) -> str:
        """What ties one request's facts together: the request's id where there is one."""
        return self.entity_id


class Ask(Plain):
    """A question to the owner of the answer, over core NATS, in no stream, at most 64 ids."""

    service: ClassVar[str]
    noun: ClassVar[str]

    @classmethod
    def subject(cls) -> str:
        """The NATS subject, `ask.<owner>.<noun>`."""
        return f"ask.{cls.service}.{cls.noun}"


Ids = Annotated[tuple[Id, ...], Field(min_length=1, max_length=MAX_IDS_PER_ASK)]
