"""What happened to a call, and how it stands, comes through to the words of its mails."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest

from services.notifications.asking import Known
from services.notifications.domain.call import CallNow
from services.notifications.domain.decide import Send, Standing
from services.notifications.domain.delivery import Role, Template
from services.notifications.press import Press
from tests.notifications.builders import (
    NOW,
    catalogue,
    contact,
    delivery,
    doors,
    planned,
    practice,
    request_detail,
)
from tests.notifications.test_invite_mails import CALL, words_of


def said(
    template: Template,
    role: Role = "client",
    *,
    barriers: AbstractSet[str] = frozenset(),
    state: str | None = None,
    **codes: Any,
) -> str:
    """The words of the mail about the call where this happened to it."""
    known = Known(contact(phone="+13235550123"), request_detail())
    reader = "request-1" if role == "client" else "dana"
    plan = replace(
        planned(),
        template=template,
        role=role,
        recipient_id=reader,
        subject_id="call-1",
        codes={**CALL, **codes},
    )
    standing = Standing("none", barriers, CallNow("call-1", 1, "booked", "dana", state))
    content = (
        Press.of(practice(), catalogue(), doors())
        .print(
            replace(delivery(), plan=plan),
            known,
            Send(discreet=True, neutral=False),
            ("Sam", "sam@example.org"),
            NOW,
            standing,
        )
        .content
    )
    return words_of(cast(EmailMessage, message_from_bytes(content, policy=default)))


def test_the_reminder_a_day_before_asks_where_they_will_be_and_the_one_before_it_does_not() -> None:
    assert "/where" in said("call_reminder", offset="1d")
    assert "/where" not in said("call_reminder", offset="3d")


def test_a_person_who_has_said_where_they_will_be_is_not_asked_as_if_they_had_not() -> None:
    assert said("call_reminder", state="CA") != said("call_reminder", state=None)


def test_a_mail_about_a_move_says_whose_doing_it_was_and_who_calls_instead_of_whom() -> None:
    assert said("call_moved", by="person") != said("call_moved", by="coordinator:dana")
    assert "Lee" in said("call_moved", previous_coordinator_id="lee")
    assert "Lee" not in said("call_moved", previous_coordinator_id="dana")


def test_a_mail_about_a_call_that_is_off_says_why_and_offers_another_while_the_request_is_open() -> None:
    by_whom = {why: said("call_cancelled", why=why) for why in ("person", "coordinator", "referral_closed")}

    assert len(set(by_whom.values())) == len(by_whom)
    assert {why for why, words in by_whom.items() if "/book/" in words} == {"person", "coordinator"}


@pytest.mark.parametrize("template", ["call_booked_notice", "call_moved_notice", "call_soon"])
def test_a_coordinator_is_told_to_arrange_an_interpreter(template: Template) -> None:
    asked = "They speak Spanish, which you do not. Please see that an interpreter is on the call."

    assert asked in said(template, "coordinator", interpreter=("es",))
    assert asked not in said(template, "coordinator")


def test_a_person_is_told_that_somebody_interprets() -> None:
    assert "somebody who speaks Spanish" in said("call_confirmed", interpreter=("es",))
    assert "somebody who speaks" not in said("call_confirmed")


def test_a_coordinator_hears_that_no_mail_tells_the_person_of_the_call() -> None:
    told = said("call_booked_notice", "coordinator")

    for barrier in ("minor", "bounced"):
        untold = said("call_booked_notice", "coordinator", barriers=frozenset({barrier}))
        assert "make sure in another way that they know the time" in untold
    assert "in another way" not in told
