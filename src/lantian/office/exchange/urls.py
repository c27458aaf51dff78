"""Addresses of the deliveries."""

from django.urls import path

from lantian.office.exchange import pages

urlpatterns = [
    path("exchange/", pages.exchange, name="exchange"),
    path("exchange/subscribe/", pages.subscribe, name="exchange-subscribe"),
    path("exchange/subscription/<int:pk>/stop/", pages.stop, name="exchange-stop"),
    path("exchange/subscription/<int:pk>/test/", pages.test, name="exchange-test"),
    path("exchange/delivery/<int:pk>/", pages.delivery, name="exchange-delivery"),
    path("exchange/delivery/<int:pk>/retry/", pages.retry, name="exchange-retry"),
    path("exchange/delivery/<int:pk>/drop/", pages.drop, name="exchange-drop"),
]
