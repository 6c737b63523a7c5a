"""Links: for one purpose, expiring, unforgeable."""

import base64
import string
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.tokens import Links
from tests.conftest import START

OLD, NEW = "o" * 32, "n" * 32
DAY = timedelta(days=1)


def test_a_link_says_who_may_use_it_and_for_what() -> None:
    token = Links([NEW]).sign("status", "person-1", "request-1", START, DAY)

    link = Links([NEW]).read(token, "status", START)

    assert link is not None
    assert (link.recipient, link.subject, link.expires_at) == ("person-1", "request-1", START + DAY)


def test_a_link_works_for_its_purpose_only_until_it_expires_and_not_when_changed() -> None:
    links = Links([NEW])
    token = links.sign("status", "person-1", "request-1", START, DAY)

    assert links.read(token, "cancel", START) is None
    assert links.read(token, "status", START + DAY) is None
    assert links.read("x" + token, "status", START) is None
    assert links.read("", "status", START) is None
    assert links.read("ö.\x00", "status", START) is None


def test_what_has_no_end_may_read_a_link_that_has_and_nothing_else_of_it_is_otherwise() -> None:
    links = Links([NEW])
    token = links.sign("stop", "person-1", "request-1", START, DAY)

    ended = links.read_at_any_time(token, "stop")

    assert ended is not None
    assert (ended.recipient, ended.subject, ended.expires_at) == ("person-1", "request-1", START + DAY)
    assert links.read_at_any_time(token, "status") is None
    assert links.read_at_any_time(token[:-1], "stop") is None


SPELLED = string.ascii_letters + string.digits + "-_+/= \n"
IDS = st.text(string.ascii_lowercase + string.digits, max_size=12)


@given(subject=IDS, at=st.integers(0, 200), instead=st.text(SPELLED, max_size=4), taken=st.integers(0, 3))
def test_a_link_has_one_spelling(subject: str, at: int, instead: str, taken: int) -> None:
    token = Links([NEW]).sign("status", "person-1", subject, START, DAY)
    other = token[:at] + instead + token[at + taken :]
    assume(other != token)

    assert Links([NEW]).read(token, "status", START) is not None
    assert Links([NEW]).read(other, "status", START) is None


@given(subject=IDS)
def test_the_same_bytes_spelled_otherwise_open_nothing(subject: str) -> None:
    token = Links([NEW]).sign("status", "person-1", subject, START, DAY)
    sealed = base64.urlsafe_b64decode(token + "==")
    others = {token + "=" * number for number in range(1, 5)}
    others |= {base64.b64encode(sealed).decode(), base64.b64encode(sealed).decode().rstrip("=")}
    others |= {token[:-1] + each for each in string.ascii_letters + string.digits + "-_"}
    others |= {token.replace("-", "+"), token.replace("_", "/"), f"{token} ", f"\n{token}"}

    for other in others - {token}:
        assert Links([NEW]).read(other, "status", START) is None


def test_a_link_tells_whoever_sees_it_neither_who_may_use_it_nor_what_for() -> None:
    token = Links([NEW]).sign("case", "clinician:c-rivera", "referral-1", START, DAY)

    padded = token + "=" * (-len(token) % 4)
    seen = token.encode() + base64.urlsafe_b64decode(padded)
    assert not any(each in seen for each in (b"rivera", b"clinician", b"referral", b"case"))


def test_links_signed_with_the_previous_key_still_work() -> None:
    token = Links([OLD]).sign("status", "p", "r", START, DAY)

    assert Links([NEW, OLD]).read(token, "status", START) is not None
    assert Links([NEW]).read(token, "status", START) is None


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Links(["short"])
    with pytest.raises(ValueError, match="32"):
        Links([])


def test_a_code_has_six_digits_and_belongs_to_one_subject() -> None:
    links = Links([NEW])
    code = links.code("proof-1")

    assert len(code) == 6
    assert code.isdecimal()
    assert links.is_code("proof-1", code)
    assert not links.is_code("proof-2", code)
    assert not links.is_code("proof-1", f"{(int(code) + 1) % 1_000_000:06d}")


def test_a_code_that_is_out_survives_a_change_of_key() -> None:
    code = Links([NEW]).code("proof-1")

    assert Links(["z" * 32, NEW]).is_code("proof-1", code)
    assert not Links(["z" * 32]).is_code("proof-1", code)
