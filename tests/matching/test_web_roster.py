"""The roster's page: whoever opens it from the digest changes who is there for somebody new."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from services.matching import operations, storage
from services.matching.handlers.roster import RosterEntry
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.builders import NOW
from tests.matching.conftest import WriteRoster
from tests.matching.webhouse import WebHouse, a_link, text_of


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


def roster_link(coordinator_id: str = "dana", subject: str = "roster") -> str:
    return a_link("/roster", "roster", f"coordinator:{coordinator_id}", subject)


async def entry(house: WebHouse, who: str = "c-a") -> RosterEntry:
    return next(each for each in await operations.list_roster(house.front.database) if each.record.id == who)


async def send(
    browser: httpx.AsyncClient, page: str, below: str, who: str = "c-a", version: int = 1, **typed: Any
) -> httpx.Response:
    names = {"from_": "from"}
    form = {names.get(name, name): value for name, value in typed.items()}
    return await browser.post(f"{page}/{below}", data={"clinician_id": who, "version": str(version), **form})


def forms_of(html: str, who: str) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Every form about this clinician as a browser would send it, by the end of its address."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for address, inside in re.findall(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', html, re.S):
        fields = {
            name: unescape(value)
            for tag in re.findall(r"<input[^>]*>", inside, re.S)
            for name in re.findall(r' name="([^"]*)"', tag)
            for value in re.findall(r' value="([^"]*)"', tag)
        }
        if fields.get("clinician_id") == who:
            found.setdefault(address.rsplit("/", 1)[1], []).append((address, fields))
    return found


async def test_a_browser_that_proved_nothing_sees_that_there_is_a_roster_and_nobody_on_it(
    house: WebHouse,
) -> None:
    said = await house.browser().get(roster_link())

    assert said.status_code == 200
    assert "The roster" in text_of(said.text)
    assert "Mail me a code" in said.text
    assert "Clinician" not in said.text
    assert "c-a" not in text_of(said.text)


async def test_a_browser_that_proved_nothing_changes_nothing(house: WebHouse) -> None:
    refused = await send(house.browser(), roster_link(), "accepting", accepting="no")

    assert refused.status_code == 403
    assert "Clinician" not in refused.text
    assert (await entry(house)).version == 1


@pytest.mark.parametrize(
    "link",
    [
        a_link("/roster", "roster", "clinician:c-a", "roster"),
        a_link("/roster", "roster", "coordinator:nobody", "roster"),
        a_link("/roster", "roster", "coordinator:dana", "referral-1"),
        a_link("/roster", "case", "coordinator:dana", "roster"),
        a_link("/roster", "roster", "coordinator:dana", "roster", NOW - timedelta(days=31)),
    ],
    ids=["a clinician's", "nobody's", "about something else", "for another page", "too old"],
)
async def test_no_other_link_opens_the_roster(link: str, house: WebHouse) -> None:
    assert (await house.browser().get(link)).status_code == 404


async def test_a_proven_browser_sees_everybody_with_their_room(house: WebHouse) -> None:
    await house.loop.request()
    page = roster_link()

    said = text_of((await (await house.proven(page)).get(page)).text)

    assert "3 clinicians; 3 take new clients." in said
    assert "Clinician c-a, LMFT 5 of 10 places free · proposed once, not chosen yet" in said
    assert "In use 5 taken outside, 0 given here, 0 held for offers" in said


async def test_a_pause_is_kept_and_undone_by_the_form_that_then_stands_there(house: WebHouse) -> None:
    page = roster_link()
    browser = await house.proven(page)
    (address, pause) = forms_of((await browser.get(page)).text, "c-a")["accepting"][0]
    assert pause["accepting"] == "no"

    kept = await browser.post(address, data=pause)

    assert (kept.status_code, kept.headers["location"]) == (303, f"{page}?said=accepting-1#n1")
    assert not (await entry(house)).record.accepting
    shown = await browser.get(kept.headers["location"])
    assert "Clinician c-a is paused: nobody new." in text_of(shown.text)
    assert "Clinician c-a, LMFT paused · 5 of 10 places free" in text_of(shown.text)
    (address, again) = forms_of(shown.text, "c-a")["accepting"][0]
    assert (await browser.post(address, data=again)).status_code == 303
    assert (await entry(house)).record.accepting


async def test_the_same_form_twice_is_one_change_and_says_whose(house: WebHouse) -> None:
    page, lees = roster_link(), roster_link("lee")
    browser, lee = await house.proven(page), await house.proven(lees)
    await send(browser, page, "room", capacity="12", caseload="9")

    again = await send(browser, page, "room", capacity="12", caseload="9")
    hers = await send(lee, lees, "room", capacity="12", caseload="9")

    assert (again.status_code, hers.status_code) == (200, 200)
    assert "So it is already, by you at 10:00 am." in text_of(again.text)
    assert "So it is already, by Dana at 10:00 am." in text_of(hers.text)
    assert (await entry(house)).version == 2


async def test_who_comes_second_with_something_else_is_told_who_was_first(house: WebHouse) -> None:
    page, lees = roster_link(), roster_link("lee")
    browser, lee = await house.proven(page), await house.proven(lees)
    await send(lee, lees, "room", capacity="12", caseload="9")

    late = await send(browser, page, "room", capacity="20", caseload="5")

    assert late.status_code == 409
    said = "Clinician c-a was changed meanwhile, by Lee at 10:00 am. Nothing was done; look again."
    assert said in text_of(late.text)
    assert (await entry(house)).record.capacity == 12
    assert forms_of(late.text, "c-a")["room"][0][1]["version"] == "2"


async def test_after_an_import_the_operator_was_first(
    house: WebHouse, practice: Practice, write_roster: WriteRoster
) -> None:
    page = roster_link()
    browser = await house.proven(page)
    file = write_roster({"id": "c-a", "caseload": 7}, {"id": "c-b"}, {"id": "c-c"})
    await operations.import_roster(house.front.database, file, practice, NOW)

    late = await send(browser, page, "accepting", accepting="no")

    assert "was changed meanwhile, by the operator at 10:00 am" in text_of(late.text)


async def test_leave_is_added_and_taken_out_again(house: WebHouse) -> None:
    page = roster_link()
    browser = await house.proven(page)

    added = await send(browser, page, "leave", from_="2026-12-20", to="2027-01-04")
    shown = (await browser.get(added.headers["location"])).text
    assert "Dec 20, 2026 to Jan 4, 2027" in text_of(shown)
    (address, out) = forms_of(shown, "c-a")["back"][0]
    ended = await browser.post(address, data=out)
    again = await browser.post(address, data=out)

    assert (ended.status_code, again.status_code) == (303, 200)
    assert (await entry(house)).record.leave == ()


async def test_a_leave_that_is_under_way_ends_with_yesterday(house: WebHouse) -> None:
    page = roster_link()
    browser = await house.proven(page)
    added = await send(browser, page, "leave", from_="2026-11-20", to="2026-12-04")
    shown = (await browser.get(added.headers["location"])).text
    assert "on leave until Dec 4, 2026" in text_of(shown)
    assert "They are back today" in shown

    (address, back) = forms_of(shown, "c-a")["back"][0]
    await browser.post(address, data=back)

    (left,) = (await entry(house)).record.leave
    assert (left.from_.isoformat(), left.to.isoformat()) == ("2026-11-20", "2026-11-22")
    after = (await browser.get(page)).text
    assert "on leave until" not in text_of(after)
    assert "(over)" in text_of(after)


@pytest.mark.parametrize(
    ("below", "typed", "field", "said"),
    [
        (
            "room",
            {"capacity": "-1", "caseload": "5"},
            "capacity",
            "Places in all: Please give a whole number",
        ),
        ("room", {"capacity": "20", "caseload": "many"}, "caseload", "Taken outside this system: Please"),
        ("room", {"capacity": "501", "caseload": "5"}, "capacity", "from 0 to 500"),
        ("room", {"caseload": "5"}, "capacity", "Places in all: Please"),
        ("leave", {"from_": "soon", "to": "2027-01-04"}, "from", "First day of a leave: Please give a day"),
        ("leave", {"from_": "2026-12-20", "to": ""}, "to", "Last day: Please give a day"),
        ("leave", {"from_": "2027-01-04", "to": "2026-12-20"}, "to", "Last day: The last day comes before"),
        ("leave", {"from_": "2026-01-04", "to": "2026-01-20"}, "to", "Last day: This leave is over already."),
        ("leave", {"from_": "2026-12-20", "to": "2126-12-21"}, "to", "Is the year right?"),
    ],
)
async def test_a_mistake_names_its_field_and_keeps_what_was_typed(
    below: str, typed: dict[str, str], field: str, said: str, house: WebHouse
) -> None:
    page = roster_link()
    answer = await send(await house.proven(page), page, below, **typed)

    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert 'href="#n1"' in answer.text
    wrong = re.findall(r'<input[^>]*aria-invalid="true"[^>]*>', answer.text, re.S)
    assert any(f'name="{field}"' in tag for tag in wrong)
    (_, kept) = forms_of(answer.text, "c-a")[below][0]
    for name, value in typed.items():
        assert kept[name.rstrip("_")] == value
    assert (await entry(house)).version == 1


@pytest.mark.parametrize(
    ("below", "typed"), [("accepting", {"accepting": "maybe"}), ("back", {"from_": "x", "to": "y"})]
)
async def test_what_no_button_sends_is_refused(below: str, typed: dict[str, str], house: WebHouse) -> None:
    page = roster_link()
    answer = await send(await house.proven(page), page, below, **typed)

    assert answer.status_code == 422
    assert (await entry(house)).version == 1


async def test_who_has_left_the_roster_cannot_be_changed(
    house: WebHouse, practice: Practice, write_roster: WriteRoster
) -> None:
    page = roster_link()
    browser = await house.proven(page)
    await operations.import_roster(house.front.database, write_roster({"id": "c-b"}), practice, NOW)

    answer = await send(browser, page, "accepting", accepting="no")

    assert answer.status_code == 409
    assert "not on the roster any more" in text_of(answer.text)


async def test_a_paused_clinician_is_not_proposed_any_more(house: WebHouse) -> None:
    page = roster_link()
    await send(await house.proven(page), page, "accepting", accepting="no")

    referral_id = await house.loop.request()
    async with house.front.database.reading() as tx:
        decision = await storage.load_decided(tx, referral_id)

    assert decision is not None
    assert "c-a" not in [fit.clinician_id for fit in decision.candidates]
    assert [(miss.clinician_id, miss.codes) for miss in decision.excluded] == [("c-a", ("not_accepting",))]


async def test_no_name_stands_in_an_address(house: WebHouse) -> None:
    page = roster_link()
    browser = await house.proven(page)
    shown = (await browser.get(page)).text

    addresses = re.findall(r'(?:href|action)="([^"]*)"', shown)
    kept = await send(browser, page, "accepting", accepting="no")
    assert not any("c-a" in each for each in (*addresses, kept.headers["location"]))


async def test_looking_changes_nothing_and_is_not_kept_anywhere(house: WebHouse) -> None:
    page = roster_link()
    browser = await house.proven(page)

    shown = await browser.get(f"{page}?said=accepting-2")
    await browser.head(page)

    assert shown.headers["cache-control"] == "no-store"
    assert "noindex" in shown.headers["x-robots-tag"]
    assert [(await entry(house, who)).version for who in ("c-a", "c-b", "c-c")] == [1, 1, 1]
    for odd in ("accepting-99", "accepting-0", "nonsense", "-", "accepting-x"):
        assert (await browser.get(page, params={"said": odd})).status_code == 200
