"""`practice affected`: how many people a breach touches, by state, and whom the law wants told by when."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from deploy.cli.frame import AsJson, DataDir, environment, print_json, print_table, run, say, wrong_usage
from deploy.house import config_dir, opened, practice_of
from services.intake import operations
from shared.clock import utc_now
from shared.practice import BreachDuty, breach_duties, load_rules

app = typer.Typer()

UNKNOWN = "unknown"


@app.command()
def affected(
    *,
    since: Annotated[str, typer.Option("--since", help="The first day, such as 2026-11-20.", metavar="DAY")],
    until: Annotated[
        str | None, typer.Option("--until", help="The last day; today unless named.", metavar="DAY")
    ] = None,
    discovered: Annotated[
        str | None, typer.Option("--discovered", help="When it was found out; today unless named.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Count the people whose data were held or touched in that time, by state; no names.

    By the practice's own days. Whom to tell by when is as rules/breach.yaml says, for all who were held.
    """
    environ = environment(data_dir)
    zone = practice_of(environ).zone
    today = utc_now().astimezone(zone).date()
    first, last = _day(since), _day(until) if until else today
    if last < first:
        wrong_usage("--until is before --since")
    begins = datetime.combine(first, datetime.min.time(), zone)
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)

    async def work() -> operations.Affected:
        async with opened("intake", environ) as database:
            return await operations.affected(database, begins, ends)

    counted = run(work())
    rules = load_rules(config_dir(environ)).breach
    people = Counter(counted.held)
    people[None] += counted.erased
    duties = breach_duties(rules, people, _day(discovered) if discovered else today)
    if as_json:
        print_json(_plain(counted, duties))
    else:
        _print(counted, duties)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        wrong_usage(f"{typed} is not a day such as 2026-11-30")


def _plain(counted: operations.Affected, duties: list[BreachDuty]) -> dict[str, Any]:
    return {
        "held": {state or UNKNOWN: number for state, number in counted.held.items()},
        "touched": {state or UNKNOWN: number for state, number in counted.touched.items()},
        "erased_since": counted.erased,
        "duties": [
            {
                "rule": each.rule.code if each.rule else None,
                "tell": each.rule.tell if each.rule else None,
                "who": each.rule.who if each.rule else None,
                "state": each.state,
                "people": each.people,
                "by": each.by,
                "why": each.why,
            }
            for each in duties
        ],
    }


def _print(counted: operations.Affected, duties: list[BreachDuty]) -> None:
    states = sorted(counted.held, key=lambda each: each or "")
    rows = [(state or UNKNOWN, counted.held[state], counted.touched.get(state, 0)) for state in states]
    print_table("People by state", ("state", "held", "touched"), rows)
    if counted.erased:
        say(f"{counted.erased} people were erased since; of which state is not known any more")
    told = [
        (
            each.by or "a person decides",
            each.rule.who if each.rule else "",
            each.state or "",
            each.people,
            each.why,
        )
        for each in duties
    ]
    if told:
        print_table("Whom to tell", ("by", "who", "state", "people", "why"), told)
