"""A bare machine becomes a working one: the lock files, the Makefile, the small scripts."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.house_rules import imported, python_files

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
OURS = {"services", "shared", "deploy", "tests"}


def pinned(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_pins_everything_by_hash_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
    assert len(entries) > 30
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_what_runs_and_what_works_have_the_same_versions() -> None:
    runs, works = (pinned(lock) for lock in LOCKS)

    assert runs.items() <= works.items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "requirements.lock": [*project["dependencies"], *extras["local"]],
        "requirements-dev.lock": extras["dev"],
    }

    for lock, requirements in wanted.items():
        names = {normal(re.split(r"[\[<>=~! ]", requirement)[0]) for requirement in requirements}
        assert names <= pinned(lock).keys(), "make them anew: deploy/lock"


def test_what_runs_imports_only_what_its_lock_installs() -> None:
    installed = {normal(name) for name in pinned("requirements.lock")}
    sources = packages_distributions()
    foreign = {
        name.split(".")[0]: f"{file.path}:{line}"
        for file in python_files(ROOT, "services", "shared", "deploy")
        for name, line in imported(file)
    }
    missing = {
        place: name
        for name, place in foreign.items()
        if name not in OURS | sys.stdlib_module_names
        and not installed & {normal(each) for each in sources.get(name, [])}
    }

    assert missing == {}


def test_make_alone_prints_the_list() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for target in ("demo", "test", "up", "check"):
        assert re.search(rf"^make {target}\s+\w", said, re.MULTILINE)


def test_an_old_python_is_refused_with_a_sentence(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    old = tmp_path / "python-of-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    made = subprocess.run(
        ["make", ".venv", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert made.returncode != 0
    assert "needs Python 3.11 or newer" in made.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("script", "package"),
    [("have-chromium", "chromium"), ("have-dovecot", "dovecot-imapd"), ("have-promtool", "prometheus")],
)
def test_a_machine_that_lacks_what_some_tests_need_is_told_how_to_get_it(
    tmp_path: Path, script: str, package: str
) -> None:
    looked = subprocess.run(
        ["/bin/sh", ROOT / "deploy" / script],
        env={"PATH": str(tmp_path), "DOVECOT_LIBRARIES": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert looked.returncode == 1
    assert f"apt-get install {package}" in looked.stderr


SCRIPTS = (
    ".ci/run",
    "deploy/lock",
    "deploy/have-chromium",
    "deploy/have-dovecot",
    "deploy/have-promtool",
    "deploy/cli/practice",
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_can_be_read_and_run(script: str) -> None:
    file = ROOT / script
    shell = file.read_text("utf-8").splitlines()[0].removeprefix("#!").split()[-1].rsplit("/", 1)[-1]

    assert file.stat().st_mode & 0o111
    subprocess.run([shell, "-n", file], check=True)
