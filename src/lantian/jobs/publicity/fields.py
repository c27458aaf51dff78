"""What a notice says: its fields, what they are called, and whether one is right.

The fields are those of 双公示 and of MEE order 30 as far as they were seen (oversight reference
3.2, the list of the order unverified).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lantian.domain.inventory.credit_code import CodeFault, examine
from lantian.domain.publicity.deadline import KINDS
from lantian.jobs.publicity.problems import problem
from lantian.kernel.problem import Place, Problem, Severity

Names = tuple[str, str]
FIRM, PERSON = "firm", "person"
PARTIES: Mapping[str, Names] = {
    FIRM: ("法人或其他组织", "firm or body"),
    PERSON: ("自然人", "natural person"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its names, the longest text, whether it must be filled in, further headings."""

    names: Names
    most: int
    needed: bool = True
    also: tuple[str, ...] = ()


FIELDS: Mapping[str, Field] = {
    "number": Field(("决定书文号", "document no."), 80, also=("文号", "决定文书号", "行政处罚决定书文号")),
    "kind": Field(("类别", "kind"), 20, also=("公示类别", "执法类别")),
    "party_kind": Field(("相对人类别", "kind of party"), 20, also=("行政相对人类别",)),
    "party": Field(("相对人名称", "party"), 120, also=("行政相对人名称", "当事人", "企业名称")),
    "credit_code": Field(("统一社会信用代码", "credit code"), 18, False, ("信用代码", "行政相对人代码")),
    "representative": Field(("法定代表人", "legal representative"), 60, False, ("负责人", "法人代表")),
    "firm_id": Field(("企业编号", "firm id"), 120, False, ("清单企业编号",)),
    "district": Field(("区县", "district"), 80, False, ("所属区县",)),
    "facts": Field(("违法事实", "facts"), 2000, also=("事由", "违法事实和证据", "主要事实")),
    "basis": Field(("依据", "basis"), 1000, also=("处罚依据", "法律依据")),
    "result": Field(("处理结果", "result"), 1000, also=("处罚结果", "处罚内容", "决定内容")),
    "body": Field(("作出机关", "deciding body"), 120, also=("决定机关", "处罚机关")),
    "decided_on": Field(("决定日期", "day of decision"), 20, also=("作出日期", "处罚决定日期")),
    "persons": Field(("涉及自然人", "natural persons named"), 400, False, ("文中自然人",)),
}  # fmt: skip
"""Fields of a notice in their order; `persons` are names in the texts that are masked."""

_FAULTS: Mapping[CodeFault, str] = {
    CodeFault.LENGTH: "应为18位 18 characters",
    CodeFault.CHARACTER: "有不能用的字符 a character that cannot stand there",
    CodeFault.DIVISION: "行政区划不是数字 division is no number",
    CodeFault.ORGANISATION: "第17位校验不符 check digit 17",
    CodeFault.CHECK: "第18位校验不符 check digit 18",
}
Places = Callable[[str], Place]


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice whose fields are right."""

    texts: Mapping[str, str]
    decided_on: date

    def __getitem__(self, field: str) -> str:
        """Return the text of a field; "" where it is empty."""
        return self.texts.get(field, "")


def checked(
    raw: Mapping[str, str], today: date, place: Places = lambda _: Place()
) -> tuple[Draft | None, list[Problem]]:
    """Return a notice of its texts, None where a field holds an error; and what is wrong, field by field.

    Parameters
    ----------
    raw
        Texts by field, as somebody wrote them.
    today
        Decisions of later days are refused.
    place
        Where a field stands.
    """
    texts = {field: _printable(raw.get(field, "")) for field in FIELDS}
    found = list(_texts(texts, place))
    texts["kind"] = _one_of(texts["kind"], KINDS, place("kind"), found)
    texts["party_kind"] = _one_of(texts["party_kind"], PARTIES, place("party_kind"), found)
    texts["credit_code"] = texts["credit_code"].upper()
    found += _credit_code(texts, place("credit_code"))
    day = _day(texts["decided_on"])
    if texts["decided_on"] and day is None:
        found.append(problem("U004", place("decided_on"), value=texts["decided_on"][:40]))
    if day is not None and day > today:
        found.append(problem("U009", place("decided_on"), value=day))
    if day is None or any(p.severity is Severity.ERROR for p in found):
        return None, found
    return Draft(texts, day), found


def _printable(text: str) -> str:
    """Return a text without the control characters that no feed, sheet or database takes."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t\u3000").strip()


def _texts(texts: Mapping[str, str], place: Places) -> Iterator[Problem]:
    for name, field in FIELDS.items():
        text = texts[name]
        if field.needed and not text:
            yield problem("U003", place(name), column=field.names[0])
        if len(text) > field.most:
            yield problem("U010", place(name), column=field.names[0], n=len(text), most=field.most)


def _one_of(text: str, known: Mapping[str, Names], place: Place, found: list[Problem]) -> str:
    for key, names in known.items():
        if text.lower() in (key, *names):
            return key
    if text in ("法人", "法人及非法人组织", "企业") and FIRM in known:
        return FIRM
    if text:
        choices = "、".join(names[0] for names in known.values())
        found.append(problem("U005", place, value=text[:40], known=choices))
    return text


def _credit_code(texts: Mapping[str, str], place: Place) -> Iterator[Problem]:
    code = texts["credit_code"]
    if not code or len(code) > FIELDS["credit_code"].most:
        return
    if texts["party_kind"] == PERSON:
        yield problem("U015", place)
        return
    faults = examine(code)
    if faults:
        yield problem("U006", place, value=code, why=_FAULTS[faults[0].fault])


def _day(text: str) -> date | None:
    plain = text.replace("/", "-").replace("年", "-").replace("月", "-").rstrip("日").strip()
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return None
