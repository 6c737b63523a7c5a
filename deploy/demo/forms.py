"""A page's forms, as a browser has them: what it sends unasked, and what somebody may choose or type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

CHOSEN = {"radio", "checkbox"}
SENT_BY_NOTHING = {"submit", "reset", "image", "file"}


@dataclass
class Form:
    """One form: where it leads and how, what stands in it, and what else could."""

    action: str
    method: str
    standing: dict[str, str] = field(default_factory=dict)  # hidden, typed or chosen already
    typed: set[str] = field(default_factory=set)  # fields in which anything can be typed
    choices: dict[str, list[str]] = field(default_factory=dict)

    def sent(self, **said: str) -> Mapping[str, str]:
        """What a browser sends when somebody says this. Raises ValueError for what the form does not ask."""
        for name, value in said.items():
            if name not in self.typed and value not in self.choices.get(name, ()):
                raise ValueError(f"{self.action} does not take {name}={value!r}")
        return self.standing | said


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(said.get("action", ""), said.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and "disabled" not in said:
            self._field(self._open, tag, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._area:
            self._open.standing[self._area] += data

    def _field(self, form: Form, tag: str, said: Mapping[str, str]) -> None:
        if tag == "select":
            self._select = said.get("name", "")
        elif tag == "option":
            _choice(form, self._select, said.get("value", ""), already="selected" in said)
        elif tag == "button" and "name" in said:
            _choice(form, said["name"], said.get("value", ""), already=False)
        elif tag == "textarea":
            self._area = said.get("name", "")
            form.typed.add(self._area)
            form.standing[self._area] = ""
        elif tag == "input" and "name" in said:
            _input(form, said)


def _input(form: Form, said: Mapping[str, str]) -> None:
    kind, name, value = said.get("type", "text"), said["name"], said.get("value", "")
    if kind in CHOSEN:
        _choice(form, name, said.get("value", "on"), already="checked" in said)
    elif kind not in SENT_BY_NOTHING:
        form.standing[name] = value
        if kind != "hidden":
            form.typed.add(name)


def _choice(form: Form, name: str, value: str, *, already: bool) -> None:
    form.choices.setdefault(name, []).append(value)
    if already:
        form.standing[name] = value


def forms_of(page: str) -> Sequence[Form]:
    """Every form of the page, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_to(page: str, ending: str) -> Form | None:
    """The first form that is posted to a path with this ending, if there is one."""
    posted = (each for each in forms_of(page) if each.method == "post")
    return next((each for each in posted if urlsplit(each.action).path.endswith(ending)), None)
