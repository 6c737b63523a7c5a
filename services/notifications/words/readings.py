"""What is said of a series of readings, and of whoever is ready."""

from shared.english import number

BEGIN = "Begin with them"

IN_SPANISH = (
    *("ninguna", "una", "dos", "tres", "cuatro", "cinco", "seis"),
    *("siete", "ocho", "nueve", "diez", "once", "doce"),
)


def how_many(count: int, language: str) -> str:
    """Small numbers as words, others as digits; in Spanish as of `lecturas` or `prácticas`."""
    if language != "es":
        return number(count)
    return IN_SPANISH[count] if 0 <= count < len(IN_SPANISH) else str(count)
