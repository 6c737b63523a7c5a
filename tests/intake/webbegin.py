"""The pages of *what is still true*, as tests meet them."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from httpx import AsyncClient, Response

from services.intake.handlers import Receipt
from services.intake.web import Front
from services.intake.web.begin_proof import PROOF
from tests.intake.builders import NOW
from tests.intake.webhouse import FORM, Page
from tests.intake.webposts import Pairs

A_DAY = timedelta(days=1)
GROWN_UP: Pairs = (("for", "self"), ("age", "34"), ("state", "CA"))


def path_of(front: Front, reader: Receipt, **said: Any) -> str:
    """The path of the page of somebody who has just said that they are ready."""
    mailed = {
        "recipient": f"person:{reader.person_id}",
        "subject": reader.request_id,
        "now": NOW,
        "lifetime": A_DAY,
    }
    return "/begin/" + front.links.sign(**{"purpose": "begin", **mailed, **said})


def on_behalf(front: Front, reader: Receipt, who: str = "dana") -> str:
    """The path of the page in the mail of this coordinator."""
    return path_of(front, reader, recipient=f"coordinator:{who}", lifetime=30 * A_DAY)


def prove(browser: AsyncClient, front: Front, who: str = "dana") -> None:
    """This coordinator's browser has proved itself today."""
    by, now = f"coordinator:{who}", front.clock()
    browser.cookies.set(PROOF.cookie(by), front.links.sign(PROOF.purpose, by, "proof-1", now, A_DAY))


async def told_on(browser: AsyncClient, path: str, *pairs: tuple[str, str], **headers: str) -> Response:
    """What the door says to a grown-up in California who sends this, too."""
    body = urlencode([*GROWN_UP, *pairs])
    return await browser.post(path, content=body, headers={**FORM, **headers})


async def submitted_by(browser: AsyncClient, path: str) -> list[tuple[str, str]]:
    """What the page's first form would send as it stands."""
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return Page.read(answer.text.partition("</form>")[0]).submitted()


async def written(browser: AsyncClient, path: str) -> str:
    """What a page says, its style aside."""
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.split("</style>")[1]
