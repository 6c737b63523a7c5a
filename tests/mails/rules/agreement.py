"""Text and HTML say the same: who hears the one and who sees the other must learn the same."""

import re
from collections.abc import Iterator

from tests.mails.page import Page
from tests.mails.specimen import Specimen
from tests.mails.vocabulary import DAY_OR_MONTH

ADDRESS = re.compile(r"https?://[^\s<>()]*[^\s<>().,]")
NUMBER = re.compile(r"\d+(?:[.:,]\d+)*(?:\s?[ap]m\b)?")
WORD = re.compile(r"\w+")
NUMBERED = re.compile(r"^\d+\. ", re.MULTILINE)
MARKUP = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]*)?/?>|&(?:#\d+|#x[\da-f]+|[a-z]{2,8});", re.IGNORECASE)
INVISIBLE = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\ufeff\x00-\x08\x0b-\x1f\x7f]")


def text_says_what_html_says(specimen: Specimen) -> Iterator[str]:
    """A plain reader gets every link, date, time and number that the HTML has."""
    page, text = specimen.page, specimen.text
    missing = set(NUMBER.findall(page.shown)) - set(NUMBER.findall(f"{text} {specimen.subject}"))
    missing |= set(NUMBER.findall(_below_the_heading(page))) - set(NUMBER.findall(text))
    missing |= set(DAY_OR_MONTH.findall(page.shown.lower())) - set(DAY_OR_MONTH.findall(text.lower()))
    missing |= {link.href for link in page.links if link.href.startswith("http")} - set(ADDRESS.findall(text))
    missing |= {
        link.href for link in page.links if link.href.startswith("mailto:") and not _written(link.href, text)
    }
    missing |= _words(page.opened) - _words(f"{text} {specimen.subject}")
    yield from (f"the text lacks {each!r}" for each in sorted(missing))


def html_says_what_text_says(specimen: Specimen) -> Iterator[str]:
    """And the HTML has every link, date, time, number and word of the text."""
    page = specimen.page
    hrefs = {link.href for link in page.links}
    said = NUMBERED.sub("", ADDRESS.sub(" ", specimen.text))
    missing = set(ADDRESS.findall(specimen.text)) - hrefs
    missing |= set(NUMBER.findall(said)) - set(NUMBER.findall(page.shown))
    missing |= _words(said) - _words(page.shown)
    yield from (f"the HTML lacks {each!r}" for each in sorted(missing))


def text_stands_alone(specimen: Specimen) -> Iterator[str]:
    """What reads a plain text aloud reads a tag, a code for a letter and a hidden sign aloud, too."""
    where = {"subject": specimen.subject, "text": specimen.text, "HTML": specimen.page.shown}
    for place, said in where.items():
        yield from (f"{place}: {found!r}" for found in sorted(set(INVISIBLE.findall(said))))
        yield from (f"{place}: {found!r}" for found in sorted(set(MARKUP.findall(said))))
    if not specimen.text.strip() or not specimen.subject.strip():
        yield "nothing is said"
    if re.search(r"\n{3,}|[ \t]\n", specimen.text):
        yield "holes between lines, or spaces at their ends"


def no_template_shows(specimen: Specimen) -> Iterator[str]:
    """A name of ours instead of what it stands for tells the reader that nobody looked."""
    unfilled = re.compile(r"{{|}}|{%|%}|\bNone\b(?! of)|\bundefined\b|\bjinja\d+tag\b|\b[a-z]+_[a-z_]+\b")
    said = ADDRESS.sub(" ", f"{specimen.subject}\n{specimen.text}\n{specimen.page.shown}")
    yield from (repr(found) for found in sorted(set(unfilled.findall(said))))


def _below_the_heading(page: Page) -> str:
    """What an open mail shows, but for what the subject says again at its top."""
    return " ".join(
        node.text
        for node in page.body
        if not any(
            tag == "h1" or attributes.get("class") in {"reference", "preheader"}
            for tag, attributes in node.around
        )
    )


def _words(said: str) -> set[str]:
    return {word.lower() for word in WORD.findall(ADDRESS.sub(" ", said))}


def _written(href: str, text: str) -> bool:
    return href.removeprefix("mailto:") in text


RULES = (text_says_what_html_says, html_says_what_text_says, text_stands_alone, no_template_shows)
