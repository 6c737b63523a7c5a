"""The demonstration: what it expects, how it judges, and the whole of it once."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.demo.following import Arrived, Followed, Mailbox, SeenMail
from deploy.demo.judging import shortcomings
from deploy.demo.posting import Posted
from deploy.demo.samples import Expectation, ExpectedMail, Sample, load_samples
from deploy.local.mail.folder import MailFolder
from deploy.local.mail.reading import read_mail
from deploy.local.places import REPOSITORY
from shared.errors import Misconfigured
from shared.ids import RandomIds

DIGEST = re.compile(r"\w+, \w+ \d+: \d+ open")  # each coordinator's, when it is run in working hours
NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)


def mail(template: str = "acknowledgement", to: str = "client", **said: object) -> SeenMail:
    arrived = Arrived(
        "20261123T200001.000000Z-00000001.eml", NOON + timedelta(seconds=1), ("a@example.org",), "Hi"
    )
    return replace(SeenMail(template, to, "r1", "sent", None, None, (arrived,)), **said)


def followed(*mails: SeenMail, outcome: str = "proposed", candidates: int = 2, **expect: object) -> Followed:
    wanted = {
        "outcome": "proposed",
        "at_least": 2,
        "mails": (ExpectedMail(template="acknowledgement", to="client"),),
    }
    sample = Sample(
        title="A", path="consultation", body={}, expect=Expectation.model_validate(wanted | expect)
    )
    proposed = [{"clinician_id": f"c-{number}", "score": 1, "reasons": []} for number in range(candidates)]
    decision = {"outcome": outcome, "why": None, "candidates": proposed}
    return Followed(Posted(sample, "R-7F3K2", NOON), decision, mails)


def test_what_came_as_expected_has_no_shortcoming() -> None:
    assert shortcomings(followed(mail())) == ()


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (followed(), "0 times acknowledgement to the client, not once"),
        (followed(mail(), mail()), "2 times acknowledgement to the client, not once"),
        (followed(mail(), mail("referral", "coordinator")), "referral to the coordinator was not expected"),
        (followed(mail(arrived=())), "acknowledgement to the client is sent (no reason), 0 arrived"),
        (
            followed(mail(arrived=mail().arrived * 2)),
            "acknowledgement to the client is sent (no reason), 2 arrived",
        ),
        (
            followed(mail(state="held", why="quiet_hours", arrived=())),
            "acknowledgement to the client is held (quiet_hours), 0 arrived",
        ),
        (followed(mail(), outcome="held"), "the outcome is held, not proposed"),
        (followed(mail(), candidates=1), "1 clinicians were proposed, not 2 or more"),
        (followed(mail(), proposes=("c-9",)), "c-9 was not proposed"),
        (followed(mail(), why="minor"), "the reason is None, not minor"),
    ],
)
def test_each_shortcoming_is_said(seen: Followed, said: str) -> None:
    assert shortcomings(seen) == (said,)


def test_a_mail_that_may_wait_for_the_morning_may_wait_for_that_alone() -> None:
    expected = (ExpectedMail(template="waitlist", to="client", or_held="quiet_hours"),)
    waiting = mail("waitlist", state="held", why="quiet_hours", arrived=())

    assert shortcomings(followed(waiting, mails=expected)) == ()
    assert shortcomings(followed(replace(waiting, why="clinical_hold"), mails=expected)) != ()


def test_a_mail_that_must_not_be_sent_must_say_why() -> None:
    expected = (ExpectedMail(template="acknowledgement", to="client", not_sent="no_email"),)
    unsent = mail(state="not_sent", why="no_email", arrived=())

    assert shortcomings(followed(unsent, mails=expected)) == ()
    assert shortcomings(followed(replace(unsent, why="expired"), mails=expected)) != ()
    assert shortcomings(followed(mail(), mails=expected)) != ()


def test_reminders_wait_for_their_days_and_must_not_have_left() -> None:
    expected = (ExpectedMail(template="call_reminder", to="client", planned=2),)
    waiting = mail("call_reminder", state="planned", due_at="2026-11-27T18:00:00Z", arrived=())
    [arrived] = mail().arrived
    left = replace(waiting, state="sent", arrived=(arrived,))

    assert shortcomings(followed(waiting, waiting, mails=expected)) == ()
    assert shortcomings(followed(waiting, mails=expected)) == ("1 times call_reminder to the client, not 2",)
    assert len(shortcomings(followed(waiting, left, mails=expected))) == 1
    assert len(shortcomings(followed(waiting, replace(waiting, due_at=None), mails=expected))) == 1


def test_a_confirmation_brings_the_entry_that_is_expected_and_other_mails_bring_none() -> None:
    expected = (ExpectedMail(template="call_confirmed", to="client", invite="REQUEST"),)
    [plain] = mail().arrived

    for method, right in (("REQUEST", True), ("CANCEL", False), (None, False)):
        brought = mail("call_confirmed", arrived=(replace(plain, invite=method),))
        assert (shortcomings(followed(brought, mails=expected)) == ()) is right
    assert shortcomings(followed(mail(arrived=(replace(plain, invite="REQUEST"),)))) != ()


def test_the_samples_are_of_every_kind() -> None:
    samples = load_samples()

    assert len(samples) >= 11
    assert sum(sample.path == "readiness" for sample in samples) >= 2
    assert sum(sample.path == "professional" for sample in samples) >= 1
    assert {sample.expect.outcome for sample in samples} == {
        "proposed",
        "nobody_fits",
        "held",
        "opened",
        "prepared",
        "quarantined",
    }
    assert any(sample.body.get("language") == "es" for sample in samples)
    assert any(mail.template == "safety_alert" for sample in samples for mail in sample.expect.mails)


def test_the_people_of_the_samples_are_invented() -> None:
    text = (REPOSITORY / "deploy" / "demo" / "requests.jsonl").read_text()

    assert all(
        sample.body.get("email", "x@example.org").endswith(("@example.org", "@example.net"))
        for sample in load_samples()
    )
    assert all(part.startswith("55501") for part in (each[:5] for each in text.split('"+1323')[1:]))


def test_what_is_about_no_request_is_told_beside_them(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, lambda: NOON, RandomIds())
    ours, other = (
        folder.keep("care@example.org", ["dana@example.org"], f"Subject: {subject}\r\n\r\n".encode())
        for subject in ("R-7F3K2: please reach out", "Monday, November 23: 1 open")
    )
    mailbox = Mailbox(folder)

    mailbox.look()

    assert [each.file for each in mailbox.beside({ours})] == [other]
    assert len(mailbox.beside(())) == 2


def test_a_broken_sample_is_named_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_text(
        '{"title": "A", "path": "nowhere", "body": {}, "expect": {"outcome": "held", "mails": []}}\n'
    )

    with pytest.raises(Misconfigured, match=r"requests.jsonl, line 1: path: "):
        load_samples(file)


def test_the_whole_demonstration_comes_out_as_expected(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    begun = time.monotonic()

    ran = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "demo", "--out", str(out)],
        cwd=REPOSITORY,
        env={**os.environ, "INTAKE_PORT": "1", "COLUMNS": "160"},  # what is set outside changes nothing
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert time.monotonic() - begun < 90
    summary = json.loads((out / "summary.json").read_text())
    assert [each["problems"] for each in summary] == [[]] * len(load_samples())
    files = {file for each in summary for sent in each["mails"] for file in sent["files"]}
    kept = {file.name: read_mail(file.name, file.read_bytes()) for file in (out / "mail").glob("*.eml")}
    assert files <= kept.keys()
    beside = [kept[name].subject for name in kept.keys() - files]
    assert [subject for subject in beside if not DIGEST.fullmatch(subject)] == []
    assert all(each["reference"] in ran.stdout for each in summary)
    assert {"reference", "outcome", "candidates", "mails"} <= summary[0].keys()
    assert {"recipient_role", "template", "seconds_after_202"} <= summary[0]["mails"][0].keys()
