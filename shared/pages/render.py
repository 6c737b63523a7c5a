"""Rendering: Jinja2 with everything escaped, and a missing value an error instead of a blank."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.pages.headers import page_headers

HERE = Path(__file__).parent
STYLE = (HERE / "style.css").read_text(encoding="utf-8")


def style_hash(css: str) -> str:
    """The CSP source expression of an inline style sheet, to the byte as it stands between its tags."""
    digest = hashlib.sha256(css.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


class Pages:
    """The pages of one service: its own templates over the base template of the house.

    A template extends `base.html`; it is given `language` and whatever the door passes, and nothing else.
    """

    def __init__(self, templates: Path) -> None:
        self._environment = _environment(templates)
        self._style_hash = style_hash(STYLE)

    def page(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        language: str,
        status: int = 200,
        framed_by: Sequence[str] = (),
        has_form: bool = False,
        sends_on_to: Sequence[str] = (),
        indexed: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """The rendered page with its headers; see `page_headers` for what the knobs promise."""
        body = self._environment.get_template(template).render(values, language=language)
        secured = page_headers(
            self._style_hash,
            framed_by=framed_by,
            has_form=has_form,
            sends_on_to=sends_on_to,
            indexed=indexed,
        )
        return HTMLResponse(
            body, status_code=status, headers={**secured, "Content-Language": language, **(headers or {})}
        )


@cache
def _environment(templates: Path) -> Environment:
    """A folder's one environment in this process: each template is compiled once, and read no more."""
    made = Environment(
        loader=FileSystemLoader([templates, HERE]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["style"] = STYLE
    return made
