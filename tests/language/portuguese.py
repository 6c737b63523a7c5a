"""A house that speaks Portuguese, too: as an operator makes it so, with files alone.

What tests read is Portuguese; everything else is the English with a mark before it.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from babel.messages.pofile import read_po, write_po

from deploy.messages import Domain, Messages
from services.notifications.languages import begin_mails
from shared.practice.files import read_document

Environ = dict[str, str]
MARK = "¤ "
PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"
SAID: Mapping[str, str | tuple[str, str]] = {
    "top.leave": "Sair já",
    "crisis.now": "Se não puder esperar, ligue para {first} a qualquer hora. Em perigo, {emergency}.",
    "date.day": "EEEE, d 'de' MMMM",
    "date.day_of_month": "d 'de' MMMM",
    "date.clock": "H:mm",
    "date.day_and_time": ("EEEE 'à' H:mm", "EEEE 'às' H:mm"),
    "date.date_and_time": ("EEEE, d 'de' MMMM 'à' H:mm", "EEEE, d 'de' MMMM 'às' H:mm"),
    "date.short_date_and_time": "EEE d MMM, H:mm",
    "date.short_day_and_time": "EEE H:mm",
    "date.short_day": "d 'de' MMMM",
    "list.last": "{firsts} e {last}",
    "count.words": "nenhuma uma duas três quatro cinco seis",
    "crisis.call_with_note": "ligue para {number} ({note})",
    "crisis.text_words": "envie {words}",
    "crisis.or_another": "{first}, ou {second}",
    "invite.file_name": "telefonema.ics",
    "summary.count": ("Há uma coisa a rever.", "Há {count} coisas a rever."),
    "error.required": "Falta preencher isto.",
    "thanks.talk": "Obrigado por escrever. Uma pessoa lê a sua nota em {hours} horas de trabalho.",
    "refused.malformed": "Não foi possível ler o pedido",
}
LETTER = {
    "mail/acknowledgement/subject.txt": "A sua nota chegou\n",
    "mail/acknowledgement/body.txt": """\
Olá{{ " " ~ greeting if greeting else "" }},

{% if answer_by %}
Respondemos até {{ day(answer_by) }}{% if answer_through == "email_only" %}, só por e-mail{% endif %}.
{% endif %}

{% if book_url %}Escolher uma hora, {{ minutes }} minutos: {{ book_url }}{% endif %}

{% include "layout/pt/closing.txt" %}
""",
    "layout/closing.txt": """\
{% include "layout/pt/change.txt" %}

Se não puder esperar, {{ crisis_lines.any_hour }}. Em perigo, ligue para {{ crisis_lines.emergency }}.

{% include "layout/pt/signature.txt" %}
""",
    "layout/follows.txt": """\
{% if left == 1 and next_at %}Segue mais uma, em {{ calendar_day(next_at) }}.{% elif left and next_at %}
Seguem mais {{ how_many(left) }}; a próxima chega em {{ calendar_day(next_at) }}.{% endif %}
""",
}
CRISIS = {
    "code": "pt.direct.die",
    "language": "pt",
    "kind": "direct",
    "level": "crisis",
    "phrases": ["quero morrer"],
}


def languages_in(folder: Path) -> Path:
    """The folder that PRACTICE_LOCALE_DIR names, with everything that is said in Portuguese."""
    messages = Messages()
    messages.begin("pt", folder)
    for domain in messages.domains:
        _translate(domain, folder / "pt" / "LC_MESSAGES" / f"{domain.name}.po")
    begin_mails("pt", folder)
    for name, text in LETTER.items():
        (folder / "pt" / name).write_text(text, encoding="utf-8")
    return folder


def practice_in(folder: Path) -> Path:
    """The folder that PRACTICE_CONFIG_DIR names: the sample practice, with Portuguese beside each text."""
    shutil.copytree(PRACTICES / "los_angeles", folder)
    shutil.copytree(PRACTICES / "rules", folder / "rules")
    for file in folder.rglob("*.yaml"):
        data = read_document(file).data
        if file.name == "safety.yaml":
            data["rules"].append(CRISIS)
        if file.name == "hotlines.yaml":
            data["hotlines"][0]["note"]["pt"] = "Em português: espere na linha"
        file.write_text(yaml.safe_dump(_with_portuguese(data), allow_unicode=True, sort_keys=False), "utf-8")
    return folder


def _translate(domain: Domain, path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale="pt")
    for each in catalogue:
        if each.id:
            key = each.id if isinstance(each.id, str) else each.id[0]
            english = domain.english.messages[key]
            said = SAID.get(key) or tuple(MARK + form for form in english)
            each.string = said if isinstance(said, str) or len(english) > 1 else said[0]
    with path.open("wb") as file:
        write_po(file, catalogue)


def _with_portuguese(data: Any) -> Any:
    """A text beside each English one that has a Spanish one; published titles and their numbers are none."""
    if isinstance(data, list):
        return [_with_portuguese(each) for each in data]
    if not isinstance(data, dict):
        return data
    made = {key: each if key in ("isbn", "titles") else _with_portuguese(each) for key, each in data.items()}
    if isinstance(data.get("en"), str) and "es" in data and "pt" not in data:
        made["pt"] = MARK + data["en"]
    return made
