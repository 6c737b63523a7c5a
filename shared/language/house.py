"""Which languages the house speaks: a language is a folder with catalogues.

Ours stand below `shared/locale`. A practice adds further ones in a folder of its own, which the environment
names as PRACTICE_LOCALE_DIR: a folder for each, called by the language's code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

from shared.errors import Misconfigured

ENGLISH = "en"
"""The desk's language, and what somebody reads whose own language the house does not speak."""

OURS = Path(__file__).parents[1] / "locale"
CODE = re.compile(r"[a-z]{2,3}")
COUNTRY = "US"  # whose clocks have names of their own there


@dataclass(slots=True)
class _Addition:
    """The one folder of further languages that this process was told of."""

    folder: Path | None = None


_addition = _Addition()


def speak_also(folder: Path | None) -> None:
    """The further languages of the house, from now on in this process, are those of this folder; none: ours.

    Raises Misconfigured when the folder is missing, or has a part that is called like no language.
    """
    if folder is not None:
        _found_in(folder)
    _addition.folder = folder


def house_languages() -> tuple[str, ...]:
    """The codes of the languages that pages and mails exist in, English first."""
    further = _found_in(_addition.folder) if _addition.folder is not None else ()
    return (*our_languages(), *further)


def further_root() -> Path | None:
    """The practice's folder of further languages."""
    return _addition.folder


def further_folder(language: str) -> Path | None:
    """Where the practice keeps this language; None for one of ours."""
    return None if _addition.folder is None or language in our_languages() else _addition.folder / language


def other_languages(language: str) -> tuple[str, ...]:
    """All but this one."""
    return tuple(each for each in house_languages() if each != language)


def spoken(language: str) -> str:
    """The language of the house in which somebody reads who named this one, such as `es-MX`."""
    code = code_of(language)
    return code if code in house_languages() else ENGLISH


def code_of(tag: str) -> str:
    """The language of a tag such as `es-MX`, without its country or script."""
    return re.split("[-_]", tag.strip().lower())[0]


@cache
def locale_of(language: str) -> Locale:
    """How Babel writes days and zones for its speakers in the United States, where it knows them."""
    try:
        return Locale.parse(f"{language}_{COUNTRY}")
    except UnknownLocaleError:
        return Locale.parse(language)


@cache
def names_in(language: str) -> Mapping[str, str]:
    """What languages are called in this one, by their codes."""
    return dict(Locale.parse(language).languages)


@cache
def name_of(language: str) -> str:
    """What its own speakers call it, as a page's switch says it: `Español`."""
    name = Locale.parse(language).get_display_name() or language
    return name[:1].upper() + name[1:]


@cache
def our_languages() -> tuple[str, ...]:
    """Those that we ship, English first."""
    codes = sorted(each.name for each in OURS.iterdir() if each.is_dir())
    return (ENGLISH, *(each for each in codes if each != ENGLISH))


@cache
def _found_in(folder: Path) -> tuple[str, ...]:
    if not folder.is_dir():
        raise Misconfigured(f"PRACTICE_LOCALE_DIR: there is no folder {folder}")
    codes = sorted(each.name for each in folder.iterdir() if each.is_dir() and each.name[:1] not in "._")
    for code in codes:
        check_further(code)
    return tuple(codes)


def check_further(code: str) -> None:
    """Raises Misconfigured unless it is the code of a language that is not one of ours."""
    if code in our_languages():
        raise Misconfigured(f"{code!r} is a language of ours, not a further one")
    if not CODE.fullmatch(code) or not _is_known(code):
        raise Misconfigured(f"{code!r} is not the code of a language, such as pt")


def _is_known(code: str) -> bool:
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True
