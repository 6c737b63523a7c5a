"""One round: every check at the same time, each with a time limit, none in another's way."""

import asyncio
from collections.abc import Sequence
from typing import Any

from deploy.checks.finding import Check, Finding, Level, Round, wrong
from deploy.checks.threads import Unwaited
from shared.errors import PracticeError

LIMIT_SECONDS = 8.0


async def examined(checks: Sequence[Check], given: Round, limit: float = LIMIT_SECONDS) -> list[Finding]:
    """Every check's findings, in the order of the checks, after `limit` seconds at the latest.

    A check that breaks or takes longer tells so. What keeps several from looking is told once: the first
    says it, the others name the first, or the check that they need.
    """
    asyncio.get_running_loop().set_default_executor(Unwaited())
    tasks = [(check, asyncio.ensure_future(check.look(given))) for check in checks]
    await asyncio.wait([task for _, task in tasks], timeout=limit)
    found: list[Finding] = []
    told: dict[str, str] = {}  # what is wrong, and the check that said so first
    for check, task in tasks:
        kept = _kept_from_looking(task) if task.done() else f"it gave no answer within {limit:.0f} seconds"
        task.cancel()
        if kept is None:
            found += task.result()
            told = {each.what: each.check for each in task.result() if each.level is Level.PROBLEM} | told
            continue
        cause = (told.get(kept) if task.done() else None) or _in_the_way(check, found)
        if cause:
            found.append(_after(cause, check))
        else:
            found.append(wrong(check.name, kept, check.why, check.do))
            told |= {kept: check.name} if task.done() else {}
    return found


def _in_the_way(check: Check, found: Sequence[Finding]) -> str | None:
    """The check that says why this one cannot look."""
    bad = {each.check for each in found if each.level is Level.PROBLEM}
    return next((name for name in check.needs if name in bad), None)


def _kept_from_looking(task: "asyncio.Future[Any]") -> str | None:
    """Why it could not look, as a sentence; None when it has looked."""
    error = task.exception()
    match error:
        case None:
            return None
        case PracticeError():
            return str(error)
        case OSError() | TimeoutError():
            return f"it cannot be reached ({type(error).__name__})"
        case _:
            return f"the check itself broke ({type(error).__name__}): nothing is known of it"


def _after(first: str, check: Check) -> Finding:
    what = f"not looked at: what is wrong with {first} is in the way"
    do = f"put {first} right first, then run `practice doctor` again"
    return Finding(check.name, Level.WARNING, what, check.why, do, after=first)
