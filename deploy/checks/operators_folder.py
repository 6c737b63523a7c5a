"""The folder that `practice init` made, where the doctor runs beside it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from deploy.checks.finding import Finding, Round, well, wrong
from deploy.setup.checking import findings

FOLDER = "PRACTICE_FOLDER"


async def folder(given: Round) -> Sequence[Finding]:
    """Nothing in it is lost, empty, open to others, at odds with another file, or about to end."""
    named = given.environ.get(FOLDER)
    return await asyncio.to_thread(_looked_into, Path(named), given.clock()) if named else []


def _looked_into(root: Path, now: datetime) -> Sequence[Finding]:
    if not root.is_dir():
        do = f"`practice init {root} --check`"
        return [well("folder", f"{root} is not mounted here: look at it where it is, with {do}")]
    found = findings(root, now=now)
    bad = [wrong("folder", f"{each.file}: {each.what}", each.why, each.do) for each in found]
    return bad or [well("folder", f"{root} is whole, and for its owner alone")]
