"""Whoever books a call on a bad day: asks until answered, and picks another time when theirs is gone."""

import re
from collections.abc import Sequence
from datetime import datetime

import httpx

from deploy.demo.forms import Form, form_to
from tests.faults.visitors import Postbox, again
from tests.stack import Mail, Stack

BOOK = re.compile(r"https?://[^\s<>\"]+?(/book/[\w.-]+)")


class Caller:
    """Somebody with a mailbox and a browser; they wait for the mail about one step before the next."""

    def __init__(self, stack: Stack, box: Postbox, address: str) -> None:
        self._box, self._address, self._link = box, address, ""
        self._client = httpx.AsyncClient(
            base_url=stack.url("intake"),
            headers={"X-Forwarded-For": address_of_network(address)},
            timeout=10,
            follow_redirects=True,
        )
        self.refused = 0  # how often nobody answered, or said to come again
        self.at: datetime | None = None  # when they are called

    async def close(self) -> None:
        await self._client.aclose()

    async def begin(self) -> None:
        """Opens the link of the first mail."""
        mail = await self._mail(1)
        found = BOOK.search(mail.text)
        assert found, mail.text
        self._link = found[1]

    async def book(self, pick: int, mails: int) -> None:
        """Books, or moves to, the time at this place of those that are free; so many mails have come then."""
        while True:
            form = await self._form("/book")
            times = form.choices["time"]
            chosen = times[pick % len(times)]
            number = {"phone": "+13235550119"} if "phone" in form.typed else {}
            if await self._send(form, time=chosen, **number):
                break
        self.at = datetime.fromisoformat(chosen)
        await self._mail(mails)

    async def cancel(self, mails: int) -> None:
        """Calls it off."""
        assert await self._send(await self._form("/cancel"))
        self.at = None
        await self._mail(mails)

    async def _mail(self, count: int) -> Mail:
        def mine() -> Sequence[str]:
            return list(
                dict.fromkeys(mail.message_id for mail in self._box.mails() if mail.to == self._address)
            )

        return await self._box.until(
            f"mail {count} to {self._address}",
            lambda mail: mail.to == self._address and len(mine()) >= count,
        )

    async def _form(self, ending: str) -> Form:
        page = await self._answered("GET", f"{self._link}{ending}")
        form = form_to(page.text, ending)
        assert form is not None, f"no form leads to {ending}"
        return form

    async def _send(self, form: Form, **said: str) -> bool:
        """Whether it was done; not when the time is gone."""
        answer = await self._answered("POST", form.action, **form.sent(**said))
        assert answer.status_code in {200, 409}, answer.status_code
        return answer.status_code == 200

    async def _answered(self, method: str, path: str, **form: str) -> httpx.Response:
        async def ask() -> httpx.Response | None:
            try:
                answer = await self._client.request(method, path, data=form or None)
            except httpx.HTTPError:
                return None
            return answer if answer.status_code < 500 else None

        return await again(ask, self._count)

    def _count(self) -> None:
        self.refused += 1


def address_of_network(address: str) -> str:
    """Everybody is at home: a network address of their own."""
    number = int("".join(filter(str.isdigit, address)))
    return f"203.0.113.{number % 250 + 1}"
