"""Markdown of the practice's own files, as HTML for a page or a mail and as plain text; never of a person.

CommonMark by markdown-it-py. Of its HTML nh3 lets through paragraphs, lists, emphasis and links to https
addresses; everything else goes, markup that was typed as HTML among it.
"""

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "ul", "ol", "li", "em", "strong", "a", "br"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"https"}
BULLET = "- "


@cache
def html_of(text: str) -> Markup:
    """The text as clean HTML."""
    rendered = _parser().render(text)
    cleaned = nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )
    return Markup(cleaned.strip())  # noqa: S704 - cleaned on the line before


@cache
def text_of(text: str) -> str:
    """The same words without markup: an empty line between paragraphs, list items with a dash or number."""
    blocks: list[str] = []
    lists: list[int | None] = []  # of each open list, its next number; None for a list without
    marker = ""
    for token in _parser().parse(text):
        match token.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                marker = _marker(lists)
            case "inline":
                blocks.append(marker + _words(token))
                marker = ""
            case _:
                pass
    return "\n\n".join(blocks)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def _marker(lists: list[int | None]) -> str:
    number = lists[-1]
    if number is None:
        return BULLET
    lists[-1] = number + 1
    return f"{number}. "


def _words(inline: Token) -> str:
    """What a reader sees of it; a link is followed by its address."""
    said, address = "", ""
    for child in inline.children or ():
        match child.type:
            case "text" | "code_inline":
                said += child.content
            case "softbreak" | "hardbreak":
                said += " "
            case "link_open":
                address = str(child.attrGet("href") or "")
            case "link_close":
                said += f" ({address})" if address.startswith("https://") else ""
            case _:
                pass
    return said
