"""The MIME of a mail that brings a calendar entry: every program finds it, and no other mail changes."""

import base64
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.invite import Invite
from shared.errors import Defect
from tests.notifications.entries import for_lee, for_sam, mail


def read(content: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content, policy=default))


def kinds(message: Any) -> list[str]:
    return [part.get_content_type() for part in message.iter_parts()]


def entry_of(message: EmailMessage) -> EmailMessage:
    (found,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return cast(EmailMessage, found)


def file_of(message: EmailMessage) -> EmailMessage:
    (found,) = message.iter_attachments()
    return cast(EmailMessage, found)


def test_an_entry_is_the_last_alternative_and_a_file_beside_them() -> None:
    message = read(mail(for_sam()))
    alternatives = next(message.iter_parts())

    assert message.get_content_type() == "multipart/mixed"
    assert kinds(message) == ["multipart/alternative", "application/ics"]
    assert kinds(alternatives) == ["text/plain", "text/html", "text/calendar"]
    assert not [part.defects for part in message.walk() if part.defects]


def test_a_mail_without_an_entry_has_neither() -> None:
    message = read(mail(None))

    assert message.get_content_type() == "multipart/alternative"
    assert kinds(message) == ["text/plain", "text/html"]


def test_people_read_the_same_words_with_and_without_an_entry() -> None:
    bare, with_entry = read(mail(None)), read(mail(for_sam()))

    for kind in ("plain", "html"):
        bodies = [each.get_body((kind,)) for each in (bare, with_entry)]
        assert len({cast(EmailMessage, body).get_content() for body in bodies}) == 1


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_the_method_is_said_outside_and_inside(method: Any) -> None:
    invite = for_sam(method=method, sequence=4)
    part = entry_of(read(mail(invite)))

    assert part.get_param("method") == method
    assert f"\r\nMETHOD:{method}\r\n" in part.get_content()
    assert part.get_content_charset() == "utf-8"
    assert part.get_filename() is None


@pytest.mark.parametrize(
    ("invite", "name"),
    [(for_sam(), "phone-call.ics"), (for_sam("es"), "llamada.ics"), (for_lee(), "phone-call.ics")],
)
def test_the_file_is_the_same_entry_under_a_name_that_tells_nothing(invite: Invite, name: str) -> None:
    part = file_of(read(mail(invite)))

    assert (part.get_filename(), part.get_param("name")) == (name, name)
    assert part.get_content_disposition() == "attachment"
    assert part.get_content() == invite.content


def test_the_same_mail_is_the_same_bytes() -> None:
    assert mail(for_lee()) == mail(for_lee())


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3))
def test_whatever_an_entry_says_it_arrives_whole_over_seven_bits(name: str, notes: list[str]) -> None:
    invite = for_lee(name=name, notes=notes)
    content = mail(invite)
    message = read(content)

    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert not {b"\r", b"\n"} & set(content.replace(b"\r\n", b""))
    assert entry_of(message).get_content().encode() == invite.content
    assert file_of(message).get_content() == invite.content


@pytest.mark.parametrize("length", range(50, 70))
def test_a_server_that_trims_lines_takes_no_space_out_of_an_entry(length: int) -> None:
    invite = for_lee(name="x" * length + " yyyyyyyyy")
    trimmed = b"\r\n".join(line.rstrip(b" ") for line in mail(invite).split(b"\r\n"))

    assert entry_of(read(trimmed)).get_content().encode() == invite.content


def test_an_entry_that_says_another_method_than_its_mail_is_a_defect() -> None:
    with pytest.raises(Defect, match="method"):
        mail(replace(for_sam(), method="CANCEL"))


def test_an_entry_from_somebody_else_than_its_organizer_is_a_defect() -> None:
    with pytest.raises(Defect, match="organizer"):
        mail(for_sam(), sender=("Practice", "hello@practice.example.org"))


@pytest.mark.parametrize(
    "name", ["", "call", "../call.ics", 'a".ics', "a\r\nX-A: b.ics", "Llamada telefónica.ics", "call.ics.exe"]
)
def test_a_file_name_that_could_do_more_than_name_a_file_is_a_defect(name: str) -> None:
    with pytest.raises(Defect, match="file name"):
        mail(replace(for_sam(), file_name=name))


def test_the_bytes_of_a_mail_with_an_entry() -> None:
    invite = for_sam()
    head, _, body = mail(invite).decode().partition("\r\n\r\n")
    whole, inner = (head.partition("boundary=")[2].strip('"'), body.partition("boundary=")[2].split('"')[1])
    file = base64.encodebytes(invite.content).decode().rstrip()

    assert whole != inner
    assert body.replace("\r\n", "\n") == (
        f'--{whole}\nContent-Type: multipart/alternative; boundary="{inner}"\n'
        f"\n--{inner}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n"
        "\nHello Sam,\n\nWe will call you.\n"
        f"\n--{inner}\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 7bit\n"
        "\n<p>We will call you.</p>\n"
        f"\n--{inner}\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n"
        f"Content-Transfer-Encoding: 7bit\n\n{invite.content.decode()}".replace("\r\n", "\n")
        + f"\n--{inner}--\n"
        f'\n--{whole}\nContent-Type: application/ics; name="phone-call.ics"\n'
        'Content-Disposition: attachment; filename="phone-call.ics"\n'
        f"Content-Transfer-Encoding: base64\n\n{file}\n--{whole}--\n"
    )
