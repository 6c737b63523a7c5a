"""What a practice pastes into its website: a link, a frame, or a form without any script."""

from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.practice import Practice

TALK = {"en": "Talk to someone", "es": "Hablar con alguien"}
TITLE = {"en": "Request a consultation", "es": "Pedir una consulta"}
WORDS = {
    "en": {
        "urgent": "If you can't wait, call or text 988 at any hour. In danger, call 911.",
        "name": "Your name",
        "email": "E-mail",
        "phone": "Phone (if you like)",
        "state": "The state you are in",
        "elsewhere": "Somewhere else, or not sure",
        "age": "Your age",
        "concerns": "What brings you? Tick what fits; nothing is fine too.",
        "message": "In your own words (if you like)",
        "contact": "How may we reach you?",
        "email_ok": "E-mail is fine",
        "text_ok": "Text messages are fine",
        "voicemail_ok": "A voicemail is fine",
        "send": "Send",
    },
    "es": {
        "urgent": "Si no puede esperar, llame o escriba al 988 a cualquier hora. En peligro, llame al 911.",
        "name": "Su nombre",
        "email": "Correo electrónico",
        "phone": "Teléfono (si quiere)",
        "state": "El estado en el que está",
        "elsewhere": "Otro lugar, o no lo sé",
        "age": "Su edad",
        "concerns": "¿Qué le trae? Marque lo que corresponda; dejarlo vacío también está bien.",
        "message": "Con sus propias palabras (si quiere)",
        "contact": "¿Cómo podemos comunicarnos con usted?",
        "email_ok": "Por correo electrónico",
        "text_ok": "Por mensaje de texto",
        "voicemail_ok": "Con un mensaje de voz",
        "send": "Enviar",
    },
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def link(public_url: str, language: str) -> str:
    """A link to the hosted page; nothing else is needed."""
    return f'<a href="{escape(_page(public_url, language))}">{TALK[language]}</a>'


def frame(public_url: str, language: str) -> str:
    """The hosted page inside a page of the website; its origin must stand in `origins` of practice.yaml."""
    return (
        f'<iframe src="{escape(_page(public_url, language))}" title="{TITLE[language]}"'
        ' width="100%" height="1400" style="border: 0"></iframe>'
    )


def form(public_url: str, language: str, practice: Practice, return_to: str | None) -> str:
    """A form that posts to the practice by itself; its origin must stand in `origins` of practice.yaml."""
    return _templates.get_template("form.html").render(
        action=f"{public_url}/v1/consultation-requests",
        language=language,
        return_to=return_to,
        words=WORDS[language],
        states=[{"code": code, "text": practice.label(code, language, "state")} for code in practice.states],
        concerns=[
            {"code": code, "text": practice.label(code, language, "concern")}
            for code in practice.concern_phrases
        ],
    )


def _page(public_url: str, language: str) -> str:
    return f"{public_url}/?lang={language}"
