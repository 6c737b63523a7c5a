"""What a stranger at the screen learns."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

import vobject

from services.notifications.discretion import gives_away
from tests.mails.page import Page
from tests.mails.specimen import Specimen
from tests.mails.vocabulary import CARE

ADDRESS = re.compile(r"https?://\S+")
SEALED = 40  # of a path, what is longer is chance


def discreet_mail_gives_nothing_away(specimen: Specimen) -> Iterator[str]:
    """A lock screen, a list of files and a shared calendar are read by whoever is in the room."""
    if not specimen.discreet:
        return
    seen = seen_by_a_stranger(specimen)
    everything = "\n".join(seen.values())
    if CARE.search(everything) or gives_away(everything):
        yield from (place for place, said in seen.items() if CARE.search(said) or gives_away(said))


def what_is_behind_the_link_stays_there(specimen: Specimen) -> Iterator[str]:
    """A discreet mail says neither which practice it is from nor what somebody reads: its link does."""
    if specimen.discreet:
        for place, said in seen_by_a_stranger(specimen).items():
            words = " ".join(said.split())
            yield from (f"{place}: {each[:40]}" for each in specimen.unsaid if each in words)


def seen_by_a_stranger(specimen: Specimen) -> Mapping[str, str]:
    """All that an inbox, a screen, a browser's history and a calendar show."""
    page = specimen.page
    entries = [vobject.readOne(one).vevent for one in specimen.calendars]
    links = [urlsplit(link.href) for link in page.links]
    organizers = (entry.organizer for entry in entries)
    return {
        "from": str(specimen.message["From"]),
        "answer": str(specimen.message.get("Reply-To", "")),
        "subject": specimen.subject,
        "title": " ".join(page.inside("title")),
        "preheader": page.preheader,
        "text": ADDRESS.sub("", specimen.text),
        "body": page.shown,
        "markup": _without_links(page, specimen.html),
        "host": " ".join(link.netloc for link in links),
        "path": " ".join(_named(unquote(link.path)) for link in links),
        "header": " ".join(_named(value) for name, value in specimen.fields if name.startswith("List-")),
        "file": " ".join(part.get_filename() or "" for part in specimen.message.iter_attachments()),
        "invite": " ".join(entry.summary.value for entry in entries),
        "organizer": " ".join(f"{one.value}{one.params}" for one in organizers),
        "entry": " ".join(specimen.calendars),
    }


def _without_links(page: Page, html: str) -> str:
    for link in page.links:
        html = html.replace(link.href, "")
    return html


def _named(path: str) -> str:
    """A path without the token in it, whose letters are chance."""
    return "/".join(part for part in path.split("/") if len(part) < SEALED)


RULES = (discreet_mail_gives_nothing_away, what_is_behind_the_link_stays_there)
