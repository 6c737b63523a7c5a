"""Who signed a message: the vector of Standard Webhooks, and everything that is no signature of ours."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from services.intake.domain.signature import Message, Secret, site_that_signed

WRITTEN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
SECRETS = (Secret.read("website", WRITTEN),)
SIGNED_AT = datetime.fromtimestamp(1614265330, UTC)
THE_VECTOR = Message(
    id=b"msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp="1614265330",
    signatures="v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    body=b'{"test": 2432232314}',
)
GOOD = THE_VECTOR.signatures


def changed(**said: str | bytes) -> Message:
    return Message(**{name: said.get(name, getattr(THE_VECTOR, name)) for name in Message.__slots__})


def test_the_published_vector_is_known() -> None:
    assert site_that_signed(THE_VECTOR, SECRETS, SIGNED_AT) == "website"


@pytest.mark.parametrize("body", ['{"test": 2432232314}', "", '{"name": "Thích Nhất Hạnh 🌱"}', "x" * 60_000])
def test_what_the_library_of_the_standard_signs_is_known(body: str) -> None:
    signature = Webhook(OTHER).sign("an id of its own", SIGNED_AT, body)
    message = Message(b"an id of its own", "1614265330", signature, body.encode())

    secrets = (*SECRETS, Secret.read("other-site", OTHER))
    assert site_that_signed(message, secrets, SIGNED_AT) == "other-site"


@pytest.mark.parametrize(
    "message",
    [
        changed(body=b'{"test": 2432232315}'),
        changed(body=b'{"test": 2432232314} '),
        changed(id=b"msg_p5jXN8AQM9LWM0D4loKWxJel"),
        changed(id=b""),
        changed(id=b"m" * 256),
        changed(timestamp="1614265331"),
        changed(timestamp="1614265330.0"),
        changed(timestamp=" 1614265330"),
        changed(timestamp="٣"),
        changed(timestamp="9" * 40),
        changed(timestamp=""),
        changed(signatures=""),
        changed(signatures="v1"),
        changed(signatures="v1,"),
        changed(signatures="v1,,"),
        changed(signatures=GOOD.replace("v1,", "v1a,")),
        changed(signatures=GOOD.replace("v1,", "")),
        changed(signatures=GOOD[:-4]),
        changed(signatures=GOOD.replace("J1OE=", "J1OI=")),
        changed(signatures=GOOD.replace("v1,g0h", "v1,h0h")),
        changed(signatures="v1,ñandú é"),
    ],
    ids=repr,
)
def test_what_is_changed_in_the_least_is_nobodys(message: Message) -> None:
    assert site_that_signed(message, SECRETS, SIGNED_AT) is None


@pytest.mark.parametrize(
    ("away", "known"), [(timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False)]
)
def test_a_message_holds_for_five_minutes_to_either_side(away: timedelta, *, known: bool) -> None:
    assert (site_that_signed(THE_VECTOR, SECRETS, SIGNED_AT + away) is not None) is known
    assert (site_that_signed(THE_VECTOR, SECRETS, SIGNED_AT - away) is not None) is known


def test_one_good_signature_among_others_is_enough() -> None:
    message = changed(signatures=f"v1a,AAAA {Webhook(OTHER).sign('m', SIGNED_AT, '')} {GOOD}")

    assert site_that_signed(message, SECRETS, SIGNED_AT) == "website"


def test_a_website_that_changes_its_secret_is_known_by_either() -> None:
    both = (Secret.read("website", OTHER), *SECRETS)

    assert site_that_signed(THE_VECTOR, both, SIGNED_AT) == "website"
    assert site_that_signed(THE_VECTOR, both[:1], SIGNED_AT) is None


def test_without_a_secret_nobody_is_known() -> None:
    assert site_that_signed(THE_VECTOR, (), SIGNED_AT) is None


@pytest.mark.parametrize("written", ["", "whsec_", "whsec_c2hvcnQ=", WRITTEN[6:], "whsec_é", WRITTEN + "!"])
def test_what_is_no_secret_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes"):
        Secret.read("website", written)


def test_a_secret_is_never_shown() -> None:
    assert repr(SECRETS[0]) == "Secret(site='website')"
