"""Identity numbers of invented firms, right in form and impossible in content.

Credit codes follow GB 32100-2015 (18 characters, check by ISO 7064 MOD 31-3) with the organisation
code of GB 11714 inside (check modulo 11). Their administrative prefix is 99xxxx, which is no
province of GB/T 2260: no real firm can hold one. Both algorithms from memory of the standards.
"""

from __future__ import annotations

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {c: i for i, c in enumerate(CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organisation_code(number: int) -> str:
    """Return the nine characters of GB 11714 for an eight-digit `number`."""
    body = f"{number:08d}"
    check = 11 - sum(int(c) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(region: str, number: int) -> str:
    """Return the credit code of an enterprise (``91``) in `region` with organisation `number`."""
    body = "91" + region + organisation_code(number)
    total = sum(_VALUE[c] * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
    return body + CREDIT_ALPHABET[(31 - total % 31) % 31]


def permit_number(credit: str, permit_class: str) -> str:
    """Return the permit (``001P``) or registration number (``001X``) built on a credit code."""
    return credit + ("001X" if permit_class == "登记管理" else "001P")
