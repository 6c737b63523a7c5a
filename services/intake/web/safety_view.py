"""What the pages of a crisis show: codes before a POST, and after it what the person wrote. In English, as
all that only coordinators read.
"""

from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse

from services.intake.domain.answering import contact_of
from services.intake.domain.contact import LONGEST_NOTE, Reach, Words
from services.intake.domain.ladder import SafetyCase
from services.intake.domain.request import Request as Kept
from services.intake.web.begin_view import Guest
from services.intake.web.front import Front
from services.intake.web.view import frame
from shared.alerts import NOT_A_SCREENING, emergency_of, signs
from shared.language import ENGLISH, said_at
from shared.reached import lines_about

PERSON = "person"


def crisis_page(front: Front, guest: Guest, kept: Kept, case: SafetyCase, status: int = 200) -> HTMLResponse:
    """How it stands: nobody has it, somebody has, or it is cleared. `status` 422: a reason is missing."""
    taken, cleared = case.acknowledged, case.cleared
    return _page(
        front,
        guest,
        "safety.html",
        status,
        level=kept.safety_level,
        flagged_at=_when(front, case.flagged_at),
        found=signs(kept.safety_rules),
        not_a_screening=NOT_A_SCREENING,
        taken_by=_name(front, taken.by) if taken else "",
        taken_at=_when(front, taken.at) if taken else "",
        cleared_by=_name(front, cleared.by) if cleared else "",
        cleared_at=_when(front, cleared.at) if cleared else "",
        because=guest.typed.last("because"),
        longest=LONGEST_NOTE,
        missing=status == 422,
        emergency=emergency_of(front.practice),
    )


def words_page(front: Front, guest: Guest, reach: Reach, words: Words) -> HTMLResponse:
    """What they wrote, then and later, how they are reached, and what was noted inside."""
    return _page(
        front,
        guest,
        "safety_words.html",
        200,
        about=lines_about(contact_of(reach), front.practice),
        message=words.message,
        written_at=_when(front, words.at) if words.at else "",
        later=[(_author(front, each.by), _when(front, each.at), each.text) for each in words.later],
        notes=[(_author(front, each.by), _when(front, each.at), each.text) for each in words.notes],
        emergency=emergency_of(front.practice),
    )


def closed_page(front: Front, guest: Guest) -> HTMLResponse:
    """That there is nothing here any more, whatever the reason."""
    return _page(front, guest, "safety_closed.html", 200)


def _page(front: Front, guest: Guest, template: str, status: int, **values: Any) -> HTMLResponse:
    shown = frame(front, ENGLISH) | {"home": guest.home, "reference": guest.reference, **values}
    return front.pages.page(template, shown, language=ENGLISH, status=status, has_form=True)


def _when(front: Front, at: datetime) -> str:
    return said_at("date.date_and_time", at, front.practice.zone, ENGLISH)


def _name(front: Front, who: str) -> str:
    """A coordinator as everybody calls them; by id, who has left."""
    found = front.practice.coordinator(who)
    return found.name if found else who


def _author(front: Front, by: str) -> str:
    kind, _, who = by.partition(":")
    return "They themselves" if kind == PERSON else _name(front, who or kind)
