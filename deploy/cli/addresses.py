"""An address as somebody types it at the command, read as the doors read it."""

from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from deploy.cli.frame import wrong_usage
from services.intake.web.fields import Email as EmailField
from services.intake.web.fields import MaybePhone

EMAIL: TypeAdapter[str] = TypeAdapter(EmailField)
PHONE: TypeAdapter[str | None] = TypeAdapter(MaybePhone)

Email = Annotated[str | None, typer.Option("--email", help="Their e-mail address.", show_default=False)]
Phone = Annotated[str | None, typer.Option("--phone", help="Or their phone number.", show_default=False)]


def address_of(email: str | None, phone: str | None) -> tuple[str, str]:
    """Which of the two was named, `email` or `phone`, and the address as it is kept; else wrong usage."""
    if (email is None) == (phone is None):
        wrong_usage("name one address: --email sam@example.org, or --phone +13235550100")
    if email is not None:
        return "email", _read(EMAIL, email, "--email is no e-mail address; write it as sam@example.org")
    return "phone", _read(PHONE, phone or "", "--phone is no phone number; write it as +13235550100")


def _read(field: TypeAdapter[str] | TypeAdapter[str | None], typed: str, otherwise: str) -> str:
    try:
        address = field.validate_python(typed.strip())
    except ValidationError:
        wrong_usage(otherwise)
    return address or wrong_usage(otherwise)
