"""A number typed for a call, and an address typed to be reached at, stand sealed and nowhere else."""

import re
from collections.abc import Mapping, Sequence

import httpx
import pytest

from deploy.demo.forms import form_to
from tests.faults.test_bus_carries_facts import canary, found_in
from tests.stack import Mail, Stack

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

BOOK = re.compile(r"https?://[^\s<>\"]+/book/[\w.-]+")
CONTACT = re.compile(r"https?://[^\s<>\"]+/contact/[\w.-]+")
NUMBER, OTHER_NUMBER = "3235557341", "3235557342"
OLD = f"{canary(1, 'old').lower()}@example.org"
NEW = f"{canary(1, 'new').lower()}@example.org"


class Person:
    """Somebody with a mailbox and a browser, who posts what the forms ask for."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.client = stack, httpx.Client(follow_redirects=True, timeout=30)
        self.links: set[str] = set()

    def link(self, which: re.Pattern[str], to: str, count: int) -> str:
        """Such a link once so many mails have come: of the newest that has one, whichever came last."""

        def mine(mails: Sequence[Mail]) -> list[Mail]:
            return [mail for mail in mails if mail.to == to]

        came = mine(self.stack.until_mails(lambda mails: len(mine(mails)) >= count))
        found = [found for mail in came if (found := which.search(mail.text))][-1]
        self.links.add(found[0].rpartition("/")[2])
        return found[0]

    def send(self, page: str, ending: str, **said: str) -> str:
        """Sends the page's form that leads there."""
        form = form_to(self.client.get(page).text, ending)
        assert form is not None, self.client.get(page).text
        base = httpx.URL(page).join("/")
        answer = self.client.post(base.join(form.action), data=dict(form.sent(**said)))
        assert answer.status_code == 200, answer.text
        return answer.text


def request() -> Mapping[str, object]:
    return {
        "name": "Sam Rivera",
        "email": OLD,
        "contact": {"email_ok": True, "discreet": False},
        "for": "self",
        "state": "CA",
        "age": 34,
        "concerns": ["grief_loss"],
        "preferences": {"format": "online"},
    }


def test_what_is_typed_for_a_call_and_to_be_reached_is_on_no_disk_outside_the_mail(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {stack.site_key}"}
    answer = httpx.post(f"{stack.url('intake')}/v1/consultation-requests", json=request(), headers=headers)
    person, reference = Person(stack), answer.json()["reference"]
    person.links.add(answer.json()["booking_url"].rpartition("/")[2])

    book = person.link(BOOK, OLD, 1)
    form = form_to(person.client.get(book).text, "/book")
    assert form is not None
    person.send(book, "/book", time=form.choices["time"][-1], phone=f"+1{NUMBER}")
    contact = person.link(CONTACT, OLD, 2)
    person.send(contact, "", email=NEW, phone=f"+1{OTHER_NUMBER}")
    assert NEW not in person.client.get(contact).text
    person.send(f"{book}/cancel", "/cancel")
    person.link(BOOK, NEW, 2)  # after the one that says that mails come here now
    for odd in (f"{book}x", f"{contact[:-9]}", f"{stack.url('intake')}/book/x%00"):
        assert person.client.get(odd).status_code == 404

    told = stack.practice("trail", reference)
    assert told.returncode == 0, told.stderr
    secrets = [NUMBER, OTHER_NUMBER, OLD, NEW, *person.links]
    assert not any(secret in told.stdout for secret in secrets)
    assert found_in(stack.folder, secrets) == []
    stack.stop()
    assert found_in(stack.folder, secrets) == []
