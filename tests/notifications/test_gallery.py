"""The gallery shows every mail."""

from pathlib import Path
from typing import get_args

import pytest

from services.notifications.gallery import gallery
from services.notifications.mails import ClientMail, Mail
from services.notifications.samples import PERSONAS
from shared.practice import MAIL_LANGUAGES, load_practice

PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"


@pytest.mark.parametrize("name", ["los_angeles", "new_york"])
def test_every_mail_is_shown_in_every_language_for_every_persona(name: str, tmp_path: Path) -> None:
    written = gallery(load_practice(PRACTICES / name), tmp_path / "new")

    index = written[0].read_text(encoding="utf-8")
    pages = [path for path in written[1:] if path.suffix == ".html"]
    shown = {(page.stem.partition(".")[0].partition("-")[0], page.stem.split(".")[1]) for page in pages}
    assert shown == {
        (kind.template, language)
        for kind in get_args(Mail)
        for language in (MAIL_LANGUAGES if issubclass(kind, ClientMail) else ("en",))
    }
    assert {page.stem.rpartition(".")[2] for page in pages} == {persona.name for persona in PERSONAS}
    assert all(path.exists() for path in written)
    assert all(f'href="{path.name}"' in index for path in pages)


def test_a_second_gallery_replaces_the_first(tmp_path: Path) -> None:
    practice = load_practice(PRACTICES / "los_angeles")

    assert gallery(practice, tmp_path) == gallery(practice, tmp_path)
