"""Every mail with invented people, as pages to look at: behind `practice gallery` and the inbox page.

A page for each kind of mail shows it side by side: in each language, open and discreet, in light or in
dark, wide or narrow. It needs no script. Each mail is also there by itself, as HTML and as text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notifications.mails import ClientMail, ColleagueMail, Mail
from services.notifications.rendering import TEMPLATES, Letterhead, Rendered, render
from services.notifications.samples import PERSONAS, samples
from shared.language import house_languages, name_of
from shared.practice import Practice

MAILS = "mails"  # the folder of the mails beside the pages about them
FIRST = {"open": "Open", "plain": "Discreet"}  # whom a mail is compared for before all others
ALIKE = "Open and discreet alike"
DARK = "@media (prefers-color-scheme: dark)"
EITHER = 'content="light dark"'
SCHEMES = {"light": "@media not all", "dark": "@media all"}
ADDRESS = re.compile(r"(?:: )?https?://\S+")
WIDE, NARROW = 62, 34  # letters in a line of a mail
LINE, BETWEEN, AROUND, TALLEST = 28, 20, 120, 2400  # pixels


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail as the gallery shows it; a mail that says the same of everybody is there once."""

    case: int
    persona: str
    mail: Mail
    rendered: Rendered

    @property
    def name(self) -> str:
        """What its files are called: `referral-2.en.long_name`."""
        number = "" if self.case == 1 else f"-{self.case}"
        return f"{self.mail.template}{number}.{self.language}.{self.persona}"

    @property
    def language(self) -> str:
        """Of its words."""
        return self.mail.language

    @property
    def language_name(self) -> str:
        """As its readers call it."""
        return name_of(self.language)

    @property
    def subject(self) -> str:
        """As an inbox shows it."""
        return self.rendered.subject

    @property
    def wide(self) -> int:
        """About how many pixels tall it is on a wide screen."""
        return _height(self.rendered.text, WIDE)

    @property
    def narrow(self) -> int:
        """And on a telephone."""
        return _height(self.rendered.text, NARROW)


@dataclass(frozen=True, slots=True)
class Row:
    """The same mail to the same person, in each of its languages."""

    title: str
    mails: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Case:
    """One occasion: first open and discreet, then whoever else is told another thing."""

    number: int
    first: Sequence[Row]
    others: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a mail is called in an inbox."""

    language: str
    said: str


@dataclass(frozen=True, slots=True)
class Kind:
    """All mails of one template."""

    template: str
    mails: Sequence[Shown]

    @property
    def title(self) -> str:
        """The template's name in words."""
        return self.template.replace("_", " ").capitalize()

    @property
    def reader(self) -> str:
        """Whose mail it is."""
        return _reader(self.mails[0].mail)

    @property
    def subjects(self) -> Sequence[Subject]:
        """Of its first case, one a language."""
        found = {each.language: each.subject for each in reversed(self.mails) if each.case == 1}
        return [Subject(language, found[language]) for language in house_languages() if language in found]

    @property
    def cases(self) -> Sequence[Case]:
        """In the order of the samples."""
        return [self._case(number) for number in sorted({each.case for each in self.mails})]

    def _case(self, number: int) -> Case:
        by_persona: dict[str, list[Shown]] = {}
        for each in self.mails:
            if each.case == number:
                by_persona.setdefault(each.persona, []).append(each)
        titles = FIRST if "open" in by_persona else {"plain": ALIKE}
        first = [Row(title, by_persona[one]) for one, title in titles.items() if one in by_persona]
        rest = [Row(_said(one), mails) for one, mails in by_persona.items() if one not in FIRST]
        return Case(number, first, rest)


class Gallery:
    """The pages of one practice, drawn when they are asked for."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    @cached_property
    def mails(self) -> Mapping[str, Shown]:
        """Every mail by its name."""
        return {each.name: each for each in _everything(self._practice)}

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Every kind of mail by its template."""
        templates = dict.fromkeys(each.mail.template for each in self.mails.values())
        return {
            one: Kind(one, [each for each in self.mails.values() if each.mail.template == one])
            for one in templates
        }

    def page(self, name: str) -> str | None:
        """`index.html`, or the page of a kind of mail; None where there is none."""
        if name == "index.html":
            return self._drawn("index.html", groups=self._groups())
        kind = self.kinds.get(name.removesuffix(".html"))
        return None if kind is None else self._drawn("kind.html", kind=kind)

    def mail(self, name: str) -> str | None:
        """One mail as text, or as HTML: as its reader's screen has it, or always `.light` or `.dark`."""
        stem, _, ending = name.rpartition(".")
        stem, _, scheme = stem.rpartition(".") if stem.endswith(tuple(SCHEMES)) else (stem, "", "")
        found = self.mails.get(stem)
        if found is None or ending not in ("html", "txt"):
            return None
        if ending == "txt":
            return f"{found.subject}\n\n{found.rendered.text}"
        if not scheme:
            return found.rendered.html
        return found.rendered.html.replace(DARK, SCHEMES[scheme]).replace(EITHER, f'content="{scheme}"')

    def names(self) -> Iterator[str]:
        """Every page and every mail, `index.html` first."""
        yield "index.html"
        yield from (f"{template}.html" for template in self.kinds)
        for name in self.mails:
            endings = ("html", *(f"{scheme}.html" for scheme in SCHEMES), "txt")
            yield from (f"{MAILS}/{name}.{ending}" for ending in endings)

    def _groups(self) -> Sequence[tuple[str, Sequence[Kind]]]:
        readers: dict[str, list[Kind]] = {}
        for kind in self.kinds.values():
            readers.setdefault(kind.reader, []).append(kind)
        return list(readers.items())

    def _drawn(self, template: str, **said: object) -> str:
        return _pages.get_template(template).render(name=self._practice.name, **said)


_pages = Environment(
    loader=FileSystemLoader(TEMPLATES / "gallery"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def gallery(practice: Practice, folder: Path) -> list[Path]:
    """Every mail, in every language it has, for every persona, and the pages about them, `index.html` first.

    The folder is made when it is missing; files of the same name are replaced, others left alone.
    """
    drawn = Gallery(practice)
    (folder / MAILS).mkdir(parents=True, exist_ok=True)
    written = []
    for name in drawn.names():
        content = drawn.mail(name.removeprefix(f"{MAILS}/")) if "/" in name else drawn.page(name)
        (folder / name).write_text(content or "", encoding="utf-8")
        written.append(folder / name)
    return written


def _everything(practice: Practice) -> Iterator[Shown]:
    """For the first persona all mails, for each other one those that say another thing."""
    letterhead = Letterhead.of(practice)
    plain: dict[tuple[str, int, str], Rendered] = {}
    known: set[str] = set()
    for persona in PERSONAS:
        for language in house_languages():
            for case, mail in _numbered(samples(practice, persona, language)):
                shown = Shown(case, persona.name, mail, render(mail, letterhead))
                usual = plain.setdefault((mail.template, case, mail.language), shown.rendered)
                is_plain = persona is PERSONAS[0]
                if shown.name not in known and (is_plain or shown.rendered != usual):
                    known.add(shown.name)
                    yield shown


def _numbered(mails: Iterable[Mail]) -> Iterator[tuple[int, Mail]]:
    """Each mail with the number of its case among those of the same template."""
    seen: Counter[str] = Counter()
    for mail in mails:
        seen[mail.template] += 1
        yield seen[mail.template], mail


def _reader(mail: Mail) -> str:
    if isinstance(mail, ClientMail):
        return "To the person"
    return "To a clinician or for a browser" if isinstance(mail, ColleagueMail) else "To the desk"


def _said(persona: str) -> str:
    return persona.replace("_", " ").capitalize()


def _height(text: str, letters: int) -> int:
    """A guess by the lines of its text, so that few mails scroll within their frame."""
    lines = [ADDRESS.sub("", line) for line in text.splitlines()]
    tall = sum(ceil(len(line) / letters) * LINE if line else BETWEEN for line in lines)
    return min(AROUND + tall, TALLEST)
