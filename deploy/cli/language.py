"""`practice language`: a further language of the house, begun in the practice's own folder, and checked."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import DataDir, environment, say
from deploy.house import check_every_language
from deploy.messages import Messages
from services.notifications.languages import begin_mails
from shared.language import house_languages, name_of

app = typer.Typer(help="The languages that pages and mails are written in.", no_args_is_help=True)


@app.command()
def begin(
    language: Annotated[str, typer.Argument(help="Its code, such as pt.", show_default=False)],
    folder: Annotated[
        Path, typer.Argument(help="Where it stands: what PRACTICE_LOCALE_DIR names.", show_default=False)
    ],
) -> None:
    """Write what is to be translated: a catalogue for each part of the house, and every mail to a person."""
    catalogues = Messages().begin(language, folder)
    mails = begin_mails(language, folder)
    say(f"{folder / language}: {len(catalogues)} catalogues and {len(mails)} parts of mails, in English")
    say("translate them, and the texts in the practice's own files; then set PRACTICE_LOCALE_DIR")


@app.command()
def check(*, data_dir: DataDir = None) -> None:
    """Tell which languages there are, and whatever a further one still lacks."""
    check_every_language(environment(data_dir))
    for each in house_languages():
        say(f"{each}: {name_of(each)}")
