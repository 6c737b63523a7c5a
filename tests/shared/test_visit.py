"""An operator's tool visits the broker: what it sees, and what it says when nobody is there."""

from datetime import timedelta

import pytest

from shared.clock import utc_now
from shared.messaging.bus import BusSettings
from shared.messaging.provision import missing, provision
from shared.messaging.visit import BrokerAway, look
from tests.conftest import NatsServer


async def test_a_broker_that_is_there_tells_its_version_and_time(nats: NatsServer) -> None:
    await provision(BusSettings(nats.url), {})

    seen = await look(BusSettings(nats.url))

    assert seen.version
    assert seen.time is not None
    assert abs(utc_now() - seen.time) < timedelta(seconds=5)


@pytest.mark.timeout(20)
async def test_a_broker_that_is_away_is_told_at_once_and_from_other_trouble(nats: NatsServer) -> None:
    settings = BusSettings(nats.url)
    nats.kill()

    with pytest.raises(BrokerAway):
        await look(settings)
    with pytest.raises(BrokerAway):
        await missing(settings, {})
    with pytest.raises(BrokerAway):
        await provision(settings, {})
