"""The demonstration from beginning to end, on ports and in a folder of its own."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from deploy.demo.booking import book
from deploy.demo.following import Arrived, Followed, Mailbox, follow
from deploy.demo.judging import shortcomings
from deploy.demo.posting import Posted, post
from deploy.demo.report import print_beside, print_report, summary
from deploy.demo.samples import Sample, load_samples
from deploy.house import Databases, all_opened, practice_of
from deploy.local.environment import surroundings
from deploy.local.mail.folder import MailFolder
from deploy.local.mail.reading import read_mail
from deploy.local.places import Places, write_durably
from deploy.local.ports import free_ports
from deploy.local.stack import Stack, running_stack
from services.matching import operations as matching
from shared.clock import utc_now
from shared.errors import Retryable
from shared.ids import RandomIds

READY_WITHIN = timedelta(seconds=30)
MAILS_WITHIN = timedelta(seconds=20)
LOOK_EVERY = timedelta(milliseconds=200)
OURS = ("PRACTICE_", "INTAKE_", "MATCHING_", "NOTIFICATIONS_", "RESOURCES_")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of every request, what else arrived, and the clinicians' names by id."""

    followed: Sequence[Followed]
    beside: Sequence[Arrived]  # mails about none of them: in working hours, each coordinator's digest
    names: Mapping[str, str]

    @property
    def as_expected(self) -> bool:
        return not any(map(shortcomings, self.followed))


async def demonstrate(out: Path, console: Console) -> bool:
    """Runs the demonstration and leaves mails, logs and `summary.json` in `out`; true when all came.

    Raises Retryable when the stack does not become ready in time.
    """
    samples = load_samples()
    around = {name: value for name, value in surroundings().items() if not name.startswith(OURS)}
    with tempfile.TemporaryDirectory(prefix="practice-demo-") as folder:
        places = Places(Path(folder))
        try:
            async with running_stack(places, free_ports(), around, lambda _part, _line: None) as stack:
                with _progress(console) as progress:
                    result = await _play(stack, samples, progress)
                print_report(console, result.followed, practice_of(stack.said), result.names)
                print_beside(console, result.beside)
        finally:
            _leave(places, out)
    told = json.dumps(summary(result.followed, result.names), indent=2, ensure_ascii=False)
    write_durably(out / "summary.json", told + "\n", mode=0o644)
    return result.as_expected


async def _play(stack: Stack, samples: Sequence[Sample], progress: Progress) -> Result:
    starting = progress.add_task("Starting the four services", total=1)
    await _until_ready(stack)
    progress.advance(starting)
    posting = progress.add_task("People write in", total=len(samples))
    posted = []
    folder = MailFolder(stack.places.mail, utc_now, RandomIds())
    async with httpx.AsyncClient(base_url=stack.said["INTAKE_PUBLIC_URL"], timeout=10) as client:
        for sample in samples:
            posted.append(await post(client, sample, utc_now, RandomIds()))
            progress.advance(posting)
        booked = await _book_calls(client, posted, folder, progress)
    async with all_opened(stack.said) as databases:
        mailbox = Mailbox(folder)
        followed = await _until_all_came(mailbox, posted, databases, progress)
        followed = [replace(each, booked=booked.get(each.posted.reference)) for each in followed]
        roster = await matching.list_roster(databases["matching"])
    named = {arrived.file for each in followed for mail in each.mails for arrived in mail.arrived}
    names = {entry.record.id: entry.record.name for entry in roster}
    return Result(followed, mailbox.beside(named), names)


async def _until_ready(stack: Stack) -> None:
    try:
        async with asyncio.timeout(READY_WITHIN.total_seconds()):
            await stack.until_ready()
    except TimeoutError:
        raise Retryable("the services did not become ready; their logs are kept") from None


async def _book_calls(
    client: httpx.AsyncClient, posted: Sequence[Posted], folder: MailFolder, progress: Progress
) -> Mapping[str, datetime]:
    """Whoever wants to books a call from the link in their first mail; when, by reference."""
    wanting = [each for each in posted if each.sample.books is not None]
    booking = progress.add_task("Somebody books a call", total=len(wanting))
    booked = {}
    for each in wanting:
        mail = await _first_mail(folder, str(each.sample.body["email"]))
        booked[each.reference] = await book(client, each, mail, utc_now)
        progress.advance(booking)
    return booked


async def _first_mail(folder: MailFolder, address: str) -> str:
    """The text of the first mail to this address, once it has come. Raises Retryable when it does not."""
    deadline = utc_now() + MAILS_WITHIN
    while utc_now() < deadline:
        for name in reversed(folder.names()):
            mail = read_mail(name, folder.read(name) or b"")
            if address in mail.delivered_to and mail.text:
                return mail.text
        await asyncio.sleep(LOOK_EVERY.total_seconds())
    raise Retryable("the first mail to somebody who would book a call did not come; the logs are kept")


async def _until_all_came(
    mailbox: Mailbox, posted: Sequence[Posted], databases: Databases, progress: Progress
) -> list[Followed]:
    """Looks again and again until every request is as expected, or the time for it is over."""
    waiting = progress.add_task("Requests answered in full", total=len(posted))
    deadline = utc_now() + MAILS_WITHIN
    while True:
        followed = [await follow(each, databases, mailbox) for each in posted]
        done = sum(not shortcomings(each) for each in followed)
        progress.update(waiting, completed=done)
        if done == len(posted) or utc_now() > deadline:
            return followed
        await asyncio.sleep(LOOK_EVERY.total_seconds())


def _leave(places: Places, out: Path) -> None:
    """Copies the mails and logs to `out`, in place of those of the last time."""
    for name, kept in (("mail", places.mail), ("logs", places.logs)):
        shutil.rmtree(out / name, ignore_errors=True)
        shutil.copytree(kept, out / name)


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=console)
