"""Who knocks: a link is read, a form is opened, and whoever may not come in is turned away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from fastapi import Request

from services.matching.web.front import Front
from shared.pages.knock import NOBODYS_LINK, No, form_of_ours
from shared.tokens import Link

Typed = Mapping[str, str]
NOTHING_TYPED: Typed = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who holds a link of ours."""

    link: Link
    home: str  # the path of the link's page; others lie below it
    at: datetime
    said: str = ""  # a code of what was done just before
    language: str = "en"
    typed: Typed = field(default_factory=lambda: NOTHING_TYPED)

    @property
    def by(self) -> str:
        """Who acts: coordinator:<id>, clinician:<id>, person:<request id>."""
        return self.link.recipient

    @property
    def who(self) -> str:
        """Their id."""
        return self.link.recipient.partition(":")[2]


def visit_of(request: Request, front: Front, path: str, purpose: str) -> Visit | No:
    """The visit of whoever holds this link; every link that is not good is turned away alike."""
    token, now = request.path_params["token"], front.clock()
    link = front.links.read(token, purpose, now)
    if link is None:
        return NOBODYS_LINK
    return Visit(link, f"{path}/{token}", now, request.query_params.get("said", ""))


async def typed_in(request: Request, front: Front) -> Typed | No:
    """What a form of ours sent; of a field that came twice the last counts."""
    sent = await form_of_ours(request, front.public_url)
    return sent if isinstance(sent, No) else MappingProxyType(dict(sent))
