"""The key that seals the record of the demonstration, and an account that was closed.

The first day is sealed on the day after: a seal of a day that is not over would be none.
"""

from __future__ import annotations

from pathlib import Path


def fill(folder: Path, seed: int) -> None:
    """Make a key where there is none; make an account and close it, as the operator would."""
    from django.conf import settings

    from lantian.office.audit.seals import make_key
    from lantian.office.people.actions import close_person, create_person
    from lantian.office.people.models import User

    if not Path(settings.LEDGER_KEY).exists():
        make_key("sm2-sm3")
    operator = User.objects.get(username="demo-operator")
    former = create_person(
        operator, "demo-former", {"first_name": "前任专家（演示）", "role": "expert"}
    )
    close_person(operator, former, "聘期届满")
