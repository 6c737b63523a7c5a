"""How numbers, lists and codes that nobody put into words are said in English."""

from collections.abc import Iterable

NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def number(count: int) -> str:
    """Small numbers as words, others as digits."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def listed(parts: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *firsts, final = list(parts) or [""]
    return f"{', '.join(firsts)} {last} {final}" if firsts else final


def spelled(code: str) -> str:
    """A code that nobody put into words."""
    return code.replace("_", " ").replace(":", " ").replace(".", " ")
