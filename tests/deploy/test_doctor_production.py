"""What the doctor asks for before any real person writes, and what it says of rule packs on any day."""

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deploy.checks.finding import Finding
from deploy.checks.packs import judged, kept_too_short, packs
from deploy.checks.places import PLAIN_HOST
from deploy.checks.production import ALERT_SMTP, production, reviewed
from deploy.cli.app import app
from shared.practice import Pack, Review, load_packs, load_practice, pack_names
from shared.practice.packs import Header
from tests.deploy.round import PRACTICE, environ, given, problems, warnings

DAY = date(2027, 3, 1)
SERVICES = ("INTAKE", "MATCHING", "NOTIFICATIONS", "RESOURCES")
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
SIGNED = "baa: {signed_on: 2027-01-15, note: in the safe}"
READY = (
    ("does: [mail]}", f"does: [mail], {SIGNED}}}"),
    ("does: [hosting, backups]}", f"does: [hosting, backups], {SIGNED}}}"),
    ("reviews: {}", "email_warning: email-2026-11-1"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A practice that has everything, but for reviews."""
    ready = tmp_path / "practice"
    shutil.copytree(PRACTICE, ready)
    for old, new in READY:
        change(ready, old, new)
    return ready


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "practice.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


async def looked(folder: Path, **said: str) -> Sequence[Finding]:
    settings = environ(PRACTICE_CONFIG_DIR=str(folder), **{ALERT_SMTP: "smtps://alerts.example.org", **said})
    return await production(given(settings))


def asked(data: Path, **said: str) -> Result:
    """The command itself, where nothing runs and nothing is kept."""
    urls = {f"{each}_DATABASE_URL": f"sqlite+aiosqlite:///{data}/{each}.db" for each in SERVICES}
    return CliRunner().invoke(
        app,
        ["doctor", "--production"],
        env={"PRACTICE_NATS_URL": "nats://127.0.0.1:1", **environ(**said), **urls},
    )


def a_pack(version: str | None = "2", expires_on: date = DAY) -> Pack:
    return Pack("consent", Header(version=version, expires_on=expires_on), own=False)


def review(version: str) -> dict[str, Review]:
    return {"consent": Review(version=version, by="marguerite", on=DAY)}


def test_a_pack_reviewed_in_its_version_and_within_its_days_is_well() -> None:
    assert list(judged([a_pack()], review("2"), DAY)) == []


def test_a_pack_that_changed_since_it_was_reviewed_is_told_with_both_versions() -> None:
    [found] = judged([a_pack()], review("1"), DAY)

    assert (found.level, found.what) == (
        "warning",
        "not reviewed in this version: consent (2, reviewed in 1)",
    )
    assert "reviews: {consent: " in found.do


def test_a_pack_is_stale_the_day_after_its_last() -> None:
    [found] = judged([a_pack(expires_on=date(2027, 2, 28))], review("2"), DAY)

    assert found.what == "past their day: consent (until 2027-02-28)"


def test_a_pack_of_one_s_own_without_a_version_can_be_reviewed_by_nobody() -> None:
    [found] = judged([a_pack(None)], review("2"), DAY)

    assert found.what == "without a version: consent"


async def test_what_is_shipped_is_unreviewed_a_warning_on_any_day_and_a_problem_in_production() -> None:
    on_any_day = await packs(given(clock=lambda: NOW))
    before_anybody_writes = await reviewed(given(clock=lambda: NOW))

    [found] = on_any_day
    assert found.level == "warning"
    assert all(f"{name} (" in found.what for name in pack_names())
    assert problems(before_anybody_writes) == [f"rule packs: {found.what}"]


async def test_a_practice_that_reviewed_every_pack_is_well(folder: Path) -> None:
    reviews = "".join(
        f'  {each.name}: {{version: "{each.header.version}", by: marguerite, on: 2027-02-01}}\n'
        for each in load_packs(folder)
    )
    change(folder, "email_warning:", f"reviews:\n{reviews}email_warning:")

    found = await reviewed(given(environ(PRACTICE_CONFIG_DIR=str(folder)), clock=lambda: NOW))

    assert (problems(found), warnings(found)) == ([], [])


async def test_a_practice_with_everything_is_ready_for_people(folder: Path) -> None:
    [found] = await looked(folder)

    assert (found.check, found.level) == ("production", "ok")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("does: [mail], ", "does: [phone], ", "providers: nobody is named for mail"),
        (f"does: [mail], {SIGNED}}}", "does: [mail]}", "providers: without a note of an agreement: Juniper"),
        ("email_warning: email-2026-11-1", "", "e-mail warning: nobody has noted which warning"),
        (
            "email_warning: email-2026-11-1",
            "email_warning: email-2025",
            "notes the warning email-2025; rules",
        ),
    ],
    ids=["nobody carries mail", "no agreement", "no warning noted", "an older warning"],
)
async def test_what_is_missing_is_one_problem_that_says_what_to_do(
    folder: Path, old: str, new: str, what: str
) -> None:
    change(folder, old, new)

    [found] = await looked(folder)

    assert found.level == "problem"
    assert what in f"{found.check}: {found.what}"
    assert "in practice.yaml" in found.do


async def test_an_alert_needs_a_second_way(folder: Path) -> None:
    [said] = problems(await looked(folder, **{ALERT_SMTP: ""}))

    assert said == f"alerts: {ALERT_SMTP} is not set: an alert has one way only"


async def test_one_person_alone_on_call_is_a_warning(folder: Path) -> None:
    change(folder, "on_call: [dana, lee]", "on_call: [dana, dana]")

    found = await looked(folder)

    assert (problems(found), warnings(found)) == ([], ["on call: only dana is on call"])


@pytest.mark.parametrize(("kept", "told"), [("5 years", True), ("6 years", False), ("7 years", False)])
def test_who_read_what_is_kept_as_long_as_the_law_wants(folder: Path, kept: str, told: bool) -> None:
    change(folder, "email_warning:", f"retention: {{access_log: {kept}}}\nemail_warning:")

    found = [each.check for each in kept_too_short(load_practice(folder))]

    assert found == ["retention"] * told


@pytest.mark.parametrize(("mail", "told"), [("full", True), ("minimal", False)])
async def test_full_mails_to_coordinators_want_tls(folder: Path, mail: str, told: bool) -> None:
    change(folder, "coordinator_mail: full", f"coordinator_mail: {mail}")

    found = problems(await looked(folder, **{PLAIN_HOST: "mail.internal"}))

    assert [each.startswith("coordinator mail: ") for each in found] == [True] * told


def test_nobody_on_call_at_all_ends_in_red(folder: Path, tmp_path: Path) -> None:
    change(folder, "on_call: [dana, lee]", "on_call: []")

    result = asked(tmp_path, PRACTICE_CONFIG_DIR=str(folder))

    assert result.exit_code == 1
    assert "on_call: must list at least one" in result.output


def test_the_invented_practice_is_told_everything_it_lacks(tmp_path: Path) -> None:
    result = asked(tmp_path)

    assert result.exit_code == 1
    for words in (
        "not reviewed in this version",
        "without a note of an agreement",
        ALERT_SMTP,
        "email_warning:",
    ):
        assert words in result.output
