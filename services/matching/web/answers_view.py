"""What a person sees behind their link: in their language, and before the press nothing about them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse

from services.matching import storage
from services.matching.domain.life import ENDS, HEAR_BACK, HELD, SILENCED, WAITLISTED
from services.matching.domain.referral import Referral
from services.matching.web.front import Front
from services.matching.web.noes import words_of
from services.matching.web.visit import Visit
from shared.language import names_in
from shared.names import first_name
from shared.pages.days import day_of
from shared.pages.person import frame, in_other_languages

ASKED_FOR_ANOTHER = frozenset({"ask_for_someone_else", "someone_else"})
NOBODY_LOOKS = ENDS | {HELD, SILENCED}
ANSWERS = ("still_waiting", "found_someone", "not_now")


def closed_page(front: Front, visit: Visit) -> HTMLResponse:
    """Two buttons; whom it is about is shown after the press."""
    return _page(front, visit, "answer_closed.html", {})


def ended_page(front: Front, visit: Visit, found: Referral) -> HTMLResponse:
    """The link has ended; who looks again, where somebody does."""
    say = words_of(visit.language)
    owner = front.practice.coordinator(front.terms.in_hands_of(found.owner))
    text = say("ended.text")
    if owner is not None and _is_looked_for(found):
        text = say("ended.looking", called=first_name(owner.name))
    return _said(front, visit, say("ended.heading"), text, title=say("title.ended"))


async def introduction_page(
    front: Front, visit: Visit, found: Referral, *, for_another: bool
) -> HTMLResponse:
    """The clinician, as they introduce themselves."""
    values = {"who": await _clinician(front, visit, found), "for_another": for_another}
    return _page(front, visit, "answer_introduction.html", values)


async def confirm_page(front: Front, visit: Visit, found: Referral) -> HTMLResponse:
    """Someone else, then?"""
    return _page(front, visit, "answer_confirm.html", {"who": await _clinician(front, visit, found)})


def changed_page(front: Front, visit: Visit, found: Referral) -> HTMLResponse:
    """They have said so already, or something else has happened since."""
    say, latest = words_of(visit.language), found.latest
    if latest is not None and latest.act in ASKED_FOR_ANOTHER:
        day = _day(front, visit, latest.at)
        return _said(front, visit, say("someone_else.already_heading"), say("someone_else.already", day=day))
    return _said(front, visit, say("someone_else.ended_heading"), say("someone_else.ended"))


def thanks_page(front: Front, visit: Visit, answer: str) -> HTMLResponse:
    """Thank you, for each answer."""
    say = words_of(visit.language)
    if answer == "someone_else":
        return _said(front, visit, say("someone_else.done_heading"), say("someone_else.done"))
    more = () if answer == "still_waiting" else (say("waited.slip"),)
    return _said(front, visit, say(f"waited.{answer}_heading"), say(f"waited.{answer}"), *more)


def waiting_page(
    front: Front,
    visit: Visit,
    found: Referral,
    *,
    choose_one: bool = False,
    told: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """Three buttons while they wait; what was said or has happened once they do not, or have answered."""
    waits = found.stage == WAITLISTED and found.pending is None
    if told or not waits:
        return _already(front, visit, found)
    stands = found.standing
    closes = _day(front, visit, stands.due_at) if stands.next_action == HEAR_BACK else ""
    values = {
        "closes": closes,
        "choose_one": choose_one,
        "answers": ANSWERS,
    }
    return _page(front, visit, "answer_waiting.html", values, status)


def _already(front: Front, visit: Visit, found: Referral) -> HTMLResponse:
    say, latest = words_of(visit.language), found.latest
    heading = say("waited.already_heading")
    if latest is not None and latest.act in ANSWERS:
        return _said(
            front, visit, heading, say(f"waited.already_{latest.act}", day=_day(front, visit, latest.at))
        )
    text = say("waited.already_off") if found.ended else say("waited.moved")
    return _said(front, visit, say("someone_else.ended_heading"), text)


def _is_looked_for(found: Referral) -> bool:
    """Whether somebody else is still looked for: nobody took their place since, and nothing stands still."""
    choice = found.choice
    return found.stage not in NOBODY_LOOKS and (choice is None or choice.place != "taken")


def _said(front: Front, visit: Visit, heading: str, *texts: str, title: str = "") -> HTMLResponse:
    say = words_of(visit.language)
    values = {"heading": heading, "texts": texts, "title": title or say("title.thanks")}
    return _page(front, visit, "answer_said.html", values)


def _page(
    front: Front, visit: Visit, template: str, values: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    say = words_of(visit.language)
    common = {
        **frame(front.practice, say, in_other_languages(visit.home, say.language)),
        "home": visit.home,
        "lang": f"?lang={say.language}",
    }
    return front.pages.page(
        template, {**common, **values}, language=say.language, status=status, has_form=True
    )


async def _clinician(front: Front, visit: Visit, found: Referral) -> dict[str, Any]:
    """The clinician in the person's language; the supervisor's line for an associate."""
    clinician_id = found.choice.clinician_id if found.choice else ""
    async with front.database.reading() as tx:
        known = (await storage.load_clinicians_by_id(tx, [clinician_id]))[clinician_id]
        above_id = known.record.supervisor or ""
        above = (await storage.load_clinicians_by_id(tx, [above_id])).get(above_id)
    record = known.record
    written_in = record.introduction.written_in(visit.language)
    return {
        "name": record.name,
        "called": first_name(record.name),
        "pronouns": record.pronouns,
        "credential": _credential(front, visit, record.credential),
        "associate": known.associate,
        "supervisor": above.record.name if above else None,
        "supervisor_credential": _credential(front, visit, above.record.credential) if above else None,
        "words": [each for each in record.introduction.text(visit.language).split("\n\n") if each.strip()],
        "written_in": written_in,
        "other_language": None if written_in == visit.language else names_in(visit.language).get(written_in),
    }


def _credential(front: Front, visit: Visit, code: str) -> str:
    known = front.practice.rules.credentials.get(code)
    return known.name.text(visit.language) if known else code


def _day(front: Front, visit: Visit, at: datetime) -> str:
    return day_of(at, front.terms.zone, words_of(visit.language).language)
