"""What somebody asked for, in codes put into words: no name, no exact age, nothing that they wrote."""

from services.matching.domain.types import Request
from services.matching.web import words
from services.matching.web.front import Front

Facts = list[tuple[str, str]]


def the_least(front: Front, request: Request) -> Facts:
    """What a clinician needs to know to say yes or no."""
    label = front.label
    return _said(
        [
            ("Who", words.unit_and_band(request.unit, request.age)),
            ("Asked for", words.listed([label(each, "concern") for each in request.concerns])),
            ("Format", label(request.format, "format") if request.format else ""),
            ("Times", words.listed([label(each, "time") for each in sorted(request.times)], "or")),
            ("Language", _languages(front, request)),
            ("Fee", f"up to ${request.fee_max} a session" if request.fee_max is not None else ""),
        ]
    )


def asked_for(front: Front, request: Request) -> Facts:
    """The same with everything else that a coordinator weighs."""
    if request.professional:
        return []
    label = front.label
    more = [
        ("Our guess from their words", words.listed([label(each, "concern") for each in request.suggested])),
        ("State", _state(front, request)),
        ("Where", words.listed([label(each, "site") for each in sorted(request.sites)], "or")),
        ("Modality", words.listed([label(each, "modality") for each in sorted(request.modalities)], "or")),
        ("Wished for", words.listed([label(each, "identity") for each in sorted(request.identities)], "or")),
    ]
    return [*the_least(front, request), *_said(more)]


def _said(facts: Facts) -> Facts:
    return [(what, said) for what, said in facts if said]


def _state(front: Front, request: Request) -> str:
    return "not known" if request.state == "unknown" else front.label(request.state, "state")


def _languages(front: Front, request: Request) -> str:
    wished = sorted(request.languages or {request.language})
    spoken = words.listed([front.label(each, "language") for each in wished], "or")
    return f"{spoken}, as a must" if request.language_required else spoken
