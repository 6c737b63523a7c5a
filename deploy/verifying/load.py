"""People who write without a pause, each until somebody says that it was taken; and what became of each."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from deploy.demo.posting import DOORS
from deploy.verifying.machine import Failed, Machine, until
from deploy.verifying.outside import Mails, browser
from shared.ids import RandomIds

ACCEPTED = 202
BREATH_SECONDS = 0.1
AGAIN_SECONDS = 0.3
TRIES = 400
NUMBERS = itertools.count(1)


@dataclass
class Load:
    """Writes until told to stop."""

    machine: Machine
    accepted: dict[str, str] = field(default_factory=dict)  # the request's reference, by its key
    refused: int = 0
    given_up: int = 0
    _enough: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._enough.clear()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The one who writes now is heard out first."""
        self._enough.set()
        if self._thread:
            self._thread.join()

    def _write(self) -> None:
        key = (self.machine.folder / "website" / "site-key").read_text("utf-8").strip()
        with browser(self.machine) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            while not self._enough.is_set():
                self._one(client)
                self._enough.wait(BREATH_SECONDS)

    def _one(self, client: httpx.Client) -> None:
        key, body, pause = RandomIds().new(), _somebody(next(NUMBERS)), threading.Event()
        for _ in range(TRIES):
            reference = _posted(client, key, body)
            if reference is not None:
                self.accepted[key] = reference
                return
            self.refused += 1
            pause.wait(AGAIN_SECONDS)
        self.given_up += 1


def _posted(client: httpx.Client, key: str, body: dict[str, object]) -> str | None:
    try:
        answer = client.post(DOORS["consultation"], json=body, headers={"Idempotency-Key": key})
    except httpx.TransportError:
        return None
    return str(answer.json()["reference"]) if answer.status_code == ACCEPTED else None


def _somebody(number: int) -> dict[str, object]:
    return {
        "name": "Sam Rivera",
        "email": f"sam.{number}@example.org",
        "state": "CA",
        "age": 34,
        "concerns": ["grief_loss"],
        "message": "My mom died in March.",
        "preferences": {"format": "online", "times": ["weekday_evening"]},
    }


@contextmanager
def under(load: Load) -> Iterator[None]:
    """People write meanwhile."""
    load.start()
    try:
        yield
    finally:
        load.stop()


def kept_whole(load: Load, mails: Mails, seconds: float = 150) -> str:
    """Every request that was taken has exactly one mail to the practice; says how many there were.

    Raises Failed when one has none, or two of different Message-IDs, or when nobody was let in at all.
    """

    def all_told() -> bool:
        mails.look()
        return all(mails.about(reference) for reference in load.accepted.values())

    if not load.accepted or load.given_up:
        raise Failed(f"{len(load.accepted)} requests were taken, {load.given_up} gave up")
    until(all_told, seconds, "not every request that was taken has reached a coordinator")
    twice = [each for each in load.accepted.values() if len(mails.about(each)) != 1]
    if twice:
        raise Failed(f"{len(twice)} requests were told twice, such as {twice[0]}")
    return f"{len(load.accepted)} taken, {load.refused} asked to come again, each told once"
