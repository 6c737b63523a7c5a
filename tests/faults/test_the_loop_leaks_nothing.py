"""A referral followed to its introduction leaves no name, word, note, address or link outside the mail."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.faults.test_bus_carries_facts import canaries, canary, consultation, found_in
from tests.stack import Mail, Stack, running

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

PRACTICE = Path("deploy/practice/los_angeles")
LINK = re.compile(r"https?://[^\s<>\"]+/(?:referrals|answers|roster)/[^\s<>\"]+")
CODE = re.compile(r"^\s*(\d{3}) ?(\d{3})\s*$", re.MULTILINE)
HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')
NOTE = "QxInsideNote007Zw"


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Stack]:
    """The whole product, in which an act settles after two seconds, at any hour of the day."""
    config = tmp_path / "practice"
    shutil.copytree(PRACTICE, config)
    far = (datetime.now(ZoneInfo("America/Los_Angeles")) + timedelta(hours=12)).hour
    clocks = f'introduction_delay: "2 seconds", quiet_hours: "{far:02}:00-{far:02}:30"'
    with (config / "practice.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\nclocks: {{{clocks}}}\n")
    yield from running(tmp_path / "data", PRACTICE_CONFIG_DIR=str(config))


class Visitor:
    """Somebody who opens the links of their mails."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.client = stack, httpx.Client(follow_redirects=True, timeout=30)
        self.secrets: set[str] = set()  # tokens of links, and cookies

    def mail(self, wanted: Callable[[Mail], bool]) -> Mail:
        found = self.stack.until_mails(lambda mails: any(map(wanted, mails)))
        return next(mail for mail in reversed(found) if wanted(mail))

    def prove(self, page: str, address: str) -> None:
        self.client.post(f"{page}/code")
        mail = self.mail(lambda mail: mail.to == address and bool(CODE.search(mail.text)))
        [digits] = [first + second for first, second in CODE.findall(mail.text)]
        shown = self.client.post(f"{page}/prove", data={"digits": digits})
        assert shown.status_code == 200, shown.text
        self.secrets |= {page.rpartition("/")[2], *self.client.cookies.values()}

    def press(self, page: str, below: str, **typed: str) -> str:
        """Sends the form with what its page hides in it."""
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(self.client.get(page).text)}
        shown = self.client.post(f"{page}/{below}", data=hidden | typed)
        assert shown.status_code == 200, shown.text
        return shown.text


def page_of(mail: Mail) -> str:
    """The page to which the first link of a mail leads."""
    path = LINK.search(mail.text)
    assert path, mail.text
    base, kind, token, *_ = re.split(r"(/(?:referrals|answers)/\w+/)([^/\s]+)", path[0])
    return f"{base}{kind}{token}"


def offer_somebody(coordinator: Visitor, case: str, address: str) -> None:
    """She reads what they wrote, notes something, thinks again, and chooses the first who is proposed."""
    coordinator.prove(case, address)
    assert canary(1, "message") in coordinator.press(case, "read")
    shown = coordinator.client.get(case).text
    [who, *_] = re.findall(r'name="clinician_id"[^>]*value="([^"]+)"', shown)
    coordinator.press(case, "none", why="other", note=NOTE)
    coordinator.press(case, "undo")
    coordinator.press(case, "choose", clinician_id=who)


def say_yes_and_read(clinician: Visitor, offer: str, address: str) -> str:
    """The clinician says yes, is introduced, and reads who it is and what they wrote; where that stands."""
    clinician.prove(offer, address)
    clinician.press(offer, "yes")
    introduced = page_of(clinician.mail(lambda mail: "/referrals/introduction/" in mail.text))
    assert canary(1, "name") in clinician.press(introduced, "who")
    words = clinician.press(introduced, "words")
    assert canary(1, "message") in words
    assert NOTE not in words
    return introduced


def test_a_loop_leaves_nothing_of_a_person_on_disk_outside_the_mail(hasty: Stack) -> None:
    body = {**consultation(1), "message": f"{canary(1, 'message')} and {canary(1, 'ending')}"}
    answer = httpx.post(
        f"{hasty.url('intake')}/v1/consultation-requests",
        json=body,
        headers={"Authorization": f"Bearer {hasty.site_key}", "Idempotency-Key": f"key-{canary(1, 'key')}"},
    )
    reference = answer.json()["reference"]
    coordinator, clinician, person = Visitor(hasty), Visitor(hasty), Visitor(hasty)

    referral = coordinator.mail(lambda mail: reference in mail.subject and mail.to != body["email"])
    case = page_of(referral)
    offer_somebody(coordinator, case, referral.to)
    asked = clinician.mail(lambda mail: "/referrals/offer/" in mail.text)
    introduced = say_yes_and_read(clinician, page_of(asked), asked.to)
    told = page_of(person.mail(lambda mail: "/answers/introduction/" in mail.text))
    person.press(told, "open")
    person.press(told, "else/yes")
    for odd in ("/referrals/case/x%00", f"/referrals/case/{case[-20:]}", "/roster/é"):
        assert person.client.get(f"{hasty.url('matching')}{odd}").status_code == 404

    tokens = [page.rpartition("/")[2] for page in (case, page_of(asked), introduced, told)]
    secrets = [*canaries(1), NOTE, *tokens, *coordinator.secrets, *clinician.secrets]
    assert found_in(hasty.folder, secrets) == []
    hasty.stop()
    assert found_in(hasty.folder, secrets) == []
