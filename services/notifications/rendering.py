"""Turns a mail into its subject and its two parts.

Rendered at the moment of sending and never stored. Text and HTML are both templates; the style sheet is
inlined into the HTML ones once, when they are loaded, so that rendering a mail is filling in its words.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import css_inline
from babel.dates import get_timezone_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup

from services.notifications import words
from services.notifications.crisis import CrisisLines
from services.notifications.invite import Invite
from services.notifications.mails import Mail
from shared.language import (
    further_folder,
    house_languages,
    locale_of,
    message,
    names_in,
    said_at,
    spoken,
)
from shared.language.house import further_root
from shared.markdown import html_of, text_of
from shared.practice import Practice

TEMPLATES = Path(__file__).parent / "templates"
STYLE_SHEET = TEMPLATES / "layout" / "mail.css"
CLASSES = {"p": "p", "ul": "list", "ol": "list", "li": "item", "a": "link"}  # of what Markdown brings
STYLE = re.compile(r'style="([^"]*)"')
TAG = re.compile(r"{[{%#].*?[}%#]}", re.DOTALL)
MASKED = re.compile(r"jinja(\d+)tag")
BLANK_LINES = re.compile(r"\n\s*\n\s*\n")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail says of the practice, made once from its configuration."""

    name: str
    crisis: Mapping[str, CrisisLines]

    @classmethod
    def of(cls, practice: Practice) -> "Letterhead":
        """With the lines of the practice's rules that may stand in a mail."""
        lines = practice.rules.mail_hotlines
        return cls(practice.name, {each: CrisisLines.of(lines, each) for each in house_languages()})


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail in words: the subject is one line; text and HTML say the same. Some bring a calendar entry."""

    subject: str
    text: str
    html: str
    invite: Invite | None = None


def render(mail: Mail, letterhead: Letterhead) -> Rendered:
    """The mail in its own language, else in English. A template's mistake is jinja2's UndefinedError."""
    language = spoken(mail.language)
    subject_template, text_template, html_template = _templates(mail.template, language)
    context: dict[str, Any] = {field.name: getattr(mail, field.name) for field in fields(mail)}
    context |= {
        "language": language,
        "practice_name": letterhead.name,
        "crisis_lines": letterhead.crisis[language],
        "how_many": partial(words.how_many, language=language),
        "language_called": names_in(language).__getitem__,
        **_times(ZoneInfo(mail.zone), language),
    }
    subject = " ".join(subject_template.render(context).split())
    subject = f"[test] {subject}" if mail.test else subject
    text = text_template.render(context)
    return Rendered(
        subject=subject,
        text=BLANK_LINES.sub("\n\n", text).strip() + "\n",
        html=html_template.render(context, subject=subject) + "\n",
    )


def _times(zone: ZoneInfo, language: str) -> Mapping[str, Callable[..., str]]:
    """What a template calls to say when. `date_in` and `zone_in` say it on somebody else's wall clock."""
    whole = PATTERNS["date"]
    said = {name: partial(said_at, key, zone=zone, language=language) for name, key in PATTERNS.items()}
    return said | {
        "zone_at": lambda at: zone_name(zone, at, language),
        "date_in": lambda key, at: said_at(whole, at, ZoneInfo(key), language),
        "zone_in": lambda key, at: zone_name(ZoneInfo(key), at, language),
    }


def zone_name(zone: ZoneInfo, at: datetime, language: str) -> str:
    """What people call the clock of a zone: `Pacific Time`, `hora del Pacífico`.

    One that keeps its time all year while its neighbours change is told apart, as `Mountain Standard Time`,
    and so is an hour that comes twice when clocks go back. Where people have no name for a zone, it is called
    as a large one that keeps the same clock, if there is one, else by how far it is from Greenwich.
    """
    locale, local = locale_of(language), at.astimezone(zone)
    winter, summer = offsets = _offsets(zone, local.year)
    comes_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    if winter == summer or comes_twice:
        return str(get_timezone_name(local, locale=locale))
    named = (zone, *(each for each in LARGE_ZONES if _offsets(each, local.year) == offsets))
    names = (str(get_timezone_name(each, locale=locale)) for each in named)
    return next((each for each in names if "(" not in each), str(get_timezone_name(local, locale=locale)))


def _offsets(zone: ZoneInfo, year: int) -> tuple[timedelta | None, ...]:
    """Of January and July: what tells one clock from another."""
    return tuple(datetime(year, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))


LARGE_ZONES = tuple(map(ZoneInfo, ("America/New_York", "America/Chicago", "America/Denver")))
PARTS = ("subject.txt", "body.txt", "body.html")
PATTERNS = {
    "day": message("date.day_and_time"),
    "date": message("date.date_and_time"),
    "calendar_day": message("date.day"),
    "clock": message("date.clock"),
    "short_date": message("date.short_date_and_time"),
    "short_day": message("date.short_day_and_time"),
}
HELPERS = frozenset({*PATTERNS, "zone_at", "date_in", "zone_in", "how_many", "language_called"})


def _templates(name: str, language: str) -> tuple[Template, Template, Template]:
    get = environment().get_template
    subject, text, html = (get(f"mail/{name}/{language}/{part}") for part in PARTS)
    return subject, text, html


def environment() -> Environment:
    """The process's one Jinja environment: HTML escaped, a name that is not there an error."""
    return _environment(further_root())


@cache
def _environment(further: Path | None) -> Environment:
    made = Environment(
        loader=InlinedStyles([TEMPLATES, further] if further else TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.globals |= {"number": words.number, "listed": words.listed}
    made.filters |= {"mailto": _mailto, "markdown": _markdown, "plain": text_of}
    return made


def _mailto(address: str) -> str:
    """An address for a link: a `?` in it must not begin the link's own headers."""
    return quote(address, safe="@")


@lru_cache(maxsize=256)
def _markdown(text: str) -> Markup:
    """Markdown of the practice's own files, in the style of a mail."""
    return html_of(text, _dress())


@cache
def _dress() -> Mapping[str, Mapping[str, str]]:
    """The class of each tag that Markdown brings, with its style written out."""
    found = {tag: STYLE.search(_inlined(f'<{tag} class="{name}"></{tag}>')) for tag, name in CLASSES.items()}
    return {
        tag: {"class": CLASSES[tag]} | ({"style": unescape(style.group(1))} if style else {})
        for tag, style in found.items()
    }


class InlinedStyles(FileSystemLoader):
    """Loads templates, HTML ones with the style sheet already in their `style` attributes.

    Ours stand as they are called, `mail/<name>/<language>/…` and `layout/<language>/…`; those of a further
    language together in the folder of that language.
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, filename, uptodate = super().get_source(environment, _place(template))
        if template.endswith(".html"):
            source = _inlined(source)
        return source, filename, uptodate


def _place(template: str) -> str:
    """Where a template stands: `pt/mail/waitlist/body.txt`, where it is no language of ours."""
    kind, *between, part = template.split("/")
    if not between or further_folder(between[-1]) is None:
        return template
    return "/".join((between[-1], kind, *between[:-1], part))


def _inlined(source: str) -> str:
    """Jinja's own tags are masked meanwhile: they are no HTML."""
    tags: list[str] = []

    def mask(found: re.Match[str]) -> str:
        tags.append(found.group())
        return f"jinja{len(tags) - 1}tag"

    masked = TAG.sub(mask, source)
    style = _style_sheet()
    whole = masked.lstrip().lower().startswith("<!doctype")
    inliner = css_inline.CSSInliner(
        extra_css=style if whole else None,
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
    )
    done = inliner.inline(masked) if whole else inliner.inline_fragment(masked, style)
    return MASKED.sub(lambda found: tags[int(found.group(1))], done)


@cache
def _style_sheet() -> str:
    return STYLE_SHEET.read_text(encoding="utf-8")
