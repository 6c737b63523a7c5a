"""A request with its person and their words, for somebody who said why they read it."""

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from deploy.cli.frame import local, print_table
from services.intake.domain.announcing import preferences_of
from services.intake.domain.contact import Words
from services.intake.domain.submission import ContactRules, Partner, SafeHours
from services.intake.operations import Shown
from shared.contracts.intake import Consultation
from shared.practice import Practice
from shared.practice.practice import Kind

FOR_WHOM = {
    "self": "themselves",
    "child": "their child",
    "couple": "a couple",
    "family": "a family",
    "other": "somebody else",
}
CALLS = {
    "booked": "A call is booked",
    "attended": "They spoke",
    "missed": "They were not reached at the time of the call",
    "cancelled": "The call was cancelled",
}


def request_as_json(shown: Shown, call: Consultation | None) -> dict[str, Any]:
    """Everything that `practice show --json` prints."""
    request, reach = shown.request, shown.reach
    return {
        "reference": request.reference,
        "request_id": request.id,
        "path": request.path,
        "status": request.status,
        "received_at": request.received_at,
        "ready_since": request.ready_since,
        "reopened_at": request.reopened_at,
        "name": reach.writer.name,
        "pronouns": reach.writer.pronouns,
        "email": reach.writer.email,
        "phone": reach.writer.phone,
        "contact": _rules(reach.permissions.rules),
        "unsafe_at_home": reach.permissions.unsafe_at_home,
        "silenced": reach.silenced,
        "client": reach.client
        and {"name": reach.client.name, "age": reach.client.age, "relation": reach.client.relation},
        "partners": [_partner(each) for each in reach.partners],
        "for": request.for_,
        "age": request.age,
        "unit": request.unit,
        "state": request.state,
        "time_zone": reach.time_zone,
        "language": reach.language,
        "preferences": preferences_of(request.preferences).model_dump(mode="json"),
        "safety_level": request.safety_level,
        "safety_rules": list(request.safety_rules),
        "flags": list(request.flags),
        "concerns": list(request.concerns),
        "suggested_concerns": list(request.suggested_concerns),
        "context": list(request.context),
        "topic": request.topic,
        "role": request.role,
        "test": request.test,
        "call": call.model_dump() if call else None,
        **_written(shown.words),
    }


def print_request(shown: Shown, call: Consultation | None, practice: Practice) -> None:
    """The same for people: the words last, on their own."""
    said = request_as_json(shown, call)
    contact = said["contact"]
    allowed = [way for way in ("email", "text", "voicemail") if contact[f"{way}_ok"]]
    hours = contact["safe_hours"]
    rows = [
        ("Came", f"{local(said['received_at'], practice.zone)} ({practice.zone.key}), {said['status']}"),
        ("Name", f"{said['name']} ({said['pronouns']})" if said["pronouns"] else said["name"]),
        ("Reach by", f"{', '.join(allowed) or 'nothing'}{', discreetly' if contact['discreet'] else ''}"),
        ("E-mail", said["email"] or "not given"),
        ("Phone", said["phone"] or "not given"),
        ("Safe hours", f"{hours['from']} to {hours['to']} ({said['time_zone']})" if hours else "any"),
        ("Language", practice.label(said["language"], "en", "language")),
        ("State", practice.label(said["state"], "en", "state") if said["state"] else "not given"),
        *(_colleague(said) if said["path"] == "professional" else _concerns(said, practice)),
        *(_wishes(said["preferences"], practice) if said["path"] == "consultation" else []),
        ("Privacy notice", said["privacy_notice"] or "no version given"),
    ]
    if call is not None:
        rows.insert(1, ("Call", call_in_words(call, practice)))
    rows[1:1] = _ready(said, practice)
    if said["silenced"]:
        rows.insert(2, ("SILENCED", "asked for no contact at all"))
    print_table(said["reference"], ("", ""), rows)
    Console().print(Panel(Text(said["message"] or "They wrote nothing."), title="In their own words"))
    for added in said["later"]:
        when = f"{added['by']}, {local(added['at'], practice.zone)}"
        Console().print(Panel(Text(added["message"]), title=Text(f"Added when they were ready: {when}")))
    for note in said["notes"]:
        when = f"{note['by']}, {local(note['at'], practice.zone)}"
        Console().print(Panel(Text(note["text"]), title=Text(f"Inside note: {when}")))


def call_in_words(call: Consultation, practice: Practice) -> str:
    """How the call stands, in a sentence, by the practice's clock."""
    coordinator = practice.coordinator(call.coordinator_id)
    name = coordinator.name if coordinator else call.coordinator_id
    said = f"{CALLS[call.status]}: {local(call.starts_at, practice.zone)} ({practice.zone.key}), with {name}"
    spoken = ", ".join(practice.label(each, "en", "language") for each in call.interpreter)
    where = practice.label(call.state, "en", "state") if call.state else ""
    return (
        said
        + (f"; interpreter: {spoken}" if spoken else "")
        + (f"; they will be in {where}" if where else "")
    )


def _written(words: Words) -> dict[str, Any]:
    return {
        "privacy_notice": words.privacy_notice,
        "message": words.message,
        "later": [{"at": each.at, "by": each.by, "message": each.text} for each in words.later],
        "notes": [{"at": each.at, "by": each.by, "text": each.text} for each in words.notes],
    }


def _ready(said: dict[str, Any], practice: Practice) -> list[tuple[str, str]]:
    """Where somebody stands who wanted to read first."""
    rows = []
    if said["ready_since"]:
        rows.append(
            ("Ready", f"since {local(said['ready_since'], practice.zone)}; not yet told what is still true")
        )
    if said["reopened_at"]:
        rows.append(("Reopened", f"{local(said['reopened_at'], practice.zone)}; they wanted to read first"))
    return rows


def _colleague(said: dict[str, Any]) -> list[tuple[str, str]]:
    """What a therapist or a practice's owner asked for."""
    role = said["role"] or "not given"
    return [("Asks for", said["topic"].replace("_", " ")), ("Role", role.replace("_", " "))]


def _concerns(said: dict[str, Any], practice: Practice) -> list[tuple[str, str]]:
    """For whom somebody wrote, and what about."""
    return [
        ("For whom", FOR_WHOM.get(said["for"], said["for"])),
        *([("Client", _client(said["client"]))] if said["client"] else []),
        *[("With", f"{each['name']} (not contacted by us)") for each in said["partners"]],
        ("Age", "not given" if said["age"] is None else str(said["age"])),
        ("Unit", practice.label(said["unit"], "en", "unit")),
        ("Concerns", ", ".join(practice.label(code, "en") for code in said["concerns"]) or "none named"),
        ("Our guess", ", ".join(practice.label(code, "en") for code in said["suggested_concerns"]) or "none"),
        ("Safety", " ".join((said["safety_level"], *said["flags"]))),
    ]


def _client(client: dict[str, Any]) -> str:
    age = None if client["age"] is None else f"age {client['age']}"
    return ", ".join(each for each in (client["name"], age, client["relation"]) if each) or "not described"


def _wishes(wishes: dict[str, Any], practice: Practice) -> list[tuple[str, str]]:
    """What the person would like, each in the practice's words."""

    def named(codes: list[str], kind: Kind) -> str:
        return ", ".join(practice.label(code, "en", kind) for code in codes) or "no wish"

    required = "required" if wishes["language_required"] else "not required"
    fee = wishes["fee_max"]
    return [
        ("Format", named([wishes["format"]] if wishes["format"] else [], "format")),
        ("Sites", named(wishes["sites"], "site")),
        ("Times", named(wishes["times"], "time")),
        ("Languages", f"{named(wishes['languages'], 'language')} ({required})"),
        ("Fee", "no limit given" if fee is None else f"up to ${fee} a session"),
        ("Modalities", named(wishes["modalities"], "modality")),
        ("Clinician", named(wishes["clinician"], "identity")),
    ]


def _partner(partner: Partner) -> dict[str, Any]:
    return {"name": partner.name, "email": partner.email, "contact": _rules(partner.contact)}


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
