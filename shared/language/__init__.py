"""The languages that the house speaks, its words in each of them, and days and hours as they are said there.

    house_languages()                      the codes, English first
    load_words("intake", LOCALE, "es")     a service's words over those that everybody says
    message("error.required")              a key that is put together elsewhere, so that extraction finds it
    said_at("date.day", at, zone, "es")    `lunes 21 de diciembre`

Words stand in gettext catalogues, `<language>/LC_MESSAGES/<domain>.po`, with keys of our own as msgid; see
docs/adr/0045-words-stand-in-catalogues.md.
"""

from shared.language.catalogue import Catalogue, catalogue_of, faults_of, read_catalogue
from shared.language.days import said_at, said_clock
from shared.language.house import (
    ENGLISH,
    OURS,
    further_folder,
    house_languages,
    locale_of,
    name_of,
    names_in,
    other_languages,
    speak_also,
    spoken,
)
from shared.language.words import Words, check_words, common_words, listed_in, load_words, message

__all__ = [
    "ENGLISH",
    "OURS",
    "Catalogue",
    "Words",
    "catalogue_of",
    "check_words",
    "common_words",
    "faults_of",
    "further_folder",
    "house_languages",
    "listed_in",
    "load_words",
    "locale_of",
    "message",
    "name_of",
    "names_in",
    "other_languages",
    "read_catalogue",
    "said_at",
    "said_clock",
    "speak_also",
    "spoken",
]
