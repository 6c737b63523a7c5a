"""An operator's folder as tests make one, and what is wrong with it."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from deploy.setup.checking import findings
from deploy.setup.folder import Wishes
from deploy.setup.making import Outcome, init
from deploy.setup.writing import Owner

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHO = Owner(os.geteuid(), os.getegid())


def made(root: Path, wishes: Wishes | None = None, *, owner: Owner = WHO, now: datetime = NOW) -> Outcome:
    """What one `practice init` did, for whoever runs the tests; for trying out if nothing is asked for."""
    return init(root, Wishes(dev=True) if wishes is None else wishes, owner, now=now)


def wrong_with(root: Path, now: datetime = NOW) -> list[str]:
    """Each file that something is the matter with, and what."""
    return [f"{each.file}: {each.what}" for each in findings(root, now=now)]


def texts(root: Path) -> Mapping[str, str]:
    """Every file of the folder, by its name."""
    return {
        str(each.relative_to(root)): each.read_text("utf-8") for each in root.rglob("*") if each.is_file()
    }


def modes(root: Path) -> Mapping[str, int]:
    """The rights of everything in the folder, by its name."""
    return {str(each.relative_to(root)): each.stat().st_mode & 0o777 for each in root.rglob("*")}


def secrets_in(root: Path) -> set[str]:
    """Every secret of the folder by itself: a URL's password, a file's keys one by one."""
    files = [*(root / "secrets").iterdir(), *(root / "website").iterdir(), root / "backup/identity"]
    written = "\n".join(each.read_text("utf-8", "replace") for each in files if not each.suffix)
    found = {max(re.split(r"[:,@]", line), key=len).strip() for line in written.splitlines()}
    return {each for each in found if len(each) > 20}
