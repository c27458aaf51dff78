"""Addresses of the interface: pages of systems, its description, its operations."""

from django.urls import include, path

from lantian.office.api import pages
from lantian.office.api.app import operations

urlpatterns = [
    path("systems/", pages.systems, name="systems"),
    path("systems/new/", pages.make, name="system-make"),
    path("systems/<int:pk>/revoke/", pages.revoke, name="system-revoke"),
    path("api/v1/docs/", pages.docs, name="api-docs"),
    path("api/v1/openapi.json", pages.openapi, name="api-openapi"),
    path("api/v1/", include(operations())),
]
