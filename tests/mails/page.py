"""How a mail's HTML is read: its elements, its texts with what is around each, its links."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "link", "hr", "input", "area", "base", "col", "source"}

Element = tuple[str, dict[str, str]]


@dataclass(frozen=True)
class Node:
    """A piece of text and the elements around it, outermost first."""

    text: str
    around: tuple[Element, ...]


@dataclass(frozen=True)
class Link:
    """Where it leads, what it says, and how it is styled."""

    href: str
    text: str
    attributes: dict[str, str]


class Page(HTMLParser):
    """The texts and elements of a mail's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.texts: list[Node] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
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
        """The texts anywhere inside elements of this name."""
        return [node.text for node in self.texts if any(name == tag for name, _ in node.around)]

    def of(self, tag: str) -> list[dict[str, str]]:
        """What each element of this name says of itself."""
        return [attributes for name, attributes in self.elements if name == tag]

    @cached_property
    def links(self) -> list[Link]:
        """Every link with the whole of its text."""
        said: dict[int, list[str]] = {}
        for node in self.texts:
            for element in node.around:
                said.setdefault(id(element), []).append(node.text)
        return [
            Link(element[1]["href"], " ".join(said.get(id(element), [])), element[1])
            for element in self.elements
            if element[0] == "a" and "href" in element[1]
        ]

    @cached_property
    def body(self) -> list[Node]:
        """The texts that a reader may see, the preheader's among them."""
        return [node for node in self.texts if any(name == "body" for name, _ in node.around)]

    @cached_property
    def preheader(self) -> str:
        """What a list of mails shows behind the subject."""
        return " ".join(node.text for node in self.body if _hidden(node))

    @cached_property
    def shown(self) -> str:
        """Every text of the body."""
        return " ".join(node.text for node in self.body)

    @cached_property
    def opened(self) -> str:
        """What an open mail shows: the body without its preheader."""
        return " ".join(node.text for node in self.body if not _hidden(node))


def _hidden(node: Node) -> bool:
    return any("preheader" in attributes.get("class", "") for _, attributes in node.around)
