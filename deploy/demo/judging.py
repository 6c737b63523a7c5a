"""Whether everything that was expected of a request has come, and nothing else."""

from collections.abc import Iterator, Sequence

from deploy.demo.following import Followed, SeenMail
from deploy.demo.samples import ExpectedMail


def shortcomings(followed: Followed) -> tuple[str, ...]:
    """What is missing or too much, a sentence each; none when all is as expected."""
    return (*_of_the_decision(followed), *_of_the_mails(followed))


def _of_the_decision(followed: Followed) -> Iterator[str]:
    expect, decision = followed.posted.sample.expect, followed.decision
    if decision is None:
        yield "nothing was decided"
        return
    if decision["outcome"] != expect.outcome:
        yield f"the outcome is {decision['outcome']}, not {expect.outcome}"
    if expect.why is not None and expect.why not in str(decision["why"]).split():
        yield f"the reason is {decision['why']}, not {expect.why}"
    candidates = [each["clinician_id"] for each in decision.get("candidates", ())]
    if len(candidates) < expect.at_least:
        yield f"{len(candidates)} clinicians were proposed, not {expect.at_least} or more"
    for clinician in expect.proposes:
        if clinician not in candidates:
            yield f"{clinician} was not proposed"


def _of_the_mails(followed: Followed) -> Iterator[str]:
    unexpected = list(followed.mails)
    for expected in followed.posted.sample.expect.mails:
        what = f"{expected.template} to the {expected.to}"
        found = [mail for mail in unexpected if (mail.template, mail.to) == (expected.template, expected.to)]
        unexpected = [mail for mail in unexpected if mail not in found]
        if expected.planned:
            yield from _not_planned(what, found, expected.planned)
        elif len(found) != 1:
            yield f"{len(found)} times {what}, not once"
        elif not _settled_as(found[0], expected):
            mail = found[0]
            yield f"{what} is {mail.state} ({mail.why or 'no reason'}), {len(mail.arrived)} arrived"
    for mail in unexpected:
        yield f"{mail.template} to the {mail.to} was not expected"


def _not_planned(what: str, found: Sequence[SeenMail], times: int) -> Iterator[str]:
    """What waits for its day has not left, and knows its day."""
    if len(found) != times:
        yield f"{len(found)} times {what}, not {times}"
    for mail in found:
        if (mail.state, bool(mail.due_at), mail.arrived) != ("planned", True, ()):
            yield f"{what} is {mail.state}, {len(mail.arrived)} arrived, and waits for no day"


def _settled_as(mail: SeenMail, expected: ExpectedMail) -> bool:
    if expected.not_sent is not None:
        return (mail.state, mail.why) == ("not_sent", expected.not_sent) and not mail.arrived
    if mail.state == "held":
        return expected.or_held is not None and mail.why == expected.or_held and not mail.arrived
    return mail.state == "sent" and [each.invite for each in mail.arrived] == [expected.invite]
