"""What other matching rules would change, as tables and sentences for people."""

from collections import Counter
from collections.abc import Iterator, Sequence

from deploy.deciding import OUTCOMES, Table, points
from deploy.naming import Names
from services.matching.domain import wording
from services.matching.domain.replay import Replayed, candidates, kind
from services.matching.domain.types import Fit, Held, NobodyFits, Outcome, Proposed
from services.matching.operations import Replay

HOW = ("with another outcome", "with other clinicians", "in another order", "with other near misses")


def tables(replay: Replay, file: str, names: Names, *, whole: bool) -> Iterator[Table]:
    """Every request that would change; `whole`: each request with everybody's points under both rules."""
    if whole:
        for each in replay.requests:
            yield _one(each, replay, file, names)
    elif replay.changed:
        columns = ("request", "comes in", "drops out", "order", "otherwise")
        yield "What would change", columns, [_row(each, names) for each in replay.changed]


def summary(replay: Replay, file: str) -> Iterator[str]:
    """On what both were run, and how much changes."""
    yield (
        f"Both run on today's roster (version {replay.roster_version}) and today's open proposals and places;"
        " the roster as it was when a request came is not kept."
    )
    count = len(replay.requests)
    if not count:
        yield "There is no request yet."
        return
    asked = "1 request" if count == 1 else f"{count} requests"
    rules = f"{file} ({replay.after}) in place of the rules in use ({replay.before})"
    if not replay.changed:
        yield f"{rules}: nothing would change for {asked}."
        return
    told = Counter(_how(each) for each in replay.changed)
    parts = [f"{told[how]} {how}" for how in HOW if told[how]]
    yield f"{rules}: {len(replay.changed)} of {asked} would change: {', '.join(parts)}."


def _how(each: Replayed) -> str:
    """The weightiest of what changes for this request."""
    changes = (each.another_outcome, bool(each.came_in or each.dropped_out), bool(each.moved))
    return next((how for how, so in zip(HOW, changes, strict=False) if so), HOW[-1])


def _row(each: Replayed, names: Names) -> Sequence[str]:
    order = [f"{names.with_id(one.clinician_id)} {one.before} → {one.after}" for one in each.moved]
    moves = (names.with_ids(each.came_in), names.with_ids(each.dropped_out), order)
    return (each.reference, *map("\n".join, moves), _otherwise(each, names))


def _otherwise(each: Replayed, names: Names) -> str:
    if each.another_outcome:
        return f"{_said(each.before, names)} → {_said(each.after, names)}"
    return "other near misses" if each.other_nearest else ""


def _one(each: Replayed, replay: Replay, file: str, names: Names) -> Table:
    """Everybody who fits by either rules, with place, score and points."""
    before, after = _fits(each.before), _fits(each.after)
    title = f"{each.reference}: {_said(each.before, names)}"
    if each.another_outcome:
        title += f" → {_said(each.after, names)}"
    rows = [
        (names.with_id(who), _standing(before, who, each.before), _standing(after, who, each.after))
        for who in dict.fromkeys((*after, *before))
    ]
    return title, ("clinician", f"in use ({replay.before})", f"{file} ({replay.after})"), rows


def _standing(fits: dict[str, Fit], who: str, outcome: Outcome) -> str:
    if who not in fits:
        return "not considered"
    place = candidates(outcome).index(who) + 1 if who in candidates(outcome) else None
    head = f"{place}." if place else "would fit too,"
    return f"{head} {fits[who].score:.2f}\n{points(fits[who].points)}"


def _fits(outcome: Outcome) -> dict[str, Fit]:
    if not isinstance(outcome, Proposed):
        return {}
    return {fit.clinician_id: fit for fit in (*outcome.candidates, *outcome.also_fit)}


def _said(outcome: Outcome, names: Names) -> str:
    match outcome:
        case Held():
            return f"held: {wording.hold(outcome.why)}"
        case NobodyFits():
            near = ", ".join(names.with_ids(miss.clinician_id for miss in outcome.nearest))
            return f"nobody fits today{f' (nearest: {near})' if near else ''}"
        case _:
            return OUTCOMES.get(kind(outcome), kind(outcome))
