"""Whoever opens the links of their mails on a bad day: asks again until answered, and presses twice."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import unescape

import httpx

from tests.stack import Mail, Stack, read_mail

LINK = re.compile(r"https?://[^\s<>\"]+?(?=/(?:referrals|answers)/)(/(?:referrals|answers)/\w+/[\w.-]+)")
CODE = re.compile(r"^\s*(\d{3}) ?(\d{3})\s*$", re.MULTILINE)
HIDDEN = re.compile(r'name="(version)" value="([^"]*)"')
LOOK_EVERY = 0.1  # seconds
PATIENCE = 150.0


def path_of(mail: Mail) -> str:
    """The path of the page to which the first link of a mail leads."""
    found = LINK.search(mail.text)
    assert found, mail.text
    return found[1]


class Postbox:
    """Every mailbox of everybody; each mail is read once."""

    def __init__(self, stack: Stack) -> None:
        self._folder, self._read, self._looked = stack.folder / "mail", dict[str, Mail](), 0.0

    def mails(self) -> Sequence[Mail]:
        """What the mail server has accepted so far, the oldest first."""
        if (now := asyncio.get_running_loop().time()) - self._looked > LOOK_EVERY:
            self._looked = now
            for file in sorted(self._folder.glob("*.eml")):
                if file.name not in self._read:
                    self._read[file.name] = read_mail(file)
        return list(self._read.values())

    async def until(self, what: str, wanted: Callable[[Mail], object]) -> Mail:
        """The newest mail that is wanted, waited for."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for mail in reversed(self.mails()):
                        if wanted(mail):
                            return mail
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise TimeoutError(f"{what} did not come") from None


class Visitor:
    """Somebody with a mailbox and a browser, who asks again until they are answered."""

    def __init__(self, stack: Stack, box: Postbox, address: str) -> None:
        self._box, self._address, self._proving = box, address, asyncio.Lock()
        self._client = httpx.AsyncClient(base_url=stack.url("matching"), timeout=10)
        self.refused = 0  # how often nobody answered, or said to come again

    async def close(self) -> None:
        await self._client.aclose()

    async def page(self, path: str) -> str:
        """What the page says to a browser that is proven; it is proven first where it is not."""
        while f'action="{path}/code"' in (shown := await self._answered("GET", path)).text:
            await self._prove(path)
        return shown.text

    async def press(self, path: str, below: str, **typed: str) -> None:
        """Sends the form as the page has it now, twice at once."""
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(await self.page(path))}
        form = hidden | typed
        answers = await asyncio.gather(*(self._answered("POST", f"{path}/{below}", form) for _ in "12"))
        for answer in answers:
            assert answer.status_code in {200, 303, 403, 409, 410}, (below, answer.status_code, answer.text)

    async def _prove(self, path: str) -> None:
        """Asks for a code and types it, once for however many pages wait for it."""
        async with self._proving:
            if f'action="{path}/code"' not in (await self._answered("GET", path)).text:
                return
            before = len(self._codes())
            await self._answered("POST", f"{path}/code")
            await self._box.until(f"a code for {self._address}", lambda _: len(self._codes()) > before)
            await self._answered("POST", f"{path}/prove", {"digits": self._codes()[-1]})

    def _codes(self) -> Sequence[str]:
        mine = [mail for mail in self._box.mails() if mail.to == self._address]
        return ["".join(code.groups()) for mail in mine if (code := CODE.search(mail.text))]

    async def _answered(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> httpx.Response:
        async def ask() -> httpx.Response | None:
            try:
                answer = await self._client.request(method, path, data=form)
            except httpx.HTTPError:
                return None
            return answer if answer.status_code < 500 else None

        return await again(ask, self._count)

    def _count(self) -> None:
        self.refused += 1


async def again(
    ask: Callable[[], Awaitable[httpx.Response | None]], refused: Callable[[], None]
) -> httpx.Response:
    """Asks until there is an answer."""
    async with asyncio.timeout(PATIENCE):
        while (answer := await ask()) is None:
            refused()
            await asyncio.sleep(0.2)
    return answer
