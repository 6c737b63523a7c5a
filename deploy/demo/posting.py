"""A request goes in through the website's door."""

from dataclasses import dataclass
from datetime import datetime

import httpx

from deploy.demo.samples import Sample
from shared.clock import Clock
from shared.errors import Rejected, Retryable
from shared.ids import Ids

DOORS = {
    "consultation": "/v1/consultation-requests",
    "readiness": "/v1/readiness-requests",
    "professional": "/v1/professional-requests",
}


@dataclass(frozen=True, slots=True)
class Posted:
    """A request that was accepted; `answered_at` is when its 202 was here."""

    sample: Sample
    reference: str
    answered_at: datetime


async def post(client: httpx.AsyncClient, sample: Sample, clock: Clock, ids: Ids) -> Posted:
    """Posts the sample as a website's script does. Raises Rejected when it is not accepted."""
    headers = {"Idempotency-Key": ids.new()}
    try:
        answer = await client.post(DOORS[sample.path], json=sample.body, headers=headers)
    except httpx.TransportError as error:
        raise Retryable(f"{sample.title}: the door does not answer") from error
    if answer.status_code != 202:
        raise Rejected(f"{sample.title}: the door answered {answer.status_code}: {answer.text}")
    return Posted(sample, answer.json()["reference"], clock())
