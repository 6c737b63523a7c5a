"""Reading `practice.yaml`, and what its fields promise one another."""

from collections.abc import Iterator
from pathlib import Path

from shared.practice.files import BadFile, Loc, checked, read_document
from shared.practice.packs import pack_names
from shared.practice.practice import Practice
from shared.practice.rules import load_rules


def load_practice(directory: Path) -> Practice:
    """The practice that `directory` describes; raises `BadFile` with everything wrong in practice.yaml."""
    document = read_document(directory / "practice.yaml")
    if "rules" in document.data:
        raise BadFile([document.problem(("rules",), "rules are files of their own, in the folder rules/")])
    practice = checked(Practice, document, {**document.data, "rules": load_rules(directory)})
    broken = (*_doubles(practice), *_unknown_people(practice), *_unknown_codes(practice))
    if broken:
        raise BadFile(document.problem(loc, what) for loc, what in broken)
    return practice


def _doubles(practice: Practice) -> Iterator[tuple[Loc, str]]:
    for field, codes in (
        ("coordinators", [each.id for each in practice.coordinators]),
        ("sites", [each.code for each in practice.sites]),
        ("site_keys", [each.name for each in practice.site_keys]),
        ("providers", [each.name for each in practice.providers]),
    ):
        for index, code in enumerate(codes):
            if code in codes[:index]:
                yield (field, index), f"{code!r} is used twice"


def _unknown_people(practice: Practice) -> Iterator[tuple[Loc, str]]:
    for index, each in enumerate(practice.coordinators):
        if each.deputy is not None and (each.deputy == each.id or practice.coordinator(each.deputy) is None):
            yield ("coordinators", index, "deputy"), f"{each.deputy!r} is not another coordinator's id"
    if not any(each.on_duty for each in practice.coordinators):
        yield ("coordinators",), "nobody is on duty; at least one coordinator must take new requests"
    if practice.coordinator(practice.owner) is None:
        yield ("owner",), f"{practice.owner!r} is not a coordinator's id"
    for index, who in enumerate(practice.on_call):
        if practice.coordinator(who) is None:
            yield ("on_call", index), f"{who!r} is not a coordinator's id"


def _unknown_codes(practice: Practice) -> Iterator[tuple[Loc, str]]:
    for index, state in enumerate(practice.states):
        if state not in practice.rules.states:
            yield ("states", index), f"{state!r} is not a state that rules/states.yaml knows"
    for pack in practice.reviews:
        if pack not in pack_names():
            yield ("reviews", pack), f"is not a rule pack; there are {', '.join(pack_names())}"
    for code, phrase in practice.concern_phrases.items():
        for position, target in enumerate(phrase.maps_to):
            if target not in practice.specialties:
                loc = ("concern_phrases", code, "maps_to", position)
                yield loc, f"{target!r} is not one of the specialties"
    for index, code in enumerate(practice.requires_training):
        if code not in practice.specialties:
            yield ("requires_training", index), f"{code!r} is not one of the specialties"
