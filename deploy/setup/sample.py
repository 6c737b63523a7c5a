"""The sample practice, as the operator gets it to change."""

import re
from pathlib import Path

from deploy.local.places import REPOSITORY
from deploy.setup.folder import Asked
from shared.errors import Misconfigured
from shared.practice import load_practice

SAMPLES = REPOSITORY / "deploy" / "practice"
ORIGINS = re.compile(r"^origins: .*$", re.MULTILINE)


def sample_file(asked: Asked, name: str) -> str:
    """One file of the sample; in practice.yaml, the practice's own address may post."""
    text = (SAMPLES / asked.sample / name).read_text(encoding="utf-8")
    if name != "practice.yaml":
        return text
    return ORIGINS.sub(f"origins: [{asked.url}] # add your website's, such as https://www.example.org", text)


def sender_and_owner(directory: Path) -> tuple[str, str]:
    """From where the practice's mails come, and where its owner reads them.

    Raises Misconfigured when practice.yaml is wrong.
    """
    practice = load_practice(directory)
    owner = practice.coordinator(practice.owner)
    if owner is None:
        raise Misconfigured("practice.yaml names an owner who is no coordinator")
    return practice.from_, owner.email
