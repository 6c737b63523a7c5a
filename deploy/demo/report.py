"""The demonstration's result: a table for the practice's owner, and `summary.json` for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.deciding import OUTCOMES, reasons
from deploy.demo.following import Arrived, Followed, SeenMail
from deploy.demo.judging import shortcomings
from services.matching.domain import wording
from shared.practice import Practice

ROLES = {"coordinator": "coordinator", "on_call": "on call"}
WAITS = {"held", "planned"}
TELLING = {"specialty", "suggested", "preference", "modality", "times", "site", "fee"}


def summary(followed: Sequence[Followed], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """One entry a request; `names` are the clinicians' by id."""
    return [_entry(each, names) for each in followed]


def print_report(
    console: Console, followed: Sequence[Followed], practice: Practice, names: Mapping[str, str]
) -> None:
    """Who was proposed and why, and which mails went to whom and when."""
    table = Table(title="What became of every request", title_justify="left", show_lines=True)
    table.add_column("Somebody writes", overflow="fold", ratio=3)
    table.add_column("What came of it, and why", overflow="fold", ratio=7)
    table.add_column("Which mail went to whom", overflow="fold", ratio=5)
    for each in followed:
        title = f"[bold]{escape(each.posted.sample.title)}[/bold]\n{each.posted.reference}"
        mails = "\n".join(escape(_mail_line(mail, each, practice)) for mail in each.mails)
        came = _decision_lines(each, practice, names) + _call_line(each, practice)
        table.add_row(title, escape(came) + _problems(each), mails)
    console.print(table)


def print_beside(console: Console, beside: Sequence[Arrived]) -> None:
    """Mails about no request of these, a line each."""
    for mail in beside:
        console.print(f"Beside these: “{mail.subject}” → {', '.join(mail.to)}", markup=False, highlight=False)


def _problems(followed: Followed) -> str:
    wrong = (f"not as expected: {problem}" for problem in shortcomings(followed))
    return "".join(f"\n[bold red]{escape(line)}[/bold red]" for line in wrong)


def _decision_lines(followed: Followed, practice: Practice, names: Mapping[str, str]) -> str:
    decision = followed.decision
    if decision is None:
        return "nothing was decided"
    lines = [OUTCOMES[decision["outcome"]].capitalize() + "."]
    if decision["why"]:
        lines.append(wording.hold(decision["why"]).capitalize() + ".")
    for candidate in decision.get("candidates", ()):
        name = names.get(candidate["clinician_id"], candidate["clinician_id"])
        lines.append(f"• {name} ({candidate['score']:.2f}): {_reasons(candidate, practice)}")
    excluded = {each["clinician_id"]: each["codes"] for each in decision.get("excluded", ())}
    for clinician in decision.get("nearest", ()):
        gaps = "; ".join(map(wording.gap, excluded.get(clinician, ())))
        lines.append(f"• nearest: {names.get(clinician, clinician)}, who {gaps}")
    lines += [f"• {book['code'].replace('_', ' ')}" for book in decision.get("items", ())]
    return "\n".join(lines)


def _call_line(followed: Followed, practice: Practice) -> str:
    if followed.booked is None:
        return ""
    return f"\nThey booked the call: {followed.booked.astimezone(practice.zone):%a %b %d, %H:%M}."


def _reasons(candidate: Mapping[str, Any], practice: Practice) -> str:
    """The reasons that tell this clinician from another; the summary has them all."""
    telling = [code for code in candidate["reasons"] if code.partition(":")[0] in TELLING]
    return reasons({"reasons": telling}, practice)


def _mail_line(mail: SeenMail, followed: Followed, practice: Practice) -> str:
    what = f"{mail.template.replace('_', ' ')} → {_whom(mail, followed, practice)}"
    why = str(mail.why).replace("_", " ")
    if mail.arrived:
        brings = ", with an entry for the calendar" if mail.arrived[0].invite else ""
        return f"{what}, {_seconds(mail.arrived[0], followed):.1f} s{brings}"
    if mail.state in WAITS and mail.due_at:
        until = datetime.fromisoformat(mail.due_at).astimezone(practice.zone)
        because = f" ({why})" if mail.why else ""
        return f"{what}: waits until {until:%a %b %d, %H:%M}{because}"
    return f"{what}: {mail.state.replace('_', ' ')} ({why})"


def _whom(mail: SeenMail, followed: Followed, practice: Practice) -> str:
    if mail.to == "client":
        return str(followed.posted.sample.body["name"])
    coordinator = practice.coordinator(mail.recipient_id)
    return f"{coordinator.name if coordinator else mail.recipient_id} ({ROLES.get(mail.to, mail.to)})"


def _entry(followed: Followed, names: Mapping[str, str]) -> dict[str, Any]:
    decision: Mapping[str, Any] = followed.decision or {}
    wrong = shortcomings(followed)
    return {
        "title": followed.posted.sample.title,
        "path": followed.posted.sample.path,
        "reference": followed.posted.reference,
        "outcome": decision.get("outcome"),
        "why": decision.get("why"),
        "candidates": [
            {**each, "name": names.get(each["clinician_id"])} for each in decision.get("candidates", ())
        ],
        "nearest": list(decision.get("nearest", ())),
        "reading": [book["code"] for book in decision.get("items", ())],
        "mails": [_mail_entry(mail, followed) for mail in followed.mails],
        "call_at": followed.booked.isoformat() if followed.booked else None,
        "as_expected": not wrong,
        "problems": list(wrong),
    }


def _mail_entry(mail: SeenMail, followed: Followed) -> dict[str, Any]:
    first = mail.arrived[0] if mail.arrived else None
    return {
        "recipient_role": mail.to,
        "template": mail.template,
        "state": mail.state,
        "why": mail.why,
        "held_until": mail.due_at if mail.state == "held" else None,
        "planned_for": mail.due_at if mail.state == "planned" else None,
        "invite": first.invite if first else None,
        "seconds_after_202": round(_seconds(first, followed), 3) if first else None,
        "subject": first.subject if first else None,
        "files": [each.file for each in mail.arrived],
    }


def _seconds(arrived: Arrived, followed: Followed) -> float:
    """From the 202 to the mail's arrival; a mail may overtake the answer by a hair."""
    return max(0.0, (arrived.at - followed.posted.answered_at).total_seconds())
