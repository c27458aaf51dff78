"""Everything ``lantian grade --out`` writes, all or nothing."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lantian.adapters.excel.grading_summary import write_summary
from lantian.adapters.inplace import temporary_sibling, uninterrupted
from lantian.adapters.paper.grade_notice import notice_docx, notice_values
from lantian.adapters.paper.grade_sheet import EvidenceLine, sheet_values
from lantian.adapters.paper.press import Press
from lantian.domain.grading.batch import order_of
from lantian.domain.grading.report import firm_as_dict, summary_as_dict
from lantian.domain.grading.result import FirmResult
from lantian.jobs.grading.run import GradeRun, Progress
from lantian.jobs.grading.summary import summary_of
from lantian.jobs.grading.ways import Winters

GRADES_JSON = "grades.json"
SUMMARY = "summary.xlsx"
NOTICE = "notice.docx"
SHEETS = "sheets"
INVENTED = "虚构"
_STATES = {"same": "一致", "registered": "已登记", "changed": "不一致", "missing": "缺失"}


def run_as_dict(run: GradeRun, winters: Winters, *, explain: bool = False) -> dict[str, Any]:
    """Return what ``--json`` prints and ``grades.json`` holds."""
    return {
        "source": run.source,
        "day": run.day.isoformat(),
        "province": run.province or None,
        "use_unverified": run.use_unverified,
        "unused_facts": run.unused,
        "summary": summary_as_dict(summary_of(run)),
        "firms": [firm_as_dict(r, winters.ways(r), explain=explain) for r in run.results],
        "evidence": [
            {
                "firm_id": e.firm_id,
                "id": e.given.evidence_id,
                "file": e.given.file,
                "sha256": e.sha256 or e.given.sha256,
                "state": e.state,
                "who": e.given.who,
                "when": e.given.when_text,
                "proves": e.given.proves,
            }
            for e in run.evidence
        ],
    }


def write_grades(
    run: GradeRun,
    winters: Winters,
    out: Path,
    *,
    sheets: int | None = None,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Write grade sheets, notice, summary and grades.json into a folder.

    Parameters
    ----------
    sheets
        Print the sheets of at most this many firms, best grade first; all where None.

    Returns
    -------
    tuple of str
        The names written, relative to the folder.
    """
    summary = summary_of(run)
    process = run.rules.process(run.province, run.day) if run.province else None
    city = _city(run)
    invented = any(INVENTED in r.name or INVENTED in r.district for r in run.results)
    names: list[str] = []
    with temporary_sibling(out, folder=True) as folder:
        text = json.dumps(run_as_dict(run, winters), ensure_ascii=False, indent=1)
        (folder / GRADES_JSON).write_text(text + "\n", encoding="utf-8")
        title = f"{city}重点行业绩效分级结果汇总表"
        write_summary(folder / SUMMARY, title, run.results, summary)
        day_zh = f"{run.day.year}年{run.day.month}月{run.day.day}日"
        values = notice_values(
            summary, city=city, day_zh=day_zh, process=process, invented=invented
        )
        (folder / NOTICE).write_bytes(notice_docx(values))
        names += [GRADES_JSON, SUMMARY, NOTICE]
        chosen = sorted(run.results, key=lambda r: (order_of(r.grade), r.firm_id))[:sheets]
        press = Press()
        (folder / SHEETS).mkdir()
        for i, result in enumerate(chosen, start=1):
            page = sheet_values(
                result,
                winters.ways(result),
                process=process,
                evidence=_evidence(run, result),
                days_given=winters.given,
                invented=invented,
            )
            name = f"{SHEETS}/{_file_name(i, result)}"
            (folder / name).write_bytes(press.pdf("grade.typ", {"sheet": page}))
            names.append(name)
            if progress:
                progress("write", i, len(chosen))
        _move(folder, out)
    return tuple(names)


def _move(folder: Path, out: Path) -> None:
    """Put the finished files in place; foreign files in the target stay."""
    with uninterrupted():
        (out / SHEETS).mkdir(parents=True, exist_ok=True)
        for old in (out / SHEETS).glob("*.pdf"):
            old.unlink()
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            path.replace(out / path.relative_to(folder))


def _city(run: GradeRun) -> str:
    return "示例市（虚构）" if any(INVENTED in r.district for r in run.results) else "××市"


def _evidence(run: GradeRun, result: FirmResult) -> Sequence[EvidenceLine]:
    if run.evidence:
        return [
            EvidenceLine(
                e.given.evidence_id,
                e.given.file,
                e.given.who,
                e.given.when_text,
                e.sha256,
                _STATES[e.state],
            )
            for e in run.evidence
            if e.firm_id == result.firm_id
        ]
    own = next((a for a in run.applications if a.firm_id == result.firm_id), None)
    return [
        EvidenceLine(e.evidence_id, e.file, e.who, e.when_text, e.sha256, "未核对")
        for e in (own.evidence if own else ())
    ]


def _file_name(number: int, result: FirmResult) -> str:
    plain = unicodedata.normalize("NFC", result.name or result.firm_id).strip()
    safe = re.sub(r'[\\/:*?"<>|\x00-\x1f\s]+', "_", plain).strip("._") or "未命名"
    return f"{number:04d}-{result.grade or '未定'}-{safe[:60]}.pdf"
