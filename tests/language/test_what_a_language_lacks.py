"""Nothing starts while a further language lacks something, and everything that it lacks is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.house import check_every_language
from services.intake import app as intake
from services.intake.settings import IntakeSettings
from services.matching import app as matching
from services.matching.settings import MatchingSettings
from services.notifications import app as notifications
from services.notifications.settings import NotificationsSettings
from services.resources import app as resources
from services.resources.settings import ResourcesSettings
from shared.errors import Misconfigured
from tests.language.portuguese import MARK, Environ

PT = "languages/pt"
LETTER = f"{PT}/mail/acknowledgement/body.txt"
INTAKE = f"{PT}/LC_MESSAGES/intake.po"


@pytest.mark.parametrize(
    ("file", "line", "instead", "told"),
    [
        (
            f"{PT}/LC_MESSAGES/intake.po",
            'msgstr "Falta preencher isto."',
            'msgstr ""',
            "error.required",
        ),
        (
            f"{PT}/LC_MESSAGES/shared.po",
            'msgstr "{firsts} e {last}"',
            'msgstr "{firsts} e {fim}"',
            "list.last has other placeholders",
        ),
        (LETTER, "{{ minutes }}", "", "leaves out: minutes"),
        (
            LETTER,
            "{{ book_url }}",
            "{{ livro }}{{ book_url }}",
            "livro",
        ),
        ("practice/practice.yaml", f"pt: {MARK}grief and loss", "", ".pt: is missing"),
        ("practice/rules/safety.yaml", "language: pt", "language: es", "no rule for a crisis in pt"),
    ],
)
def test_what_a_language_lacks_is_told_before_anything_starts(
    environ: Environ, tmp_path: Path, file: str, line: str, instead: str, told: str
) -> None:
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert line in text
    (tmp_path / file).write_text(text.replace(line, instead), encoding="utf-8")

    with pytest.raises(Misconfigured, match=told):
        check_every_language(environ)


@pytest.mark.parametrize(
    "gone",
    ["LC_MESSAGES/matching.po", "LC_MESSAGES/shared.po", "mail/waitlist/subject.txt", "layout/hello.txt"],
)
def test_a_file_that_is_missing_is_named(environ: Environ, tmp_path: Path, gone: str) -> None:
    (tmp_path / "languages" / "pt" / gone).unlink()

    with pytest.raises(Misconfigured) as told:
        check_every_language(environ)

    assert gone.rpartition("/")[2] in str(told.value)


def starts_intake(told: Environ) -> object:
    return intake.create_app(IntakeSettings.read(told))


def starts_matching(told: Environ) -> object:
    return matching.create_app(MatchingSettings.read(told))


def starts_resources(told: Environ) -> object:
    return resources.create_app(ResourcesSettings.read(told))


def starts_notifications(told: Environ) -> object:
    return notifications.create_app(NotificationsSettings.read(told))


@pytest.mark.parametrize(
    ("start", "file"),
    [
        (starts_intake, "LC_MESSAGES/intake.po"),
        (starts_matching, "LC_MESSAGES/matching.po"),
        (starts_resources, "LC_MESSAGES/resources.po"),
        (
            lambda told: notifications.create_app(NotificationsSettings.read(told)),
            "LC_MESSAGES/notifications.po",
        ),
        (
            lambda told: notifications.create_app(NotificationsSettings.read(told)),
            "mail/waitlist/subject.txt",
        ),
    ],
    ids=["intake", "matching", "resources", "notifications", "a mail"],
)
def test_a_service_does_not_start_while_something_of_its_own_is_missing(
    environ: Environ, tmp_path: Path, start: Callable[[Environ], object], file: str
) -> None:
    (tmp_path / "languages" / "pt" / file).unlink()

    with pytest.raises(Misconfigured, match=file.rpartition("/")[2]):
        start(environ)


def test_everything_that_is_missing_is_told_at_once(environ: Environ, tmp_path: Path) -> None:
    own = tmp_path / "languages" / "pt"
    gone = (
        "LC_MESSAGES/intake.po",
        "LC_MESSAGES/resources.po",
        "mail/waitlist/subject.txt",
        "layout/hello.txt",
    )
    for name in gone:
        (own / name).unlink()
    (tmp_path / "practice" / "rules" / "safety.yaml").unlink()

    with pytest.raises(Misconfigured) as told:
        check_every_language(environ)

    for name in (*(each.rpartition("/")[2] for each in gone), "safety.yaml"):
        assert name in str(told.value)
