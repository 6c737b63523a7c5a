"""The house as it stands keeps its rules; and every rule finds a breach that is planted for it."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture import house_rules as house
from tests.architecture import mail_rules as mail
from tests.architecture.house_rules import Breach, File, Rule, python_files

RULES: tuple[Rule, ...] = (*house.RULES, *mail.MAIL_RULES)
ROOT = Path(__file__).parents[1]
FILES = python_files(ROOT, "services", "shared", "deploy", "tests")


def breaches(rule: Rule, source: str, path: str = "services/matching/planted.py") -> list[Breach]:
    return list(rule(File(PurePosixPath(path), source)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    found = [str(breach) for file in FILES for breach in rule(file)]

    assert not found, "\n" + "\n".join(found)


def lines(count: int) -> str:
    return "".join(f"    step({n})\n" for n in range(count))


PLANTED: list[tuple[Rule, str]] = [
    (house.the_clock_is_read_in_one_place, "from datetime import datetime\nnow = datetime.now()\n"),
    (house.the_clock_is_read_in_one_place, "from datetime import datetime as dt, UTC\nnow = dt.now(UTC)\n"),
    (house.the_clock_is_read_in_one_place, "import datetime as d\nnow = d.datetime.utcnow()\n"),
    (house.the_clock_is_read_in_one_place, "import datetime\nday = datetime.date.today()\n"),
    (
        house.the_clock_is_read_in_one_place,
        "from dataclasses import field\nimport datetime\nat = field(default_factory=datetime.datetime.now)\n",
    ),
    (house.the_clock_is_read_in_one_place, "import time\nnow = time.time()\n"),
    (house.the_clock_is_read_in_one_place, "from time import time as clock\nnow = clock()\n"),
    (house.chance_enters_in_one_place, "import uuid\nnew = str(uuid.uuid4())\n"),
    (house.chance_enters_in_one_place, "from uuid import uuid4 as fresh\nnew = fresh()\n"),
    (house.chance_enters_in_one_place, "import random\n"),
    (house.chance_enters_in_one_place, "from random import choice\n"),
    (house.the_environment_is_read_in_one_place, "import os\nhome = os.environ['HOME']\n"),
    (house.the_environment_is_read_in_one_place, "import os as system\nhome = system.getenv('HOME')\n"),
    (house.the_environment_is_read_in_one_place, "from os import environ\n"),
    (house.errors_are_caught_by_name, "try:\n    go()\nexcept Exception:\n    pass\n"),
    (house.errors_are_caught_by_name, "try:\n    go()\nexcept:\n    pass\n"),
    (
        house.errors_are_caught_by_name,
        "try:\n    go()\nexcept (ValueError, BaseException) as e:\n    raise Other from e\n",
    ),
    (
        house.errors_are_caught_by_name,
        "from contextlib import suppress\nwith suppress(Exception):\n    go()\n",
    ),
    (house.files_are_short, "x = 1\n" * 301),
    (house.functions_are_short, "def long():\n" + lines(40)),
    (
        house.functions_are_short,
        "class A:\n    async def long(self):\n" + lines(40).replace("    ", "        "),
    ),
    (
        house.handlers_and_doors_are_shorter,
        "@listen(Fact)\nasync def on_facts(events, tx, now, ids):\n" + lines(16),
    ),
    (house.handlers_and_doors_are_shorter, "@answer(Asked)\nasync def answer_it(question):\n" + lines(16)),
    (house.handlers_and_doors_are_shorter, "@router.post('/v1/x')\nasync def door():\n" + lines(16)),
    (
        house.a_handler_neither_tries_nor_calls_out,
        "@listen(Fact)\nasync def on_facts(events, tx, now, ids):\n"
        "    try:\n        go()\n    except ValueError:\n        pass\n",
    ),
    (
        house.a_handler_neither_tries_nor_calls_out,
        "@listen(Fact)\nasync def on_facts(events, tx, now, ids, bus):\n"
        "    await bus.ask(question, Answered)\n",
    ),
    (house.every_listener_is_made_by_listen, "@broker.subscriber('intake.>')\nasync def hear(): ...\n"),
    (house.every_listener_is_made_by_listen, "hear = broker.subscriber\n"),
    (
        mail.only_contact_safety_says_send,
        "from services.notifications.domain.decide import Send\ngo = Send(discreet=True, neutral=False)\n",
    ),
    (
        mail.only_contact_safety_says_send,
        "from services.notifications.domain import decide as safety\ngo = safety.Send(True, False)\n",
    ),
    (
        mail.only_the_press_makes_an_envelope_and_for_what_may_go,
        "from services.notifications.smtp import Envelope as Cover\nmail = Cover('a', 'b', b'')\n",
    ),
    (
        mail.only_the_delivery_loop_sends,
        "async def hurry(self, mail):\n    await self.postman.mailer.send(mail)\n",
    ),
    (mail.only_the_mailer_speaks_smtp, "from aiosmtplib import SMTP\n"),
    (mail.only_the_mailer_speaks_smtp, "import smtplib\n"),
]


@pytest.mark.parametrize(("rule", "source"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_breach_is_found(rule: Rule, source: str) -> None:
    assert breaches(rule, source)


ELSEWHERE: list[tuple[Rule, str, str]] = [
    (
        mail.only_the_press_makes_an_envelope_and_for_what_may_go,
        mail.PRESS,
        "from services.notifications.smtp import Envelope\n"
        "def print_anyway(delivery, to):\n    return Envelope('a', to, b'')\n",
    ),
    (
        mail.only_the_delivery_loop_sends,
        mail.LOOP,
        "async def _hurry(self, delivery, go):\n    return self.press.print(delivery, go)\n",
    ),
    (mail.a_test_mail_is_about_nobody, mail.TRIAL, "from services.notifications.storage import queue\n"),
    (mail.a_test_mail_is_about_nobody, mail.TRIAL, "from services.notifications.asking import Known\n"),
    (mail.a_test_mail_is_about_nobody, mail.TRIAL, "from shared.contracts.intake import PersonContact\n"),
    (house.no_file_attracts_everything, "services/matching/utils.py", "x = 1\n"),
    (house.contracts_import_only_data, "shared/contracts/intake/facts.py", "import asyncio\n"),
    (
        house.contracts_import_only_data,
        "shared/contracts/intake/facts.py",
        "from shared.clock import utc_now\n",
    ),
]


@pytest.mark.parametrize(
    ("rule", "path", "source"), ELSEWHERE, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_breach_planted_in_its_place_is_found(rule: Rule, path: str, source: str) -> None:
    assert breaches(rule, source, path)


ALLOWED: list[tuple[Callable[..., object], str, str]] = [
    (
        house.the_clock_is_read_in_one_place,
        "shared/clock.py",
        "from datetime import datetime\nx = datetime.now()\n",
    ),
    (house.the_clock_is_read_in_one_place, "services/matching/a.py", "row.now()\ntoday = terms.today(now)\n"),
    (house.chance_enters_in_one_place, "shared/ids.py", "import uuid\nx = uuid.uuid4()\n"),
    (house.the_environment_is_read_in_one_place, "shared/settings.py", "import os\nx = os.environ\n"),
    (
        house.errors_are_caught_by_name,
        "shared/messaging/listen.py",
        "try:\n    go()\nexcept Exception:\n    pass\n",
    ),
    (
        house.errors_are_caught_by_name,
        "shared/database.py",
        "try:\n    go()\nexcept BaseException:\n    undo()\n    raise\n",
    ),
    (house.files_are_short, "services/matching/a.py", "x = 1\n" * 300),
    (
        house.functions_are_short,
        "services/matching/a.py",
        "def f():\n    '''A\n    promise.\n    '''\n" + lines(39),
    ),
    (
        house.handlers_and_doors_are_shorter,
        "services/matching/handlers.py",
        "@listen(Fact)\nasync def on_facts(\n    events,\n    tx,\n    now,\n    ids,\n    rosters,\n):\n"
        + lines(15),
    ),
    (house.every_listener_is_made_by_listen, "shared/messaging/register.py", "broker.subscriber('x')\n"),
    (
        mail.only_the_press_makes_an_envelope_and_for_what_may_go,
        mail.PRESS,
        "from services.notifications.smtp import Envelope\n"
        "def print(delivery, decision: Send, to):\n    return Envelope('a', to, b'')\n",
    ),
    (
        mail.only_the_delivery_loop_sends,
        mail.LOOP,
        "def _prepare(self, one):\n    go = decide(one)\n    return self.press.print(one, go)\n",
    ),
]


@pytest.mark.parametrize(
    ("rule", "path", "source"), ALLOWED, ids=lambda value: getattr(value, "__name__", "")
)
def test_what_is_allowed_is_left_alone(rule: Rule, path: str, source: str) -> None:
    assert breaches(rule, source, path) == []


def test_every_rule_is_seen_to_fail() -> None:
    assert {rule for rule, *_ in [*PLANTED, *ELSEWHERE]} == set(RULES)


def test_the_rules_look_at_every_room() -> None:
    seen = {file.path.parts[0] for file in FILES} | {file.path.parts[1] for file in FILES}

    assert {"services", "shared", "deploy", "intake", "matching", "notifications", "resources"} <= seen
