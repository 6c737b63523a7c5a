"""The rules that every mail keeps. A rule gives the breaches that it sees; its docstring says why it is one.

envelope    the bytes: MIME, headers, lines
agreement   text and HTML say the same
markup      what mail programs and screen readers make of the HTML
colours     whether it can be read, in light and in dark
wording     what is said, to whom, and how hard it is to read
discretion  what a stranger at the screen learns
"""

from collections.abc import Callable, Iterator

from tests.mails.rules import agreement, colours, discretion, envelope, markup, wording
from tests.mails.specimen import Specimen

Rule = Callable[[Specimen], Iterator[str]]

RULES: tuple[Rule, ...] = (
    *envelope.RULES,
    *agreement.RULES,
    *markup.RULES,
    *colours.RULES,
    *wording.RULES,
    *discretion.RULES,
)


def breaches(specimen: Specimen) -> list[str]:
    """Everything that any rule sees, with the rule's name and its reason."""
    return [
        f"{specimen.case}: {rule.__name__}: {seen} ({' '.join((rule.__doc__ or '').split())})"
        for rule in RULES
        for seen in rule(specimen)
    ]
