"""Every rule is seen to fail: on a good mail, broken in exactly one way."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from functools import cache

import pytest

from services.notifications.letter import _part
from services.notifications.samples import CONTACT, PERSONAS, SERIES
from tests.mails.printed import press_in, sampled
from tests.mails.rules import RULES, breaches
from tests.mails.specimen import Specimen

Breach = Callable[[bytes], bytes]
SUBJECT = b"Subject: Your note arrived"
LONG_WORD = b"=?utf-8?q?" + b"a" * 70 + b"?="
HALF_A_LETTER = b"=?utf-8?q?caf=C3?= =?utf-8?q?=A9?="
FAR = "https://track.example.net"
WHAT = "You find one word for how you are, and say it to nobody but yourself."
HARD = (
    "Notwithstanding considerable organizational limitations, representatives will subsequently communicate "
    "individualized recommendations regarding availability, eligibility and administrative requirements."
)
HARD_IN_SPANISH = (
    "Considerando las limitaciones organizativas anteriormente mencionadas, posteriormente comunicaremos "
    "individualizadamente las recomendaciones correspondientes a la disponibilidad administrativa."
)


@cache
def good(name: str) -> Specimen:
    """A mail without a fault: to somebody who is not discreet where its name says so, else discreet."""
    template, _, manner = name.partition(" ")
    persona = next(one for one in PERSONAS if one.name == ("open" if "open" in manner else "plain"))
    language = "es" if "es" in manner.split() else "en"
    mails = sampled(press_in("los_angeles"), persona, language)
    return next(mail for mail in mails if mail.template == template)


def part(kind: str, old: str, new: str) -> Breach:
    """The one part of this kind with other words in it."""

    def broken(letter: bytes) -> bytes:
        begin = letter.index(f"Content-Type: {kind}".encode())
        end = letter.index(b"\r\n--", begin)
        found = message_from_bytes(letter[begin:end], policy=default)
        content = str(found.get_content()).replace("\r\n", "\n")
        assert old in content
        whole = f"{kind}; method={found.get_param('method')}" if "calendar" in kind else kind
        return letter[:begin] + _part(whole, content.replace(old, new)) + letter[end:]

    return broken


def html(old: str, new: str) -> Breach:
    return part("text/html", old, new)


def text(old: str, new: str) -> Breach:
    return part("text/plain", old, new)


def both(old: str, new: str) -> Breach:
    return lambda letter: html(old, new)(text(old, new)(letter))


def raw(old: bytes, new: bytes) -> Breach:
    def broken(letter: bytes) -> bytes:
        assert old in letter
        return letter.replace(old, new, 1)

    return broken


def without(header: str) -> Breach:
    def broken(letter: bytes) -> bytes:
        gone = re.sub(rb"(?m)^" + header.encode() + rb":[^\r]*\r\n(?:[ \t][^\r]*\r\n)*", b"", letter)
        assert gone != letter
        return gone

    return broken


def text_last(letter: bytes) -> bytes:
    """The two alternatives the wrong way round."""
    between = b"\r\n--" + re.findall(rb'boundary="([^"]+)"', letter)[0]
    head, plain, rich, end = letter.split(between)
    return between.join((head, rich, plain, end))


def without_file(letter: bytes) -> bytes:
    begin = letter.index(b"\r\n--whole", letter.index(b"text/calendar"))
    return letter[:begin] + letter[letter.rindex(b"\r\n--whole") :]


ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
ACK, OPEN, NOTA = "acknowledgement", "acknowledgement open", "acknowledgement es"
PRACTICE, READING = "readiness_practice", "readiness_reading"
LIST, CALL, CASE = "reading_list", "call_confirmed", "referral"
LINK = f'<a class="link" style="color: #1f6b57" href="{FAR}/x">Where we are</a></body>'

BREACHES: tuple[tuple[str, str, Breach], ...] = (
    ("is_built_as_promised", ACK, text_last),
    ("is_built_as_promised", ACK, raw(b"multipart/alternative", b"multipart/mixed")),
    ("is_built_as_promised", ACK, raw(b"text/html; charset=utf-8", b"text/html; charset=latin-1")),
    ("is_built_as_promised", ACK, lambda letter: letter[: letter.rindex(b"\r\n--")]),
    ("is_built_as_promised", CALL, without_file),
    ("is_built_as_promised", CALL, raw(b"method=REQUEST", b"method=CANCEL")),
    ("is_built_as_promised", CALL, part("text/calendar", "Phone call", "Another call")),
    ("lines_are_short_and_plain", ACK, raw(b"Hello Sam", b"x" * 999)),
    ("lines_are_short_and_plain", ACK, raw(b"Hello Sam", b"Hello\nSam")),
    ("lines_are_short_and_plain", ACK, raw(b"Hello Sam", "Hello Sám".encode())),
    ("lines_are_short_and_plain", ACK, raw(b"Hello Sam", b"Hello\0Sam")),
    ("every_header_comes_once", ACK, raw(b"To: ", b"To: x@example.org\r\nTo: ")),
    ("every_header_comes_once", ACK, without("Date")),
    ("every_header_comes_once", ACK, raw(b"To: ", b"X-Campaign: 7\r\nTo: ")),
    ("goes_to_one_person", ACK, raw(b"To: ", b"Cc: lee@example.org\r\nTo: ")),
    ("goes_to_one_person", ACK, raw(b"To: ", b"To: lee@example.org, ")),
    ("goes_to_one_person", ACK, raw(b"To: ", b"Disposition-Notification-To: x@example.org\r\nTo: ")),
    ("an_answer_reaches_somebody", ACK, raw(b"To: ", b"Reply-To: no-reply@example.org\r\nTo: ")),
    ("an_answer_reaches_somebody", ACK, raw(b"From: Dana at the front desk <dana@", b"From: Us <noreply@")),
    ("encoded_words_are_short_and_whole", ACK, raw(SUBJECT, b"Subject: " + LONG_WORD)),
    ("encoded_words_are_short_and_whole", ACK, raw(SUBJECT, b"Subject: " + HALF_A_LETTER)),
    ("encoded_words_are_short_and_whole", ACK, raw(SUBJECT, b"Subject: =?utf-8?q?a b?=")),
    ("what_machines_read_is_plain", ACK, raw(b"Message-ID: <", b"Message-ID: =?utf-8?q?x?= <")),
    ("what_machines_read_is_plain", ACK, raw(b"Message-ID: <", b"Message-ID: <a b ")),
    ("what_machines_read_is_plain", ACK, raw(b"To: ", b"References: =?utf-8?q?x?=\r\nTo: ")),
    ("what_machines_read_is_plain", ACK, raw(b"To: ", b"In-Reply-To: =?utf-8?q?x?=\r\nTo: ")),
    ("what_machines_read_is_plain", LIST, raw(b"List-Unsubscribe: <", b"List-Unsubscribe: =?utf-8?q?x?= <")),
    ("no_machine_answers_it", ACK, without("Auto-Submitted")),
    ("no_machine_answers_it", ACK, raw(b"Auto-Submitted: auto-generated", b"Auto-Submitted: no")),
    ("readings_alone_stop_in_one_click", LIST, raw(ONE_CLICK, b"")),
    ("readings_alone_stop_in_one_click", LIST, without("List-Unsubscribe")),
    ("readings_alone_stop_in_one_click", LIST, raw(b"List-Unsubscribe: <https", b"List-Unsubscribe: <http")),
    (
        "readings_alone_stop_in_one_click",
        LIST,
        raw(b"List-Unsubscribe: <", b"List-Unsubscribe: <mailto:x@a>, <"),
    ),
    ("readings_alone_stop_in_one_click", LIST, raw(b"List-Unsubscribe: <", b"List-Unsubscribe:\r\n <")),
    ("readings_alone_stop_in_one_click", LIST, raw(b"/stop>", b"/ready>")),
    ("readings_alone_stop_in_one_click", CALL, raw(b"To: ", ONE_CLICK + b"To: ")),
    ("readings_alone_stop_in_one_click", ACK, raw(b"To: ", b"List-Id: <notes.example.org>\r\nTo: ")),
    ("text_says_what_html_says", ACK, text("Tuesday", "soon")),
    ("text_says_what_html_says", OPEN, text("20-minute", "short")),
    ("text_says_what_html_says", CALL, text("10:00 am", "10:30 am")),
    ("text_says_what_html_says", ACK, html("</body>", LINK)),
    ("text_says_what_html_says", CASE, text("sam@example.org", "Sam")),
    ("text_says_what_html_says", ACK, html("Thank you for writing. ", "Thank you for writing, warmly. ")),
    ("text_says_what_html_says", LIST, text(f"{SERIES}/pause", "our page")),
    ("text_says_what_html_says", f"{READING} open", text(f"{SERIES}/stop", "our page")),
    ("html_says_what_text_says", ACK, html("Thank you for writing", "Thanks")),
    ("html_says_what_text_says", ACK, text("Thank you for writing.", f"Thank you for writing. {FAR}/x")),
    ("html_says_what_text_says", CALL, html("10:00 am", "10:30 am")),
    ("text_stands_alone", ACK, text("Thank you", "<b>Thank you</b>")),
    ("text_stands_alone", ACK, text("can't", "can&#39;t")),
    ("text_stands_alone", ACK, both("Hello Sam", "Hello \u202eSam")),
    ("text_stands_alone", ACK, text("here, and", "here, \n\nand")),
    ("text_stands_alone", ACK, raw(SUBJECT, b"Subject: ")),
    ("no_template_shows", ACK, both("Hello Sam", "Hello {{ greeting }}")),
    ("no_template_shows", ACK, both("Hello Sam", "Hello None")),
    ("no_template_shows", CASE, both("strong in", "grief_loss, strong in")),
    ("html_names_itself", ACK, html('lang="en"', 'lang="de"')),
    ("html_names_itself", ACK, html("<title>Your note arrived</title>", "<title></title>")),
    ("html_names_itself", NOTA, html('<html lang="es"', '<html lang="en"')),
    ("headings_make_an_outline", CASE, html("</body>", "<h1>Again</h1></body>")),
    ("headings_make_an_outline", CASE, html("<h2", "<h4")),
    ("tables_are_for_layout", ACK, html("</body>", "<table><tr><td></td></tr></table></body>")),
    ("pictures_have_words", ACK, html("</body>", '<img src="data:,"></body>')),
    ("links_say_where_they_lead", OPEN, both("Choose a time", "Click here")),
    ("links_say_where_they_lead", NOTA, both("Cambiar cómo nos comunicamos con usted", "Aquí")),
    ("links_say_where_they_lead", OPEN, html(">Choose a time<", f">{FAR}<")),
    ("links_say_where_they_lead", ACK, both("Change how we reach you", "Please stop")),
    (
        "links_look_like_links",
        ACK,
        html("</body>", '<a href="https://x.example.org">Where we are</a></body>'),
    ),
    ("links_lead_where_we_know", ACK, html("</body>", LINK)),
    ("links_lead_where_we_know", OPEN, html('href="https://hello', 'href="http://hello')),
    ("links_lead_where_we_know", OPEN, html(f"{CONTACT}/stop", f"{CONTACT}/stop?utm_source=mail")),
    ("nothing_is_loaded", ACK, html("</body>", '<img alt="" src="https://example.org/p.gif"></body>')),
    ("nothing_is_loaded", ACK, html("</head>", '<link href="https://example.org/f.css"></head>')),
    ("nothing_is_loaded", ACK, html("</style>", "@import 'https://example.org/x.css';</style>")),
    ("nothing_is_loaded", ACK, html("</style>", "@font-face { font-family: x; }</style>")),
    ("nothing_is_loaded", ACK, html('class="frame"', 'class="frame" onclick="x()"')),
    ("contrast_is_strong", ACK, html("color: #26302c", "color: #d8d4cc")),
    ("contrast_is_strong", ACK, html("color: #26302c", "color: black")),
    ("contrast_is_strong", ACK, html("color: #e4e8e3 !important", "color: #3a3f3c !important")),
    ("contrast_is_strong", ACK, html("color: #e4e8e3 !important", "color: #e4e8e3")),
    ("has_a_dark_scheme", ACK, html('content="light dark"', 'content="light"')),
    ("has_a_dark_scheme", ACK, html("prefers-color-scheme: dark", "prefers-color-scheme: light")),
    ("crisis_lines_are_there", ACK, text("988", "our number")),
    ("crisis_lines_are_there", ACK, html("741741", "us")),
    ("crisis_lines_are_there", ACK, text("911", "911 or 1-800-799-7233")),
    ("nobody_is_pressed", ACK, text("Thank you for writing.", "Thank you for writing!")),
    ("nobody_is_pressed", ACK, text("tell us here", "tell us at once")),
    ("nobody_is_pressed", NOTA, html("</body>", "Responda cuanto antes.</body>")),
    ("nobody_is_pressed", CASE, text("Who fits", "Who fits!")),
    ("nobody_is_pressed", NOTA, text("Gracias por escribir.", "Gracias. Responda lo antes posible.")),
    ("nobody_is_judged", ACK, text("Thank you for writing.", "It sounds like a disorder.")),
    ("nobody_is_judged", NOTA, html("Gracias por escribir.", "Le garantizamos que sanará.")),
    ("a_person_signs", ACK, text("Dana at the front desk", "The team")),
    ("there_is_a_way_out", ACK, text(CONTACT, "us")),
    ("there_is_a_way_out", ACK, html(f"{CONTACT}/stop", CONTACT)),
    ("spanish_says_usted", NOTA, text("su nota", "tu nota")),
    ("is_easy_to_read", ACK, both("Thank you for writing. ", f"{HARD} ")),
    ("is_easy_to_read", NOTA, both("Gracias por escribir. ", f"{HARD_IN_SPANISH} ")),
    ("discreet_mail_gives_nothing_away", ACK, text("your note", "your therapy note")),
    ("discreet_mail_gives_nothing_away", ACK, html("Thank you for writing.</div>", "About grief.</div>")),
    ("what_is_behind_the_link_stays_there", ACK, text("Thank you", "Arroyo Willow Therapy. Thank you")),
    ("what_is_behind_the_link_stays_there", ACK, raw(SUBJECT, SUBJECT + b" at Arroyo Willow Therapy")),
    ("what_is_behind_the_link_stays_there", READING, text("Hello Sam", "A letter that nobody reads")),
    (
        "what_is_behind_the_link_stays_there",
        READING,
        raw(b"Subject: ", b"Subject: A letter that nobody reads "),
    ),
    ("what_is_behind_the_link_stays_there", PRACTICE, html("Hello Sam", f"Hello Sam. {WHAT}")),
    ("discreet_mail_gives_nothing_away", ACK, raw(b"From: ", b"From: The Clinic ")),
)


@pytest.mark.parametrize(("rule", "name", "breach"), BREACHES)
def test_every_rule_is_seen_to_fail(rule: str, name: str, breach: Breach) -> None:
    sound = good(name)
    look = next(each for each in RULES if each.__name__ == rule)
    assert breaches(sound) == []

    assert list(look(sound.with_letter(breach(sound.letter))))


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {rule for rule, _, _ in BREACHES} == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_has_a_name_of_its_own_and_a_reason(rule: object) -> None:
    assert [each.__name__ for each in RULES].count(getattr(rule, "__name__", "")) == 1
    assert (rule.__doc__ or "").strip()
