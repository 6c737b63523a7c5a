"""Every mail with invented people, as pages to look at: behind `practice gallery`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from services.notifications.mails import Mail
from services.notifications.rendering import Letterhead, Rendered, render
from services.notifications.samples import PERSONAS, samples
from shared.practice import MAIL_LANGUAGES, Practice

INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Every mail of {name}</title>
<style>
body {{ max-width: 44rem; margin: 0 auto; padding: 2rem 1rem; font: 1rem/1.6 system-ui, sans-serif; }}
ul {{ padding-left: 1.2rem; }}
</style></head>
<body><h1>Every mail of {name}</h1>
<p>With invented people. Look at them in light and in dark, on a wide screen and on a phone.</p>
{sections}
</body></html>
"""


def gallery(practice: Practice, folder: Path) -> list[Path]:
    """Every mail, in every language it has, for every persona, as HTML and text, and `index.html` first.

    A mail that says the same of everybody is there once, for the first persona. The folder is made when it is
    missing; files of the same name are replaced, others left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    letterhead = Letterhead.of(practice)
    shown: dict[str, tuple[Mail, Rendered]] = {}
    for persona in PERSONAS:
        for language in MAIL_LANGUAGES:
            for case, mail in _numbered(samples(practice, persona, language)):
                rendered = render(mail, letterhead)
                plain = shown.get(f"{case}.{mail.language}.{PERSONAS[0].name}")
                if plain is None or plain[1] != rendered:
                    shown.setdefault(f"{case}.{mail.language}.{persona.name}", (mail, rendered))
    written = [folder / "index.html"]
    written[0].write_text(_index(practice, shown), encoding="utf-8")
    for name, (_, rendered) in shown.items():
        page, text = folder / f"{name}.html", folder / f"{name}.txt"
        page.write_text(rendered.html, encoding="utf-8")
        text.write_text(f"{rendered.subject}\n\n{rendered.text}", encoding="utf-8")
        written += [page, text]
    return written


def _numbered(mails: Iterable[Mail]) -> Iterator[tuple[str, Mail]]:
    """Each mail with the name of its template; a second case of the same is `-2`."""
    seen: Counter[str] = Counter()
    for mail in mails:
        seen[mail.template] += 1
        count = seen[mail.template]
        yield (mail.template if count == 1 else f"{mail.template}-{count}"), mail


def _index(practice: Practice, shown: dict[str, tuple[Mail, Rendered]]) -> str:
    sections: dict[str, list[str]] = {}
    for name, (mail, rendered) in shown.items():
        sections.setdefault(f"{mail.template.replace('_', ' ')}, {mail.language}", []).append(
            f'<li><a href="{name}.html">{_said(name)}</a>: '
            f'{escape(rendered.subject)} (<a href="{name}.txt">text</a>)</li>'
        )
    return INDEX.format(
        name=escape(practice.name),
        sections="\n".join(
            f"<h2>{escape(title)}</h2><ul>{''.join(items)}</ul>" for title, items in sorted(sections.items())
        ),
    )


def _said(name: str) -> str:
    """`referral-2.en.long_name` as `long name (2)`."""
    case, _, persona = name.rpartition(".")
    number = case.partition(".")[0].partition("-")[2]
    return persona.replace("_", " ") + (f" ({number})" if number else "")
