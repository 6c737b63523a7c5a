"""What every mail of the practice must keep, whatever its template, language and recipient.

Each check takes a mail and gives the problems it sees. `test_templates_keep_the_rules.py` runs them all over
every template, and shows each of them a planted breach.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

from services.notifications.mails import ClientMail, Mail, ProofCode
from services.notifications.rendering import Rendered

VOID = {"meta", "br", "img", "link", "hr", "input"}
DAY_OR_MONTH = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|enero|febrero|marzo"
    r"|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
)
CARE = re.compile(
    r"therap|terap|counsel|conseje|psych|psic|psiq|clinic|clínic|mental|diagnos|patient|pacient|treatment|"
    r"tratamiento|grief|duelo|trauma|depress|depres|anxi|ansied|couple|pareja|suicid|crisis|violen|abus|"
    r"attachment|\bLMFT\b|\bLCSW\b|\bAMFT\b|\bASW\b|\bLPCC\b|\bPsyD\b|\bPhD\b|LGBT|EMDR",
    re.IGNORECASE,
)
PRESSURE = re.compile(
    r"[!¡]|\burgen|\bhurry|\basap\b|\bimmediately|(?<!it takes effect )\bat once\b|\bact now"
    r"|\bdon't miss|\bdeadline|\blast chance|\bde inmediato|\bdate prisa|\bapresúre|\bcuanto antes",
    re.IGNORECASE,
)
TUTEO = re.compile(
    r"\b(?:tú|tu|tus|te|ti|contigo|puedes|quieres|tienes|prefieres|responde|llama|envía|dinos)\b"
)
DOMESTIC_VIOLENCE_LINE = re.compile(r"7233|domestic violence|violencia doméstica", re.IGNORECASE)
VERBATIM = re.compile(r"^(?:message-id|references|in-reply-to|auto-submitted|list-[a-z-]+)$", re.IGNORECASE)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
STRONG_ENOUGH = 4.5


@dataclass(frozen=True)
class Specimen:
    """One mail as it would leave."""

    mail: Mail
    rendered: Rendered
    letter: bytes


@dataclass(frozen=True)
class Node:
    """A piece of text and the elements around it, outermost first."""

    text: str
    around: tuple[tuple[str, dict[str, str]], ...]


class Page(HTMLParser):
    """The texts and elements of a mail's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[Node] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(Node(" ".join(data.split()), tuple(self._open)))

    def inside(self, tag: str) -> list[str]:
        return [node.text for node in self.texts if any(name == tag for name, _ in node.around)]

    @property
    def body(self) -> list[Node]:
        return [node for node in self.texts if any(name == "body" for name, _ in node.around)]

    @property
    def preheader(self) -> str:
        return " ".join(
            n.text for n in self.body if any("preheader" in a.get("class", "") for _, a in n.around)
        )

    @property
    def shown(self) -> str:
        return " ".join(node.text for node in self.body)


def text_says_what_html_says(specimen: Specimen) -> Iterator[str]:
    page = Page(specimen.rendered.html)
    text = specimen.rendered.text
    numbers = re.compile(r"\d+")
    missing = set(numbers.findall(page.shown)) - set(numbers.findall(f"{text} {specimen.rendered.subject}"))
    missing |= set(DAY_OR_MONTH.findall(page.shown.lower())) - set(DAY_OR_MONTH.findall(text.lower()))
    links = {a["href"].removeprefix("mailto:") for _, a in page.elements if "href" in a}
    missing |= links - set(re.findall(r"[^\s<>()]+[^\s<>().,]", text))
    yield from (f"the text lacks {each!r}" for each in sorted(missing))


def html_says_what_text_says(specimen: Specimen) -> Iterator[str]:
    words = re.compile(r"\w+")
    page = Page(specimen.rendered.html)
    shown = {w.lower() for w in words.findall(page.shown)}
    unnumbered = re.sub(r"(?m)^\d+\. ", "", specimen.rendered.text)
    links = {a["href"] for _, a in page.elements if a.get("href", "").startswith("http")}
    for link in sorted(links, key=len, reverse=True):
        unnumbered = unnumbered.replace(link, " ")
    said = {w.lower() for w in words.findall(unnumbered)}
    yield from (f"the HTML lacks {each!r}" for each in sorted(said - shown))


def headers_are_sound(specimen: Specimen) -> Iterator[str]:
    head, _, _ = specimen.letter.partition(b"\r\n\r\n")
    message = message_from_bytes(specimen.letter, policy=default)
    for name, count in Counter(key.lower() for key in message).items():
        if count > 1:
            yield f"{name} comes {count} times"
    for wanted in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"):
        if wanted not in message:
            yield f"{wanted} is missing"
    for line in re.sub(rb"\r\n[ \t]", b" ", head).decode("ascii").split("\r\n"):
        name, _, value = line.partition(":")
        if VERBATIM.match(name) and "=?" in value:
            yield f"{name} is encoded"


def lines_are_short(specimen: Specimen) -> Iterator[str]:
    for line in specimen.letter.split(b"\r\n"):
        if len(line) > 998 or b"\n" in line or b"\r" in line:
            yield f"a line of {len(line)} bytes, or one not ended by CRLF"


def html_names_itself(specimen: Specimen) -> Iterator[str]:
    page = Page(specimen.rendered.html)
    lang = next((a.get("lang") for tag, a in page.elements if tag == "html"), None)
    if lang != specimen.mail.language:
        yield f"lang is {lang!r}"
    if page.inside("title") != [specimen.rendered.subject]:
        yield "the title is not the subject"


def nothing_is_remote(specimen: Specimen) -> Iterator[str]:
    html = specimen.rendered.html
    for tag, attributes in Page(html).elements:
        if tag in {"img", "link", "script", "iframe", "object", "form", "video", "audio", "base", "svg"}:
            yield f"<{tag}>"
        yield from (
            f"{name}=" for name in attributes if name in {"src", "srcset", "background"} or name[:2] == "on"
        )
    if re.search(r"@import|url\(", html):
        yield "a style loads something"


def contrast_is_strong(specimen: Specimen) -> Iterator[str]:
    page = Page(specimen.rendered.html)
    dark = _dark_rules(" ".join(page.inside("style")))
    for node in page.body:
        for scheme, rules in (("light", {}), ("dark", dark)):
            ratio = _contrast(*_colours(node, rules))
            if ratio < STRONG_ENOUGH:
                yield f"{scheme}: {ratio:.1f} for {node.text[:30]!r}"


def links_look_like_links(specimen: Specimen) -> Iterator[str]:
    for tag, attributes in Page(specimen.rendered.html).elements:
        if tag == "a" and "color:" not in attributes.get("style", ""):
            yield f"no style was inlined for {attributes.get('class', 'a link')!r}"


def is_discreet(mail: Mail) -> bool:
    """Whether nothing in it may say care: a code for a browser is read on locked screens."""
    return isinstance(mail, ProofCode) or (isinstance(mail, ClientMail) and mail.discreet)


def discreet_mail_gives_nothing_away(specimen: Specimen) -> Iterator[str]:
    if not is_discreet(specimen.mail):
        return
    page = Page(specimen.rendered.html)
    message = message_from_bytes(specimen.letter, policy=default)
    where = {
        "subject": specimen.rendered.subject,
        "title": " ".join(page.inside("title")),
        "preheader": page.preheader,
        "text": specimen.rendered.text,
        "HTML": specimen.rendered.html,
        "From": str(message["From"]),
    }
    for place, words in where.items():
        yield from (f"{place}: {found}" for found in sorted(set(CARE.findall(words))))


def crisis_lines_are_there(specimen: Specimen) -> Iterator[str]:
    parts = {"text": specimen.rendered.text, "HTML": Page(specimen.rendered.html).shown}
    for part, words in parts.items():
        if isinstance(specimen.mail, ClientMail):
            yield from (f"{part} lacks {line}" for line in ("988", "741741", "911") if line not in words)
        if DOMESTIC_VIOLENCE_LINE.search(words):
            yield f"{part} names the domestic-violence line"


def tone_is_calm(specimen: Specimen) -> Iterator[str]:
    words = f"{specimen.rendered.subject}\n{specimen.rendered.text}\n{Page(specimen.rendered.html).shown}"
    if isinstance(specimen.mail, ClientMail):
        yield from (f"presses: {found!r}" for found in sorted(set(PRESSURE.findall(words))))
        if specimen.mail.signed not in specimen.rendered.text.strip().split("\n")[-2:]:
            yield "no person's name at the end"
        yield from (f"no way to {path}" for path in _ways_missing(specimen))
        if specimen.mail.language == "es":
            yield from (f"says tú: {found!r}" for found in sorted(set(TUTEO.findall(words))))
    elif "!" in words:
        yield "presses: '!'"


def _ways_missing(specimen: Specimen) -> Iterator[str]:
    """Which of the two pages of their own no link of the HTML, or no line of the text, leads to."""
    links = [a["href"] for _, a in Page(specimen.rendered.html).elements if "href" in a]
    lines = specimen.rendered.text.split()
    for name, path in (("change", r"/contact/[\w-]+"), ("stop", r"/contact/[\w-]+/stop")):
        if not all(
            any(re.fullmatch(rf"https://[\w.]+{path}", one) for one in part) for part in (links, lines)
        ):
            yield name


CHECKS: tuple[Callable[[Specimen], Iterator[str]], ...] = (
    text_says_what_html_says,
    html_says_what_text_says,
    headers_are_sound,
    lines_are_short,
    html_names_itself,
    nothing_is_remote,
    contrast_is_strong,
    links_look_like_links,
    discreet_mail_gives_nothing_away,
    crisis_lines_are_there,
    tone_is_calm,
)


def problems(specimen: Specimen) -> list[str]:
    """Everything that any check sees."""
    return [f"{check.__name__}: {problem}" for check in CHECKS for problem in check(specimen)]


def _dark_rules(css: str) -> dict[str, dict[str, str]]:
    """What the dark scheme sets by class, important or not at all."""
    block = css.partition("prefers-color-scheme: dark) {")[2]
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in RULE.findall(block):
        wanted = {n: v.replace("!important", "").strip() for n, v in _declarations(body) if "!important" in v}
        for selector in selectors.split(","):
            rules.setdefault(selector.strip().lstrip("."), {}).update(wanted)
    return rules


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _colours(node: Node, dark: dict[str, dict[str, str]]) -> tuple[str, str]:
    """The text's colour and the colour behind it."""
    colour, behind = "#000000", "#ffffff"
    for _, attributes in node.around:
        style = dict(_declarations(attributes.get("style", "")))
        for name in attributes.get("class", "").split():
            style |= dark.get(name, {})
        colour, behind = style.get("color", colour), style.get("background-color", behind)
    return colour, behind


def _contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
