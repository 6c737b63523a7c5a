"""Whether somebody who reads a language gets every mail in it: its templates, beside the English ones.

Ours stand in `templates`, by mail and language. A further language has the same in the practice's own folder:
`<language>/mail/<name>/…` and `<language>/layout/…`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from jinja2 import TemplateNotFound, TemplateSyntaxError, meta

from services.notifications.mails import ClientMail, Mail
from services.notifications.rendering import HELPERS, PARTS, TEMPLATES, environment
from services.notifications.words.catalogue import LOCALE
from shared.errors import Misconfigured
from shared.language import ENGLISH, check_words, further_folder, house_languages

TO_THE_PERSON = tuple(kind.template for kind in get_args(Mail) if issubclass(kind, ClientMail))


def check_languages() -> None:
    """Raises Misconfigured, with everything that is missing, unless every further language is whole."""
    further = [each for each in house_languages() if further_folder(each)]
    wrong = [fault for language in further for fault in faults_in(language)]
    try:
        check_words("notifications", LOCALE)
    except Misconfigured as lacking:
        wrong.append(str(lacking))
    if wrong:
        raise Misconfigured("\n".join(wrong))


def faults_in(language: str) -> Iterator[str]:
    """What keeps a mail from being written in this language, a sentence each."""
    for name in TO_THE_PERSON:
        for part in PARTS:
            own = f"mail/{name}/{language}/{part}"
            try:
                said = _names_in(own)
            except TemplateNotFound as missing:
                yield f"{language}: there is no {missing.name} for {own}"
            except TemplateSyntaxError as error:
                yield f"{language}: {error.name or own}, line {error.lineno}: {error.message}"
            else:
                yield from (f"{language}: {own} {what}" for what in _unlike(said, name, part))


def begin_mails(language: str, folder: Path) -> list[Path]:
    """The English templates of every mail to a person, below `folder`, to be translated where they stand."""
    names = {each for mail in TO_THE_PERSON for part in PARTS for each in _parts_of(f"mail/{mail}/en/{part}")}
    written = []
    for name in sorted(each for each in names if f"/{ENGLISH}/" in each):
        path = folder / language / name.replace(f"/{ENGLISH}/", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        path.write_text(source.replace(f"layout/{ENGLISH}/", f"layout/{language}/"), encoding="utf-8")
        written.append(path)
    return written


def _unlike(said: frozenset[str], name: str, part: str) -> Iterator[str]:
    """How dates and numbers are said is a language's own; what else a mail says is the same in each."""
    english = _names_in(f"mail/{name}/{ENGLISH}/{part}")
    if strange := said - english - HELPERS:
        yield f"names what this mail does not have: {', '.join(sorted(strange))}"
    if lost := english - said - HELPERS:
        yield f"leaves out: {', '.join(sorted(lost))}"


def _names_in(template: str) -> frozenset[str]:
    made = environment()
    sources = (_source(each) for each in _parts_of(template))
    return frozenset[str]().union(*(meta.find_undeclared_variables(made.parse(each)) for each in sources))


def _parts_of(template: str) -> frozenset[str]:
    """The template, and every other one it is made of."""
    found, left = set[str](), [template]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += filter(None, meta.find_referenced_templates(environment().parse(_source(name))))
    return frozenset(found)


def _source(template: str) -> str:
    made = environment()
    if made.loader is None:
        raise TemplateNotFound(template)
    return made.loader.get_source(made, template)[0]
