"""Odd posts from a proven browser: whatever is sent, the page answers, and nothing breaks behind it."""

from collections.abc import Mapping

import pytest

from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import WebHouse, a_link, calendar_link, case_link, offer_link, text_of

ODD = {
    "nul": "a\0b",
    "emoji": "🕯️" * 10,
    "long": "x" * 60_000,
    "quotes": "'\"><script>alert(1)</script>",
    "right to left": "\u202e\u2066c-a",
    "lines": "a\r\nSet-Cookie: b=c",
    "template": "{{ 7 * 7 }}{% raw %}",
    "digits": "9" * 5000,
    "other digits": "١٢٣",
}


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_an_odd_value_in_any_field_is_refused_or_kept_and_breaks_nothing(
    house: WebHouse, odd: str
) -> None:
    referral_id = await house.loop.request()
    case = case_link(referral_id)
    calendar = calendar_link()
    roster = a_link("/roster", "roster", "coordinator:dana", "roster")
    dana = await house.proven(case)
    forms: list[tuple[str, Mapping[str, str]]] = [
        (f"{case}/choose", {"clinician_id": odd}),
        (f"{case}/close", {"why": odd}),
        (f"{case}/none", {"why": odd}),
        (f"{case}/release", {"why": odd, "state": odd}),
        *(
            (f"{case}/call", {"act": act, "seen": odd, "slot": odd, "note": odd, "note_id": odd})
            for act in ("book", "move", "cancel", "attended", "missed", odd)
        ),
        (f"{case}/call", {"act": "book", "day": odd, "time": odd, "minutes": odd, "coordinator_id": odd}),
        (f"{case}/call", {"act": "book", "day": "2026-11-24", "time": "14:00", "coordinator_id": odd}),
        (f"{case}/call", {"act": "book", "slot": f"2026-11-24T22:00:00Z~{odd}"}),
        (f"{calendar}/block", {"day": odd, "from": odd, "to": odd, "absence_id": odd}),
        (f"{calendar}/leave", {"first": odd, "last": odd, "absence_id": odd}),
        (f"{calendar}/remove", {"absence_id": odd}),
        (f"{case}/undo", {"version": odd}),
        (f"{case}/read", {"to": odd}),
        (f"{case}/code", {"to": odd}),
        (f"{roster}/accepting", {"clinician_id": odd, "accepting": "no"}),
        (f"{roster}/room", {"clinician_id": odd, "capacity": odd, "caseload": odd}),
        (f"{roster}/leave", {"clinician_id": odd, "from": odd, "to": odd}),
        (f"{roster}/back", {"clinician_id": "c-a", "from": odd, "to": odd}),
    ]

    for path, form in forms:
        said = await dana.post(path, data={"version": "1", **form})
        assert said.status_code < 500, (path, form)
        assert "<script>alert" not in said.text
        assert "49{%" not in said.text
    assert (await house.loop.get(referral_id)).version == 1


@pytest.mark.parametrize(
    ("day", "time", "minutes"),
    [
        ("9999-12-31", "23:59", "20"),
        ("0001-01-01", "00:00", "20"),
        ("2026-11-24", "10:00+23:00", "20"),
        ("2026-W48-2", "10", "20"),
        ("2026-11-24", "10:00", "99999999999999999999"),
    ],
)
async def test_a_call_at_no_time_on_earth_is_no_defect(
    house: WebHouse, day: str, time: str, minutes: str
) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    dana = await house.proven(page)

    form = {"act": "book", "seen": "0", "day": day, "time": time, "minutes": minutes}
    said = await dana.post(f"{page}/call", data=form)

    assert said.status_code < 500, text_of(said.text)


async def test_an_odd_note_id_is_no_defect(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    dana = await house.proven(page)

    for odd in ODD.values():
        form = {"why": "duplicate", "note": "a note", "note_id": odd}
        assert (await house.act(dana, page, "close", referral_id, **form)).status_code < 500
        await house.loop.acts.undo(referral_id, "coordinator:dana")
    assert not [note for note in house.intake.notes if "\0" in note or len(note) > 64]


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "application/json"}, b'{"version": 1, "why": "duplicate"}', 415),
        ({"content-type": "text/plain"}, b"version=1&why=duplicate", 415),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({"content-type": "application/x-www-form-urlencoded"}, b"why=%ED%A0%80", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"why=\xff\xfe", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=1&" * 200, 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=" + b"1" * 70_000, 413),
        ({"content-type": "application/x-www-form-urlencoded", "origin": "null"}, b"version=1", 403),
        ({"content-type": "application/x-www-form-urlencoded", "origin": "https://evil.example"}, b"", 403),
        ({"origin": "https://matching.example.org.evil.example"}, b"", 403),
    ],
)
async def test_what_is_no_form_of_ours_does_nothing(
    house: WebHouse, headers: dict[str, str], content: bytes, status: int
) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    dana = await house.proven(page)

    said = await dana.post(f"{page}/close", headers=headers, content=content)

    assert said.status_code == status
    assert (await house.loop.get(referral_id)).version == 1


async def test_a_token_with_odd_bytes_is_turned_away_or_stays_ours(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    odds = (
        "%0d%0aSet-Cookie:%20a=b",
        "%00",
        "%22%3E%3Cscript%3E",
        "%2f%2fevil.example",
        "%3Fa=b",
        "%ff",
        ".",
    )
    for odd in odds:
        for url in (f"{page}{odd}", f"/referrals/case/{odd}"):
            browser = house.browser()
            shown = await browser.get(url)
            sent = await browser.post(f"{url}/code")
            assert shown.status_code < 500, url
            assert "<script>" not in shown.text
            assert sent.headers.get("location", "/referrals/").startswith("/referrals/")
            assert not sent.cookies
            assert "\r" not in sent.headers.get("location", "")


async def test_an_offer_answers_an_odd_no(house: WebHouse) -> None:
    offered = await house.loop.offered()
    assert offered.choice
    page = offer_link(offered.choice.offer_id, "c-a")
    browser = await house.proven(page)
    for odd in ODD.values():
        said = await browser.post(f"{page}/no", data={"why": odd})
        assert said.status_code in {400, 422}
        assert "<script>alert" not in said.text
