"""The rules of the house that a linter does not know, each as a function from a file to its breaches.

A rule sees one parsed file and its path from the root of the repository; `test_architecture` holds the tree
against every rule, and plants a breach of every rule to see it found.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FILE_LINES, FUNCTION_LINES, DOOR_LINES = 300, 40, 15

CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
CHANCE = {"uuid.uuid1", "uuid.uuid4", "random"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
HTTP_METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "api_route"}
ATTRACTORS = {"utils.py", "helpers.py", "services.py", "models.py", "constants.py", "common.py", "misc.py"}


@dataclass(frozen=True, slots=True)
class File:
    """One Python file of the repository."""

    path: PurePosixPath
    source: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    def within(self, *places: str) -> bool:
        """Whether the file is one of these files or lies in one of these folders."""
        return any(self.path == PurePosixPath(p) or PurePosixPath(p) in self.path.parents for p in places)


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a rule is broken and by what."""

    path: PurePosixPath
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


Rule = Callable[[File], Iterator[Breach]]


def python_files(root: Path, *folders: str) -> list[File]:
    """Every Python file below these folders, as it is."""
    return [
        File(PurePosixPath(path.relative_to(root).as_posix()), path.read_text(encoding="utf-8"))
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
    ]


def the_clock_is_read_in_one_place(file: File) -> Iterator[Breach]:
    if not file.within("shared/clock.py", "tests"):
        yield from _uses(file, CLOCK)


def chance_enters_in_one_place(file: File) -> Iterator[Breach]:
    if not file.within("shared/ids.py", "tests"):
        yield from _uses(file, CHANCE)


def the_environment_is_read_in_one_place(file: File) -> Iterator[Breach]:
    """The command `practice` looks around in `deploy/local/environment.py`, for itself and the services."""
    if not file.within("shared/settings.py", "deploy/local/environment.py", "tests"):
        yield from _uses(file, ENVIRONMENT)


def errors_are_caught_by_name(file: File) -> Iterator[Breach]:
    """Outside the places that keep a service alive. To clean up and raise again catches nothing."""
    if file.within("shared/messaging", "shared/runtime.py", "shared/ticks.py", "tests"):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or _names_all(node.type)):
            if not _raises_again(node):
                yield Breach(file.path, node.lineno, "catches every exception")
        elif (
            isinstance(node, ast.Call)
            and _last_name(node.func) == "suppress"
            and any(map(_names_all, node.args))
        ):
            yield Breach(file.path, node.lineno, "suppresses every exception")


def files_are_short(file: File) -> Iterator[Breach]:
    lines = len(file.source.splitlines())
    if lines > FILE_LINES:
        yield Breach(file.path, FILE_LINES + 1, f"{lines} lines, {FILE_LINES} at most")


def functions_are_short(file: File) -> Iterator[Breach]:
    """A migration is a list of what it makes, and may be long."""
    for function in [] if "migrations" in file.path.parts else _functions(file):
        lines = _length(function)
        if lines > FUNCTION_LINES:
            yield Breach(
                file.path, function.lineno, f"{function.name}: {lines} lines, {FUNCTION_LINES} at most"
            )


def handlers_and_doors_are_shorter(file: File) -> Iterator[Breach]:
    """Their body is counted; what they are given is declared a line each and tells the whole story."""
    for function in _functions(file):
        lines = _length(function) - (function.body[0].lineno - function.lineno)
        if lines > DOOR_LINES and any(_makes_a_door(decorator) for decorator in function.decorator_list):
            yield Breach(file.path, function.lineno, f"{function.name}: {lines} lines, {DOOR_LINES} at most")


def a_handler_neither_tries_nor_calls_out(file: File) -> Iterator[Breach]:
    for function in _functions(file):
        if not any(_decorates(decorator, {"listen"}) for decorator in function.decorator_list):
            continue
        for node in ast.walk(function):
            if isinstance(node, (ast.Try, ast.TryStar)):
                yield Breach(file.path, node.lineno, f"{function.name}: a handler has no try")
            elif isinstance(node, ast.Attribute) and node.attr in {"ask", "publish", "request"}:
                yield Breach(file.path, node.lineno, f"{function.name}: a handler makes no network call")


def every_listener_is_made_by_listen(file: File) -> Iterator[Breach]:
    if file.within("shared/messaging"):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute) and node.attr == "subscriber":
            yield Breach(file.path, node.lineno, "a subscriber made without `listen`")


def no_file_attracts_everything(file: File) -> Iterator[Breach]:
    if file.path.name in ATTRACTORS:
        yield Breach(file.path, 1, "a name that says nothing attracts everything")


def contracts_import_only_data(file: File) -> Iterator[Breach]:
    if not file.within("shared/contracts"):
        return
    for name, line in imported(file):
        if name.split(".")[0] not in {"typing", "pydantic"} and not name.startswith("shared.contracts"):
            yield Breach(file.path, line, f"a contract imports {name}")


RULES: tuple[Rule, ...] = (
    the_clock_is_read_in_one_place,
    chance_enters_in_one_place,
    the_environment_is_read_in_one_place,
    errors_are_caught_by_name,
    files_are_short,
    functions_are_short,
    handlers_and_doors_are_shorter,
    a_handler_neither_tries_nor_calls_out,
    every_listener_is_made_by_listen,
    no_file_attracts_everything,
    contracts_import_only_data,
)


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(file: File) -> Iterator[Function]:
    for node in ast.walk(file.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _length(function: Function) -> int:
    """The lines from `def` to the end, the docstring not counted."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    return lines - _docstring_lines(function)


def _docstring_lines(function: Function) -> int:
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return 0
    return (first.end_lineno or first.lineno) - first.lineno + 1


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _makes_a_door(decorator: ast.expr) -> bool:
    if _decorates(decorator, {"listen", "answer"}):
        return True
    method = isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
    return method and _decorates(decorator, HTTP_METHODS)


def _decorates(decorator: ast.expr, names: set[str]) -> bool:
    return isinstance(decorator, ast.Call) and _last_name(decorator.func) in names


def _names_all(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_names_all(each) for each in node.elts)
    return _last_name(node) in {"Exception", "BaseException"}


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def imported(file: File) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, with the line."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno


def _uses(file: File, forbidden: set[str]) -> Iterator[Breach]:
    """Every mention of a forbidden name, under whatever name it was imported."""
    tree = file.tree
    meaning = _meanings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Attribute):
            names = [_dotted(node, meaning)]
        else:
            continue
        for name in forbidden.intersection(names):
            yield Breach(file.path, node.lineno, f"uses {name}")


def _meanings(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for."""
    meaning: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                meaning[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            meaning |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return meaning


def _dotted(node: ast.expr, meaning: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, meaning)}.{node.attr}"
    return meaning.get(node.id, node.id) if isinstance(node, ast.Name) else ""
