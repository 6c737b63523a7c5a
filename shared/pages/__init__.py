"""Pages for people: one base template, one style sheet, no script, and the headers that keep it so.

`Pages` renders; `headers` says what a browser may do with the answer; `problem` answers a program. What pages
of several services do alike: `knock` opens a form, `turnstile` counts posts, `person` frames a page for
somebody who wrote to us and says no to them, `proof` is what a proven browser keeps, `strays` answers whoever
finds no door; their words are in `words` and `locale`, days in `days`, the lines in `crisis`.
"""

from shared.pages.headers import API_HEADERS, page_headers
from shared.pages.problem import PROBLEM_JSON, FieldProblem, problem
from shared.pages.render import STYLE, Pages

__all__ = ["API_HEADERS", "PROBLEM_JSON", "STYLE", "FieldProblem", "Pages", "page_headers", "problem"]
