"""Markdown of the practice's own files, as HTML for a page or a mail and as plain text; never of a person.

CommonMark by markdown-it-py. Of its HTML nh3 lets through paragraphs, lists, emphasis and links to https
addresses; everything else goes, markup that was typed as HTML among it. `faults_in` tells a writer beforehand
what would go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "ul", "ol", "li", "em", "strong", "a", "br"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"https"}
HTTPS = "https://"
BULLET = "- "
LET_THROUGH = "only paragraphs, lists, *emphasis* and links are let through"
REFUSED: Mapping[str, str] = {  # by markdown-it's name for it: what it is to whoever wrote it
    "heading_open": "a heading",
    "blockquote_open": "a quotation",
    "fence": "a code block",
    "code_block": "a code block (lines that are indented by four or more)",
    "code_inline": "code in back quotes",
    "hr": "a line across the page",
    "image": "an image",
    "html_block": "HTML",
    "html_inline": "HTML",
}


def html_of(text: str, dress: Mapping[str, Mapping[str, str]] | None = None) -> Markup:
    """The text as clean HTML. `dress`: attributes of ours that each tag of a name gets, such as a class."""
    return Markup(
        nh3.clean(
            _parser().render(text).strip(),
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            url_relative="deny",
            link_rel="noopener noreferrer",
            set_tag_attribute_values={tag: dict(said) for tag, said in (dress or {}).items()},
        )
    )


@cache
def text_of(text: str) -> str:
    """The same words without markup, each link followed by its address.

    An empty line between paragraphs; items of a list on lines of their own, with a dash or their number, what
    belongs to them indented.
    """
    page = _Page()
    for token in _parser().parse(text):
        page.take(token)
    return page.text


@cache
def faults_in(text: str) -> tuple[str, ...]:
    """What is in the text that no reader would get, in words for whoever wrote it."""
    return tuple(dict.fromkeys(_faults(_every_token(text))))


@dataclass
class _Page:
    """Plain text as it grows."""

    text: str = ""
    _lists: list[int | None] = field(default_factory=list)  # of each open, its next number, None without
    _indents: list[int] = field(default_factory=list)  # of each open item, how far its words stand
    _marker: str = ""  # what the next words begin with
    _together: bool = False  # whether the next words follow on the next line, without an empty one

    def take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._together = bool(self._lists) and self._together
            case "list_item_open":
                self._begin_item()
            case "list_item_close":
                self._indents.pop()
                self._marker = ""
            case "paragraph_open":
                self._together = self._together and token.hidden
            case "inline":
                self._add(_words(token))
            case "paragraph_close":
                self._together = token.hidden
            case "fence" | "code_block":
                self._add(token.content.rstrip("\n"))
            case _:
                pass

    def _begin_item(self) -> None:
        number = self._lists[-1]
        if number is not None:
            self._lists[-1] = number + 1
        mark = BULLET if number is None else f"{number}. "
        # An item that begins with a list of its own has both marks on its first line.
        self._marker = (self._marker or " " * self._indent) + mark
        self._indents.append(len(self._marker))

    @property
    def _indent(self) -> int:
        return self._indents[-1] if self._indents else 0

    def _add(self, words: str) -> None:
        between = "" if not self.text else "\n" if self._together else "\n\n"
        first = self._marker or " " * self._indent
        self.text += between + first + words.replace("\n", "\n" + " " * self._indent)
        self._marker, self._together = "", False


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


class _Lenient(MarkdownIt):
    """Takes what the other parser leaves as typed, so that it can be named."""

    def validateLink(self, url: str) -> bool:
        return True


@cache
def _lenient() -> _Lenient:
    return _Lenient("commonmark", {"html": True})


def _every_token(text: str) -> Iterator[Token]:
    for token in _lenient().parse(text):
        yield token
        yield from token.children or ()


def _faults(tokens: Iterator[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in REFUSED:
            yield f"holds {REFUSED[token.type]}; {LET_THROUGH}"
        elif token.type == "link_open" and not _is_https(address := str(token.attrGet("href") or "")):
            yield f"links to {address!r}; only addresses that begin with https:// are let through"


def _is_https(address: str) -> bool:
    return address.lower().startswith(HTTPS)


def _words(inline: Token) -> str:
    """What a reader sees of it; a link is followed by its address, unless it shows it."""
    said, begun, address = "", 0, ""
    for child in inline.children or ():
        match child.type:
            case "text" | "code_inline":
                said += child.content
            case "softbreak":
                said += " "
            case "hardbreak":
                said += "\n"
            case "link_open":
                begun, address = len(said), str(child.attrGet("href") or "")
            case "link_close":
                said += f" ({address})" if _is_https(address) and address not in said[begun:] else ""
            case _:
                pass
    return said
