"""What an operator pastes into the practice's website: a link, a frame, or a form without any script."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.intake.web.choices import choices
from services.intake.web.words import words_of
from shared.pages.crisis import numbers_of
from shared.practice import Practice

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def snippet(practice: Practice, base_url: str, language: str) -> str:
    """The three ways to connect a website to intake at `base_url`, ready to paste, in one language.

    The frame and the form work once the website's origin stands under `origins` in practice.yaml.
    """
    say = words_of(language)
    return _templates.get_template("snippet.html").render(
        say=say,
        base=base_url.rstrip("/"),
        language=say.language,
        states=choices(practice, practice.states, "state", say.language),
        phrases=choices(practice, practice.concern_phrases, "concern", say.language),
        now=numbers_of(practice),
    )
