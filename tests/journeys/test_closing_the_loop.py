"""A coordinator runs a referral from her inbox; time is handed in, everything else is real."""

from datetime import UTC, datetime, timedelta

from tests.journeys.inbox import (
    PERSON,
    SECRET,
    UNDO,
    address_of,
    ask,
    at_the_case,
    candidates,
    choose,
    offered,
    referral_mail,
    stage,
)
from tests.journeys.product import Product


async def test_she_chooses_the_clinician_says_yes_and_both_are_introduced(product: Product) -> None:
    reference = await ask(product)
    who, theirs, offer, address = await offered(product, reference)
    [asked] = product.to(address)[:1]
    assert "Sam" not in asked.text
    assert SECRET not in asked.text

    page = (await theirs.get(offer)).text
    answer = await theirs.post(f"{offer}/yes", page)
    assert answer.status_code == 200, answer.text
    assert len(product.to(PERSON)) == 1  # the acknowledgement; nothing has left yet
    await product.pass_time(UNDO)

    [_, introduction] = await product.until(lambda: product.to(PERSON), 2)
    assert await stage(product, reference) == "introduced"
    assert "someone else" in introduction.text.lower()
    assert len(product.to(address)) >= 3  # asked, the code, introduced
    rows = await product.rows("matching", f"SELECT taken, held FROM clinicians WHERE clinician_id = '{who}'")
    assert (rows[0]["taken"], rows[0]["held"]) == (1, 0)


async def test_what_is_undone_in_time_never_leaves(product: Product) -> None:
    reference = await ask(product)
    browser, case = await at_the_case(product, reference)
    who = (await candidates(product, reference))[0]
    await choose(browser, case, who)
    page = (await browser.get(case)).text
    assert "Undo" in page

    await browser.post(f"{case}/undo", page)
    await product.pass_time(UNDO * 3)

    assert await stage(product, reference) == "proposed"
    assert product.to(await address_of(product, who)) == []


async def test_a_clinicians_no_proposes_again_and_their_words_reach_nobody(product: Product) -> None:
    reference = await ask(product)
    who, theirs, offer, _ = await offered(product, reference)
    before = len([mail for mail in product.mails if reference in mail.subject])

    page = (await theirs.get(offer)).text
    await theirs.post(f"{offer}/no", page, why="no_capacity")
    await product.pass_time(UNDO)

    about = await product.until(
        lambda: [mail for mail in product.mails if reference in mail.subject], before + 1
    )
    assert who not in await candidates(product, reference)
    assert await stage(product, reference) == "proposed"
    assert any("said no" in mail.text for mail in about)
    assert len(product.to(PERSON)) == 1  # the person hears nothing of it


async def test_a_clinicians_silence_asks_the_coordinator_what_next(product: Product) -> None:
    reference = await ask(product)
    who, _, _, _ = await offered(product, reference)
    before = len([mail for mail in product.mails if reference in mail.subject])

    await product.pass_until(datetime(2026, 11, 26, 0, 5, tzinfo=UTC))  # Wednesday, five past four
    assert await stage(product, reference) == "offered"
    await product.pass_time(timedelta(minutes=6))  # 24 working hours since the offer left

    about = await product.until(
        lambda: [mail for mail in product.mails if reference in mail.subject], before + 1
    )
    assert await stage(product, reference) == "proposed"
    assert who in await candidates(product, reference)  # no penalty: they may be asked again
    assert any("did not answer" in mail.text for mail in about)


async def test_none_fits_keeps_the_note_sealed_and_looks_for_another_way(product: Product) -> None:
    reference = await ask(product)
    browser, case = await at_the_case(product, reference)
    note = "Prefers somebody who knows hospice work, ask on Friday."

    page = (await browser.get(f"{case}/none")).text
    answer = await browser.post(f"{case}/none", page, why="specialty", note=note)

    assert answer.status_code == 200, answer.text
    assert await stage(product, reference) == "none_fits"
    for service in ("matching", "notifications", "intake"):
        assert not _held_anywhere(product, service, note)
    read = await browser.post(f"{case}/read", (await browser.get(f"{case}/read")).text)
    assert note in read.text
    assert SECRET in read.text


async def test_the_person_may_ask_for_someone_else(product: Product) -> None:
    reference = await ask(product)
    who, theirs, offer, _ = await offered(product, reference)
    await theirs.post(f"{offer}/yes", (await theirs.get(offer)).text)
    await product.pass_time(UNDO)
    [_, introduction] = await product.until(lambda: product.to(PERSON), 2)
    link = introduction.link()
    own = await product.browser()

    first = await own.get(link)
    assert who not in first.text
    confirm = await own.post(f"{link}/else", first.text)
    await own.post(f"{link}/else/yes", confirm.text)
    await product.settle()

    assert await stage(product, reference) == "proposed"
    assert who not in await candidates(product, reference)


async def test_a_forwarded_link_shows_no_person_to_a_browser_that_proved_nothing(product: Product) -> None:
    reference = await ask(product)
    mail, _ = await referral_mail(product, reference)
    stranger = await product.browser()
    case = mail.link("/choose").removesuffix("/choose")

    for below in ("", "/read", "/choose", "/why", "/none", "/close"):
        page = await stranger.get(f"{case}{below}")
        assert page.status_code in (200, 401, 403), below
        assert "Sam" not in page.text
        assert SECRET not in page.text
    read = await stranger.post(f"{case}/read", "")
    assert SECRET not in read.text
    assert "Rivera" not in read.text


def _held_anywhere(product: Product, service: str, note: str) -> bool:
    """Whether any file of the service's database holds these words in the clear."""
    return any(note.encode() in file.read_bytes() for file in product.folder.glob(f"{service}.db*"))
