"""What the doctor says of settings: misspelt, told twice, secrets that are none, unsafe addresses."""

import re
from pathlib import Path

import pytest

from deploy.checks import configuration
from shared.errors import Misconfigured
from tests.deploy.round import KEY, environ, given, problems, warnings

DEPLOY = Path(__file__).parents[2] / "deploy"
OURS = re.compile(r"(?<![A-Z_])(?:PRACTICE|INTAKE|MATCHING|NOTIFICATIONS|RESOURCES)_[A-Z_]*[A-Z]\b")


async def test_a_setting_that_is_misspelt_is_named_with_what_was_meant() -> None:
    found = await configuration.variables(given(environ(NOTIFICATIONS_SMPT_CA="/etc/ca.pem")))

    assert problems(found) == ["variables: NOTIFICATIONS_SMPT_CA: did you mean NOTIFICATIONS_SMTP_CA?"]


async def test_a_setting_that_nobody_reads_is_a_warning() -> None:
    found = await configuration.variables(given(environ(INTAKE_COFFEE_STRENGTH="3")))

    assert problems(found) == []
    assert warnings(found) == ["variables: INTAKE_COFFEE_STRENGTH is set, and nobody reads it"]


async def test_of_two_names_alike_of_which_one_is_set_the_other_is_not_called_misspelt() -> None:
    found = await configuration.variables(given(environ(INTAKE_LINK_KEY="x")))

    assert problems(found) == []
    assert len(warnings(found)) == 1


async def test_what_belongs_to_somebody_else_is_not_looked_at() -> None:
    found = await configuration.variables(given(environ(HOME="/root", PRACTICED="x", SMPT_URL="x")))

    assert (problems(found), warnings(found)) == ([], [])


async def test_a_setting_told_plainly_and_as_a_file_is_told_twice() -> None:
    found = await configuration.variables(given(environ(INTAKE_LINK_KEYS_FILE="/run/secrets/x")))

    assert warnings(found) == [
        "variables: both INTAKE_LINK_KEYS and INTAKE_LINK_KEYS_FILE are set: the file counts"
    ]


@pytest.mark.parametrize("file", ["compose.yaml", "compose.cluster.yaml", "env.example"])
async def test_whatever_the_product_itself_sets_is_known(file: str) -> None:
    said = dict.fromkeys(OURS.findall((DEPLOY / file).read_text("utf-8")), "x")

    found = await configuration.variables(given(said))

    assert said
    assert [each.what for each in found if "did you mean" in each.what or "nobody reads" in each.what] == []


async def test_secrets_in_the_environment_itself_are_a_warning_that_shows_none() -> None:
    url = "postgresql+asyncpg://intake:s3cret@db.example.org/intake"
    found = await configuration.secrets(given(environ(INTAKE_DATABASE_URL=url)))

    [said] = warnings(found)
    assert {"INTAKE_DATABASE_URL", "INTAKE_VAULT_KEYS", "MATCHING_LINK_KEYS"} <= set(
        re.findall(r"[A-Z_]{6,}", said)
    )
    assert "s3cret" not in str(found)
    assert KEY not in str(found)


@pytest.mark.parametrize(
    ("mode", "level"), [(0o600, "ok"), (0o640, "warning"), (0o644, "problem"), (0o602, "problem")]
)
async def test_a_secret_is_in_a_file_for_one_user_alone(tmp_path: Path, mode: int, level: str) -> None:
    file = tmp_path / "vault"
    file.write_text(KEY)
    file.chmod(mode)

    [found] = await configuration.secrets(given({"INTAKE_VAULT_KEYS_FILE": str(file)}))

    assert found.level == level
    assert level == "ok" or f"chmod 600 {file}" in found.do


async def test_the_settings_of_a_data_folder_are_for_one_user_alone(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("INTAKE_LINK_KEYS=x\n")
    (tmp_path / "env").chmod(0o644)

    found = await configuration.secrets(given({"PRACTICE_DATA_DIR": str(tmp_path), "INTAKE_LINK_KEYS": KEY}))

    assert len(problems(found)) == 1
    assert warnings(found) == []


def pages(intake: str, matching: str, resources: str) -> dict[str, str]:
    return {
        "INTAKE_PUBLIC_URL": intake,
        "MATCHING_PUBLIC_URL": matching,
        "RESOURCES_PUBLIC_URL": resources,
    }


async def test_links_that_are_not_protected_are_a_problem() -> None:
    care = "https://care.example.org"
    found = await configuration.addresses(given(pages(care, "http://care.example.org", care)))

    assert problems(found) == ["addresses: MATCHING_PUBLIC_URL begins with http://"]


async def test_pages_on_different_hosts_are_a_warning() -> None:
    care, desk = "https://care.example.org", "https://desk.example.org"
    found = await configuration.addresses(given(pages(care, desk, care)))

    assert warnings(found) == [
        "addresses: the pages stand on different hosts: care.example.org, desk.example.org"
    ]


async def test_links_to_the_readers_own_machine_are_a_warning_but_beside_a_stack_on_this_one(
    tmp_path: Path,
) -> None:
    assert len(warnings(await configuration.addresses(given({})))) == 1
    assert warnings(await configuration.addresses(given({"PRACTICE_DATA_DIR": str(tmp_path)}))) == []


async def test_one_host_with_https_is_well() -> None:
    care = "https://care.example.org"
    [found] = await configuration.addresses(given(pages(care, care, care)))

    assert found.level == "ok"


async def test_mail_that_may_go_unprotected_is_a_warning() -> None:
    care = "https://care.example.org"
    said = {**pages(care, care, care), "NOTIFICATIONS_SMTP_PLAIN_HOST": "mailpit"}

    [found] = await configuration.addresses(given(said))

    assert (found.level, "mailpit" in found.what) == ("warning", True)
    assert "mails go unprotected" in found.why


async def test_settings_that_no_service_could_start_with_are_said() -> None:
    assert [each.level for each in await configuration.configuration(given())] == ["ok"]
    with pytest.raises(Misconfigured, match="INTAKE_VAULT_KEYS"):
        await configuration.configuration(given(environ(INTAKE_VAULT_KEYS="")))
