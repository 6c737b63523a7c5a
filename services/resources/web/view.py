"""What the pages show: how the journey stands, in codes and days, and what one press would change."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse

from services.resources.domain.seen import Pace, Seen
from services.resources.web.foreseen import at_pace, if_kept, if_paused, if_resumed
from services.resources.web.front import Front
from services.resources.web.noes import words_of
from services.resources.web.shelf import Text, books_of, entries_of
from services.resources.web.visit import Visit
from shared.pages.person import frame, in_other_languages
from shared.pages.words import Words

STOPPED_BY_THEM = frozenset({"person", "one_click"})
PACES: tuple[Pace, ...] = ("as_planned", "slower")


async def home_page(front: Front, visit: Visit) -> HTMLResponse:
    """How it stands, what came, and what can be changed."""
    seen, say = visit.seen, words_of(visit.language)
    kept = await if_kept(front, visit) if seen.check_in_open else seen
    state = _state(seen, kept)
    values = {
        "state": state,
        "heading": say(f"{state}.heading", day=_day(visit, seen.paused_until)),
        "lead": say(f"{state}.lead", day=_day(visit, seen.next_at)) if state != "running" else "",
        "coming": _coming(say, visit, seen) if state == "running" else "",
        "asked": _readings(say, visit, kept) if state == "asked" else "",
        "entries": entries_of(front, visit, say("books.link")),
    }
    return _page(front, visit, "home.html", values, sends_on=state == "reached")


async def stop_page(front: Front, visit: Visit) -> HTMLResponse:
    """Whether the mails shall stop; how it stands, where none come any more."""
    if not _goes_on(visit.seen):
        return await home_page(front, visit)
    return _page(front, visit, "stop.html", {}, below="/stop")


async def pause_page(front: Front, visit: Visit) -> HTMLResponse:
    """Until when nothing would come."""
    foreseen = await if_paused(front, visit)
    if visit.seen.state != "running" or foreseen.paused_until is None:
        return await home_page(front, visit)
    return _page(front, visit, "pause.html", {"until": visit.day(foreseen.paused_until)}, below="/pause")


async def resume_page(front: Front, visit: Visit) -> HTMLResponse:
    """When it would go on."""
    if visit.seen.state != "paused" or visit.seen.why != "person":
        return await home_page(front, visit)
    coming = _coming(words_of(visit.language), visit, await if_resumed(front, visit))
    return _page(front, visit, "resume.html", {"coming": coming}, below="/resume")


async def pace_page(front: Front, visit: Visit, status: int = 200) -> HTMLResponse:
    """What each pace would mean, in days."""
    if not _goes_on(visit.seen):
        return await home_page(front, visit)
    say = words_of(visit.language)
    paces = {pace: _next(say, visit, await at_pace(front, visit, pace)) for pace in PACES}
    values = {"now_at": visit.seen.pace, "paces": paces, "choose": status != 200}
    return _page(front, visit, "pace.html", values, below="/pace", status=status)


async def keep_page(front: Front, visit: Visit) -> HTMLResponse:
    """What would follow."""
    kept = await if_kept(front, visit)
    if not visit.seen.check_in_open or not kept.left:
        return await home_page(front, visit)
    asked = _readings(words_of(visit.language), visit, kept)
    return _page(front, visit, "keep.html", {"asked": asked}, below="/keep")


async def ready_page(front: Front, visit: Visit) -> HTMLResponse:
    """What happens once they say so."""
    if visit.seen.state == "reached":
        return await home_page(front, visit)
    return _page(front, visit, "ready.html", {}, below="/ready", sends_on=True)


def noted_page(front: Front, visit: Visit) -> HTMLResponse:
    """That they are ready is noted, although the next page cannot be opened now."""
    return _page(front, visit, "noted.html", {}, sends_on=True)


def books_page(front: Front, visit: Visit) -> HTMLResponse:
    """The reading list."""
    return _page(front, visit, "books.html", {"books": books_of(front, visit)}, below="/books")


def item_page(front: Front, visit: Visit, text: Text, below: str) -> HTMLResponse:
    """A practice or a reading, whole."""
    return _page(front, visit, "item.html", {"text": text}, below=below)


def _state(seen: Seen, kept: Seen) -> str:
    """Which words the page has; `kept` is the journey as it would stand after "keep"."""
    match seen.state:
        case "running":
            return "asked" if seen.check_in_open and kept.left else "running"
        case "paused":
            return "resting" if seen.why == "person" else "on_hold"
        case "stopped":
            return "stopped" if seen.why in STOPPED_BY_THEM else "ended"
        case _:
            return "reached"


def _goes_on(seen: Seen) -> bool:
    return seen.state in ("running", "paused")


def _next(say: Words, visit: Visit, seen: Seen) -> str:
    """What comes by itself, and when; that nothing does for now, where something else is waited for."""
    if seen.next_at is None or seen.next_kind is None:
        return say("coming.nothing_now")
    return say(f"coming.{seen.next_kind}", day=visit.day(seen.next_at))


def _coming(say: Words, visit: Visit, seen: Seen) -> str:
    """The same, and how much follows it."""
    said = _next(say, visit, seen)
    if seen.next_at is None or seen.next_kind not in ("practice", "reading"):
        return said
    more = max(0, seen.left - 1)
    after = say("coming.more", count=more) if more else say("coming.last")
    return f"{said} {after}"


def _readings(say: Words, visit: Visit, kept: Seen) -> str:
    """What "keep" would bring."""
    day = _day(visit, kept.next_at)
    return say("keep.count", count=kept.left, day=day)


def _day(visit: Visit, at: Any) -> str:
    return visit.day(at) if at is not None else ""


def _page(
    front: Front,
    visit: Visit,
    template: str,
    values: Mapping[str, Any],
    *,
    below: str = "",
    status: int = 200,
    sends_on: bool = False,
) -> HTMLResponse:
    """A page of this journey; `sends_on`: a press on it leads to intake."""
    say = words_of(visit.language)
    others = in_other_languages(f"{visit.home}{below}", visit.language) if status == 200 else ()
    intake = urlsplit(front.intake_url)
    given = {
        **frame(front.practice, say, others),
        "home": visit.home,
        "lang": f"?lang={visit.language}",
        "seen": visit.seen,
        **values,
    }
    return front.pages.page(
        template,
        given,
        language=visit.language,
        status=status,
        has_form=True,
        sends_on_to=(f"{intake.scheme}://{intake.netloc}",) if sends_on else (),
    )
