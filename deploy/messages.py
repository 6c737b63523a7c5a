"""The house's messages: extracted from what says them, held against the catalogues, and written into them.

    python -m deploy.messages            brings our catalogues up to date, and tells what is to be translated
    python -m deploy.messages --check    only looks

A key is found where it is written into `say("…")`, `said_at("…")` or `message("…")`.
"""

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from shared.errors import Misconfigured
from shared.language import ENGLISH, Catalogue, faults_of, name_of, read_catalogue
from shared.language.house import OURS, check_further, our_languages

ROOT = Path(__file__).parents[1]
MAPPING = Path(__file__).parent / "messages.cfg"
READ_MAPPING: Callable[[TextIO, str], tuple[Any, Any]] = parse_mapping_cfg
SAID_BY = {"say": None, "said_at": None, "message": None}
COMMON = "shared"
SERVICES = ("intake", "matching", "notifications", "resources")
WIDTH = 110


@dataclass(frozen=True)
class Domain:
    """One part of the house: where its messages are said, and where their catalogues stand."""

    name: str
    source: Path
    locale: Path

    @cached_property
    def said(self) -> frozenset[str]:
        """The keys that are said here."""
        with MAPPING.open(encoding="utf-8") as file:
            methods, options = READ_MAPPING(file, str(MAPPING))
        found = extract_from_dir(str(self.source), methods, options, keywords=SAID_BY)
        return frozenset(str(each[2]) for each in found)

    def path(self, language: str) -> Path:
        """Its catalogue in a language of ours."""
        return self.locale / language / "LC_MESSAGES" / f"{self.name}.po"

    @cached_property
    def english(self) -> Catalogue:
        """What its keys say in English."""
        return read_catalogue(self.path(ENGLISH))


@dataclass(frozen=True)
class Messages:
    """Everything that the house says, by domains; `common` is what all of them may say."""

    common: Domain = field(default_factory=lambda: Domain(COMMON, ROOT / "shared", OURS))
    services: Sequence[Domain] = field(
        default_factory=lambda: [
            Domain(name, ROOT / "services" / name, ROOT / "services" / name / "locale") for name in SERVICES
        ]
    )

    @property
    def domains(self) -> Sequence[Domain]:
        return (self.common, *self.services)

    def faults(self) -> Iterator[str]:
        """What is wrong, a sentence each: said and nowhere, stale, or not alike in some language."""
        for domain in self.domains:
            known = domain.english.keys | self.common.english.keys
            for key in sorted(domain.said - known):
                yield f"{domain.name}: {key} is said, and stands in no catalogue"
            for key in sorted(domain.english.keys - self._said_of(domain)):
                yield f"{domain.name}: {key} is stale: nothing says it any more"
            for language in our_languages():
                yield from self._faults_in(domain, language)

    def _said_of(self, domain: Domain) -> frozenset[str]:
        """A service says what is common, too, in words of its own; what is common any of them may say."""
        if domain is self.common:
            return frozenset[str]().union(*(each.said for each in self.domains))
        return domain.said | self.common.said

    def _faults_in(self, domain: Domain, language: str) -> Iterator[str]:
        path = domain.path(language)
        try:
            found, english = read_catalogue(path), domain.english
        except Misconfigured as missing:
            yield str(missing)
            return
        yield from (f"{domain.name}, {language}: {each}" for each in faults_of(found, english))
        if language == ENGLISH:
            yield from (f"{domain.name}, en: {key} says nothing" for key in sorted(found.untranslated))

    def update(self) -> list[Path]:
        """Writes our catalogues anew: what is said and new is added empty, what is stale left out."""
        behind = self.behind()
        for path, content in behind.items():
            path.write_bytes(content)
        return list(behind)

    def behind(self) -> Mapping[Path, bytes]:
        """The catalogues that would be written, and how."""
        drafted = {path: _written(made) for path, made in self._brought_up_to_date()}
        return {path: content for path, content in drafted.items() if path.read_bytes() != content}

    def _brought_up_to_date(self) -> Iterator[tuple[Path, Catalog]]:
        for domain in self.domains:
            read = {language: _read(domain.path(language), language) for language in our_languages()}
            stale = domain.english.keys - self._said_of(domain)
            new = domain.said - domain.english.keys - self.common.english.keys
            english = _without(read[ENGLISH], stale)
            for key in sorted(new - {_key(each) for each in english}):
                english.add(key, "")
            for language, catalogue in read.items():
                yield domain.path(language), english if language == ENGLISH else _beside(english, catalogue)

    def begin(self, language: str, folder: Path) -> list[Path]:
        """Empty catalogues of a further language below `folder`, with the English beside each message."""
        check_further(language)
        if (folder / language).exists():
            raise Misconfigured(f"{folder / language} is there already")
        written = []
        for domain in self.domains:
            path = folder / language / "LC_MESSAGES" / f"{domain.name}.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            english = _read(domain.path(ENGLISH), ENGLISH)
            path.write_bytes(_written(_beside(english, _empty(language))))
            written.append(path)
        return written


def _beside(english: Catalog, catalogue: Catalog) -> Catalog:
    """The catalogue with the messages of the English one, what that says as a comment beside each."""
    made = _like(catalogue)
    for each in english:
        if not each.id:
            continue
        own = catalogue.get(_key(each))
        forms = [each.string] if isinstance(each.string, str) else list(each.string or ())
        empty = "" if isinstance(each.id, str) else ("",) * catalogue.num_plurals
        made.add(
            each.id,
            own.string if own is not None and isinstance(own.id, str) is isinstance(each.id, str) else empty,
            flags=own.flags if own is not None else (),
            auto_comments=[*each.user_comments, *(f"English: {form}" for form in dict.fromkeys(forms))],
            user_comments=own.user_comments if own is not None else (),
        )
    return made


def _without(catalogue: Catalog, stale: frozenset[str]) -> Catalog:
    made = _like(catalogue)
    for each in catalogue:
        if each.id and _key(each) not in stale:
            made.add(each.id, each.string, flags=each.flags, user_comments=each.user_comments)
    return made


def _like(catalogue: Catalog) -> Catalog:
    """An empty one with its head."""
    made = Catalog(locale=catalogue.locale, header_comment=catalogue.header_comment, fuzzy=False)
    made.mime_headers = catalogue.mime_headers
    return made


def _empty(language: str) -> Catalog:
    name = name_of(language)
    return Catalog(language, header_comment="#", project="The house", version=name, fuzzy=False)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _written(catalogue: Catalog) -> bytes:
    content = io.BytesIO()
    write_po(content, catalogue, width=WIDTH)
    return content.getvalue()


def main(arguments: Sequence[str]) -> int:
    """What `make messages` runs: 0 when every message stands in every language of ours, else 1."""
    messages = Messages()
    if "--check" not in arguments:
        for path in messages.update():
            print(f"written: {path.relative_to(ROOT)}")
        messages = Messages()
    faults = list(messages.faults())
    print("\n".join(faults) or "messages: all is well")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
