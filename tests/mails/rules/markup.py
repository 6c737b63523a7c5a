"""What mail programs and screen readers make of the HTML."""

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from tests.mails.specimen import Specimen
from tests.mails.vocabulary import SAYS_NOTHING

LOADS = {"img", "link", "script", "iframe", "object", "embed", "form", "video", "audio", "base", "svg"}
FOLLOWS = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|_hs\w+|mkt_tok|open|pixel|track\w*", re.IGNORECASE)
HEADING = re.compile(r"h[1-6]")


def html_names_itself(specimen: Specimen) -> Iterator[str]:
    """A screen reader chooses its voice by `lang` and says the title first."""
    page = specimen.page
    (html, *_) = [*page.of("html"), {}]
    if html.get("lang") != specimen.language:
        yield f"lang is {html.get('lang')!r}"
    if page.inside("title") != [" ".join(specimen.subject.split())]:
        yield "the title is not the subject"
    spoken = {attributes["lang"] for _, attributes in page.elements if "lang" in attributes}
    yield from (f"lang {each!r} is no language of ours" for each in sorted(spoken - {"en", "es"}))


def headings_make_an_outline(specimen: Specimen) -> Iterator[str]:
    """Who cannot see the page walks from heading to heading: one first, and none left out."""
    levels = [int(tag[1]) for tag, _ in specimen.page.elements if HEADING.fullmatch(tag)]
    if levels.count(1) > 1:
        yield f"{levels.count(1)} first headings"
    for before, level in zip([1, *levels], levels, strict=False):
        if level > before + 1:
            yield f"h{level} comes after h{before}"


def tables_are_for_layout(specimen: Specimen) -> Iterator[str]:
    """A table that says nothing of itself is read out cell by cell."""
    yield from ("a table" for table in specimen.page.of("table") if table.get("role") != "presentation")


def pictures_have_words(specimen: Specimen) -> Iterator[str]:
    """What cannot be seen is heard, and mail programs hide pictures from everybody."""
    pictures = [*specimen.page.of("img"), *specimen.page.of("area")]
    yield from ("a picture without alt" for picture in pictures if "alt" not in picture)


def links_say_where_they_lead(specimen: Specimen) -> Iterator[str]:
    """Many walk from link to link and hear nothing between: each says where it leads, and two differ."""
    leads: dict[str, set[str]] = defaultdict(set)
    for link in specimen.page.links:
        leads[link.text.lower()].add(link.href)
        if not re.search(r"\w{2}", link.text) or SAYS_NOTHING.fullmatch(link.text.strip(" .:»→")):
            yield f"{link.text!r} says nothing"
        if "://" in link.text and link.text != link.href:
            yield f"{link.text!r} leads to {link.href}"
    yield from (f"{text!r} leads to {len(where)} places" for text, where in leads.items() if len(where) > 1)


def links_look_like_links(specimen: Specimen) -> Iterator[str]:
    """A link in the program's own blue cannot be read on a dark page."""
    for link in specimen.page.links:
        if "color:" not in link.attributes.get("style", ""):
            yield f"no style was inlined for {link.attributes.get('class', 'a link')!r}"


def links_lead_where_we_know(specimen: Specimen) -> Iterator[str]:
    """Nobody follows the reader: our pages, the practice's own addresses, and nothing that counts."""
    for link in specimen.page.links:
        parts = urlsplit(link.href)
        if parts.scheme == "mailto":
            continue
        if parts.scheme != "https" or parts.netloc not in specimen.hosts:
            yield f"leads to {parts.scheme}://{parts.netloc}"
        yield from (f"counts by {name}=" for name, _ in parse_qsl(parts.query) if FOLLOWS.fullmatch(name))


def nothing_is_loaded(specimen: Specimen) -> Iterator[str]:
    """Whatever is fetched when a mail is opened tells somebody that it was."""
    for tag, attributes in specimen.page.elements:
        if tag in LOADS:
            yield f"<{tag}>"
        yield from (
            f"{name}=" for name in attributes if name in {"src", "srcset", "background"} or name[:2] == "on"
        )
    if re.search(r"@import|@font-face|url\(", specimen.html):
        yield "a style loads something"


RULES = (
    html_names_itself,
    headings_make_an_outline,
    tables_are_for_layout,
    pictures_have_words,
    links_say_where_they_lead,
    links_look_like_links,
    links_lead_where_we_know,
    nothing_is_loaded,
)
