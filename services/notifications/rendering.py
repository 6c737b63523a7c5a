"""Turns a mail into its subject and its two parts: `render(mail, letterhead)`; rendered at send time, never stored."""

from dataclasses import dataclass

from services.notifications.mails import Mail
from shared.practice import Practice


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail says of the practice."""

    @classmethod
    def of(cls, practice: Practice) -> "Letterhead": ...


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail in words: the subject is one line; text and HTML say the same."""

    subject: str
    text: str
    html: str


def render(mail: Mail, letterhead: Letterhead) -> Rendered: ...
