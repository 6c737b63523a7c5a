"""What the entries of a resources.yaml promise one another.

Read from the file as it was typed, whatever else is wrong with it, so that everything is told in one run.
"""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from shared.language import ENGLISH, names_in
from shared.markdown import faults_in
from shared.practice.files import Loc

LISTS = ("books", "practices", "readings")
WORDS = ("title", "discreet_title", "about", "what", "why")  # in every language; a book's title is its own
MARKDOWN = ("how", "when_not", "text")
CONDITIONS = ("only_when", "leave_out_when")

Broken = Iterator[tuple[Loc, str]]


def broken_promises(data: Mapping[str, Any], specialties: Container[str]) -> Broken:
    """Each promise that the file breaks: where, and in an operator's words what."""
    yield from _doubles(data)
    yield from _general(data)
    for name in LISTS:
        for index, entry in _entries(data, name):
            yield from _unknown_specialties((name, index), entry, specialties)
            yield from _named_twice((name, index), entry)
            yield from _given_to_nobody((name, index), entry)
            yield from _unreadable((name, index), entry)
    yield from _nothing_for_some(data)
    yield from _editions(data)


def _entries(data: Mapping[str, Any], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    entries = data.get(name)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield index, entry


def _codes(entry: Mapping[str, Any], name: str) -> list[str]:
    codes = entry.get(name)
    return [each for each in codes if isinstance(each, str)] if isinstance(codes, list) else []


def _doubles(data: Mapping[str, Any]) -> Broken:
    """A journey keeps what it sent by code: a book and a practice of one code would be the same to it."""
    seen: dict[str, str] = {}
    for name in LISTS:
        for index, entry in _entries(data, name):
            code = entry.get("code")
            if not isinstance(code, str):
                continue
            if code in seen:
                where = "" if seen[code] == name else f": one of the {seen[code]} has it, too"
                yield (name, index, "code"), f"{code!r} is used twice{where}"
            seen.setdefault(code, name)


def _general(data: Mapping[str, Any]) -> Broken:
    books = {entry.get("code"): entry for _, entry in _entries(data, "books")}
    general = _codes(data, "general")
    for position, code in enumerate(general):
        if code not in books:
            yield ("general", position), f"{code!r} is not one of the books"
        elif code in general[:position]:
            yield ("general", position), f"{code!r} is named twice"
    if general and not any(_for_anybody(books[code]) for code in general if code in books):
        yield ("general",), "needs one book that is never left out"


def _nothing_for_some(data: Mapping[str, Any]) -> Broken:
    practices = [entry for _, entry in _entries(data, "practices")]
    if practices and not any(_for_anybody(entry) for entry in practices):
        yield ("practices",), "needs one practice that is never left out"


def _for_anybody(entry: Mapping[str, Any]) -> bool:
    return not any(entry.get(name) for name in CONDITIONS)


def _unknown_specialties(loc: Loc, entry: Mapping[str, Any], specialties: Container[str]) -> Broken:
    for position, code in enumerate(_codes(entry, "for")):
        if code not in specialties:
            yield (*loc, "for", position), f"{code!r} is not one of the practice's specialties"


def _named_twice(loc: Loc, entry: Mapping[str, Any]) -> Broken:
    for name in ("for", *CONDITIONS):
        codes = _codes(entry, name)
        for position, code in enumerate(codes):
            if code in codes[:position]:
                yield (*loc, name, position), f"{code!r} is named twice"


def _given_to_nobody(loc: Loc, entry: Mapping[str, Any]) -> Broken:
    only_when = _codes(entry, "only_when")
    for position, code in enumerate(_codes(entry, "leave_out_when")):
        if code in only_when:
            yield (
                (*loc, "leave_out_when", position),
                f"{code!r} is in only_when, too: nobody would be given it",
            )


def _unreadable(loc: Loc, entry: Mapping[str, Any]) -> Broken:
    """Words that are only blanks, and Markdown of which a reader would not get everything."""
    for name in (*WORDS, *MARKDOWN):
        said = entry.get(name)
        for language, text in said.items() if isinstance(said, dict) else ():
            if isinstance(text, str) and text and not text.strip():
                yield (*loc, name, language), "must not be empty"
            elif isinstance(text, str) and name in MARKDOWN:
                yield from (((*loc, name, language), fault) for fault in faults_in(text))


def _editions(data: Mapping[str, Any]) -> Broken:
    """An ISBN is of one edition of one book."""
    seen: set[str] = set()
    for index, entry in _entries(data, "books"):
        numbers, titles = entry.get("isbn"), entry.get("titles")
        for language, number in (numbers if isinstance(numbers, dict) else {}).items():
            loc = ("books", index, "isbn", language)
            if language != ENGLISH and not (isinstance(titles, dict) and titles.get(language)):
                name = names_in(ENGLISH).get(str(language), language)
                yield loc, f"is the number of an edition in {name}, of which titles names no title"
            if isinstance(number, str) and (plain := number.replace("-", "")):
                if plain in seen:
                    yield loc, f"{number!r} is used twice; every edition has a number of its own"
                seen.add(plain)
