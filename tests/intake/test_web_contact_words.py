"""The words of *how we reach you*: those of the mails that lead there, and hours as other pages say them."""

from datetime import time

import pytest

from services.intake.domain.contact_change import Change
from services.intake.domain.submission import SafeHours
from services.intake.web.contact_view import news_of
from services.intake.web.words import words_of
from services.notifications.rendering import TEMPLATES


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_page_is_called_as_the_link_in_the_mail_that_leads_to_it(language: str) -> None:
    say = words_of(language)
    mailed = (TEMPLATES / "layout" / language / "change.txt").read_text(encoding="utf-8").splitlines()
    links = [line.partition(": {{ contact_url }}")[0] for line in mailed if "contact_url" in line]

    assert links == [say("contact.rather_change"), say("contact.stop")]
    assert say("contact.title").casefold() in say("contact.rather_change").casefold()


@pytest.mark.parametrize(
    ("language", "begin", "end", "sentence"),
    [
        ("en", time(9), time(13, 30), "It is safe from 9:00 am to 1:30 pm."),
        ("es", time(1), time(13, 30), "Es seguro de 1:00 a 13:30."),
    ],
)
def test_safe_hours_are_said_as_the_hours_of_a_call_are(
    language: str, begin: time, end: time, sentence: str
) -> None:
    assert list(news_of(Change(hours=SafeHours(begin, end)), language)) == [sentence]
