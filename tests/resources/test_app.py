"""The service as it is put together."""

from pathlib import Path

import httpx
import pytest

from services.resources.app import create_app
from services.resources.settings import ResourcesSettings
from shared.errors import Misconfigured


def told(tmp_path: Path, config: str) -> ResourcesSettings:
    return ResourcesSettings.read(
        {
            "RESOURCES_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'resources.db'}",
            "PRACTICE_CONFIG_DIR": config,
        }
    )


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
async def test_the_service_is_put_together_from_both_samples_and_has_no_doors(
    sample: str, tmp_path: Path
) -> None:
    app = create_app(told(tmp_path, f"deploy/practice/{sample}"))

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://resources") as client:
        answers = {path: (await client.get(path)).status_code for path in ("/healthz", "/openapi.json")}
    await app.state.database.close()

    assert answers == {"/healthz": 200, "/openapi.json": 404}


def test_a_missing_practice_is_a_sentence_not_a_stack_trace(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"practice\.yaml: there is no such file in "):
        create_app(told(tmp_path, str(tmp_path)))
