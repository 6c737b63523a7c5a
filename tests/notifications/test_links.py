"""Where the links of a mail lead."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.notifications.links import Doors
from shared.errors import Misconfigured
from shared.tokens import Links
from tests.notifications.builders import LINK_KEY, NOW, PAGES

DOORS = Doors.of((LINK_KEY,), f"{PAGES}/")
MATCHING = Links((LINK_KEY,))
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
]


@pytest.mark.parametrize(("path", "sign", "purpose", "recipient", "subject", "days"), LINKS)
def test_matching_reads_whose_link_it_is_what_for_and_about_what(
    path: str, sign: Sign, purpose: str, recipient: str, subject: str, days: int
) -> None:
    url = sign(NOW)

    assert url.startswith(f"{PAGES}{path}")
    link = MATCHING.read(url.removeprefix(f"{PAGES}{path}"), purpose, NOW)
    assert link is not None
    assert (link.recipient, link.subject) == (recipient, subject)
    assert link.expires_at == NOW + timedelta(days=days)


@pytest.mark.parametrize(("path", "sign", "purpose", "recipient", "subject", "days"), LINKS)
def test_a_link_opens_no_other_door(
    path: str, sign: Sign, purpose: str, recipient: str, subject: str, days: int
) -> None:
    token = sign(NOW).removeprefix(f"{PAGES}{path}")

    for other in {each[2] for each in LINKS} - {purpose}:
        assert MATCHING.read(token, other, NOW) is None


@pytest.mark.parametrize("sign", [each[1] for each in LINKS if each[3].startswith("person:")])
def test_a_persons_link_says_nothing_to_who_looks_over_their_shoulder(sign: Sign) -> None:
    path = sign(NOW).removeprefix(PAGES).lower()

    assert path.startswith("/answers/")
    assert "refer" not in path.rpartition("/")[0]


def test_the_code_is_the_one_that_matching_expects() -> None:
    assert MATCHING.is_code("proof-1", DOORS.code("proof-1"))
    assert not MATCHING.is_code("proof-2", DOORS.code("proof-1"))


@pytest.mark.parametrize("keys", [(), ("too-short",)])
def test_doors_without_a_good_key_are_not_made(keys: tuple[str, ...]) -> None:
    with pytest.raises(Misconfigured, match="MATCHING_LINK_KEYS"):
        Doors.of(keys, PAGES)
