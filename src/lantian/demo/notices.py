"""Invented notices of enforcement: every name, number and fact is made up."""

from __future__ import annotations

from collections.abc import Mapping

INVENTED = "（虚构演示）"
_BODY = "示例市生态环境局"


def notice_texts(firms: list[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the fields of the invented notices, without their days.

    Parameters
    ----------
    firms
        Id, name, district and credit code of firms of the invented list, at least six.
    """
    cases = [
        ("penalty", "未按管控令停止2号生产线，当日用电量高于核查限值", "罚款八万元，责令改正"),
        ("penalty", "废气治理设施不正常运行，活性炭未按记录更换", "罚款十二万元"),
        ("inspection", "双随机检查，未发现问题", "未发现问题"),
        ("penalty", "自动监测设备未联网，联系人王小明，电话13800138000", "罚款五万元"),
        ("compulsion", "堆场未覆盖，扬尘明显", "查封未覆盖的堆场"),
        ("penalty", "拒绝接受现场检查", "罚款三万元"),
    ]
    rows = [
        {
            "number": f"示环罚〔2026〕{n}号{INVENTED}", "kind": kind, "party_kind": "firm", "party": firm["name"],
            "credit_code": firm["credit_code"], "firm_id": firm["firm_id"], "district": firm["district"],
            "facts": f"{facts}。", "basis": "虚构依据，不对应真实条款", "result": result, "body": _BODY,
            "persons": "王小明" if "王小明" in facts else "",
        }
        for n, (firm, (kind, facts, result)) in enumerate(zip(firms, cases, strict=False), 1)
    ]  # fmt: skip
    rows.append({
        "number": f"示环罚〔2026〕7号{INVENTED}", "kind": "penalty", "party_kind": "person", "party": "赵某明",
        "district": "示例区",
        "facts": "露天焚烧落叶。当事人赵某明，身份证号110101199003078515，住址：示例区示例路1号。",
        "basis": "虚构依据，不对应真实条款", "result": "罚款五百元", "body": _BODY,
    })  # fmt: skip
    return rows


def small_pdf(text: str) -> bytes:
    """Return a PDF of one page with a line of ASCII text."""
    stream = f"BT /F1 14 Tf 60 760 Td ({text}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, at = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in at)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
