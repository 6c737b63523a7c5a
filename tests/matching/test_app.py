"""The service as a whole: it is complete, and says so over HTTP while NATS is down."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.matching.app import create_app
from services.matching.settings import MatchingSettings
from shared import migrations
from shared.errors import Misconfigured
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
