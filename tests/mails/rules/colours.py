"""Whether it can be read, in light and in dark: by the style of each element and the dark scheme's sheet."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from tests.mails.page import Node
from tests.mails.specimen import Specimen

STRONG_ENOUGH = 4.5
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)

Style = Mapping[str, str]
Sheet = list[tuple[str, Style]]  # a class and what it sets, in the order of the sheet


def contrast_is_strong(specimen: Specimen) -> Iterator[str]:
    """4.5 to 1 at least, in both schemes (WCAG 2.2, 1.4.3): people read tired, at night, with bad eyes."""
    dark = _dark_sheet(" ".join(specimen.page.inside("style")))
    schemes: tuple[tuple[str, Sheet], ...] = (("light", []), ("dark", dark))
    judged: set[tuple[str, str, str]] = set()
    for node in specimen.page.body:
        for scheme, sheet in schemes:
            colours = _colours(node, sheet)
            if (scheme, *colours) not in judged:
                judged.add((scheme, *colours))
                yield from _too_weak(scheme, *colours, node.text)


def has_a_dark_scheme(specimen: Specimen) -> Iterator[str]:
    """A program that darkens pages by itself leaves those alone that say that they can do it."""
    said = {meta.get("name"): meta.get("content", "") for meta in specimen.page.of("meta")}
    if "dark" not in said.get("color-scheme", ""):
        yield "no color-scheme is named"
    if not _dark_sheet(" ".join(specimen.page.inside("style"))):
        yield "no dark colours are there"


def _too_weak(scheme: str, colour: str, behind: str, text: str) -> Iterator[str]:
    if not COLOUR.fullmatch(colour) or not COLOUR.fullmatch(behind):
        yield f"{scheme}: nobody can judge {colour} on {behind}"
    elif (ratio := _contrast(colour, behind)) < STRONG_ENOUGH:
        yield f"{scheme}: {ratio:.1f} for {text[:30]!r}"


def _dark_sheet(css: str) -> Sheet:
    """What the dark scheme sets by class; what is not important loses to a style of the element."""
    block = css.partition("prefers-color-scheme: dark) {")[2]
    sheet: Sheet = []
    for selectors, body in RULE.findall(block):
        wanted = {
            n: v.replace("!important", "").strip() for n, v in _declared(body).items() if "!important" in v
        }
        sheet += [(each.strip().lstrip("."), wanted) for each in selectors.split(",") if wanted]
    return sheet


@lru_cache(maxsize=512)
def _declared(style: str) -> Style:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip(): value.strip() for name, colon, value in pairs if colon}


def _colours(node: Node, sheet: Sheet) -> tuple[str, str]:
    """The text's colour and the colour behind it."""
    colour, behind = "#000000", "#ffffff"
    for _, attributes in node.around:
        style, classes = dict(_declared(attributes.get("style", ""))), attributes.get("class", "").split()
        for name, wanted in sheet:
            if name in classes:
                style |= wanted
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


RULES = (contrast_is_strong, has_a_dark_scheme)
