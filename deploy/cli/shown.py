"""A request with its person and their words, for somebody who said why they read it."""

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from deploy.cli.frame import local, print_table
from services.intake.domain.submission import ContactRules, SafeHours
from services.intake.operations import Shown
from shared.practice import Practice


def request_as_json(shown: Shown) -> dict[str, Any]:
    """Everything that `practice show --json` prints."""
    request, reach = shown.request, shown.reach
    return {
        "reference": request.reference,
        "request_id": request.id,
        "path": request.path,
        "status": request.status,
        "received_at": request.received_at,
        "name": reach.writer.name,
        "pronouns": reach.writer.pronouns,
        "email": reach.writer.email,
        "phone": reach.writer.phone,
        "contact": _rules(reach.permissions.rules),
        "unsafe_at_home": reach.permissions.unsafe_at_home,
        "silenced": reach.silenced,
        "client": reach.client
        and {"name": reach.client.name, "age": reach.client.age, "relation": reach.client.relation},
        "partners": [
            {"name": each.name, "email": each.email, "contact": _rules(each.contact)}
            for each in reach.partners
        ],
        "for": request.for_,
        "age": request.age,
        "unit": request.unit,
        "state": request.state,
        "time_zone": reach.time_zone,
        "language": reach.language,
        "safety_level": request.safety_level,
        "safety_rules": list(request.safety_rules),
        "flags": list(request.flags),
        "concerns": list(request.concerns),
        "suggested_concerns": list(request.suggested_concerns),
        "context": list(request.context),
        "test": request.test,
        "message": shown.words.message,
    }


def print_request(shown: Shown, practice: Practice) -> None:
    """The same for people: the words last, on their own."""
    said = request_as_json(shown)
    contact = said["contact"]
    allowed = [way for way in ("email", "text", "voicemail") if contact[f"{way}_ok"]]
    hours = contact["safe_hours"]
    asks = (said["for"], said["unit"], said["state"], said["age"] and f"age {said['age']}")
    rows = [
        ("Came", f"{local(said['received_at'], practice.zone)} ({practice.zone.key}), {said['status']}"),
        ("Name", f"{said['name']} ({said['pronouns']})" if said["pronouns"] else said["name"]),
        ("Reach by", f"{', '.join(allowed) or 'nothing'}{', discreetly' if contact['discreet'] else ''}"),
        ("E-mail", said["email"] or "not given"),
        ("Phone", said["phone"] or "not given"),
        ("Safe hours", f"{hours['from']} to {hours['to']} ({said['time_zone']})" if hours else "any"),
        ("Asks for", ", ".join(part for part in asks if part)),
        ("Concerns", ", ".join(practice.label(code, "en") for code in said["concerns"]) or "none named"),
        ("Our guess", ", ".join(practice.label(code, "en") for code in said["suggested_concerns"]) or "none"),
        ("Safety", " ".join((said["safety_level"], *said["flags"]))),
    ]
    if said["silenced"]:
        rows.insert(2, ("SILENCED", "asked for no contact at all"))
    if said["client"]:
        rows.append(("For", ", ".join(str(value) for value in said["client"].values() if value is not None)))
    rows += [("With", f"{each['name']} (not contacted by us)") for each in said["partners"]]
    print_table(said["reference"], ("", ""), rows)
    Console().print(Panel(Text(said["message"] or "They wrote nothing."), title="In their own words"))


def _rules(rules: ContactRules) -> dict[str, Any]:
    return {
        "email_ok": rules.email_ok,
        "text_ok": rules.text_ok,
        "voicemail_ok": rules.voicemail_ok,
        "discreet": rules.discreet,
        "safe_hours": _hours(rules.safe_hours),
    }


def _hours(hours: SafeHours | None) -> dict[str, str] | None:
    return {"from": f"{hours.from_:%H:%M}", "to": f"{hours.to:%H:%M}"} if hours else None
