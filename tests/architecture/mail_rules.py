"""Every path to the mail server goes through contact safety, by what each step cannot be made without.

A mail leaves as an `Envelope`. The press alone makes one, and needs a `Send` for it; `decide` alone says
`Send`; the delivery loop alone hands envelopes to the mailer, and the mailer alone speaks SMTP. The test mail
that an operator asks for is the one exception, and it can be about nobody (ADR 46).
"""

import ast
from collections.abc import Iterator

from tests.architecture.house_rules import (
    Breach,
    File,
    Function,
    Rule,
    _dotted,
    _functions,
    _last_name,
    _meanings,
    imported,
)

NOTIFICATIONS = "services.notifications"
DECIDE = "services/notifications/domain/decide.py"
PRESS = "services/notifications/press/printing.py"
LOOP = "services/notifications/delivery.py"
TRIAL = "services/notifications/press/trial.py"
SMTP = "services/notifications/smtp"
KNOWS_NOBODY = (
    "services.notifications.letter",
    "services.notifications.rendering",
    "services.notifications.settings",
    "services.notifications.smtp",
    "shared.markdown",
    "shared.practice",
)
SECOND_WAY = "services/intake/delivery.py"  # of alerts, to coordinators alone (ADR 57)
SPEAKS_SMTP = {"aiosmtplib", "smtplib"}


def only_contact_safety_says_send(file: File) -> Iterator[Breach]:
    if not file.within(DECIDE, "tests"):
        yield from _made(file, "Send", "decides by itself that a mail may go")


def only_the_press_makes_an_envelope_and_for_what_may_go(file: File) -> Iterator[Breach]:
    """In the press, within a function that is handed the decision."""
    if file.within("tests", TRIAL):
        return
    allowed = [one for one in _functions(file) if _is_handed_a_send(one)] if file.within(PRESS) else []
    spared = {line for one in allowed for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
    yield from _made(file, "Envelope", "makes an envelope without a decision", spared)


def only_the_delivery_loop_sends(file: File) -> Iterator[Breach]:
    """And it prints nothing in a function that has not decided."""
    if file.within("tests"):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and _is_sent_by_a_mailer(node) and not file.within(LOOP, SMTP, TRIAL):
            yield Breach(file.path, node.lineno, "hands something to the mailer beside the delivery loop")
    for function in _functions(file) if file.within(LOOP) else ():
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        decides = any(_last_name(one.func) == "decide" for one in calls)
        for node in calls:
            if _calls(node, "print") and not decides:
                yield Breach(file.path, node.lineno, f"{function.name}: prints what was not decided")


def a_test_mail_is_about_nobody(file: File) -> Iterator[Breach]:
    """It reads no database, asks nobody, and takes nothing that knows of a person or a request."""
    for name, line in imported(file) if file.within(TRIAL) else ():
        if not name.startswith(KNOWS_NOBODY) and name.startswith(("services.", "shared.")):
            yield Breach(file.path, line, f"imports {name}")


def only_the_mailer_speaks_smtp(file: File) -> Iterator[Breach]:
    if file.within(SMTP, SECOND_WAY, "tests"):
        return
    for name, line in imported(file):
        if name.split(".")[0] in SPEAKS_SMTP:
            yield Breach(file.path, line, f"imports {name}")


MAIL_RULES: tuple[Rule, ...] = (
    only_contact_safety_says_send,
    only_the_press_makes_an_envelope_and_for_what_may_go,
    only_the_delivery_loop_sends,
    a_test_mail_is_about_nobody,
    only_the_mailer_speaks_smtp,
)


def _made(file: File, what: str, breach: str, spared: set[int] | None = None) -> Iterator[Breach]:
    """Every place that makes one of these types of notifications, under whatever name it was imported."""
    tree = file.tree
    meaning = _meanings(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or node.lineno in (spared or ()):
            continue
        name = _dotted(node.func, meaning)
        if name.startswith(NOTIFICATIONS) and name.split(".")[-1] == what:
            yield Breach(file.path, node.lineno, breach)


def _is_handed_a_send(function: Function) -> bool:
    given = (*function.args.args, *function.args.kwonlyargs)
    return any(one.annotation is not None and _last_name(one.annotation) == "Send" for one in given)


def _calls(node: ast.Call, method: str) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == method


def _is_sent_by_a_mailer(node: ast.Call) -> bool:
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "send":
        return False
    return _last_name(node.func.value).lower().endswith("mailer")
