"""The address that a mail comes back to names its delivery to us, and says nothing to anybody else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.returns import ReturnAddresses
from shared.errors import Misconfigured

CARE, DANA = "care@arroyowillow.example.org", "dana@frontdesk.example.org"
SENDERS = (CARE, DANA)
KEY, OLDER = "a-key-of-the-tests-long-enough-to-be-one", "an-older-key-of-the-tests-long-enough-too"
ONE = "0b1e6f5c-7a35-4c39-9d0e-3f1a2b4c5d6e"

own = ReturnAddresses.of("own", (KEY,), SENDERS)


def token_of(address: str) -> str:
    return address.partition("+")[2].partition("@")[0]


@given(st.uuids(version=4))
def test_every_mail_has_an_address_of_its_own_that_names_it(delivery_id: UUID) -> None:
    address = own.of_mail(DANA, str(delivery_id))

    assert own.delivery_in(address) == str(delivery_id)
    assert own.delivery_in(f"  <{address.upper()}> ") == str(delivery_id)
    assert len(address.rpartition("@")[0]) <= 64
    assert address.startswith("dana+")
    assert address.endswith("@frontdesk.example.org")


def test_a_mail_never_shows_another_domain_than_its_senders() -> None:
    assert own.of_mail(CARE, ONE).endswith("@arroyowillow.example.org")
    there = ReturnAddresses.of("post@frontdesk.example.org", (KEY,), SENDERS)

    assert there.of_mail(DANA, ONE).startswith("post+")
    assert there.of_mail(CARE, ONE) == CARE


def test_one_address_can_be_given_for_each_domain() -> None:
    both = ReturnAddresses.of("back@frontdesk.example.org, back@arroyowillow.example.org", (KEY,), SENDERS)

    assert [both.of_mail(one, ONE).partition("+")[0] for one in SENDERS] == ["back", "back"]


def test_nothing_changes_until_a_practice_says_so() -> None:
    silent = ReturnAddresses.of("", (), SENDERS)

    assert silent.of_mail(DANA, ONE) == DANA
    assert silent.delivery_in(own.of_mail(DANA, ONE)) is None


def test_an_address_that_is_out_is_read_after_the_setting_is_gone_and_under_an_older_key() -> None:
    out = ReturnAddresses.of("own", (OLDER,), SENDERS).of_mail(DANA, ONE)

    assert ReturnAddresses.of("", (KEY, OLDER), SENDERS).delivery_in(out) == ONE
    assert ReturnAddresses.of("", (KEY,), SENDERS).delivery_in(out) is None


def test_whoever_knows_the_delivery_still_cannot_make_its_address() -> None:
    forged = ReturnAddresses.of("own", ("k" * 32,), SENDERS).of_mail(DANA, ONE)

    assert own.delivery_in(forged) is None


@given(st.integers(0, 35), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_with_another_letter_names_no_other_delivery(place: int, letter: str) -> None:
    token = token_of(own.of_mail(DANA, ONE))
    other = token[:place] + letter + token[place + 1 :]

    assert own.delivery_in(f"dana+{other}@frontdesk.example.org") in (None, ONE)


@given(st.text())
def test_no_text_is_too_strange_to_be_looked_at(text: str) -> None:
    assert own.delivery_in(text) is None


@pytest.mark.parametrize(
    ("said", "keys", "names"),
    [
        ("own", (), "NOTIFICATIONS_LINK_KEYS"),
        ("own", ("short",), "NOTIFICATIONS_LINK_KEYS"),
        ("post@elsewhere.example.org", (KEY,), "domain"),
        ("post", (KEY,), "NOTIFICATIONS_RETURN_ADDRESS"),
        ("own, post@frontdesk.example.org", (KEY,), "NOTIFICATIONS_RETURN_ADDRESS"),
        (f"{'p' * 28}@frontdesk.example.org", (KEY,), "27 characters"),
    ],
)
def test_what_cannot_work_is_said_at_the_start(said: str, keys: tuple[str, ...], names: str) -> None:
    with pytest.raises(Misconfigured, match=names):
        ReturnAddresses.of(said, keys, SENDERS)
