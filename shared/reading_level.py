"""How hard a text is to read, in English and Spanish.

    level = level_of("Breathe out. Look around.", "en")
    level.easy_enough     whether somebody with eight years of school reads it without effort
    str(level)            "grade 1.1 (at most 8)"

English: the Flesch-Kincaid grade, 0.39 words a sentence + 11.8 syllables a word - 15.59 (J. P. Kincaid, R. P.
Fishburne, R. L. Rogers, B. S. Chissom, "Derivation of New Readability Formulas for Navy Enlisted Personnel",
Research Branch Report 8-75, 1975). At most grade 8.

Spanish: the INFLESZ scale, 206.835 - 62.3 syllables a word - words a sentence (F. Szigriszt Pazos, "Sistemas
predictivos de legibilidad del mensaje escrito", 1993, in the bands of I. M. Barrio-Cantalejo and others,
"Validación de la Escala INFLESZ para evaluar la legibilidad de los textos dirigidos a pacientes", An Sist
Sanit Navar 2008; 31(2): 135-152). At least 55, where "normal" begins. On the scale of J. Fernández Huerta
("Medidas sencillas de lecturabilidad", Consigna 1959; 214: 29-32) that is about 60, where the seventh and
eighth years of school are.

Both count words and syllables alone. A text may pass and still be hard; read it aloud.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pyphen

HARDEST_GRADE = 8.0
LOWEST_INFLESZ = 55.0

Scale = Literal["grade", "INFLESZ"]

ADDRESS = re.compile(r"\(?https?://[^\s)]+\)?")
PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)")  # or an item of a list
SENTENCE_END = re.compile(r"[.?!…]+[\"'”’»)]*(?:\s+|$)")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

VOWELS = re.compile(r"[aeiouy]+")
SILENT_E = re.compile(r"(?:(?:[^aeiouyl]|[aeiouy]l)e|[^aeiouytd]ed|[^aeiouyszxcgh]es)$")
VOWEL_AND_ING = re.compile(r"[aeiouy]ing$")

STRONG, WEAK, STRESSED_WEAK = "aeoáéó", "iuü", "íú"


@dataclass(frozen=True, slots=True)
class Level:
    """How hard a text is: a school grade, the higher the harder, or INFLESZ, the lower the harder."""

    scale: Scale
    score: float
    words: int

    @property
    def easy_enough(self) -> bool:
        """Whether the score as it is told, with one decimal, is within the limit."""
        score = round(self.score, 1)
        return score <= HARDEST_GRADE if self.scale == "grade" else score >= LOWEST_INFLESZ

    def __str__(self) -> str:
        limit = f"at most {HARDEST_GRADE:g}" if self.scale == "grade" else f"at least {LOWEST_INFLESZ:g}"
        return f"{self.scale} {self.score:.1f} ({limit})"


def level_of(text: str, language: str) -> Level | None:
    """How hard the plain text is; None for a text without a word, and for a language without a formula."""
    prose = ADDRESS.sub(" ", text)
    words = WORD.findall(prose)
    sentences = _sentences(prose)
    if not words:
        return None
    syllables = sum(syllables_of(word, language) for word in words)
    a_sentence, a_word = len(words) / sentences, syllables / len(words)
    match language[:2].lower():
        case "en":
            return Level("grade", 0.39 * a_sentence + 11.8 * a_word - 15.59, len(words))
        case "es":
            return Level("INFLESZ", 206.835 - 62.3 * a_word - a_sentence, len(words))
        case _:
            return None


@cache
def syllables_of(word: str, language: str) -> int:
    """How many syllables a word has, at least one.

    Spanish spelling tells. English is divided by pyphen as at the end of a line, which keeps together what
    would leave a letter alone (open, about); so vowels are counted in each part, a silent e left out.
    """
    parts = re.split(r"['’-]", word.lower())
    if language[:2].lower() == "es":
        return max(1, sum(_nuclei(part) for part in parts))
    divided = (piece for part in parts for piece in _english().inserted(part, " ").split(" "))
    return max(1, sum(_vowel_sounds(piece) for piece in divided))


def _sentences(prose: str) -> int:
    """How many sentences there are; a heading and an item of a list are one without a full stop, too."""
    found = (each for block in PARAGRAPH.split(prose) for each in SENTENCE_END.split(block))
    return max(1, sum(WORD.search(each) is not None for each in found))


@cache
def _english() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US", left=1, right=1)


def _vowel_sounds(piece: str) -> int:
    """The syllables of a part of an English word; vowels in a row are one."""
    heard = piece.replace("qu", "q")
    heard = heard[1:] if heard.startswith("y") else heard
    sounds = len(VOWELS.findall(heard))
    silent = sounds > 1 and SILENT_E.search(heard) is not None
    return sounds - silent + (VOWEL_AND_ING.search(heard) is not None)


def _nuclei(word: str) -> int:
    """The syllables of a Spanish word. Two vowels in a row are one unless both are strong or stressed."""
    count, before = 0, ""
    for letter in word:
        if letter in STRONG + WEAK + STRESSED_WEAK:
            both_strong = letter in STRONG + STRESSED_WEAK and before in STRONG + STRESSED_WEAK
            count += not before or both_strong
            before = letter
        else:
            before = ""
    return count
