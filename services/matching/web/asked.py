"""What somebody asked for, in codes put into words: no name, no exact age, nothing that they wrote."""

from services.matching import storage
from services.matching.domain.types import Request
from services.matching.web import words
from services.matching.web.front import Front
from shared.english import listed
from shared.practice.roster import Fee

Facts = list[tuple[str, str]]
ENGLISH = frozenset({"en"})


async def the_least(front: Front, request: Request, clinician_id: str) -> Facts:
    """What this clinician needs to know to say yes or no: as much as the mail with the offer says."""
    async with front.database.reading() as tx:
        known = (await storage.load_clinicians_by_id(tx, [clinician_id]))[clinician_id]
    wished = _wished(request)
    spoken = _spoken(front, wished) if wished != ENGLISH else ""
    return _said(
        [
            *_first(front, request),
            ("Where", _where(front, request)),
            ("Language", spoken),
            ("Fee", _of_their_fees(request.fee_max, known.record.fee)),
        ]
    )


def asked_for(front: Front, request: Request) -> Facts:
    """Everything that a coordinator weighs."""
    if request.professional:
        return []
    label, spoken = front.label, _spoken(front, _wished(request))
    return _said(
        [
            *_first(front, request),
            ("Language", f"{spoken}, as a must" if request.language_required else spoken),
            ("Fee", f"up to ${request.fee_max} a session" if request.fee_max is not None else ""),
            (
                "Our guess from their words",
                listed([label(each, "concern") for each in request.suggested]),
            ),
            ("State", _state(front, request)),
            ("Where", _where(front, request)),
            (
                "Modality",
                listed([label(each, "modality") for each in sorted(request.modalities)], "or"),
            ),
            (
                "Wished for",
                listed([label(each, "identity") for each in sorted(request.identities)], "or"),
            ),
        ]
    )


def _first(front: Front, request: Request) -> Facts:
    label = front.label
    return [
        ("Who", words.unit_and_band(request.unit, request.age)),
        ("Asked for", listed([label(each, "concern") for each in request.concerns])),
        ("Format", label(request.format, "format") if request.format else ""),
        ("Times", listed([label(each, "time") for each in sorted(request.times)], "or")),
    ]


def _said(facts: Facts) -> Facts:
    return [(what, said) for what, said in facts if said]


def _state(front: Front, request: Request) -> str:
    return "not known" if request.state == "unknown" else front.label(request.state, "state")


def _where(front: Front, request: Request) -> str:
    return listed([front.label(each, "site") for each in sorted(request.sites)], "or")


def _wished(request: Request) -> frozenset[str]:
    return request.languages or frozenset({request.language})


def _spoken(front: Front, languages: frozenset[str]) -> str:
    return listed([front.label(each, "language") for each in sorted(languages)], "or")


def _of_their_fees(limit: int | None, fee: Fee) -> str:
    """Which of the clinician's own fees the person's limit covers; never the limit itself."""
    if limit is None:
        return ""
    if limit >= fee.max:
        return f"your full fee, ${fee.max}"
    if limit >= fee.min:
        return f"a reduced one, within your own range from ${fee.min}"
    return f"less than your lowest, ${fee.min}"
