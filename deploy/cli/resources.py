"""`practice resources`: what can be read before beginning, and whether it is fit to be sent."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import typer

from deploy.cli.frame import FOUND_A_PROBLEM, AsJson, DataDir, environment, print_json, print_table, say
from deploy.house import config_dir, practice_of
from shared.language import ENGLISH, names_in, other_languages
from shared.practice import Book, Catalogue, ReadinessPractice, Reading, load_catalogue
from shared.practice.tone import lint_catalogue

FILE = "resources.yaml"
COLUMNS = ("code", "what", "title", "for", "given")

app = typer.Typer(help="The reading catalogue: look at it, and check it.", no_args_is_help=True)


@app.command()
def lint(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Say everything that is wrong with resources.yaml: references, translations, ISBNs, and how it reads.

    Exit code 0: it is fine; 1: something is to be changed; 2: practice.yaml or a rule file cannot be used.
    """
    environ = environment(data_dir)
    practice, directory = practice_of(environ), config_dir(environ)
    problems = lint_catalogue(directory, practice)
    if as_json:
        told = [
            {name: value for name, value in asdict(each).items() if name != "column"} for each in problems
        ]
        print_json({"file": str(directory / FILE), "problems": told})
    else:
        for each in problems:
            say(str(each))
        say(_summary(len(problems)))
    if problems:
        raise typer.Exit(FOUND_A_PROBLEM)


@app.command("list")
def list_catalogue(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Everything that can be given, to whom, and in which languages."""
    environ = environment(data_dir)
    catalogue = load_catalogue(config_dir(environ), practice_of(environ))
    if as_json:
        print_json(catalogue.model_dump(mode="json", by_alias=True))
        return
    others = [str(names_in(ENGLISH)[each]) for each in other_languages(ENGLISH)]
    print_table(f"Catalogue {catalogue.version}", (*COLUMNS, *others), list(_rows(catalogue)))
    say(f"for somebody whose words point to nothing in particular: {', '.join(catalogue.general)}")


def _summary(problems: int) -> str:
    match problems:
        case 0:
            return f"{FILE} is fine"
        case 1:
            return "1 thing to change"
        case _:
            return f"{problems} things to change"


def _rows(catalogue: Catalogue) -> Iterator[Sequence[object]]:
    for book in catalogue.books:
        yield book.code, "book", book.title, ", ".join(book.for_), _given(book), *_editions(book)
    for number, each in enumerate(catalogue.practices, start=1):
        yield (
            each.code,
            f"practice {number}",
            each.title.text(ENGLISH),
            "everybody",
            _given(each),
            *_elsewhere(each),
        )
    for reading in catalogue.readings:
        row = reading.code, "reading", reading.title.text(ENGLISH), ", ".join(reading.for_), _given(reading)
        yield *row, *_elsewhere(reading)


def _given(item: Book | ReadinessPractice | Reading) -> str:
    """Under which conditions, in the file's own codes."""
    told = []
    if item.only_when:
        told.append(f"only when {', '.join(item.only_when)}")
    if item.leave_out_when:
        told.append(f"not when {', '.join(item.leave_out_when)}")
    return "\n".join(told) or "always"


def _elsewhere(item: ReadinessPractice | Reading) -> Iterator[str]:
    """Its title in each other language of the house."""
    return (item.title.text(each) for each in other_languages(ENGLISH))


def _editions(book: Book) -> Iterator[str]:
    """The same of a published title."""
    for each in other_languages(ENGLISH):
        yield book.title_in(each) if book.has_edition(each) else "English edition only"
