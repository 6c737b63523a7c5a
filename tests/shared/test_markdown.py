"""Markdown of the practice's files: what comes through as HTML, and that plain text loses nothing of it."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.markdown import ATTRIBUTES, TAGS, faults_in, html_of, text_of

WORD = st.text("abcdeéñüß¿", min_size=1, max_size=6)
SNIPPETS = st.sampled_from(
    [
        *"ab *_[]()<>!#`~-+.12 \n\\&;:/\"'=|",
        *(
            "\n\n",
            "\n- ",
            "\n  - ",
            "\n1. ",
            "\n0. ",
            "\n7) ",
            "\n    ",
            "\n> ",
            "\n---\n",
            "\n```\n",
            "  \n",
        ),
        *("https://e.org", "[x](", "](https://e.org/a?b=c&d=é)", "](http://e.org)", "](//e.org)", "](/x)"),
        *(
            "](javascript:alert(1))",
            "<https://e.org/b>",
            "<script>",
            "</script>",
            "<b onclick=x>",
            "<img src=x>",
        ),
        *(
            "![x](https://e.org/x.png)",
            "&lt;",
            "&nbsp;",
            "&#0;",
            "<!-- -->",
            "<a href=https://e.org>",
            "é",
            "ñ",
        ),
    ]
)
ANYTHING = st.lists(SNIPPETS, max_size=40).map("".join)


class Seen(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(str(html))  # a Markup would escape what is added to it
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def addresses(self) -> list[str]:
        return [attrs["href"] or "" for tag, attrs in self.tags if tag == "a" and "href" in attrs]


def in_order(part: str, whole: str) -> bool:
    """Whether every letter of `part` comes in `whole`, one after the other; blanks do not count."""
    letters = iter(re.sub(r"\s", "", whole))
    return all(letter in letters for letter in re.sub(r"\s", "", part))


@given(ANYTHING)
def test_whatever_is_written_only_the_allowed_tags_and_https_links_come_through(text: str) -> None:
    for tag, attributes in Seen(html_of(text)).tags:
        assert tag in TAGS
        assert attributes.keys() <= ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        assert (attributes.get("href") or "https://").lower().startswith("https://")
        assert re.fullmatch(r"\d*", attributes.get("start") or "")


@given(ANYTHING)
def test_plain_text_has_every_letter_of_the_page_in_its_order(text: str) -> None:
    assert in_order(Seen(html_of(text)).text, text_of(text))


@given(ANYTHING)
def test_plain_text_has_every_address_that_can_be_followed_on_the_page(text: str) -> None:
    said = text_of(text)

    assert [address for address in Seen(html_of(text)).addresses if address not in said] == []


@given(ANYTHING)
def test_in_a_text_without_faults_every_link_leads_somewhere(text: str) -> None:
    if not faults_in(text):
        assert all("href" in attributes for tag, attributes in Seen(html_of(text)).tags if tag == "a")


@st.composite
def outlines(draw: st.DrawFn, depth: int = 0) -> tuple[list[str], list[str], list[str]]:
    """A list as Markdown, as plain text, and the words in it."""
    # A list directly below words begins with a dash or with 1: CommonMark takes another number for words.
    first = draw(st.none() | (st.integers(0, 12) if depth == 0 else st.just(1)))
    written, told, words = [], [], []
    for place in range(draw(st.integers(1, 3))):
        mark = "- " if first is None else f"{first + place}. "
        said = draw(st.lists(WORD, min_size=1, max_size=3))
        written.append(mark + draw(st.sampled_from(["{}", "*{}*", "**{}**"])).format(" ".join(said)))
        told.append(mark + " ".join(said))
        words += said
        if depth < 2 and draw(st.booleans()):
            below = draw(outlines(depth + 1))
            written += [" " * len(mark) + line for line in below[0]]
            told += [" " * len(mark) + line for line in below[1]]
            words += below[2]
    return written, told, words


@given(outlines())
def test_a_list_in_lists_keeps_its_numbers_its_indents_and_its_words(
    outline: tuple[list[str], list[str], list[str]],
) -> None:
    written, told, words = outline
    markdown = "\n".join(written)

    assert text_of(markdown) == "\n".join(told)
    assert Seen(html_of(markdown)).text.split() == words


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("one *two*, **three**.\nfour", "one two, three. four"),
        ("one\\\ntwo", "one\ntwo"),
        ("- one\\\n  two", "- one\n  two"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("- one\n- two\n\nthree", "- one\n- two\n\nthree"),
        ("- one\n\n- two", "- one\n\n- two"),
        ("- one\n\n  more\n- two", "- one\n\n  more\n\n- two"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("0. nought\n1. one", "0. nought\n1. one"),
        ("9. nine\n10. ten\n\n    more", "9. nine\n\n10. ten\n\n    more"),
        ("1. one\n   - in\n     - deep\n2. two", "1. one\n   - in\n     - deep\n2. two"),
        ("- - one\n  - two", "- - one\n  - two"),
        ("-\n\nafter", "after"),
        ("[here](https://example.org/a)", "here (https://example.org/a)"),
        ("[*here*, too](https://example.org).", "here, too (https://example.org)."),
        ("<https://example.org/a>", "https://example.org/a"),
        ("[here](HTTPS://example.org)", "here (HTTPS://example.org)"),
        ("[here](http://example.org) and [there](/x)", "here and there"),
        (r"2 \* 3 &lt; 7 &amp; <b>so</b>", "2 * 3 < 7 & <b>so</b>"),
        ("a*b*c", "abc"),
        ("", ""),
    ],
)
def test_plain_text_reads_as_it_was_meant(markdown: str, plain: str) -> None:
    assert text_of(markdown) == plain


def test_a_list_that_begins_elsewhere_begins_there_on_the_page_too() -> None:
    assert '<ol start="3">' in html_of("3. three\n4. four")


@pytest.mark.parametrize(
    "address", ["http://e.org", "//e.org", "/x", "x", "mailto:a@example.org", "javascript:x"]
)
def test_an_address_without_https_is_no_link_and_is_told_to_the_writer(address: str) -> None:
    assert Seen(html_of(f"[x]({address})")).addresses == []
    assert faults_in(f"[x]({address})") == (
        f"links to {address!r}; only addresses that begin with https:// are let through",
    )


@pytest.mark.parametrize(
    ("markdown", "what"),
    [
        ("# One", "a heading"),
        ("One\n===", "a heading"),
        ("> one", "a quotation"),
        ("```\none\n```", "a code block"),
        ("    one", "a code block (lines that are indented by four or more)"),
        ("`one`", "code in back quotes"),
        ("one\n\n---", "a line across the page"),
        ("![one](https://example.org/x.png)", "an image"),
        ("one <b>two</b>", "HTML"),
        ("<div>one</div>", "HTML"),
        ("- one\n- <!-- two -->", "HTML"),
    ],
)
def test_what_no_reader_would_get_is_told_to_the_writer(markdown: str, what: str) -> None:
    assert faults_in(markdown) == (
        f"holds {what}; only paragraphs, lists, *emphasis* and links are let through",
    )


def test_what_a_reader_gets_is_no_fault() -> None:
    assert faults_in("One *two* **three** [four](https://example.org).\n\n1. a < b\n   - c\n\n-- d --") == ()
