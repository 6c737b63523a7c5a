"""Catalogues of messages in gettext's own format, read as they stand: nothing is compiled beforehand.

A msgid is a key of ours, `group.name`; what it says in English is the English catalogue's msgstr. Four
hundred messages are read in 30 ms.
"""

import gettext
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from shared.errors import Misconfigured
from shared.language.house import ENGLISH, further_folder

COUNT = "count"  # the value by which a message chooses among its plural forms


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one domain in one language, each in its plural forms, or in one.

    `untranslated` are keys with a part that is empty, or that its translator marked as fuzzy. `plural` tells
    from a count which form; there are `forms` of them.
    """

    messages: Mapping[str, tuple[str, ...]]
    untranslated: frozenset[str]
    with_plural: frozenset[str]
    forms: int
    plural: Callable[[int], int]

    @property
    def keys(self) -> frozenset[str]:
        """Of all its messages."""
        return self.untranslated | self.messages.keys()


def read_catalogue(path: Path) -> Catalogue:
    """The catalogue in this file. Raises Misconfigured when it is missing or broken."""
    try:
        with path.open("rb") as file:
            found = read_po(file, abort_invalid=True)
        plural = gettext.c2py(found.plural_expr)
    except FileNotFoundError:
        raise Misconfigured(f"there is no catalogue {path}") from None
    except (PoFileError, OSError, ValueError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}") from None
    messages: dict[str, tuple[str, ...]] = {}
    untranslated, with_plural = set(), set()
    for each in found:
        if not each.id:
            continue
        key, said = (each.id, each.string) if isinstance(each.id, str) else (each.id[0], each.string)
        forms = (said,) if isinstance(said, str) else tuple(said or ("",))
        if not isinstance(each.id, str):
            with_plural.add(key)
        if each.fuzzy or not all(forms):
            untranslated.add(key)
        else:
            messages[key] = forms
    return Catalogue(messages, frozenset(untranslated), frozenset(with_plural), found.num_plurals, plural)


def faults_of(catalogue: Catalogue, english: Catalogue) -> Iterator[str]:
    """What a catalogue lacks beside the English one, or has too much of, a sentence each."""
    for key in english.messages:
        if key in catalogue.untranslated:
            yield f"{key} is not translated, or marked as fuzzy"
        elif key not in catalogue.messages:
            yield f"{key} is missing"
        else:
            yield from (f"{key} {what}" for what in _misspoken(key, catalogue, english))
    for key in sorted(catalogue.keys - english.keys):
        yield f"{key} is stale: there is no such message any more"


def catalogue_of(domain: str, folder: Path, language: str) -> Catalogue:
    """The catalogue of a domain. `folder` has our languages; a further one stands in the practice's own.

    Raises Misconfigured, with everything that is wrong, where a further language is not whole.
    """
    further = further_folder(language)
    if further is None:
        return _kept(_path(folder / language, domain))
    return _checked(_path(further, domain), _path(folder / ENGLISH, domain))


@lru_cache(maxsize=256)
def _kept(path: Path) -> Catalogue:
    return read_catalogue(path)


@lru_cache(maxsize=256)
def _checked(path: Path, english: Path) -> Catalogue:
    found = read_catalogue(path)
    wrong = list(faults_of(found, _kept(english)))
    if wrong:
        raise Misconfigured("\n".join(f"{path}: {each}" for each in wrong))
    return found


def _path(folder: Path, domain: str) -> Path:
    return folder / "LC_MESSAGES" / f"{domain}.po"


def gaps_in(text: str) -> frozenset[str]:
    """The names of its {placeholders}; raises ValueError where a brace stands alone."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _misspoken(key: str, catalogue: Catalogue, english: Catalogue) -> Iterator[str]:
    if (key in catalogue.with_plural) is not (key in english.with_plural):
        yield "has plural forms in one language and none in the other"
        return
    forms = catalogue.messages[key]
    if key in catalogue.with_plural and len(forms) != catalogue.forms:
        yield f"has {len(forms)} plural forms; its catalogue names {catalogue.forms}"
    wanted = frozenset[str]().union(*map(gaps_in, english.messages[key]))
    try:
        found = [gaps_in(form) for form in forms]
    except ValueError:
        yield "has a brace that stands alone"
        return
    for gaps in found:
        strange, lost = gaps - wanted, wanted - gaps - {COUNT}  # a form may say `one` instead of a number
        if strange or lost:
            yield f"has other placeholders than the English: {_named(strange | lost)}"
    if COUNT in wanted and not any(COUNT in gaps for gaps in found):
        yield f"has other placeholders than the English: {_named({COUNT})}"


def _named(gaps: frozenset[str] | set[str]) -> str:
    return ", ".join(f"{{{gap}}}" for gap in sorted(gaps))
