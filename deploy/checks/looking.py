"""One round: every check at the same time, each with a time limit, none in another's way."""

import asyncio
from collections.abc import Sequence
from typing import Any

from deploy.checks.finding import Check, Finding, Level, Round, doubtful, wrong
from deploy.checks.threads import Unwaited
from shared.errors import PracticeError

LIMIT_SECONDS = 8.0


async def examined(checks: Sequence[Check], given: Round, limit: float = LIMIT_SECONDS) -> list[Finding]:
    """Every check's findings, in the order of the checks, after `limit` seconds at the latest.

    A check that breaks or takes longer tells so. What keeps several from looking is told once: the first
    says it, the others name the first.
    """
    asyncio.get_running_loop().set_default_executor(Unwaited())
    tasks = [(check, asyncio.ensure_future(check.look(given))) for check in checks]
    await asyncio.wait([task for _, task in tasks], timeout=limit)
    found: list[Finding] = []
    told: dict[str, str] = {}
    for check, task in tasks:
        kept = _kept_from_looking(task, limit)
        if kept is None:
            found += task.result()
            told = {each.what: each.check for each in task.result() if each.level is Level.PROBLEM} | told
        elif kept in told:
            found.append(_after(told[kept], check))
        else:
            found.append(wrong(check.name, kept, check.why, check.do))
            told[kept] = check.name
    return found


def _kept_from_looking(task: "asyncio.Task[Any] | asyncio.Future[Any]", limit: float) -> str | None:
    """Why it could not look, as a sentence; None when it has looked. One that still looks is ended."""
    if not task.done():
        task.cancel()
        return f"it gave no answer within {limit:.0f} seconds"
    error = None if task.cancelled() else task.exception()
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
    return doubtful(check.name, what, check.why, f"put {first} right first, then run `practice doctor` again")
