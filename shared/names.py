"""What somebody is called whose name is known whole."""

import re

TWO_WORDS = re.compile(r"([^\W\d_][\w'’-]+) [^\W\d_][\w'’-]*\.?")


def first_name(name: str) -> str:
    """The first of two plain words, "Sam" of "Sam Rivera"; any other name whole.

    Nobody can tell which part of "Thích Nhất Hạnh" is which.
    """
    two = TWO_WORDS.fullmatch(name)
    return two.group(1) if two else name
