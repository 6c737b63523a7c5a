"""Pages for people: one base template, one style sheet, no script, and the headers that keep it so.

`Pages` renders; `headers` says what a browser may do with the answer; `problem` answers a program; what pages
of several services say alike is in `words` and `crisis`.
"""

from shared.pages.headers import API_HEADERS, page_headers
from shared.pages.problem import PROBLEM_JSON, FieldProblem, problem
from shared.pages.render import STYLE, Pages

__all__ = ["API_HEADERS", "PROBLEM_JSON", "STYLE", "FieldProblem", "Pages", "page_headers", "problem"]
