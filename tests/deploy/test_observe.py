"""What is watched is there to be seen, every alarm fires when it should, and anybody can read what it is."""

import json
import re
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from deploy.backup.settings import BackupSettings
from deploy.house import SETTINGS
from deploy.keeping.measures import Measures
from services.intake.app import create_app as intake
from services.matching.app import create_app as matching
from services.notifications.app import create_app as notifications
from services.resources.app import create_app as resources
from tests.conftest import START
from tests.intake.test_app import TOLD

OBSERVE = Path(__file__).parents[2] / "deploy" / "observe"
CREATE: Mapping[str, Callable[..., Any]] = {
    "intake": intake,
    "matching": matching,
    "notifications": notifications,
    "resources": resources,
}
ELSEWHERE = {  # what Prometheus, every process and Alertmanager say of themselves
    "up",
    "ALERTS",
    "process_start_time_seconds",
    "process_resident_memory_bytes",
    "alertmanager_notifications_failed_total",
}
ALARMS = Path(__file__).parents[2] / "docs" / "alarms.md"
LABELS = {"service", "version", "consumer", "mail_class", "state", "why", "stage", "path", "answer"}
LABELS |= {"template", "outcome", "kind", "done", "le"}
NAME = re.compile(r"\b(?:practice|process|alertmanager)_[a-z_]+\b|\bup\b|\bALERTS\b")


@pytest.fixture
def engine() -> str:
    """What is to be seen does not depend on the engine; what is seen of each service is tested on both."""
    return "sqlite"


@pytest.fixture
async def pages(database_url: Callable[[str], Awaitable[str]]) -> dict[str, str]:
    """`/metrics` of every service, as it is before anything has happened."""
    found = {}
    for service, create in CREATE.items():
        link_keys = {f"{each.upper()}_LINK_KEYS": TOLD["INTAKE_LINK_KEYS"] for each in CREATE}
        url = {f"{service.upper()}_DATABASE_URL": await database_url(service)}
        mail = {"NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1"}
        app = create(SETTINGS[service].read({**TOLD, **link_keys, **mail, **url}))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            found[service] = (await client.get("/metrics")).text
        await app.state.database.close()
    return found


async def test_whatever_a_rule_or_the_dashboard_asks_for_is_told_by_somebody(pages: dict[str, str]) -> None:
    known = {name for page in pages.values() for name in told_by(page)}

    assert asked() - known - told_by_ops() - ELSEWHERE == set()


async def test_whatever_a_service_tells_of_the_practice_is_seen_or_watched(pages: dict[str, str]) -> None:
    """A number that nobody looks at is a number whose loss nobody notices."""
    assert told_by_ops() <= asked()
    for service, page in pages.items():
        for family in families(page):
            told = {family} | {f"{family}_total", f"{family}_bucket"}
            assert told & asked() or family in LOGGED, f"{service} tells {family}, and nobody looks"


LOGGED = {  # for whoever looks into something; nothing to watch all day
    "practice_call_comparisons",
    "practice_mailbox_passed_over",
}


async def test_no_label_can_hold_a_person_or_a_word_of_theirs(pages: dict[str, str]) -> None:
    for page in pages.values():
        for family in text_string_to_metric_families(page):
            for sample in family.samples if family.name.startswith("practice_") else ():
                assert sample.labels.keys() <= LABELS
                assert all(re.fullmatch(r"[a-z0-9_.+-]*", said, re.I) for said in sample.labels.values())


def test_every_service_is_looked_at_where_it_listens() -> None:
    jobs = {job["job_name"]: job for job in read("prometheus.yml")["scrape_configs"]}

    for service, settings in SETTINGS.items():
        (found,) = jobs[service]["dns_sd_configs"]
        assert (found["names"], found["port"]) == ([service], settings.model_fields["port"].default)


def test_every_alarm_says_what_is_wrong_and_where_to_read_on() -> None:
    for alarm in alarms():
        said = alarm["annotations"]
        assert alarm["labels"]["severity"] in ("critical", "warning")
        assert said["summary"].endswith(".")
        assert said["description"].endswith(".")
        assert said["runbook_url"] == f"docs/alarms.md#{alarm['alert'].lower()}"


def test_every_alarm_has_its_section_which_says_what_to_do_and_when_it_is_over() -> None:
    sections = dict(
        re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", ALARMS.read_text(encoding="utf-8"), re.M | re.S)
    )

    severities = {alarm["alert"]: alarm["labels"]["severity"] for alarm in alarms()}
    assert sections.keys() == severities.keys()
    for alarm, section in sections.items():
        meaning = "**Critical.** " if severities[alarm] == "critical" else "*Warning.* "
        assert section.startswith(meaning), alarm
        assert "\n*Now.* " in section, alarm
        assert "\n*Over* " in section, alarm


def test_every_alarm_is_seen_firing_and_silent() -> None:
    cases = [case for test in read("rules_test.yml")["tests"] for case in test["promql_expr_test"]]
    for alarm in (each["alert"] for each in alarms()):
        mine = [case for case in cases if names(case["expr"], alarm)]
        assert any(case["exp_samples"] for case in mine), f"{alarm} is never seen firing"
        assert any(not fires(case, alarm) for case in mine), f"{alarm} is never seen silent"


@pytest.mark.promtool
@pytest.mark.parametrize(
    "command",
    [("check", "config", "prometheus.yml"), ("test", "rules", "rules_test.yml")],
    ids=lambda command: command[1],
)
def test_the_rules_do_what_their_tests_say(command: tuple[str, ...]) -> None:
    done = subprocess.run(["promtool", *command], cwd=OBSERVE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def told_by_ops() -> set[str]:
    """What `practice keep` tells, where it also makes copies."""
    settings = BackupSettings.read({"PRACTICE_BACKUP_COPY_TO": "/elsewhere"})
    return {family.name for family in Measures(settings, {}, lambda: START).collect()}


def asked() -> set[str]:
    """Every name that a rule or the dashboard asks for."""
    return {name for expression in expressions() for name in NAME.findall(expression)}


def names(expression: str, alarm: str) -> bool:
    """Whether an expression over ALERTS is about this alarm."""
    found = re.search(r'alertname=(~?)"([^"]+)"', expression)
    assert found is not None, expression
    return re.fullmatch(found[2], alarm) is not None if found[1] else found[2] == alarm


def fires(case: Mapping[str, Any], alarm: str) -> bool:
    """Whether a case expects this alarm to be on; one about several names those that are."""
    labels = [sample["labels"] for sample in case["exp_samples"]]
    return any("alertname" not in said or f'"{alarm}"' in said for said in labels)


def told_by(page: str) -> Iterator[str]:
    """Every name under which a page's numbers are asked for."""
    for family in families(page):
        yield from (family, f"{family}_total", f"{family}_bucket", f"{family}_sum", f"{family}_count")


def families(page: str) -> list[str]:
    """What is told of the practice; when a counter began to count is nothing of its own."""
    names = (each.name for each in text_string_to_metric_families(page))
    return [name for name in names if name.startswith("practice_") and not name.endswith("_created")]


def expressions() -> Iterator[str]:
    yield from (alarm["expr"] for alarm in alarms())
    dashboard = json.loads((OBSERVE / "dashboard.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def alarms() -> Iterator[Mapping[str, Any]]:
    yield from (rule for group in read("rules.yml")["groups"] for rule in group["rules"])


def read(name: str) -> Any:
    return yaml.safe_load((OBSERVE / name).read_text(encoding="utf-8"))
