"""Problems told to people: code, place, cause and remedy, in the reader's language."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from lantian.kernel.problem import Problem, Severity
from lantian.office.site.templatetags.parts import in_language

MOST_TOLD = 20
"""Problems shown above one page; how many more there are is said."""
_LEVELS = {
    Severity.ERROR: messages.ERROR,
    Severity.WARNING: messages.WARNING,
    Severity.HINT: messages.INFO,
}


def problem_words(found: Problem) -> str:
    """Return a problem in a sentence, with what to do about it."""
    where = f"{place} " if (place := found.place.text()) else ""
    return in_language(
        f"{found.code} {where}{found.message_zh}。{found.remedy_zh}",
        f"{found.code} {where}{found.message_en}; {found.remedy_en}",
    )


def tell(request: HttpRequest, *problems: Problem, mild: bool = False) -> None:
    """Show problems above the next page; `mild` ones are no errors, whatever they say of themselves."""
    for found in problems[:MOST_TOLD]:
        level = messages.INFO if mild else _LEVELS[found.severity]
        messages.add_message(request, level, problem_words(found))
    if more := len(problems[MOST_TOLD:]):
        messages.warning(
            request, in_language(f"另有{more}条问题未列出", f"and {more} more problems")
        )
