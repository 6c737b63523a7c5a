"""Where the links of a mail lead."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from services.notifications.links import Doors
from shared.errors import Misconfigured
from shared.tokens import Links
from tests.notifications.builders import (
    INTAKE_LINK_KEY,
    INTAKE_PAGES,
    LINK_KEY,
    NOW,
    PAGES,
    RESOURCES_LINK_KEY,
    RESOURCES_PAGES,
)

DOORS = Doors.of(
    matching=((LINK_KEY,), f"{PAGES}/"),
    intake=((INTAKE_LINK_KEY,), f"{INTAKE_PAGES}/"),
    resources=((RESOURCES_LINK_KEY,), f"{RESOURCES_PAGES}/"),
)
MATCHING, INTAKE, RESOURCES = (Links((key,)) for key in (LINK_KEY, INTAKE_LINK_KEY, RESOURCES_LINK_KEY))
READS = {PAGES: MATCHING, INTAKE_PAGES: INTAKE, RESOURCES_PAGES: RESOURCES}
Sign = Callable[[datetime], str]

LINKS: list[tuple[str, Sign, str, str, str, int]] = [
    (
        "/referrals/case/",
        lambda now: DOORS.case("dana", "referral-1", now),
        "case",
        "coordinator:dana",
        "referral-1",
        30,
    ),
    ("/roster/", lambda now: DOORS.roster("dana", now), "roster", "coordinator:dana", "roster", 7),
    (
        "/referrals/offer/",
        lambda now: DOORS.offer("c-rivera", "offer-1", now),
        "offer",
        "clinician:c-rivera",
        "offer-1",
        30,
    ),
    (
        "/referrals/introduction/",
        lambda now: DOORS.introduction("c-rivera", "offer-1", now),
        "introduction",
        "clinician:c-rivera",
        "offer-1",
        30,
    ),
    (
        "/answers/introduction/",
        lambda now: DOORS.introduced("request-1", "offer-1", now),
        "introduced",
        "person:request-1",
        "offer-1",
        60,
    ),
    (
        "/answers/waiting/",
        lambda now: DOORS.waiting("request-1", "referral-1", now),
        "waiting",
        "person:request-1",
        "referral-1",
        30,
    ),
    (
        "/referrals/calendar/",
        lambda now: DOORS.calendar("dana", now),
        "calendar",
        "coordinator:dana",
        "calendar",
        7,
    ),
    (
        "/book/",
        lambda now: DOORS.book("person-1", "request-1", now),
        "book",
        "person:person-1",
        "request-1",
        60,
    ),
    (
        "/contact/",
        lambda now: DOORS.contact("person-1", "request-1", now),
        "contact",
        "person:person-1",
        "request-1",
        60,
    ),
    (
        "/begin/",
        lambda now: DOORS.begin("dana", "request-1", now),
        "begin",
        "coordinator:dana",
        "request-1",
        30,
    ),
    (
        "/readiness/",
        lambda now: DOORS.readiness("person-1", "journey-1", now),
        "readiness",
        "person:person-1",
        "journey-1",
        400,
    ),
]


def opened(url: str, path: str) -> tuple[str, str]:
    """The pages that it leads to, and its token."""
    site = next(each for each in READS if url.startswith(f"{each}{path}"))
    return site, url.removeprefix(f"{site}{path}")


@pytest.mark.parametrize(("path", "sign", "purpose", "recipient", "subject", "days"), LINKS)
def test_whoever_is_led_to_reads_whose_link_it_is_what_for_and_about_what(
    path: str, sign: Sign, purpose: str, recipient: str, subject: str, days: int
) -> None:
    site, token = opened(sign(NOW), path)

    link = READS[site].read(token, purpose, NOW)
    assert link is not None
    assert (link.recipient, link.subject) == (recipient, subject)
    assert link.expires_at == NOW + timedelta(days=days)


@pytest.mark.parametrize(("path", "sign", "purpose", "recipient", "subject", "days"), LINKS)
def test_a_link_opens_no_other_door(
    path: str, sign: Sign, purpose: str, recipient: str, subject: str, days: int
) -> None:
    site, token = opened(sign(NOW), path)

    for other in {each[2] for each in LINKS} - {purpose}:
        assert READS[site].read(token, other, NOW) is None
    assert all(READS[each].read(token, purpose, NOW) is None for each in set(READS) - {site})


def test_each_page_is_its_owners() -> None:
    for url in (
        DOORS.book("person-1", "request-1", NOW),
        DOORS.contact("person-1", "request-1", NOW),
        DOORS.begin("dana", "request-1", NOW),
    ):
        assert url.startswith(INTAKE_PAGES)
    assert DOORS.readiness("person-1", "journey-1", NOW).startswith(RESOURCES_PAGES)


@pytest.mark.parametrize("sign", [each[1] for each in LINKS if each[3].startswith("person:")])
def test_a_persons_link_says_nothing_to_who_looks_over_their_shoulder(sign: Sign) -> None:
    path = urlsplit(sign(NOW)).path.lower()

    assert path.startswith(("/answers/", "/book/", "/contact/", "/readiness/"))
    assert "refer" not in path.rpartition("/")[0]


def test_the_code_is_the_one_that_matching_expects() -> None:
    assert MATCHING.is_code("proof-1", DOORS.code("proof-1"))
    assert not MATCHING.is_code("proof-2", DOORS.code("proof-1"))


@pytest.mark.parametrize("keys", [(), ("too-short",)])
@pytest.mark.parametrize("of", ["matching", "intake", "resources"])
def test_doors_without_a_good_key_are_not_made(of: str, keys: tuple[str, ...]) -> None:
    sites: dict[str, tuple[tuple[str, ...], str]] = {
        "matching": ((LINK_KEY,), PAGES),
        "intake": ((LINK_KEY,), PAGES),
        "resources": ((LINK_KEY,), PAGES),
    }

    with pytest.raises(Misconfigured, match=f"{of.upper()}_LINK_KEYS"):
        Doors.of(**sites | {of: (keys, PAGES)})
