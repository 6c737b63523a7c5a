"""Which practices and short readings fit somebody. Every choice and every "no" has a code."""

from dataclasses import dataclass

from services.resources.domain.choosing import Chosen, LeftOut
from services.resources.domain.fitting import barred, guessed, matches, reasons, ticked
from services.resources.domain.request import Request
from shared.practice import Catalogue
from shared.practice.catalogue import ReadinessPractice, Reading

FOR_EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Picked:
    """What was chosen, in the order in which it comes, and why not the others."""

    items: tuple[Chosen, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def after(self, came: frozenset[str]) -> tuple[str, ...]:
        """The codes that have not come yet, the next first."""
        return tuple(each.code for each in self.items if each.code not in came)


@dataclass(frozen=True, slots=True)
class Series:
    """What comes after the reading list: the practices, and the short readings for who would keep them."""

    practices: Picked = Picked()
    readings: Picked = Picked()


def choose_series(request: Request, catalogue: Catalogue) -> Series:
    """By what is known of the reader's life and concerns; what has come already plays no part."""
    return Series(_practices(request, catalogue), _readings(request, catalogue))


def _practices(request: Request, catalogue: Catalogue) -> Picked:
    """All whose own conditions hold, in the catalogue's order."""
    why = {each.code: barred(each, request.life) for each in catalogue.practices}
    return Picked(
        tuple(_for_everybody(each) for each in catalogue.practices if not why[each.code]),
        tuple(LeftOut(code, each) for code, each in why.items() if each),
    )


def _readings(request: Request, catalogue: Catalogue) -> Picked:
    """Those that speak to something they told, the most fitting first."""
    why = {each.code: barred(each, request.life) or _no_concern(each, request) for each in catalogue.readings}
    fitting = sorted(
        (each for each in catalogue.readings if not why[each.code]),
        key=lambda each: (-len(ticked(each, request)), -len(guessed(each, request)), len(each.for_)),
    )
    return Picked(
        tuple(Chosen(each.code, reasons(each, request)) for each in fitting),
        tuple(LeftOut(code, each) for code, each in why.items() if each),
    )


def _for_everybody(practice: ReadinessPractice) -> Chosen:
    conditions = tuple(f"context:{code}" for code in practice.only_when)
    return Chosen(practice.code, conditions or (FOR_EVERYBODY,))


def _no_concern(reading: Reading, request: Request) -> str | None:
    return None if matches(reading, request) else "no_concern"
