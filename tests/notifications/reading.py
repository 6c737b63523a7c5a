"""How a test reads a mail: as words, and where its links lead."""

from services.notifications.mails import Mail
from services.notifications.rendering import Letterhead, Rendered, render
from shared.practice import Practice
from tests.mails.page import Page


def letter(mail: Mail, practice: Practice) -> Rendered:
    return render(mail, Letterhead.of(practice))


def links(rendered: Rendered) -> list[str]:
    return [a["href"] for _, a in Page(rendered.html).elements if a.get("href", "").startswith("http")]


def own_links(rendered: Rendered) -> list[str]:
    """Beside the two ways to change or stop that every mail to a person ends with."""
    return [link for link in links(rendered) if "/contact/" not in link]
