"""A day of a practice: what its people do from the website's post to the introduction."""

import asyncio
import re
from collections.abc import Mapping

import httpx

from tests.faults.visitors import Postbox, Visitor, path_of
from tests.stack import PATIENCE_SECONDS, Mail, Stack, post_until_accepted

CONCERNS = ("grief_loss", "depression_anxiety", "relational", "lgbtqia_affirmative", "identity_belonging")
OFFER, BOTH = "/referrals/offer/", ("/referrals/introduction/", "/answers/introduction/")


class Day:
    """The people of a practice on one day."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.box = stack, Postbox(stack)
        self._visitors: dict[str, Visitor] = {}
        self._website = httpx.AsyncClient(headers={"Authorization": f"Bearer {stack.site_key}"}, timeout=10)

    def visitor(self, address: str) -> Visitor:
        """Whose mailbox this is."""
        return self._visitors.setdefault(address, Visitor(self.stack, self.box, address))

    async def close(self) -> int:
        """The day ends; how often somebody had to ask again."""
        await self._website.aclose()
        for each in self._visitors.values():
            await each.close()
        return sum(each.refused for each in self._visitors.values())

    async def follow(self, number: int) -> str:
        """One request from the website to the introduction; every ninth clinician leaves it unanswered."""
        url, person = f"{self.stack.url('intake')}/v1/consultation-requests", address_of(number)
        accepted = await post_until_accepted(self._website, url, request(number), f"key-{number}")
        reference = str(accepted["reference"])
        told = await self.box.until(
            f"the referral mail of {reference}", lambda mail: reference in mail.subject and mail.to != person
        )
        desk, case = self.visitor(told.to), path_of(told)
        await self.choose(desk, case, reference)
        if number % 4 == 2:
            await desk.press(case, "undo")
            if self.step(reference) == "undo":
                await self.choose(desk, case, reference)
        asked = await self.offer(reference)
        if number % 4 == 1:
            await self.visitor(asked.to).press(path_of(asked), "no", why="schedule")
            await self.until_proposed_again(reference)
            await self.choose(desk, case, reference)
            asked = await self.offer(reference, besides=asked.message_id)
        if number % 3 == 0:
            await self.visitor(asked.to).press(path_of(asked), "seen")
        if number % 9 != 8:
            await self.accept(reference, person, asked)
        return reference

    async def choose(self, desk: Visitor, case: str, reference: str) -> None:
        """The first of those proposed who has a place, else the first of everybody."""
        for page in (case, f"{case}/choose"):
            shown = await desk.page(page)
            for who in re.findall(r'name="clinician_id"[^>]*value="([^"]+)"', shown):
                await desk.press(case, "choose", clinician_id=who)
                if self.step(reference) in ("choose", "requested"):
                    return
        raise AssertionError(f"nobody could be chosen for {reference}: {self.steps(reference)}")

    async def offer(self, reference: str, besides: str = "") -> Mail:
        """The mail that asks a clinician."""
        return await self.box.until(
            f"an offer of {reference}",
            lambda mail: _is(mail, OFFER, reference) and mail.message_id != besides,
        )

    async def accept(self, reference: str, person: str, asked: Mail) -> None:
        """The clinician says yes, and both are introduced."""
        await self.visitor(asked.to).press(path_of(asked), "yes")
        await self.box.until(f"the introduction of {reference}", lambda mail: _is(mail, BOTH[0], reference))
        await self.box.until(f"the introduction of {person}", lambda mail: _is(mail, BOTH[1], to=person))

    def steps(self, reference: str) -> list[str]:
        """What happened to the referral so far."""
        query = (
            "SELECT name FROM referral_steps JOIN referrals USING (referral_id)"
            " WHERE reference = ? ORDER BY referral_steps.version"
        )
        names = [row["name"] for row in self.stack.rows("matching", query, reference)]
        return [name.removeprefix("referral.").removesuffix(".v1") for name in names]

    def step(self, reference: str) -> str:
        return self.steps(reference)[-1]

    async def until_proposed_again(self, reference: str) -> None:
        """Waits until the clinician's no has settled."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.steps(reference).count("proposed") < 2:
                await asyncio.sleep(0.2)


def address_of(number: int) -> str:
    return f"sam{number}@example.org"


def request(number: int) -> Mapping[str, object]:
    return {
        "name": f"Sam Rivera {number}",
        "email": address_of(number),
        "contact": {"email_ok": True, "discreet": number % 2 == 0},
        "for": "self",
        "state": "CA",
        "age": 34,
        "concerns": [CONCERNS[number % len(CONCERNS)]],
        "preferences": {"format": "online"},
        "language": "es" if number % 5 == 0 else "en",
    }


def _is(mail: Mail, path: str, reference: str = "", *, to: str = "") -> bool:
    """Whether the mail leads there, is about this reference, and for this address."""
    return path in mail.text and reference in mail.text and to in (mail.to, "")
