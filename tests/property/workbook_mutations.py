"""Ways to damage a workbook, cheap enough to try a thousand: at the level of XML and of bytes.

Each mutation takes a random source and the parts of a sound workbook and returns either new
parts or whole bytes, with the problem codes of which at least one must be reported; an empty
set means that the damage may be harmless.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

Parts = dict[str, bytes]
NUMBER = re.compile(rb'<c r="([A-Z]+)(\d+)"( s="\d+")?><v>([^<]*)</v></c>')
STRING = re.compile(rb'<c r="([A-Z]+)(\d+)"( s="\d+")? t="s"><v>(\d+)</v></c>')


@dataclass
class Damage:
    """A damaged workbook: its bytes, what was done, and the codes that may tell of it."""

    data: bytes
    done: list[str] = field(default_factory=list)
    expected: list[frozenset[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Mutation:
    name: str
    apply: Callable[[random.Random, Parts], Parts | bytes]
    codes: frozenset[str]


MUTATIONS: list[Mutation] = []


def mutation(*codes: str):
    def register(function):
        MUTATIONS.append(Mutation(function.__name__, function, frozenset(codes)))
        return function

    return register


def unzip(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def rezip(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def damage(base: Parts, seed: int) -> Damage:
    """Return the workbook damaged in one to three ways, the same for the same seed."""
    rng = random.Random(seed)
    out = Damage(b"")
    parts: Parts | bytes = dict(base)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        chosen = rng.choice(MUTATIONS)
        if isinstance(parts, bytes):
            break
        changed = chosen.apply(rng, dict(parts))
        if changed == parts:
            continue
        parts = changed
        out.done.append(chosen.name)
        out.expected.append(chosen.codes)
    out.data = parts if isinstance(parts, bytes) else rezip(parts)
    return out


def sheets(parts: Parts) -> list[str]:
    # Sheet 1 is the cover.
    return sorted(n for n in parts if "worksheets/sheet" in n and not n.endswith("sheet1.xml"))


def main_sheets(parts: Parts) -> list[str]:
    """Return the sheets 企业, 生产线 and 减排措施; one that was removed is only missing."""
    found = [n for n in sheets(parts) if n.endswith(("sheet2.xml", "sheet3.xml", "sheet4.xml"))]
    return found or sheets(parts)


def swap(parts: Parts, name: str, match: re.Match[bytes], new: bytes) -> Parts:
    data = parts[name]
    parts[name] = data[: match.start()] + new + data[match.end() :]
    return parts


def some_number(rng: random.Random, parts: Parts) -> tuple[str, re.Match[bytes]] | None:
    name = rng.choice(main_sheets(parts))
    found = list(NUMBER.finditer(parts[name]))
    return (name, rng.choice(found)) if found else None


def put(rng: random.Random, parts: Parts, cell: Callable[[bytes, bytes], bytes]) -> Parts:
    """Replace a number cell by what `cell` makes of its address and style."""
    found = some_number(rng, parts)
    if found is None:
        return parts
    name, match = found
    address = match.group(1) + match.group(2)
    return swap(parts, name, match, cell(address, match.group(3) or b""))


def inline(text: str) -> Callable[[bytes, bytes], bytes]:
    return lambda a, s: b'<c r="%s"%s t="inlineStr"><is><t>%s</t></is></c>' % (a, s, text.encode())


def heads(data: bytes) -> list[re.Match[bytes]]:
    """Return the cells of the first row."""
    return list(STRING.finditer(data, 0, max(0, data.find(b"</row>"))))


# --- cells


@mutation("X031", "X049")
def words_in_a_number(rng: random.Random, parts: Parts) -> Parts:
    return put(
        rng, parts, inline(rng.choice(("待定", "约60", "10~20", "大于5", "1.2.3", "十二", "&lt;3")))
    )


@mutation("X033", "X031")
def unit_in_a_number(rng: random.Random, parts: Parts) -> Parts:
    return put(rng, parts, inline(rng.choice(("12.5吨", "3 kg", "7m3", "8%"))))


@mutation("X032")
def number_as_text(rng: random.Random, parts: Parts) -> Parts:
    return put(rng, parts, inline(rng.choice(("1,234.5", "３３０", " 12 ", "1e3", "+5"))))


@mutation("X041")
def blank_mark(rng: random.Random, parts: Parts) -> Parts:
    return put(rng, parts, inline(rng.choice(("-", "—", "/", "无", "N/A"))))


@mutation("X035")
def date_as_text(rng: random.Random, parts: Parts) -> Parts:
    return put(rng, parts, inline("2024年3月5日"))


@mutation("X035")
def date_in_a_number(rng: random.Random, parts: Parts) -> Parts:
    styles = parts.get("xl/styles.xml", b"")
    found = re.search(rb"<cellXfs count=\"(\d+)\">(.*?)</cellXfs>", styles, re.DOTALL)
    if found is None:
        return parts
    count = int(found.group(1))
    new = b'<cellXfs count="%d">%s<xf numFmtId="14" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/></cellXfs>'  # noqa: E501
    parts["xl/styles.xml"] = (
        styles[: found.start()] + new % (count + 1, found.group(2)) + styles[found.end() :]
    )
    return put(rng, parts, lambda a, _s: b'<c r="%s" s="%d"><v>45356</v></c>' % (a, count))


@mutation("X040")
def error_cell(rng: random.Random, parts: Parts) -> Parts:
    error = rng.choice((b"#REF!", b"#DIV/0!", b"#N/A", b"#VALUE!"))
    return put(rng, parts, lambda a, s: b'<c r="%s"%s t="e"><v>%s</v></c>' % (a, s, error))


@mutation("X039")
def formula_without_value(rng: random.Random, parts: Parts) -> Parts:
    return put(rng, parts, lambda a, s: b'<c r="%s"%s><f>SUM(B2:B9)*2</f></c>' % (a, s))


@mutation()
def formula_with_value(rng: random.Random, parts: Parts) -> Parts:
    return put(rng, parts, lambda a, s: b'<c r="%s"%s><f>1+1</f><v>2</v></c>' % (a, s))


@mutation("X047")
def truth_value(rng: random.Random, parts: Parts) -> Parts:
    return put(rng, parts, lambda a, s: b'<c r="%s"%s t="b"><v>1</v></c>' % (a, s))


@mutation("X034", "X031")
def impossible_number(rng: random.Random, parts: Parts) -> Parts:
    text = rng.choice((b"1e308", b"1E400", b"-1e200", b"NaN", b"1e-300", b"999999999999999999999"))
    return put(rng, parts, lambda a, s: b'<c r="%s"%s><v>%s</v></c>' % (a, s, text))


@mutation()
def negative_or_odd_number(rng: random.Random, parts: Parts) -> Parts:
    text = rng.choice((b"-5", b"0", b"-0", b"1e14", b"0.30000000000000004", b"", b" 7 "))
    return put(rng, parts, lambda a, s: b'<c r="%s"%s><v>%s</v></c>' % (a, s, text))


@mutation()
def strange_text(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(sheets(parts))
    found = list(STRING.finditer(parts[name]))
    if not found:
        return parts
    match = rng.choice(found)
    text = rng.choice(
        (
            "",
            "   ",
            "\u200b",
            "a\u0085b",
            "=1+1",
            "{x}",
            "%s",
            "&#x7;".replace("&#x7;", "_x0007_"),
            "😀" * 50,
            "长" * 40000,
        )
    )
    cell = b'<c r="%s%s" t="inlineStr"><is><t>%s</t></is></c>'
    return swap(parts, name, match, cell % (match.group(1), match.group(2), text.encode()))


@mutation()
def shared_string_out_of_reach(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(sheets(parts))
    found = list(STRING.finditer(parts[name]))
    if not found:
        return parts
    match = rng.choice(found)
    cell = b'<c r="%s%s" t="s"><v>%s</v></c>'
    index = rng.choice((b"99999999", b"-3", b"x", b""))
    return swap(parts, name, match, cell % (match.group(1), match.group(2), index))


# --- rows, columns, sheets


@mutation("X018")
def hidden_row(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    rows = [m for m in re.finditer(rb'<row r="(\d+)"', parts[name]) if int(m.group(1)) > 1]
    if not rows:
        return parts
    match = rng.choice(rows)
    return swap(parts, name, match, match.group() + b' hidden="1"')


@mutation("X018")
def hidden_columns(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    match = re.search(rb"<col ", parts[name])
    return swap(parts, name, match, b'<col hidden="1" ') if match else parts


@mutation("X018")
def hidden_sheet(rng: random.Random, parts: Parts) -> Parts:
    book = parts.get("xl/workbook.xml", b"")
    found = list(re.finditer(rb"<sheet name=", book))[1:4]
    if not found:
        return parts
    match = rng.choice(found)
    return swap(parts, "xl/workbook.xml", match, b'<sheet state="hidden" name=')


@mutation("X019")
def merged_cells(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    top = rng.randint(2, 8)
    area = b"B%d:C%d" % (top, top + rng.randint(1, 3))
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="%s"/></mergeCells>' % area
    parts[name] = parts[name].replace(b"</sheetData>", merged, 1)
    return parts


@mutation("X011", "X012", "X004", "X024", "X007", "X010")
def removed_sheet(rng: random.Random, parts: Parts) -> Parts:
    del parts[rng.choice(main_sheets(parts))]
    return parts


@mutation("X011", "X012", "X024", "X007", "X010")
def renamed_sheet(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(("企业", "生产线", "减排措施")).encode()
    if "xl/workbook.xml" not in parts:
        return parts
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b'name="%s"' % name, b'name="Sheet%d"' % rng.randint(1, 99), 1
    )
    return parts


@mutation("X021", "X026", "X013", "X007", "X010", "X011", "X012")
def emptied_sheet(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    data = parts[name]
    if b"</row>" not in data or b"</sheetData>" not in data:
        return parts
    keep_header = rng.random() < 0.5
    start = data.index(b"<sheetData>") + len(b"<sheetData>")
    if keep_header:
        start = data.index(b"</row>") + len(b"</row>")
    parts[name] = data[:start] + data[data.index(b"</sheetData>") :]
    return parts


@mutation()
def swapped_headers(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    header = heads(parts[name])
    if len(header) < 2:
        return parts
    one, two = rng.sample(header, 2)
    first, second = sorted((one, two), key=lambda m: m.start())
    parts = swap(parts, name, second, second.group().replace(second.group(4), first.group(4)))
    return swap(parts, name, first, first.group().replace(first.group(4), second.group(4)))


@mutation("X013", "X014", "X007", "X010")
def removed_header(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    header = heads(parts[name])
    return swap(parts, name, rng.choice(header), b"") if header else parts


@mutation("X015", "X013", "X014", "X007", "X010")
def doubled_header(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    header = heads(parts[name])
    if len(header) < 2:
        return parts
    one, two = rng.sample(header, 2)
    return swap(parts, name, two, two.group().replace(b"<v>" + two.group(4), b"<v>" + one.group(4)))


@mutation("X051")
def total_row(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    last = max((int(m) for m in re.findall(rb'<row r="(\d+)"', parts[name])), default=0)
    word = rng.choice(("合计", "总 计", "小计：")).encode()
    row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c><c r="J%d"><v>9</v></c></row></sheetData>'
    parts[name] = parts[name].replace(
        b"</sheetData>", row % (last + 1, last + 1, word, last + 1), 1
    )
    return parts


@mutation("X052")
def blank_rows_between(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    rows = list(re.finditer(rb"<row r=.*?</row>", parts[name], re.DOTALL))
    if len(rows) < 4:
        return parts
    inner = rng.choice(rows[2:-1])
    number = re.match(rb'<row r="(\d+)"', inner.group())
    assert number
    blank = b'<row r="%s"><c r="A%s" t="inlineStr"><is><t> </t></is></c></row>'
    return swap(parts, name, inner, blank % (number.group(1), number.group(1)))


@mutation()
def far_cell(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[name] = parts[name].replace(b"</sheetData>", row, 1)
    return parts


@mutation("X016")
def extra_column(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    cell = (
        b'<c r="AZ1" t="inlineStr"><is><t>\xe5\xa4\x87\xe6\xb3\xa8\xe6\xa0\x8f</t></is></c></row>'
    )
    parts[name] = parts[name].replace(b"</row>", cell, 1)
    return parts


@mutation()
def cells_without_addresses(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    parts[name] = re.sub(rb'<c r="[A-Z]+\d+"', b"<c", parts[name])
    return parts


@mutation("X004", "X025")
def document_type(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice(main_sheets(parts))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    parts[name] = re.sub(rb"(<\?xml[^>]*\?>)", lambda m: m.group() + bomb, parts[name], count=1)
    return parts


@mutation("X004", "X025", "X011", "X012", "X007", "X010", "X006", "X002")
def broken_xml(rng: random.Random, parts: Parts) -> Parts:
    frame = [n for n in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels") if n in parts]
    name = rng.choice((*main_sheets(parts), *frame))
    data = parts[name]
    cut = len(data) // 3 + rng.randrange(len(data) // 2)
    parts[name] = data[:cut]
    return parts


@mutation()
def flipped_bytes_inside(rng: random.Random, parts: Parts) -> Parts:
    name = rng.choice([n for n in parts if n.endswith(".xml")])
    data = bytearray(parts[name])
    for _ in range(rng.randint(1, 20)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    parts[name] = bytes(data)
    return parts


@mutation("X004", "X002", "X006", "X007", "X010", "X011")
def missing_part(rng: random.Random, parts: Parts) -> Parts:
    parts.pop(rng.choice(("xl/workbook.xml", "xl/_rels/workbook.xml.rels")), None)
    return parts


@mutation()
def missing_strings_or_styles(rng: random.Random, parts: Parts) -> Parts:
    parts.pop(rng.choice(("xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml")), None)
    return parts


# --- the file as a whole


@mutation()
def flipped_bytes_of_the_zip(rng: random.Random, parts: Parts) -> bytes:
    data = bytearray(rezip(parts))
    for _ in range(rng.randint(1, 30)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


@mutation("X004", "X006", "X002")
def truncated(rng: random.Random, parts: Parts) -> bytes:
    data = rezip(parts)
    return data[: rng.randint(0, len(data) - 30)]


@mutation("X002", "X004", "X006", "X007", "X010", "X009", "X003")
def another_file(rng: random.Random, parts: Parts) -> bytes:
    return rng.choice(
        (
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            b"",
            b"\n",
            b"PK\x05\x06" + bytes(18),
            rezip({"word/document.xml": b"<x/>"}),
            b"<html><table><tr><td>1</td></tr></table></html>",
            b"a,b\n1,2\n",
            bytes(rng.randrange(256) for _ in range(500)),
            b"\xff\xfe\x41",
            b"\x89PNG\r\n\x1a\n",
            b'"unclosed,\n' + b"x" * 2_000_000,
        )
    )
