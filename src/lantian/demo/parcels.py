"""Invented parcels of the demonstration city: a register with what was handed in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from lantian.jobs.soil.template import write_template

PARCELS = (  # id, name, district, now, planned, trigger, user, institute, events (day, event, who, documents, due)
    ("DK-001", "原示例焦化厂地块", "钢城区", "工业用地", "居住用地", "sensitive_use", "示例焦化厂", "示例调查院", (
        ("2025-02-10", "survey_required", "市生态环境局", "通知书", ""),
        ("2025-06-20", "initial_submitted", "示例调查院", "初步调查报告、采样与检测记录、质量控制报告", ""),
        ("2025-08-05", "initial_passed_exceeds", "市生态环境局", "评审意见", "2026-02-28"),
        ("2026-03-18", "detailed_submitted", "示例调查院", "详细调查报告、采样与检测记录、质量控制报告", ""),
        ("2026-05-12", "detailed_passed_exceeds", "市生态环境局", "评审意见", "2026-10-31"),
    )),
    ("DK-002", "河东学校选址地块", "河东区", "农用地", "中小学用地", "sensitive_use", "河东区政府", "第二调查院", (
        ("2026-09-01", "survey_required", "市生态环境局", "通知书", "2027-01-10"),
    )),
    ("DK-003", "示例电镀厂地块", "示例区", "工业用地", "居住用地", "sensitive_use", "示例电镀厂", "示例调查院", (
        ("2024-03-01", "survey_required", "市生态环境局", "通知书", ""),
        ("2024-07-01", "initial_submitted", "示例调查院", "初步调查报告、采样与检测记录、质量控制报告", ""),
        ("2024-08-15", "initial_passed_exceeds", "市生态环境局", "评审意见", ""),
        ("2024-12-01", "detailed_submitted", "示例调查院", "详细调查报告、采样与检测记录、质量控制报告", ""),
        ("2025-01-20", "detailed_passed_exceeds", "市生态环境局", "评审意见", ""),
        ("2025-05-10", "assessment_submitted", "示例调查院", "风险评估报告", ""),
        ("2025-07-01", "listed", "省生态环境厅", "省级评审意见、名录文件", "2026-12-31"),
    )),
    ("DK-004", "老粮库地块", "示例区", "仓储用地", "商业用地", "", "示例粮食公司", "", ()),
    ("DK-005", "南站加油站地块", "钢城区", "商业用地", "公园绿地", "", "示例石油公司", "第二调查院", (
        ("2026-06-01", "survey_required", "市生态环境局", "通知书", ""),
        ("2026-09-15", "stage1_submitted", "第二调查院", "第一阶段调查报告", ""),
    )),
)  # fmt: skip


def write_parcels(path: Path, day: date) -> Path:
    """Write the register as the workbook that ``lantian soil parcels`` reads."""
    parcels, events = [], []
    for key, name, district, now, planned, trigger, user, institute, own in PARCELS:
        parcels.append({
            "parcel_id": key, "name": name, "district": district, "current_use": now, "planned_use": planned,
            "trigger": trigger, "user": user, "institute": institute,
        })  # fmt: skip
        events += [
            {
                "parcel_id": key,
                "day": at,
                "event": event,
                "who": who,
                "document": documents,
                "due": due,
            }
            for at, event, who, documents, due in own
        ]
    return write_template(path, day, rows={"parcel": parcels, "event": events})
