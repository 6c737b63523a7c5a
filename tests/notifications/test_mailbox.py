"""A mailbox that is looked into: what came back is taken back, and what a person wrote stays theirs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifications import storage
from services.notifications.delivery import Postman
from services.notifications.returned import Returns
from services.notifications.returns.opening import MOST_BYTES
from shared.database import Database
from tests.logs import captured
from tests.notifications.builders import NOW
from tests.notifications.imap_servers import Way, standing
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.postbox import DONE, UNTOUCHED, Postbox, many_gone, taken
from tests.notifications.returned_mails import Original, complaint, letter, postfix, vacation
from tests.notifications.returning import Send, barriers, state_of
from tests.notifications.watching import announced, dana, send_all_due, states

pytestmark = pytest.mark.dovecot

KEYWORD = frozenset({"PracticeRead"})


async def test_a_mail_that_did_not_arrive_bars_the_person_and_the_desk_is_told(
    postbox: Postbox, sent: Send, postman: Postman, server: MailServerDouble, database: Database
) -> None:
    postbox.bring(postfix(await sent()))

    await postbox.look()

    assert await state_of(database, "acknowledgement") == ("failed", "bounced")
    assert await barriers(database) == {"bounced"}
    await send_all_due(postman)
    assert server.recipients[-1] == dana()
    assert "does not reach" in str(server.taken[-1].message["Subject"])
    assert postbox.flags == [DONE]


async def test_who_calls_our_mail_unwanted_gets_no_more_of_it(
    postbox: Postbox, sent: Send, database: Database
) -> None:
    postbox.bring(complaint(await sent("readiness_practice")))

    await postbox.look()

    assert await barriers(database) == {"complained"}
    assert postbox.flags == [DONE]


async def test_an_automatic_answer_changes_nothing_and_stays_unread(
    postbox: Postbox, sent: Send, database: Database
) -> None:
    postbox.bring(vacation((await sent()).envelope))
    before = await states(database)

    await postbox.look()

    assert await states(database) == before
    assert postbox.flags == [KEYWORD]


async def test_what_a_person_wrote_stays_unread_and_untouched_and_is_looked_at_once(
    postbox: Postbox, sent: Send, database: Database
) -> None:
    mail = await sent()
    postbox.bring(letter(mail.envelope), letter(mail.envelope, Auto_Submitted="no"))
    before, left = await states(database), taken("from_a_person", "left")

    await postbox.look()
    await postbox.look()

    assert postbox.flags == [UNTOUCHED, UNTOUCHED]
    assert taken("from_a_person", "left") == left + 2
    assert await states(database) == before


async def test_a_report_that_proves_nothing_is_left_for_somebody(postbox: Postbox, sent: Send) -> None:
    mail = await sent()
    postbox.bring(postfix(Original("dana@frontdesk.example.org", message_id=mail.message_id)))

    await postbox.look()

    assert postbox.flags == [UNTOUCHED]


async def test_what_somebody_has_marked_as_deleted_there_stays_until_they_let_it_go(
    postbox: Postbox, sent: Send
) -> None:
    mail = await sent()
    postbox.bring(letter(mail.envelope), postfix(mail))
    with postbox.dovecot.program(postbox.user) as program:
        program.store("1", "+FLAGS", r"(\Deleted)")

    await postbox.look()

    assert postbox.flags == [frozenset({r"\Deleted"}), DONE]


async def test_mails_are_taken_in_the_order_in_which_they_came(
    postbox: Postbox, sent: Send, database: Database
) -> None:
    mail = await sent()
    postbox.bring(postfix(mail, "4.4.1", "delayed"), postfix(mail), postfix(mail, "4.2.2", "delayed"))

    with captured() as lines:
        await postbox.look()

    told = [one["state"] for one in lines if one["event"] == "mail.returned"]
    assert told == ["noted", "acted", "repeated"]


async def test_a_mailbox_that_was_moved_is_read_anew_and_nothing_follows_twice(
    postbox: Postbox, sent: Send, database: Database
) -> None:
    """Its server numbers the mails anew, under another validity."""
    mail = await sent()
    postbox.folder = "Returned"
    postbox.bring(letter(mail.envelope), postfix(mail))
    await postbox.look()
    before = await states(database), await announced(database), await postbox.progress()
    with postbox.dovecot.program(postbox.user) as program:
        program.delete("Returned")
    postbox.bring(postfix(mail), letter(mail.envelope), complaint(mail))

    repeated = taken("undelivered", "repeated")
    await postbox.look()

    assert taken("undelivered", "repeated") == repeated + 1
    assert (await states(database), await announced(database)) == before[:2]
    assert await barriers(database) == {"bounced", "complained"}
    progress = await postbox.progress()
    assert progress is not None
    assert before[2] is not None
    assert progress.validity != before[2].validity
    assert progress.last_uid == 3
    assert postbox.flags == [DONE, UNTOUCHED, DONE]


async def test_numbers_that_begin_again_under_the_same_validity_are_another_mailbox(
    postbox: Postbox, sent: Send, database: Database
) -> None:
    postbox.bring(letter("care@example.org"), letter("care@example.org"))
    await postbox.look()
    progress = await postbox.progress()
    assert progress is not None
    async with database.transaction() as tx:
        further = replace(progress, last_uid=900)
        await storage.save_progress(tx, postbox.server().key, further, more_waits=False)
    postbox.bring(postfix(await sent()))

    await postbox.look()

    assert await barriers(database) == {"bounced"}


async def test_five_hundred_mails_are_worked_off_a_bounded_number_at_a_time(
    postbox: Postbox, returns: Returns, database: Database
) -> None:
    mails = await many_gone(database, 40)
    bounces = [postfix(one) for one in mails]
    letters = [letter(mails[0].envelope)] * 460
    mixed = [*letters[:230], *bounces[:20], *letters[230:], *bounces[20:]]
    postbox.bring(*mixed)
    woken, looks = database.signal("mailbox"), []

    async with standing(Way(postbox.dovecot.plain)) as way:
        while not looks or woken.is_set():
            woken.clear()
            before = way.asked_for(b"UID FETCH")
            await postbox.look(way.to(postbox.server("imap")))
            looks.append(way.asked_for(b"UID FETCH") - before)

    assert looks == [50] * 10
    assert await postbox.noted() == 40
    assert [one.flags == DONE for one in postbox.kept()] == [one in bounces for one in mixed]


async def test_of_a_huge_mail_no_more_is_fetched_than_is_ever_read(
    postbox: Postbox, sent: Send, database: Database
) -> None:
    huge = postfix(await sent()) + b"a line of what was returned, and many more of them\n" * 200_000
    postbox.bring(huge, letter("care@example.org", "Thank you. " * 900_000))

    async with standing(Way(postbox.dovecot.plain)) as way:
        await postbox.look(way.to(postbox.server("imap")))

    assert await barriers(database) == {"bounced"}
    assert postbox.flags == [DONE, UNTOUCHED]
    assert MOST_BYTES < way.from_server < 2 * MOST_BYTES + 10_000


async def test_what_came_before_any_mail_that_is_known_is_not_even_fetched(
    postbox: Postbox, sent: Send, database: Database
) -> None:
    mail = await sent()
    postbox.bring(letter(mail.envelope), at=NOW - timedelta(days=400))
    postbox.bring(postfix(mail))

    async with standing(Way(postbox.dovecot.plain)) as way:
        await postbox.look(way.to(postbox.server("imap")))

    assert way.asked_for(b"UID FETCH") == 1
    assert await barriers(database) == {"bounced"}


@pytest.mark.parametrize("scheme", ["imap", "imaps", "imap+starttls"])
async def test_every_safe_way_leads_to_the_mailbox(
    postbox: Postbox, sent: Send, database: Database, scheme: str
) -> None:
    postbox.folder = "Zurück & más"
    while postbox.user.isascii():
        postbox.user = postbox.dovecot.another()
    with postbox.dovecot.program(postbox.user) as program:
        program.create('"Zur&APw-ck &- m&AOE-s"')
        program.append('"Zur&APw-ck &- m&AOE-s"', "", NOW, postfix(await sent()).replace(b"\n", b"\r\n"))

    await postbox.look(postbox.server(scheme))

    assert await barriers(database) == {"bounced"}


async def test_nothing_that_is_read_there_is_logged(postbox: Postbox, sent: Send) -> None:
    mail = await sent()
    postbox.bring(postfix(mail), letter(mail.envelope), vacation(mail.envelope), complaint(mail), b"\xff\x00")

    with captured() as lines:
        await postbox.look()

    said = repr(lines)
    assert said.count("mail.returned") == 5
    words = ("sam@example.org", "Thank", "Undelivered", "Fuera", "rejected", mail.envelope, postbox.user)
    assert [one for one in words if one in said] == []
