"""One mail as it leaves, read as its reader's program reads it: from its bytes alone."""

from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy, default
from functools import cached_property, lru_cache
from typing import Any, cast

from services.notifications.domain.delivery import Template
from services.notifications.invite import Method
from tests.mails.page import Page


class ReadOnce(EmailPolicy):
    """Python's own reading of headers, kept: most mails have most of them in common."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return _read(name, value)


@lru_cache(maxsize=4096)
def _read(name: str, value: str) -> Any:
    return default.header_fetch_parse(name, value)


READ_ONCE = ReadOnce()


@dataclass(frozen=True)
class Specimen:
    """The bytes of a mail, and what they were to be.

    `discreet`: nothing in it may say care. `invited`: what it asks of a calendar. `names`: of people, books
    and places, which nobody writes in shorter words. `unsaid`: what a discreet mail leaves behind its link.
    `hosts`: where its links may lead. `signers`: who may end a mail to a person. `read_by_us`: addresses
    at which somebody of the practice reads.
    """

    case: str
    template: Template
    language: str
    to_the_person: bool
    discreet: bool
    invited: Method | None
    names: tuple[str, ...]
    unsaid: tuple[str, ...]
    hosts: frozenset[str]
    signers: frozenset[str]
    read_by_us: frozenset[str]
    letter: bytes

    def with_letter(self, letter: bytes) -> "Specimen":
        """The same mail with other bytes."""
        return replace(self, letter=letter)

    def openly(self) -> "Specimen":
        """The same mail to somebody who need not be discreet."""
        return replace(self, discreet=False)

    @cached_property
    def message(self) -> EmailMessage:
        """As Python's own parser reads it."""
        return cast(EmailMessage, message_from_bytes(self.letter, policy=READ_ONCE))

    @cached_property
    def parts(self) -> tuple[EmailMessage, ...]:
        """Every part, containers too."""
        return tuple(self.message.walk())

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What each part is."""
        return tuple(part.get_content_type() for part in self.parts)

    @cached_property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The header lines as they are written, unfolded and not decoded."""
        head = self.letter.partition(b"\r\n\r\n")[0].decode("latin-1")
        lines = head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n")
        return tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))

    @cached_property
    def subject(self) -> str:
        """Decoded."""
        return str(self.message["Subject"])

    @cached_property
    def text(self) -> str:
        """What a reader without HTML sees and hears."""
        return self.content("text/plain")

    @cached_property
    def html(self) -> str:
        """What a mail program draws."""
        return self.content("text/html")

    @cached_property
    def page(self) -> Page:
        """The HTML, read."""
        return Page(self.html)

    @cached_property
    def calendars(self) -> tuple[str, ...]:
        """The entries that it brings as an alternative."""
        return tuple(
            str(part.get_content())
            for part, kind in zip(self.parts, self.kinds, strict=True)
            if kind == "text/calendar"
        )

    def content(self, kind: str) -> str:
        """The one part of this kind, decoded; nothing where there is none or more than one."""
        if self.kinds.count(kind) != 1:
            return ""
        return str(self.parts[self.kinds.index(kind)].get_content()).replace("\r\n", "\n")
