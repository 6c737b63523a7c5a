"""The rule packs: whether somebody of the practice has read what stands there, and whether it still holds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from deploy.checks.finding import Finding, Round, doubtful, well
from deploy.house import config_dir, practice_of
from shared.practice import Pack, Practice, Review, load_packs

NAME = "rule packs"
WHY_STALE = "law and numbers in them may have moved since, and the practice goes by the old ones"
WHY_UNREAD = "what is shipped was reviewed by nobody: your own law, your clinicians and a lawyer know better"


async def packs(given: Round) -> Sequence[Finding]:
    """Every pack is within its days, and reviewed in the version that is there."""
    practice = practice_of(given.environ)
    today = given.clock().astimezone(practice.zone).date()
    found = [
        *judged(load_packs(config_dir(given.environ)), practice.reviews, today),
        *kept_too_short(practice),
    ]
    return found or [well(NAME, "every rule pack is reviewed, and within its days")]


def judged(there: Sequence[Pack], reviews: Mapping[str, Review], today: date) -> Iterator[Finding]:
    """What of the packs somebody should see to on this day."""
    stale = [f"{each.name} (until {each.header.expires_on})" for each in there if each.is_stale(today)]
    if stale:
        do = "take the newest version of this software, or hold them against their sources and write your own"
        yield doubtful(NAME, f"past their day: {', '.join(stale)}", WHY_STALE, do)
    unnamed = [each.name for each in there if each.header.version is None]
    if unnamed:
        do = "write `version:` and `expires_on:` at the top of each, in the practice's folder rules/"
        yield doubtful(NAME, f"without a version: {', '.join(unnamed)}", WHY_UNREAD, do)
    unread = [_unread(each, reviews.get(each.name)) for each in there if _is_unread(each, reviews)]
    if unread:
        do = (
            "read each with whoever knows the law, then write it in practice.yaml, for example "
            f'`reviews: {{{_example(there, reviews)}: {{version: "…", by: …, on: …}}}}`'
        )
        yield doubtful(NAME, f"not reviewed in this version: {', '.join(unread)}", WHY_UNREAD, do)


def kept_too_short(practice: Practice) -> Iterator[Finding]:
    """What the practice keeps for less than the law wants it kept."""
    rule, kept = practice.rules.records.documentation, practice.retention.access_log
    if kept < practice.rules.records.documentation_kept:
        what = f"retention.access_log is {kept.days} days, and the law wants {rule.years} years"
        do = f"write `access_log: {rule.years} years` under retention in practice.yaml, or leave it out"
        yield doubtful("retention", what, f"{rule.conditions} ({rule.source})", do)


def _is_unread(pack: Pack, reviews: Mapping[str, Review]) -> bool:
    return pack.header.version is not None and not pack.is_reviewed(reviews.get(pack.name))


def _unread(pack: Pack, review: Review | None) -> str:
    changed = f", reviewed in {review.version}" if review else ""
    return f"{pack.name} ({pack.header.version}{changed})"


def _example(there: Sequence[Pack], reviews: Mapping[str, Review]) -> str:
    return next(each.name for each in there if _is_unread(each, reviews))
