"""An action: permission, check, change, event in the ledger, in one transaction.

Pages, jobs and commands change nothing themselves; they call actions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from django.db import transaction

from lantian.office.audit.ledger import record
from lantian.office.forms.once import claim
from lantian.office.people.access import require
from lantian.office.people.models import User

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What an action gives back, what the ledger keeps of it, and which things it is about."""

    value: T
    event: Mapping[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)
    about: Sequence[str] = ()


def action(
    permission: str, what: str = ""
) -> Callable[[Callable[Concatenate[User, P], Done[T]]], Callable[Concatenate[User, P], T]]:
    """Make a function an action under a permission.

    Parameters
    ----------
    permission
        What the actor needs.
    what
        Kind of the event; that of the permission where left out.

    Raises
    ------
    PermissionDenied
        For a user without it; nothing is changed then.
    ReplayedFormError
        For a form that has had its effect; nothing is changed then.
    """

    def wrap(
        function: Callable[Concatenate[User, P], Done[T]],
    ) -> Callable[Concatenate[User, P], T]:
        @wraps(function)
        def run(actor: User, *args: P.args, **kwargs: P.kwargs) -> T:
            require(actor, permission)
            with transaction.atomic():
                claim()  # before the change: a form sent twice has one effect
                done = function(actor, *args, **kwargs)
                record(actor.username, what or permission, done.event, done.files, done.about)
            return done.value

        return run

    return wrap
