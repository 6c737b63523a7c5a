"""`rules/notices.yaml`: what people are told before they leave an address, each sentence with its version."""

from typing import Annotated

from pydantic import Field

from shared.practice.fields import FileModel, Translated
from shared.practice.packs import PackFile

Version = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]


class Notice(FileModel):
    """One sentence; another wording is another version."""

    version: Version
    text: Translated


class Notices(PackFile):
    """`email_warning`: that e-mail is not private, said where somebody chooses to be written to."""

    email_warning: Notice
