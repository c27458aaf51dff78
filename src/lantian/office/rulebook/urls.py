"""Addresses of the rulebook."""

from django.urls import path

from lantian.office.rulebook import pages

urlpatterns = [
    path("", pages.rules, name="rules"),
    path("industry/<slug:slug>/", pages.industry, name="rules-industry"),
    path("rule/<str:rule_id>/", pages.rule, name="rule"),
]
