"""The demonstration's requests, through the door; and whether the mails came that each expects."""

import asyncio
import json
import ssl
from collections.abc import Sequence

import httpx

from deploy.demo.booking import book
from deploy.demo.posting import Posted, post
from deploy.demo.samples import ExpectedMail, load_samples
from deploy.verifying.machine import Failed, Machine, until
from deploy.verifying.outside import Mails
from shared.clock import utc_now
from shared.ids import RandomIds

SENT, HELD = "sent", "held"
MAILS_SECONDS = 60


def demonstrated(machine: Machine, mails: Mails) -> str:
    """Every sample is posted, one books a call, and every mail that is expected has left."""
    posted = asyncio.run(_post_all(machine, mails))
    until(lambda: not _wanting(machine, posted), MAILS_SECONDS, "not every mail of the demonstration came")
    seen = mails.look()
    people = {str(each.sample.body["email"]) for each in posted if each.sample.body.get("email")}
    reached = {to["Address"] for mail in seen.values() for to in mail["To"]} & people
    return f"{len(posted)} requests, {len(seen)} mails; {len(reached)} people were written to"


async def _post_all(machine: Machine, mails: Mails) -> list[Posted]:
    context = ssl.create_default_context(cafile=str(machine.authority))
    posted = []
    async with httpx.AsyncClient(base_url=machine.origin, verify=context, timeout=20) as client:
        for sample in load_samples():
            posted.append(await post(client, sample, utc_now, RandomIds()))
        for each in posted:
            if each.sample.books is not None:
                await book(client, each, await _first_mail(mails, str(each.sample.body["email"])), utc_now)
    return posted


async def _first_mail(mails: Mails, address: str) -> str:
    for _ in range(100):
        text = mails.text_to(address)
        if text is not None:
            return text
        await asyncio.sleep(0.2)
    raise Failed(f"{address} was not written to")


def _wanting(machine: Machine, posted: Sequence[Posted]) -> list[str]:
    """Which expected mails have not come to their end."""
    found = []
    for each in posted:
        entries = json.loads(machine.practice("trail", each.reference, "--json"))
        states = [(one["name"], one["detail"]["state"]) for one in entries if one["kind"] == "mail"]
        found += [
            f"{each.reference}: {mail.template}"
            for mail in each.sample.expect.mails
            if not _has_come(mail, [state for template, state in states if template == mail.template])
        ]
    return found


def _has_come(mail: ExpectedMail, states: Sequence[str]) -> bool:
    if mail.planned:
        return states.count("planned") == mail.planned
    if mail.not_sent:
        return states == ["not_sent"]
    return states == [SENT] or (mail.or_held is not None and states == [HELD])
