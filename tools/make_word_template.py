"""Make the Word templates of report and grading notice (needs python-docx, which docxtpl brings).

Usage: python tools/make_word_template.py

The template is an ordinary document: a bureau may open it in Word or WPS, change its look, and
keep the ``{{ … }}`` and ``{% … %}`` marks. This script only makes the one that is shipped.
"""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TEMPLATES = Path(__file__).parents[1] / "src/lantian/adapters/paper/templates"
BLUE = RGBColor(0x1F, 0x4E, 0x8C)
MUTED = RGBColor(0x5B, 0x66, 0x73)
FONT = "Noto Sans CJK SC"


def main() -> None:
    """Write the templates."""
    save(report(), "report.docx")
    save(grading_notice(), "grading-notice.docx")


def save(doc: DocumentType, name: str) -> None:
    """Write a template and print its size."""
    doc.core_properties.author = "Lantian"
    doc.core_properties.title = ""
    doc.save(str(TEMPLATES / name))
    print(name, (TEMPLATES / name).stat().st_size)


def paper() -> DocumentType:
    """Return an empty A4 document in the house style."""
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.9)
    normal = doc.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(3)
    return doc


def grading_notice() -> DocumentType:
    """Return the notice of a round of grading."""
    doc = paper()
    title = doc.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("{{ title }}")
    run.bold, run.font.size = True, Pt(18)
    note = doc.add_paragraph()
    note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = note.add_run(
        "{% if invented %}虚构演示数据，非真实企业{% else %}拟稿{% endif %}　{{ day }}"
    )
    run.font.color.rgb, run.bold = RGBColor(0xB3, 0x26, 0x1E), True
    doc.add_paragraph("{{ basis }}")
    doc.add_paragraph("{%p for line in sentences %}")
    doc.add_paragraph("{{ line }}").paragraph_format.first_line_indent = Pt(20)
    doc.add_paragraph("{%p endfor %}")
    doc.add_paragraph("{{ remark }}")
    heading(doc, "一、全市等级分布")
    table(doc, ["等级", "企业数"], "grades", ["left", "right"], (5, 4))
    heading(doc, "二、各批次名单")
    doc.add_paragraph("{%p for round in rounds %}")
    run = doc.add_paragraph().add_run("{{ round.name }}（{{ round.total }} 家）")
    run.bold, run.font.color.rgb = True, BLUE
    table(
        doc,
        ["序号", "企业名称", "区县", "行业", "等级", "依据"],
        "round.rows",
        ["center", "left", "left", "left", "center", "left"],
        (1.2, 6.4, 2.6, 2.8, 1.5, 2.5),
        size=8,
    )
    doc.add_paragraph("{%p endfor %}")
    heading(doc, "三、公示与异议")
    doc.add_paragraph("{{ objection }}")
    return doc


def report() -> DocumentType:
    """Return the leaders' report on a plan."""
    doc = paper()
    title = doc.add_paragraph()
    run = title.add_run("{{ title }}")
    run.bold, run.font.size = True, Pt(18)
    note = doc.add_paragraph()
    run = note.add_run(
        "{{ subtitle }}{% if invented %}　本报告由虚构城市的清单生成，仅供演示。{% endif %}"
    )
    run.font.color.rgb, run.bold = RGBColor(0xB3, 0x26, 0x1E), True
    table(doc, None, "facts", ["left", "left"], (4, 13))

    heading(doc, "一、结论")
    listing(doc, "conclusions")
    heading(doc, "二、减排要求与达到情况")
    doc.add_paragraph("{{ picture_targets }}")
    table(
        doc,
        [
            "级别",
            "污染物",
            "要求",
            "达到",
            "要求 kg/d",
            "达到 kg/d",
            "其中企业 kg/d",
            "其中扬尘、移动源 kg/d",
            "{{ marginal_head }}",
            "结果",
        ],
        "targets",
        ["center", "left", *["right"] * 8],
        (1.2, 2.2, 1.5, 1.5, 1.9, 1.9, 1.9, 2.0, 1.5, 1.7),
        size=7.5,
    )
    heading(doc, "三、与另外两种做法比较")
    doc.add_paragraph("{{ picture_cost }}")
    table(
        doc,
        [
            "级别",
            "做法",
            "日成本 {{ money_unit }}",
            "减排要求",
            "涉及企业 家",
            "整线停产 条",
            "绩效好的企业不受影响",
        ],
        "compare",
        ["center", "left", "right", "center", "right", "right", "right"],
        (1.4, 4, 2.6, 2, 2, 2, 3),
    )
    listing(doc, "baseline_notes")
    heading(doc, "四、各等级受影响企业")
    table(
        doc,
        [
            "绩效等级",
            "企业 家",
            "黄色 减排",
            "黄色 全停",
            "橙色 减排",
            "橙色 全停",
            "红色 减排",
            "红色 全停",
        ],
        "grades",
        ["left", *["right"] * 7],
        (3, 2, 2, 2, 2, 2, 2, 2),
    )
    heading(doc, "五、公平性的例外")
    doc.add_paragraph("{{ exceptions_note }}")
    doc.add_paragraph("{%p if exceptions %}")
    table(
        doc,
        ["级别", "行业", "等级较差的企业", "减排比例", "例外的原因", "减排比例更高的较好企业"],
        "exceptions",
        ["center", "left", "left", "right", "left", "left"],
        (1.3, 2.2, 3.5, 1.6, 4.2, 4.2),
        size=8,
    )
    doc.add_paragraph("{%p endif %}")
    heading(doc, "六、方法与证明")
    doc.add_paragraph(
        "在各行业各等级最低要求之上，以最低总成本满足各项减排比例；同行业内等级好的企业减排比例"
        "不高于等级差的（已到上限、承担保障任务或获豁免的除外，见第五节）；较高级别不低于较低级别；保障任务不受影响。成本下界对整个模型成立（含停哪些生产线的全部选择），差距为"
        "成本与下界之差除以成本。方案由不使用求解器的独立程序重新核算。"
    )
    table(doc, None, "certificate", ["left", "left"], (6, 11))
    listing(doc, "violations")
    listing(doc, "remarks")
    heading(doc, "七、所依据的规则及其证据等级")
    table(
        doc,
        ["证据等级", "文件", "条款", "规则编号"],
        "rules",
        ["center", "left", "left", "left"],
        (2, 5.5, 5.5, 4),
        size=7.5,
    )
    tail = doc.add_paragraph()
    run = tail.add_run("{{ trace }}")
    run.font.size, run.font.color.rgb = Pt(7), MUTED
    return doc


def heading(doc: DocumentType, text: str) -> None:
    """Add a heading in the house blue."""
    paragraph = doc.add_paragraph(style="Heading 1")
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb, run.bold = Pt(12.5), BLUE, True
    run.font.name = FONT
    run._element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    paragraph.paragraph_format.space_before = Pt(10)


def listing(doc: DocumentType, name: str) -> None:
    """Add a bulleted list over the texts of `name`."""
    doc.add_paragraph(f"{{%p for line in {name} %}}")
    doc.add_paragraph("{{ line }}", style="List Bullet")
    doc.add_paragraph("{%p endfor %}")


def table(
    doc: DocumentType,
    header: list[str] | None,
    name: str,
    align: list[str],
    widths_cm: tuple[float, ...],
    size: float = 9,
) -> None:
    """Add a table over the rows of `name`; the header repeats on every page."""
    made = doc.add_table(rows=0, cols=len(align))
    made.style = doc.styles["Table Grid"]
    made.autofit = False
    if header is not None:
        cells = made.add_row().cells
        for cell, text in zip(cells, header, strict=True):
            put(cell, text, "center", size, bold=True)
            shade(cell)
        repeat = OxmlElement("w:tblHeader")
        made.rows[0]._tr.get_or_add_trPr().append(repeat)
    put(made.add_row().cells[0], f"{{%tr for row in {name} %}}", "left", size)
    row = made.add_row().cells
    for i, (cell, side) in enumerate(zip(row, align, strict=True)):
        put(cell, f"{{{{ row[{i}] }}}}", side, size, bold=header is None and i == 0)
        if header is None and i == 0:
            shade(cell)
    put(made.add_row().cells[0], "{%tr endfor %}", "left", size)
    for column, width in zip(made.columns, widths_cm, strict=True):
        column.width = Cm(width)  # some readers heed the grid, others the cells
    for each in made.rows:
        for cell, width in zip(each.cells, widths_cm, strict=True):
            cell.width = Cm(width)
    doc.add_paragraph().paragraph_format.space_after = Pt(0)


def put(cell, text: str, side: str, size: float, bold: bool = False) -> None:  # type: ignore[no-untyped-def]
    """Write a cell's only paragraph."""
    paragraph = cell.paragraphs[0]
    paragraph.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
    }[side]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold


def shade(cell) -> None:  # type: ignore[no-untyped-def]
    """Give a header cell the pale ground of the house."""
    ground = OxmlElement("w:shd")
    ground.set(qn("w:val"), "clear")
    ground.set(qn("w:fill"), "EEF3F9")
    cell._tc.get_or_add_tcPr().append(ground)


if __name__ == "__main__":
    main()
