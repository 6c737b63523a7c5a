"""In the demonstration somebody books the call: through the link in their mail, and the page's own form."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from deploy.demo.booking import book
from deploy.demo.forms import form_to, forms_of
from deploy.demo.posting import Posted
from deploy.demo.samples import Expectation, Sample
from shared.errors import Rejected, Retryable

NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)
MAIL = "Hello Sam,\n\nChoose a time:\n<http://intake.example.org/book/s3aled.token>\n\nDana\n"
PAGE = """<form action="/book/s3aled.token/book" method="get"><select name="zone"></select></form>
<form action="/book/s3aled.token/book?lang=en" method="post">
<input type="hidden" name="version" value="0">
{times}
<input name="phone" value=""><textarea name="note">Ring twice</textarea>
<input type="checkbox" name="voicemail_ok" value="yes" checked>
<input type="checkbox" name="remind_shortly" value="yes">
<select name="state"><option value="CA" selected>California</option>
<option value="NY">New York</option></select>
<input type="submit" value="Book"><button name="time" value="soon" disabled>Now</button>
</form><form action="/book/s3aled.token/cancel" method="post"><input name="version" value="0"></form>"""


class Page:
    """The booking page, and what was sent to it."""

    def __init__(self, *times: datetime, status: int = 200) -> None:
        radios = (f'<input type="radio" name="time" value="{each.isoformat()}">' for each in times)
        self.page, self.status = PAGE.format(times="".join(radios)), status
        self.sent: dict[str, list[str]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            assert request.url.path == "/book/s3aled.token"
            return httpx.Response(200, text=self.page)
        assert request.url.path == "/book/s3aled.token/book"
        self.sent = parse_qs(request.content.decode())
        return httpx.Response(self.status, text="so it is")


async def booked(page: Page, mail: str = MAIL) -> datetime:
    expect = Expectation(outcome="proposed", mails=())
    sample = Sample(title="Grief", path="consultation", body={}, books={"phone": "323"}, expect=expect)
    transport = httpx.MockTransport(page)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake.example.org") as client:
        return await book(client, Posted(sample, "R-7F3K2", NOON), mail, lambda: NOON)


async def test_the_first_time_is_taken_for_which_every_reminder_is_still_to_come() -> None:
    near, right, far = (NOON + timedelta(days=days) for days in (1, 5, 9))
    page = Page(near, right, far)

    assert await booked(page) == right
    assert page.sent == {
        "version": ["0"],
        "time": [right.isoformat()],
        "phone": ["323"],
        "note": ["Ring twice"],
        "voicemail_ok": ["yes"],
        "state": ["CA"],
    }


async def test_where_all_times_are_near_the_last_is_taken() -> None:
    assert await booked(Page(NOON, NOON + timedelta(days=2))) == NOON + timedelta(days=2)


@pytest.mark.parametrize(
    ("page", "mail", "said"),
    [
        (Page(NOON), "Hello Sam, nothing to choose.", "Grief: the acknowledgement has no link"),
        (Page(), MAIL, "Grief: the booking page offers no time"),
        (Page(NOON, status=409), MAIL, "Grief: the booking page answered 409"),
    ],
)
async def test_what_keeps_somebody_from_booking_is_said(page: Page, mail: str, said: str) -> None:
    with pytest.raises(Rejected) as refused:
        await booked(page, mail)

    assert str(refused.value).startswith(said)


async def test_a_page_that_does_not_answer_is_no_refusal() -> None:
    class Away(Page):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("nobody there", request=request)

    with pytest.raises(Retryable):
        await booked(Away(NOON))


def test_a_form_sends_only_what_it_asks_for() -> None:
    _, book_form, _ = forms_of(Page(NOON).page)

    assert book_form.choices["state"] == ["CA", "NY"]
    assert book_form.sent(state="NY")["state"] == "NY"
    for odd in ({"state": "TX"}, {"version": "7"}, {"nobody": "asks"}, {"time": "soon"}):
        with pytest.raises(ValueError, match="does not take"):
            book_form.sent(**odd)
    assert form_to(Page().page, "/where") is None
