"""*I no longer need this*: a page that asks, the same of everybody, and one that says that it is closed."""

from fastapi.responses import HTMLResponse

from services.intake.domain.request import can_be_withdrawn
from services.intake.handlers import withdrawing
from services.intake.handlers.contact import Mailed
from services.intake.web.contact_view import EMPTY, page_of
from services.intake.web.front import Front
from services.intake.web.holder import Holder
from services.intake.web.view import FormState, problem_page
from shared.pages.knock import NOBODYS_LINK


def withdraw_page(front: Front, holder: Holder, form: FormState = EMPTY, status: int = 200) -> HTMLResponse:
    """Whether they no longer need this; where nothing could be taken back there is no such page."""
    if not can_be_withdrawn(holder.kept):
        return problem_page(NOBODYS_LINK, holder.language, front)
    return page_of(front, holder, "contact_withdraw.html", status, form=form, below="/withdraw")


async def withdraw(front: Front, holder: Holder, mailed: Mailed) -> HTMLResponse:
    """The request they were written to about is closed; a call that is booked is cancelled."""
    async with front.database.transaction() as tx:
        done = await withdrawing.withdraw(tx, mailed, holder.at)
    if not done:
        return problem_page(NOBODYS_LINK, holder.language, front)
    return page_of(front, holder, "contact_withdrawn.html", 200)
