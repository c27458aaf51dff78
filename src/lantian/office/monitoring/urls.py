"""Addresses of monitoring."""

from django.urls import path

from lantian.office.monitoring import (
    alarm_pages,
    city_pages,
    firm_pages,
    outlet_pages,
    packet_pages,
    register_pages,
    release_pages,
)

urlpatterns = [
    path("", city_pages.city, name="monitoring"),
    path("export.<str:book>", city_pages.export, name="monitoring-export"),
    path("own/", firm_pages.own, name="monitoring-own"),
    path("outlet/<int:outlet>/", outlet_pages.outlet_page, name="monitoring-outlet"),
    path("outlet/<int:outlet>/day/<day:day>/", outlet_pages.day_page, name="monitoring-day"),
    path("outlet/<int:outlet>/packets/", packet_pages.packets, name="monitoring-packets"),
    path("outlet/<int:outlet>/parameters/", packet_pages.parameters, name="monitoring-parameters"),
    path("outlet/<int:outlet>/marks/", firm_pages.marks, name="monitoring-marks"),
    path("outlet/<int:outlet>/marks/place/", firm_pages.place, name="monitoring-place"),
    path("outlet/<int:outlet>/marks/<int:number>/withdraw/", firm_pages.withdraw, name="monitoring-withdraw"),
    path("outlet/<int:outlet>/file/<str:digest>/", firm_pages.mark_file, name="monitoring-file"),
    path("alarms/", alarm_pages.alarms, name="monitoring-alarms"),
    path("alarm/<int:pk>/", alarm_pages.alarm, name="monitoring-alarm"),
    path("alarm/<int:pk>/explain/", alarm_pages.explain, name="monitoring-explain"),
    path("alarm/<int:pk>/decide/", alarm_pages.decide, name="monitoring-decide"),
    path("alarm/<int:pk>/evidence/<int:note>/<int:number>/", alarm_pages.evidence, name="monitoring-evidence"),
    path("late/<int:pk>/", alarm_pages.late, name="monitoring-late"),
    path("quarantine/", release_pages.quarantine, name="monitoring-quarantine"),
    path("quarantine/group/", release_pages.group, name="monitoring-quarantine-group"),
    path("quarantine/decide/", release_pages.decide, name="monitoring-quarantine-decide"),
    path("register/", register_pages.register_page, name="monitoring-register"),
    path("register/outlet/", register_pages.take_outlet, name="monitoring-register-outlet"),
    path("register/logger/", register_pages.take_logger, name="monitoring-register-logger"),
    path("register/export/", register_pages.export, name="monitoring-register-export"),
    path("register/<int:outlet>/description.yaml", register_pages.description, name="monitoring-description"),
]  # fmt: skip
