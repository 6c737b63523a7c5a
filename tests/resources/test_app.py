"""The service as it is put together."""

from pathlib import Path

import httpx
import pytest

from services.resources.app import create_app
from services.resources.settings import ResourcesSettings
from shared.errors import Misconfigured

KEY = "a-link-key-of-the-tests-long-enough-to-be-one"


def told(tmp_path: Path, config: str, **more: str) -> ResourcesSettings:
    return ResourcesSettings.read(
        {
            "RESOURCES_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'resources.db'}",
            "RESOURCES_LINK_KEYS": KEY,
            "PRACTICE_CONFIG_DIR": config,
            **more,
        }
    )


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
async def test_the_service_is_put_together_from_both_samples_with_its_doors(
    sample: str, tmp_path: Path
) -> None:
    app = create_app(told(tmp_path, f"deploy/practice/{sample}"))

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://resources") as client:
        paths = ("/healthz", "/openapi.json", "/docs", "/none")
        answers = {path: (await client.get(path)).status_code for path in paths}
    await app.state.database.close()

    assert answers == {"/healthz": 200, "/openapi.json": 200, "/docs": 200, "/none": 404}


def test_a_missing_practice_is_a_sentence_not_a_stack_trace(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"practice\.yaml: there is no such file in "):
        create_app(told(tmp_path, str(tmp_path)))


def test_there_are_no_link_keys_until_somebody_makes_them() -> None:
    with pytest.raises(Misconfigured, match="RESOURCES_LINK_KEYS is not set"):
        ResourcesSettings.read({})


def test_a_short_link_key_is_named_and_not_repeated(tmp_path: Path) -> None:
    settings = told(tmp_path, "deploy/practice/los_angeles", RESOURCES_LINK_KEYS="a-short-one")

    with pytest.raises(Misconfigured, match="RESOURCES_LINK_KEYS: link keys need 32 characters") as stopped:
        create_app(settings)

    assert "a-short-one" not in str(stopped.value)
    assert "a-short-one" not in repr(settings)


def test_link_keys_may_lie_in_a_file_the_current_one_first(tmp_path: Path) -> None:
    file = tmp_path / "link_keys"
    file.write_text(f"{KEY},{'k' * 32}\n", encoding="utf-8")
    file.chmod(0o600)

    settings = ResourcesSettings.read({"RESOURCES_LINK_KEYS_FILE": str(file)})

    assert settings.link_ring == (KEY, "k" * 32)


def test_where_people_reach_intake_is_told_by_intakes_own_setting() -> None:
    said = {"RESOURCES_LINK_KEYS": KEY, "INTAKE_PUBLIC_URL": "https://write.example.org"}

    assert ResourcesSettings.read(said).intake_public_url == "https://write.example.org"
