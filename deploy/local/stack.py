"""The embedded stack as a whole: made ready in order, kept, stopped."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from deploy.local import nats
from deploy.local.child import Child
from deploy.local.console import Say
from deploy.local.environment import of_the_stack, written
from deploy.local.keeper import Keeper
from deploy.local.keys import kept_keys, kept_store_key, kept_website
from deploy.local.parts import Part, broker, mail_server, services
from deploy.local.places import Places, write_durably
from deploy.local.ports import Ports, refuse_busy
from deploy.local.readiness import until_ready
from shared.errors import Misconfigured

Work = Callable[[], Coroutine[Any, Any, None]]
NO_BROKER = 3  # a step's exit code
PROVISION_AGAIN = timedelta(seconds=2)


class Stack:
    """Six parts on one data folder. Made by `running_stack`."""

    def __init__(self, places: Places, ports: Ports, around: Mapping[str, str], say: Say) -> None:
        self.places, self.ports, self._around, self._say = places, ports, around, say
        self.said: Mapping[str, str] = {}
        self._keepers: list[Keeper] = []
        self._parts: list[Part] = []
        self._prepared = asyncio.Event()
        self._streams_are_made = False

    async def begin(self) -> None:
        """Starts everything; the databases are migrated before a service starts.

        Raises Misconfigured when a port is busy or a step before the start fails.
        """
        refuse_busy(self.ports)
        keys, website = kept_keys(self.places), kept_website(self.places)
        self.said = of_the_stack(self.places, self.ports, keys, website, self._around)
        write_durably(self.places.env, written(self.said))
        nats.write_config(self.places, self.ports.nats, keys, kept_store_key(self.places))
        nats_part = broker(self.places, self.ports, self._around)
        self._keep(nats_part, partial(self._provision, nats_part))
        self._keep(mail_server(self.places, self.ports, self._around))
        await self._prepare()
        for part in services(self.ports, self.said, self._around):
            self._keep(part)

    async def until_ready(self) -> None:
        """Returns once every part has said that it is ready."""
        await asyncio.gather(*map(until_ready, self._parts))

    async def stop(self) -> None:
        """Ends the services first, so that what they are doing reaches the broker and the mail server."""
        last = [keeper for keeper in self._keepers if keeper.name in ("nats", "mail")]
        first = [keeper for keeper in self._keepers if keeper not in last]
        await asyncio.gather(*(keeper.stop() for keeper in first))
        await asyncio.gather(*(keeper.stop() for keeper in last))
        for part in self._parts:
            self.places.pid(part.name).unlink(missing_ok=True)

    def _keep(self, part: Part, whenever_up: Work | None = None) -> None:
        keeper = Keeper(part.name, partial(self._start, part), self._say, whenever_up)
        self._parts.append(part)
        self._keepers.append(keeper)
        keeper.begin()

    async def _start(self, part: Part) -> Child:
        child = await Child.start(part.name, part.command, part.environ, self.places.logs, self._say)
        write_durably(self.places.pid(part.name), f"{child.pid}\n", mode=0o644)
        return child

    async def _prepare(self) -> None:
        """The databases, and the streams while we are at it; a broker that is late is waited for later."""
        code = await self._step("databases", "provision")
        if code not in (0, NO_BROKER):
            raise Misconfigured("the databases could not be made ready; the lines above say why")
        self._streams_are_made = code == 0
        self._prepared.set()

    async def _provision(self, nats_part: Part) -> None:
        """Makes the streams and consumers that are missing, each time the broker has come up."""
        await self._prepared.wait()
        if self._streams_are_made:
            self._streams_are_made = False  # its next life begins without us knowing what it kept
            return
        await until_ready(nats_part)
        while await self._step("provision") != 0:
            self._say("stack", "the streams could not be made ready; trying again")
            await asyncio.sleep(PROVISION_AGAIN.total_seconds())

    async def _step(self, *names: str) -> int:
        command = (sys.executable, "-m", "deploy.local.steps", *names)
        child = await Child.start(
            names[0], command, {**self._around, **self.said}, self.places.logs, self._say
        )
        try:
            return await child.wait()
        finally:
            child.kill()


@asynccontextmanager
async def running_stack(
    places: Places, ports: Ports, around: Mapping[str, str], say: Say
) -> AsyncIterator[Stack]:
    """A started stack that holds its data folder alone and is stopped, every part, on the way out.

    Raises Misconfigured when the folder is another stack's or a port is busy.
    """
    places.make()
    with places.locked():
        stack = Stack(places, ports, around, say)
        try:
            await stack.begin()
            yield stack
        finally:
            await stack.stop()
