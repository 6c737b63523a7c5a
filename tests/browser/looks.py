"""A page as everybody sees it: on each screen, by day and by night."""

from collections.abc import Iterator, Mapping
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCREENS = ((380, 800), (1280, 900))
SCHEMES = ("light", "dark")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
FLAWS_ALONE = {"resultTypes": ["violations"]}  # of what is in order, axe need not tell every place
OUTLINE = "[document.body.innerText, document.body.scrollWidth, document.body.scrollHeight]"


def looks(page: Page) -> Iterator[str]:
    """Shows the page that stands there on each screen, by day and by night; says which it is now."""
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            yield f"{page.url} at {width} px, {scheme}"


def flaws(page: Page) -> list[str]:
    """What axe finds and whether the page is wider than the screen, on each screen, by day and by night.

    By night axe looks only at what has to do with colours, because nothing else may be another by night: the
    same words in the same places, which is looked at here too.
    """
    found, by_day = [], None
    for look in looks(page):
        if look.endswith("light"):
            rules, by_day = WCAG, page.evaluate(OUTLINE)
        else:
            rules = COLOURS
            found += [] if page.evaluate(OUTLINE) == by_day else [f"{look}: not only the colours changed"]
        found += [f"{look}: {each}" for each in violations(page, rules)]
        found += [f"{look}: wider than the screen"] if is_too_wide(page) else []
    return found


def violations(page: Page, rules: Mapping[str, Any] = WCAG) -> list[str]:
    """What axe finds on the page as it is shown now."""
    found = Axe().run(page, options={**rules, **FLAWS_ALONE}).response["violations"]
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
