"""A request to try everything out."""

from datetime import datetime

from services.intake.domain.admission import AdmissionRules, admit
from services.intake.domain.decision import Refused
from services.intake.domain.practice_facts import PracticeFacts
from services.intake.domain.submission import Signals, Submission
from services.intake.handlers import Conflict, Desk, Post, Receipt, receive
from shared.database import Database
from shared.errors import Defect
from shared.ids import Ids


async def test_request(
    database: Database,
    submission: Submission,
    rules: AdmissionRules,
    desk: Desk,
    now: datetime,
    ids: Ids,
) -> Receipt | Refused:
    """A marked request through the same door as everybody's: its mails go to its own address alone."""
    facts = PracticeFacts.of(desk.practice)
    decision = admit(submission, Signals(test=True), rules, facts, now)
    async with database.transaction() as tx:
        outcome = await receive(tx, Post(decision), desk, now, ids)
    if isinstance(outcome, Conflict):
        raise Defect("a request without a key met another")
    return outcome
