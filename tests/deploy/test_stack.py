"""`practice up`: six parts that are kept alive, die with the stack, and lose nothing."""

import os
import shutil
import signal
import smtplib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from deploy.local.parts import PARTS
from deploy.local.places import REPOSITORY
from deploy.local.ports import free_ports
from tests.deploy.conftest import Running, alive, environment, wait_until

Begin = Callable[[], Running]


def test_killed_parts_come_back_even_with_an_empty_broker_and_sigterm_stops_them_all(up: Begin) -> None:
    running = up()
    before = running.pids()

    os.kill(before["nats"], signal.SIGSTOP)  # so that it is not back before its store is gone whole
    shutil.rmtree(running.data_dir / "nats" / "jetstream")
    for part in PARTS:
        os.kill(before[part], signal.SIGKILL)

    wait_until(lambda: all(running.pid(part) != before[part] for part in PARTS))
    wait_until(running.is_ready)
    after = running.pids()
    assert running.stop(signal.SIGTERM) == 0
    assert not any(alive(pid) for pid in (*before.values(), *after.values()))
    assert list((running.data_dir / "run").glob("*.pid")) == []


def test_a_second_ctrl_c_does_not_disturb_the_stopping_and_nothing_is_lost(up: Begin) -> None:
    first = up()
    pids = first.pids()
    keys = {name: (first.data_dir / name).read_text() for name in ("keys.json", "site-key", "event-secret")}
    send_mail(first.ports.mail)

    first.process.send_signal(signal.SIGINT)
    assert first.stop(signal.SIGINT) == 0
    assert not any(alive(pid) for pid in pids.values())

    second = up()
    assert {name: (second.data_dir / name).read_text() for name in keys} == keys
    assert len(list((second.data_dir / "mail").glob("*.eml"))) == 1


def test_the_parts_die_with_a_stack_that_is_killed(up: Begin) -> None:
    running = up()
    pids = running.pids()

    running.stop(signal.SIGKILL)

    wait_until(lambda: not any(alive(pid) for pid in pids.values()))


def test_a_second_stack_on_the_same_folder_is_told_why_not(shared_stack: Running) -> None:
    second = practice_up(shared_stack.data_dir, environment(free_ports()))

    assert second.returncode == 2
    assert "another stack already runs on" in second.stderr
    assert "Traceback" not in second.stderr
    assert shared_stack.is_ready()


def test_a_busy_port_is_one_clear_sentence(shared_stack: Running, tmp_path: Path) -> None:
    second = practice_up(tmp_path / "other", environment(shared_stack.ports))

    assert second.returncode == 2
    assert f"port {shared_stack.ports.nats} (nats) is in use" in second.stderr
    assert "PRACTICE_NATS_PORT" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_broken_practice_file_stops_the_start_with_its_line(tmp_path: Path) -> None:
    config = tmp_path / "practice"
    config.mkdir()
    (config / "practice.yaml").write_text("name: Nobody\nstates: [XX]\n")

    stopped = practice_up(tmp_path / "data", environment(free_ports()) | {"PRACTICE_CONFIG_DIR": str(config)})

    assert stopped.returncode == 2
    assert "practice.yaml" in stopped.stdout
    assert "Traceback" not in stopped.stdout + stopped.stderr


def test_only_this_machine_can_reach_it(shared_stack: Running) -> None:
    listening = [
        connection.laddr.ip
        for pid in shared_stack.pids().values()
        for connection in psutil.Process(pid).net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert len(listening) == 7
    assert set(listening) == {"127.0.0.1"}


def test_a_service_sees_nobody_elses_secrets(shared_stack: Running) -> None:
    seen = {part: psutil.Process(pid).environ() for part, pid in shared_stack.pids().items()}

    assert [part for part in PARTS if "INTAKE_VAULT_KEYS" in seen[part]] == ["intake"]
    assert [part for part in PARTS if "MATCHING_DATABASE_URL" in seen[part]] == ["matching"]


def test_nothing_in_the_folder_can_be_read_by_others(shared_stack: Running) -> None:
    assert shared_stack.data_dir.stat().st_mode & 0o077 == 0


def send_mail(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], b"Subject: Kept\r\n\r\nKept.\r\n")


def practice_up(data_dir: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli", "up", "--data-dir", str(data_dir)]
    return subprocess.run(
        command, cwd=REPOSITORY, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
