"""What one returned mail is, by the bytes of many servers; nothing of it is believed beyond that."""

from email import message_from_bytes
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from services.notifications.domain.returned import (
    Automatic,
    Came,
    Complaint,
    Delayed,
    FromAPerson,
    Undelivered,
    no_such_address,
    why_undelivered,
)
from services.notifications.returns import read
from tests.notifications.returned_mails import (
    Original,
    complaint,
    exchange,
    exim,
    exim_without_a_report,
    global_report,
    gmail,
    in_spanish,
    letter,
    opensmtpd,
    postfix,
    qmail,
    report,
    vacation,
)

MAIL = Original()
TO = MAIL.envelope
RECEIPT = "Final-Recipient: rfc822;sam@example.org\nAction: {}\nStatus: 2.0.0\n"


@pytest.mark.parametrize(
    ("raw", "came"),
    [
        (postfix(MAIL), Undelivered("5.1.1")),
        (postfix(MAIL, "5.7.1"), Undelivered("5.7.1")),
        (postfix(MAIL, "4.4.1"), Undelivered("4.4.1")),
        (postfix(MAIL, "4.2.2", "delayed"), Delayed("4.2.2")),
        (exim(MAIL), Undelivered("5.1.1")),
        (exim_without_a_report(MAIL), Undelivered(None)),
        (exchange(MAIL), Undelivered("5.1.10")),
        (gmail(MAIL), Undelivered("5.1.1")),
        (in_spanish(MAIL), Undelivered("5.2.2")),
        (opensmtpd(MAIL), Undelivered("5.1.2")),
        (global_report(MAIL), Undelivered("5.1.1")),
        (qmail(MAIL), Undelivered(None)),
    ],
    ids=lambda each: "" if isinstance(each, bytes) else str(each),
)
def test_a_report_is_read_whichever_server_wrote_it(raw: bytes, came: Came) -> None:
    assert read(raw).came == came


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"], ids=["unix", "internet", "old mac"])
def test_it_is_the_same_however_its_lines_end(ends: bytes) -> None:
    assert read(postfix(MAIL).replace(b"\n", ends)).came == Undelivered("5.1.1")


def test_the_line_of_an_mbox_on_top_changes_nothing() -> None:
    assert read(b"From MAILER-DAEMON Mon Nov 23 18:00:11 2026\n" + postfix(MAIL)).came == Undelivered("5.1.1")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_that_a_mail_arrived_is_no_bounce(action: str) -> None:
    raw = report(MAIL, told="It was delivered.", per_recipient=RECEIPT.format(action))

    assert read(raw).came == Automatic("receipt")


def test_a_receipt_of_reading_is_no_bounce() -> None:
    raw = postfix(MAIL).replace(b"delivery-status", b"disposition-notification").replace(b"Action:", b"X:")

    assert isinstance(read(raw).came, Automatic)


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out", "ABUSE"])
def test_a_complaint_is_one(kind: str) -> None:
    assert read(complaint(MAIL, kind)).came == Complaint()


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus", "other", "dmarc", ""])
def test_a_report_of_something_else_is_no_complaint(kind: str) -> None:
    assert read(complaint(MAIL, kind)).came == Automatic("report")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (vacation(TO), "answer"),
        (letter(TO, Auto_Submitted="auto-generated"), "answer"),
        (letter(TO, Auto_Submitted="auto-replied; owner-email=x"), "answer"),
        (letter(TO, Precedence="bulk"), "answer"),
        (letter(TO, Precedence="auto_reply"), "answer"),
        (letter(TO, X_Autoreply="yes"), "answer"),
        (letter(TO, X_Autorespond="Estoy fuera"), "answer"),
        (letter(TO, Return_Path="<>"), "no_sender"),
    ],
)
def test_what_a_machine_answers_is_nobodys_to_read(raw: bytes, why: str) -> None:
    found = read(raw).came

    assert isinstance(found, Automatic)
    assert found.why == why


@pytest.mark.parametrize(
    "raw",
    [
        letter(TO),
        letter(TO, Auto_Submitted="no"),
        letter(TO, "No me llegan sus correos: buzón lleno. Señal: 5.1.1"),
        letter(TO, Precedence="first-class"),
        letter(TO, postfix(MAIL).decode()),
        letter(TO, qmail(MAIL).decode()),
        b"",
        b"\0\xff\xfe",
        b"From: x\n\n",
    ],
)
def test_anything_else_is_a_persons(raw: bytes) -> None:
    assert read(raw).came == FromAPerson()


def test_what_a_person_forwards_is_theirs_though_it_tells_of_a_failure() -> None:
    inside = qmail(MAIL).decode().partition("\n\n")[2]

    assert read(letter("dana@frontdesk.example.org", inside)).came == FromAPerson()


@pytest.mark.parametrize("raw", [postfix(MAIL), complaint(MAIL)], ids=["bounce", "complaint"])
def test_a_report_that_somebody_forwards_is_theirs_for_they_may_have_written_beside_it(raw: bytes) -> None:
    forwarded = MIMEMultipart("mixed", _subparts=[MIMEText("What does this mean?")])
    forwarded["From"], forwarded["To"] = "sam@example.org", "dana@frontdesk.example.org"
    forwarded.attach(MIMEMessage(message_from_bytes(raw)))

    assert read(forwarded.as_bytes()).came == FromAPerson()


def test_where_it_went_and_what_it_returns_is_looked_at_and_nothing_else() -> None:
    found = read(gmail(MAIL))

    assert TO in found.addresses
    assert found.message_ids == (MAIL.message_id,)
    assert not [one for one in found.addresses if "Address not found" in one]


def test_a_complaint_names_the_mail_by_what_it_returns() -> None:
    found = read(complaint(MAIL))

    assert f"<{TO}>" in found.addresses
    assert found.message_ids == (MAIL.message_id,)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("5.1.1", "bounced"),
        ("5.1.2", "bounced"),
        ("5.1.10", "bounced"),
        ("5.1.7", "recipient_refused"),
        ("5.1.8", "recipient_refused"),
        ("5.2.2", "mailbox_full"),
        ("4.2.2", "mailbox_full"),
        ("4.4.7", "gave_up"),
        ("5.7.1", "content_refused"),
        ("5.2.1", "recipient_refused"),
        ("5.0.0", "recipient_refused"),
        (None, "recipient_refused"),
    ],
)
def test_a_status_says_whether_the_address_exists(status: str | None, why: str) -> None:
    assert why_undelivered(status) == why
    assert no_such_address(status) == (why == "bounced")
