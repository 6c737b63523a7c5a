"""The MIME of a mail: headers kept, lines short, every script intact, nothing smuggled in."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import TypedDict, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.addresses import Mailbox
from services.notifications.letter import compose
from services.notifications.rendering import Rendered
from shared.errors import Defect

PLAIN = Rendered("Your note arrived", "Hello Sam,\n\nThank you.\n", "<!doctype html>\n<p>Thank you.</p>\n")
LONG_LINK = "<https://mail.example.org/stop/" + "a" * 400 + ">, <mailto:stop@example.org?subject=stop>"
THREAD = " ".join(f"<{n:032x}@mail.example.org>" for n in range(9))


class Changes(TypedDict, total=False):
    recipient: Mailbox
    message_id: str
    headers: dict[str, str]


def letter(
    rendered: Rendered = PLAIN,
    recipient: Mailbox = ("Sam Rivera", "sam@example.org"),
    message_id: str = "<7f3k2.acknowledgement@mail.example.org>",
    headers: dict[str, str] | None = None,
) -> bytes:
    return compose(
        rendered,
        sender=("Dana at the front desk", "dana@frontdesk.example.org"),
        recipient=recipient,
        message_id=message_id,
        date=datetime(2026, 11, 23, 18, 20, tzinfo=UTC),
        headers=headers,
    )


def read(content: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content, policy=default))


def words(part: Message | None) -> str:
    return cast(str, cast(EmailMessage, part).get_content()).replace("\r\n", "\n")


def raw_header(content: bytes, name: str) -> str:
    head = content.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ")
    return next(line for line in head.split("\r\n") if line.startswith(f"{name}:")).partition(": ")[2]


def test_the_same_mail_is_the_same_bytes() -> None:
    assert letter() == letter()


def test_text_comes_before_html_and_both_are_whole() -> None:
    rendered = Rendered("Sobre su nota", "Está bien.\n" + "x" * 3000 + "\n", "<p>Está bien.</p>\n")

    message = read(letter(rendered))

    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert [words(part) for part in message.iter_parts()] == [rendered.text, rendered.html]


def test_an_answering_machine_is_told_not_to_answer() -> None:
    message = read(letter())

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_headers_that_machines_read_are_never_encoded_or_cut() -> None:
    content = letter(
        headers={"List-Unsubscribe": LONG_LINK, "References": THREAD, "In-Reply-To": THREAD.split()[0]}
    )

    assert raw_header(content, "List-Unsubscribe") == LONG_LINK
    assert raw_header(content, "References") == THREAD
    assert b"=?" not in content.partition(b"\r\n\r\n")[0]


def test_no_line_is_longer_than_a_mail_server_takes() -> None:
    rendered = Rendered("word " * 300, "ñ" * 5000, "<p>" + "x" * 5000 + "</p>")

    content = letter(rendered, headers={"References": THREAD * 8})

    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.replace(b"\r\n", b"").count(b"\n") == 0


def test_names_of_every_script_survive() -> None:
    name = "Thích Nhất Hạnh"
    rendered = Rendered(f"Para {name} 🌿 أمل", name, f"<p>{name}</p>")
    content = letter(rendered, recipient=(name, "t@example.org"))

    message = read(content)

    assert message["To"].addresses[0].display_name == name
    assert message["Subject"] == f"Para {name} 🌿 أمل"
    assert words(message.get_body(("plain",))) == f"{name}\n"


def test_an_encoded_word_is_at_most_75_characters() -> None:
    head = letter(Rendered("ñandú " * 60, "x", "x"), recipient=("Ñ" * 80, "n@example.org"))

    words = [w for w in head.partition(b"\r\n\r\n")[0].split() if w.startswith(b"=?")]

    assert len(words) > 4
    assert max(map(len, words)) <= 75


@pytest.mark.parametrize(
    "name",
    [
        "Sam\r\nBcc: evil@example.org",
        'Sam" <evil@example.org>, "',
        "=?utf-8?q?x?=",
        "\u202emaS",
        "\U0001f3f3\ufe0f\u200d\U0001f308 Sam",
    ],
)
def test_a_name_cannot_add_a_header_or_a_recipient(name: str) -> None:
    message = read(letter(recipient=(name, "sam@example.org")))

    assert [each.addr_spec for each in message["To"].addresses] == ["sam@example.org"]
    assert message["Bcc"] is None
    assert set(message.keys()) == set(read(letter()).keys())


@given(
    st.text(max_size=200),
    st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=300),
)
def test_whatever_a_name_or_a_subject_holds_the_letter_keeps_its_shape(name: str, subject: str) -> None:
    content = letter(Rendered(" ".join(subject.split()), "x", "x"), recipient=(name, "sam@example.org"))

    message = read(content)

    assert set(message.keys()) == set(read(letter()).keys())
    assert [each.addr_spec for each in message["To"].addresses] == ["sam@example.org"]
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": "<a@b>\r\nBcc: evil@example.org"},
        {"headers": {"List-Id": "a\r\nBcc: evil@example.org"}},
        {"headers": {"Subject": "again"}},
        {"headers": {"X Y": "z"}},
        {"headers": {"References": "ñ"}},
        {"recipient": ("Sam", "a@b.example>\r\nRCPT TO:<evil@example.org")},
        {"recipient": ("Sam", "sam@example.org, evil@example.org")},
        {"recipient": ("Sam", "sám@example.org")},
    ],
)
def test_a_header_that_would_break_the_mail_is_a_defect(changes: Changes) -> None:
    with pytest.raises(Defect):
        letter(**changes)


def test_a_subject_of_two_lines_is_a_defect() -> None:
    with pytest.raises(Defect):
        letter(Rendered("Your note\r\nBcc: evil@example.org", "x", "x"))


def test_a_domain_of_another_script_travels_as_ascii() -> None:
    message = read(letter(recipient=("Sam", "sam@bücher.example")))

    assert message["To"].addresses[0].addr_spec == "sam@xn--bcher-kva.example"
