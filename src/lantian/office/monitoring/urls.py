"""Addresses of monitoring."""

urlpatterns = []
