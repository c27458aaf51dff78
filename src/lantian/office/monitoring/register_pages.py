"""Outlets and loggers: what is registered, by upload and form, and the register for the gateway."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from lantian.kernel.problem import LantianError
from lantian.office.audit.vault import TooLargeError, path_of, store_upload
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import tell
from lantian.office.monitoring import lake, marking, register, worker
from lantian.office.monitoring.description import described
from lantian.office.monitoring.figures import firms_now
from lantian.office.monitoring.models import Outlet, Seal
from lantian.office.monitoring.shared import outlet_of
from lantian.office.people.access import needs
from lantian.office.site.templatetags.parts import in_language

FIELDS = (
    ("mn", ("MN号", "MN"), True), ("password", ("密码（留空为不变）", "password (empty: unchanged)"), False),
    ("name", ("名称", "name"), False), ("st", ("系统编码，如 31", "system code, e.g. 31"), False),
    ("version", ("版本 2005/2017/2025", "edition 2005/2017/2025"), False),
    ("addresses", ("允许的地址", "addresses allowed"), False), ("sm4_key", ("SM4密钥名", "name of the SM4 key"), False),
    ("vendor", ("厂商习惯", "vendor"), False), ("cns", ("应传命令", "commands expected"), False),
    ("minute_interval", ("分钟数据间隔", "minutes between 2051"), False),
    ("realtime_interval", ("实时间隔（秒）", "seconds between 2011"), False),
)  # fmt: skip
DEFAULTS = {"cns": "2051 2061", "minute_interval": "1", "realtime_interval": "60"}


@needs("monitoring.register")
def register_page(request: HttpRequest) -> HttpResponse:
    """Show outlets with their limits and loggers, and the forms."""
    outlets = list(Outlet.objects.prefetch_related("loggers"))
    names = dict(
        firms_now().filter(firm_id__in={o.firm_id for o in outlets}).values_list("firm_id", "name")
    )
    values: dict[str, Any] = {
        "outlets": [{"outlet": o, "own": described(o), "firm": names.get(o.firm_id, "")} for o in outlets],
        "fields": FIELDS, "defaults": DEFAULTS, "counts": register.counts(), "home": lake.home(),
        "file": register.FILE_NAME, "seals": Seal.objects.all()[:14],
        "broken": worker.broken_seals(),
    }  # fmt: skip
    return render(request, "monitoring/register.html", values)


@needs("monitoring.register")
@require_POST
def take_outlet(request: HttpRequest) -> HttpResponse:
    """Register an outlet from its description."""
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, in_language("请选择文件", "Choose a file, please"))
        return redirect("monitoring-register")
    try:
        firm = request.POST.get("firm", "").strip()
        found = register.register_outlet(
            request.user, firm, store_upload(upload), marking.now_beijing()
        )
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(
            request,
            in_language(f"已登记 {found.code} {found.name_zh}", f"Registered: {found.code}"),
        )
    return redirect("monitoring-register")


@needs("monitoring.register")
@require_POST
def take_logger(request: HttpRequest) -> HttpResponse:
    """Register a logger, or change one."""
    outlet = outlet_of(request, whole(request.POST.get("outlet", ""), 0))
    values = {name: request.POST.get(name, "").strip() for name, _, _ in FIELDS}
    values |= {k: v for k, v in DEFAULTS.items() if not values[k]}
    form = register.LoggerForm(**values, active="inactive" not in request.POST)
    try:
        found = register.register_logger(request.user, outlet, form, marking.now_beijing())
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(
            request, in_language(f"已登记数采仪 {found.mn}", f"Logger registered: {found.mn}")
        )
    return redirect("monitoring-register")


@needs("monitoring.register")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Write the gateway's register of loggers."""
    try:
        path = register.export_registry(request.user)
    except LantianError as error:
        tell(request, *error.problems)
    except OSError as error:
        messages.error(
            request,
            in_language(f"不能写入：{error.strerror}", f"Cannot be written: {error.strerror}"),
        )
    else:
        messages.success(
            request, in_language(f"名册已写入 {path}", f"The register was written to {path}")
        )
    return redirect("monitoring-register")


@needs("monitoring.register")
def description(request: HttpRequest, outlet: int) -> FileResponse:
    """Send the description of an outlet as it was registered."""
    found = outlet_of(request, outlet)
    name = f"{found.firm_id}-{found.code}.yaml"
    return FileResponse(path_of(found.file_id).open("rb"), as_attachment=True, filename=name)
