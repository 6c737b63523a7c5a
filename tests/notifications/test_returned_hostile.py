"""Anybody can send anything to a return address: it is read within bounds and never raises."""

import time
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.domain.returned import FromAPerson, Undelivered
from services.notifications.returns import ReturnAddresses, read
from services.notifications.returns.opening import MOST_BYTES, opened
from tests.notifications.returned_mails import (
    Original,
    complaint,
    exchange,
    exim,
    global_report,
    gmail,
    in_spanish,
    letter,
    postfix,
    qmail,
    report,
    vacation,
)

MAIL = Original()
KINDS = (postfix, exim, exchange, gmail, in_spanish, global_report, qmail, complaint)
SEEDS = [one(MAIL) for one in KINDS] + [letter(MAIL.envelope), vacation(MAIL.envelope)]
FRAGMENTS = st.sampled_from(
    [
        b"\n",
        b"\r\n\r\n",
        b"Content-Type: message/delivery-status\n\n",
        b"Content-Type: multipart/report; boundary=",
        b'Content-Type: text/plain; charset="no-such"\n',
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Type: message/feedback-report\n\n",
        b"Action: failed\n",
        b"Status: 5.1.1\n",
        b"Final-Recipient: rfc822;\xff\xfe\n",
        b"--4Xz.1732384811/mx\n",
        b"--arf--\n",
        b"=?utf-8?b?w6k=?=",
        b"X-Failed-Recipients: \xe1\n",
        b"This is the Postfix\n<",
        b"\0",
        b'";;"=;',
        b" ",
    ]
)


def nested(depth: int) -> bytes:
    """A mail in a mail in a mail."""
    inner: Message = MIMEText("bottom")
    for _ in range(depth):
        inner = MIMEMessage(inner)
    return inner.as_bytes()


def boxes(depth: int) -> bytes:
    """A box in a box in a box."""
    opening = "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(depth))
    head = 'From: mailer-daemon@example.org\nContent-Type: multipart/mixed; boundary="b0"\n\n'
    return (head + opening).encode()


BOMBS = {
    "nothing but newlines": b"\n" * 3_000_000,
    "one endless line": b"X: " + b"y" * 3_000_000,
    "one endless header": b"Content-Type: text/plain" + b';a="\n ' * 500_000,
    "quotes and semicolons": b"Content-Type: text/plain" + b';"' * 1_000_000 + b"\n\n",
    "endless headers": b"A: b\n" * 600_000,
    "endless parts": postfix(MAIL).replace(b"--4Xz.1732384811/mx--", b"--4Xz.1732384811/mx\n\nx\n" * 90_000),
    "endless groups": report(MAIL, told="x", per_recipient="Action: failed\n\n" * 150_000),
    "boxes in boxes": boxes(5000),
    "mails in mails": b"".join(b"Content-Type: message/rfc822\n\n" for _ in range(50_000)),
    "words like a bounce": letter(
        MAIL.envelope, "the following addresses had\n" * 90_000, From="postmaster@x"
    ),
    "one long pattern": letter(MAIL.envelope, "<" * 2_000_000, From="mailer-daemon@x", Return_Path="<>"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_mail_made_to_keep_us_busy_does_not(bomb: str) -> None:
    began = time.perf_counter()
    read(BOMBS[bomb])

    assert time.perf_counter() - began < 10  # a second or less on a machine of its own


@given(st.binary(max_size=2000))
def test_no_bytes_are_too_strange(raw: bytes) -> None:
    assert read(raw).came is not None


@settings(max_examples=300, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 60), FRAGMENTS | st.binary(max_size=8)), max_size=6
    ),
)
def test_a_report_that_was_damaged_is_read_as_far_as_it_can_be(
    seed: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    raw = seed
    for at, length, instead in cuts:
        raw = raw[:at] + instead + raw[at + length :]

    found = read(raw)

    status = getattr(found.came, "status", None)
    assert status is None or len(status) <= 12
    assert status is None or set(status) <= set("0123456789.")


@settings(max_examples=200, deadline=None)
@given(st.lists(FRAGMENTS, max_size=30))
def test_fragments_of_reports_in_any_order_name_nothing_of_ours(pieces: list[bytes]) -> None:
    ours = ReturnAddresses.of("own", ("k" * 32,), ("dana@frontdesk.example.org",))

    found = read(b"".join(pieces))

    assert [one for one in found.addresses if ours.delivery_in(one)] == []


def test_what_stands_behind_a_quarter_of_a_megabyte_is_not_looked_at() -> None:
    raw = postfix(MAIL)
    front, _, back = raw.partition(b"--4Xz.1732384811/mx\nContent-Type: message/delivery-status")
    late = front + b"x\n" * MOST_BYTES + back

    assert not isinstance(read(late).came, Undelivered)
    assert len(opened(late).as_bytes()) <= MOST_BYTES + 1000


@pytest.mark.parametrize("charset", ["utf-8", "no-such-charset", "\xff", "utf-7", ""])
def test_a_character_set_that_nobody_knows_hinders_nothing(charset: str) -> None:
    raw = postfix(MAIL).replace(b"charset=utf-8", f'charset="{charset}"'.encode("latin-1"))

    assert read(raw).came == Undelivered("5.1.1")


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode", "nonsense"])
def test_an_encoding_that_does_not_hold_hinders_nothing(encoding: str) -> None:
    raw = postfix(MAIL).replace(
        b"Content-Transfer-Encoding: 8bit", f"Content-Transfer-Encoding: {encoding}".encode()
    )

    assert read(raw).came == Undelivered("5.1.1")


@pytest.mark.parametrize("depth", [2, 200])
def test_a_report_in_a_mail_in_a_mail_is_somebodys_to_look_at_or_a_report(depth: int) -> None:
    assert read(nested(depth)).came == FromAPerson()
