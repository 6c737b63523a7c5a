"""The service as a whole: it is complete, and says so over HTTP while NATS is down."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.matching import operations
from services.matching.app import create_app
from services.matching.settings import MatchingSettings
from shared import migrations
from shared.clock import utc_now
from shared.database import Database
from shared.errors import Misconfigured
from shared.practice import load_practice
from shared.tokens import Links
from tests.matching.conftest import LOS_ANGELES


def settings(folder: Path, config_dir: Path = LOS_ANGELES) -> MatchingSettings:
    return MatchingSettings(
        database_url=f"sqlite+aiosqlite:///{folder / 'matching.db'}",
        link_keys="k" * 32,
        nats_url="nats://127.0.0.1:9",
        config_dir=config_dir,
    )


async def test_the_service_starts_and_is_healthy_while_nats_is_down(tmp_path: Path) -> None:
    told = settings(tmp_path)
    await migrations.upgrade("matching", told.database_url)

    with TestClient(create_app(told)) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503


def test_a_practice_folder_without_a_practice_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"practice\.yaml"):
        create_app(settings(tmp_path, config_dir=tmp_path))


async def test_a_mailed_link_opens_its_page(tmp_path: Path) -> None:
    told = settings(tmp_path)
    await migrations.upgrade("matching", told.database_url)
    database = Database.open(told.database_url)
    practice = load_practice(LOS_ANGELES)
    await operations.import_roster(database, LOS_ANGELES / "clinicians.yaml", practice, utc_now())
    await database.close()
    sign = Links(told.link_ring).sign
    token = sign("offer", "clinician:c-rivera", "an-offer", utc_now(), timedelta(days=1))

    with TestClient(create_app(told)) as client:
        assert client.get(f"/referrals/offer/{token}").status_code == 410  # nobody was offered anything
        assert client.get(f"/referrals/introduction/{token}").status_code == 404
        assert client.get("/docs").status_code == 200


def test_a_link_key_that_is_too_short_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="MATCHING_LINK_KEYS"):
        create_app(settings(tmp_path).model_copy(update={"link_keys": "short"}))
