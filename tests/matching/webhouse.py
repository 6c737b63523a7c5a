"""Matching's doors over a real database, as tests and the browser meet them."""

import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from services.matching import storage
from services.matching.domain.follow import check_in
from services.matching.domain.referral import Moved
from services.matching.handlers.desk import record_all
from services.matching.settings import terms_of
from services.matching.web import Front, doors, dressing
from shared.contracts.base import Ask, Plain
from shared.contracts.intake import (
    Contact,
    ContactsAnswered,
    ContactsAsked,
    InsideNote,
    LaterWords,
    NoteKept,
    NoteOffered,
    Preferences,
    RequestDetail,
    RequestsAnswered,
    RequestsAsked,
    Words,
    WordsAnswered,
    WordsAsked,
)
from shared.contracts.matching import ProofRequested
from shared.database import Database
from shared.errors import Defect, Retryable
from shared.messaging.tables import outbox
from shared.pages import docs
from shared.practice import Practice
from shared.tokens import Links
from tests.conftest import TestClock
from tests.matching.builders import NOW
from tests.matching.calendars import Calendars, Question
from tests.matching.conftest import LOS_ANGELES
from tests.matching.loop import Loop

PUBLIC_URL = "https://matching.example.org"
LINKS = Links(["a link key of the tests, long enough to be one"])
NAME, MESSAGE, ADDRESS = "Canary Wren", "my canary died in March", "canary@example.org"


class Intake:
    """Intake as matching asks it: keeps notes, and writes down who read what. It can be away."""

    def __init__(self, clock: TestClock | None = None) -> None:
        self.calendars = Calendars(clock or TestClock(NOW))
        self.away = self.breaks = False
        self.asked: list[Ask] = []
        self.notes: dict[str, NoteOffered] = {}
        self.known = {f"q-{number}" for number in range(1, 40)}
        self.said: dict[str, Any] = {}
        self.later: list[LaterWords] = []

    async def __call__(self, question: Ask, answer: type[Any]) -> Any:
        if self.away:
            raise Retryable("nobody answered")
        if self.breaks:
            raise Defect("the answer makes no sense")
        self.asked.append(question)
        if isinstance(question, Question):
            return self.calendars.answer(question)
        return self._answer(question)

    def note(self, request_id: str, text: str, by: str = "coordinator:lee") -> None:
        """Somebody noted this."""
        note = NoteOffered(note_id=f"n-{len(self.notes)}", request_id=request_id, written_by=by, text=text)
        self.notes[note.note_id] = note

    def _answer(self, question: Ask) -> Plain:
        match question:
            case NoteOffered():
                if question.request_id in self.known:
                    self.notes.setdefault(question.note_id, question)
                return NoteKept(kept=question.request_id in self.known)
            case ContactsAsked():
                return ContactsAnswered(contacts=tuple(map(self._contact, self._found(question))))
            case WordsAsked():
                return WordsAnswered(words=tuple(map(self._words, self._found(question))))
            case RequestsAsked():
                return RequestsAnswered(requests=tuple(map(self._detail, self._found(question))))
        raise AssertionError(f"nobody answers {question.subject()}")

    def _found(self, question: ContactsAsked | WordsAsked | RequestsAsked) -> list[str]:
        return [each for each in question.request_ids if each in self.known]

    def _contact(self, request_id: str) -> Contact:
        plain: dict[str, Any] = {
            "request_id": request_id,
            "person_id": "p-1",
            "reference": "R-00001",
            "name": NAME,
            "pronouns": "they/them",
            "email": ADDRESS,
            "phone": "+13235550177",
            "language": "en",
            "time_zone": "America/Los_Angeles",
            "email_ok": True,
            "text_ok": False,
            "voicemail_ok": False,
            "discreet": True,
            "safe_hours": None,
            "unsafe_at_home": False,
            "silenced": False,
            "client_name": None,
            "client_relation": None,
            "test": False,
            "version": 1,
        }
        return Contact(**{name: self.said.get(name, value) for name, value in plain.items()})

    def _words(self, request_id: str) -> Words:
        noted = [each for each in self.notes.values() if each.request_id == request_id]
        return Words(
            request_id=request_id,
            reference="R-00001",
            message=MESSAGE,
            notes=tuple(
                InsideNote(written_at=NOW, written_by=each.written_by, text=each.text) for each in noted
            ),
            written_at=NOW,
            later=tuple(self.later),
        )

    def _detail(self, request_id: str) -> RequestDetail:
        plain: dict[str, Any] = {
            "request_id": request_id,
            "reference": "R-00001",
            "path": "consultation",
            "received_at": NOW,
            "for_": "self",
            "age": 34,
            "unit": "individual",
            "state": "CA",
            "safety_level": "none",
            "flags": (),
            "concerns": ("grief_loss",),
            "suggested_concerns": (),
            "preferences": Preferences(),
            "context": (),
            "quarantined": False,
        }
        return RequestDetail(
            **{**plain, **{name: value for name, value in self.said.items() if name in plain}}
        )


def a_front(loop: Loop, practice: Practice, intake: Any = None, url: str = PUBLIC_URL) -> Front:
    """The front of the Los Angeles practice, over this life of referrals."""
    return Front(
        practice,
        loop.terms,
        loop.rosters,
        loop.database,
        loop.acts,
        intake or Intake(),
        LINKS,
        loop.clock,
        loop.ids,
        url,
    )


def an_app(front: Front) -> FastAPI:
    """The doors alone, as the service has them."""
    app = FastAPI(docs_url=None)
    app.include_router(docs.router())
    app.include_router(doors(front))
    dressing(front)(app)
    return app


class WebHouse:
    """Referrals that live, an intake that answers, and browsers before the doors."""

    def __init__(self, database: Database, clock: TestClock, practice: Practice) -> None:
        self.clock, self.intake = clock, Intake(clock)
        self.loop = Loop(database, clock, terms_of(practice, LOS_ANGELES))
        self.front = a_front(self.loop, practice, self.intake)
        self.app = an_app(self.front)

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """Somebody's browser that has proven nothing."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers=headers)

    async def proven(self, page: str) -> httpx.AsyncClient:
        """A browser of whom this link is for, who has typed the digits of their mail."""
        browser = self.browser()
        await self.prove(browser, page)
        return browser

    async def prove(self, browser: httpx.AsyncClient, page: str) -> httpx.Response:
        """Asks for a code and types it."""
        await browser.post(f"{page}/code")
        digits = await self.digits(recipient_of(page))
        return await browser.post(f"{page}/prove", data={"digits": digits})

    async def at_the_desk(self, **said: Any) -> tuple[str, str, httpx.AsyncClient]:
        """A referral, Dana's link to it, and her proven browser."""
        referral_id = await self.loop.request(**said)
        page = case_link(referral_id)
        return referral_id, page, await self.proven(page)

    async def digits(self, recipient: str = "coordinator:dana") -> str:
        """What the newest mail to them says, in the order in which mails were asked for."""
        told = sa.select(outbox.c.payload).where(outbox.c.subject == ProofRequested.subject())
        async with self.front.database.reading() as tx:
            payloads = (await tx.execute(told.order_by(outbox.c.seq.desc()))).scalars()
            newest = map(ProofRequested.model_validate_json, payloads)
            return LINKS.code(next(each.proof_id for each in newest if each.recipient == recipient))

    async def leave(self, clinician_id: str) -> None:
        """A clinician leaves the roster."""
        async with self.front.database.transaction() as tx:
            await storage.save_departures(tx, [clinician_id], self.clock.now)
            await storage.bump_roster(tx, self.clock.now)

    async def checked_in(self, referral_id: str, closes_in: timedelta) -> None:
        """Who waits is asked whether they still do."""
        now = self.clock.now
        async with self.front.database.transaction() as tx:
            found = (await storage.load_referrals(tx, [referral_id]))[0]
            done = check_in(found, now + closes_in, self.loop.terms.dues(now))
            assert isinstance(done, Moved)
            await record_all(tx, [done], now)

    async def act(
        self, browser: httpx.AsyncClient, page: str, act: str, referral_id: str, **typed: Any
    ) -> httpx.Response:
        """What somebody who sees the newest version sends."""
        version = (await self.loop.get(referral_id)).version
        return await browser.post(f"{page}/{act}", data={"version": version, **typed})


def a_link(path: str, purpose: str, recipient: str, subject: str, now: datetime = NOW) -> str:
    """The path that a mail of that moment leads to."""
    return f"{path}/{LINKS.sign(purpose, recipient, subject, now, timedelta(days=30))}"


def recipient_of(page: str) -> str:
    """Whom a link is for."""
    path, _, token = page.strip("/").rpartition("/")
    purpose = {"answers/introduction": "introduced"}.get(path, path.rpartition("/")[2])
    link = LINKS.read(token, purpose, NOW)
    assert link
    return link.recipient


def case_link(referral_id: str, coordinator_id: str = "dana", now: datetime = NOW) -> str:
    return a_link("/referrals/case", "case", f"coordinator:{coordinator_id}", referral_id, now)


def calendar_link(coordinator_id: str = "dana", now: datetime = NOW) -> str:
    return a_link("/referrals/calendar", "calendar", f"coordinator:{coordinator_id}", "calendar", now)


def offer_link(offer_id: str, clinician_id: str, now: datetime = NOW) -> str:
    return a_link("/referrals/offer", "offer", f"clinician:{clinician_id}", offer_id, now)


def introduction_link(offer_id: str, clinician_id: str, now: datetime = NOW) -> str:
    return a_link("/referrals/introduction", "introduction", f"clinician:{clinician_id}", offer_id, now)


def introduced_link(offer_id: str, request_id: str, now: datetime = NOW) -> str:
    return a_link("/answers/introduction", "introduced", f"person:{request_id}", offer_id, now)


def waiting_link(referral_id: str, request_id: str, now: datetime = NOW) -> str:
    return a_link("/answers/waiting", "waiting", f"person:{request_id}", referral_id, now)


TAGS = re.compile(r"<style>.*?</style>|<[^>]+>", re.DOTALL)


def text_of(html: str) -> str:
    """What a reader sees, on one line."""
    words = TAGS.sub(" ", html).replace("&nbsp;", " ").replace("&#39;", "'").replace("&amp;", "&")
    return " ".join(words.split())


def field_of(html: str, name: str) -> str:
    """The value of a hidden field, the first of that name."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name}"
    return found[1]
