"""Stations, their hours, the city's days, and the forecast."""

from __future__ import annotations

from django.db import models

POLLUTANTS = ("so2", "no2", "pm10", "co", "o3", "pm25")


def _value() -> models.DecimalField:
    return models.DecimalField(max_digits=10, decimal_places=3, null=True)


class Station(models.Model):
    """An automatic station; a reference site (对照点) takes no part in city values."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=40)
    district = models.CharField(max_length=40, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    reference = models.BooleanField(default=False)

    class Meta:
        ordering = ("reference", "district", "name")

    def __str__(self) -> str:
        return self.name


class Hour(models.Model):
    """The hour of a station that ends at `hour` (1 to 24) of `day`; µg/m³, CO mg/m³.

    `why` has the code of what took a value out, by pollutant.
    """

    station = models.ForeignKey(Station, models.PROTECT)
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    so2, no2, pm10 = _value(), _value(), _value()
    co, o3, pm25 = _value(), _value(), _value()
    why = models.JSONField(default=dict)
    source = models.CharField(max_length=64)  # hash of the file it came in

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("station", "day", "hour"), name="one_hour_a_station"),
        )
        indexes = (models.Index(fields=("day", "hour")),)

    def __str__(self) -> str:
        return f"{self.station_id} {self.day} {self.hour}:00"


class CityDay(models.Model):
    """The published values of a day; recomputed whenever its hours change.

    `invalid` says which items have no value and why.
    """

    day = models.DateField(primary_key=True)
    stations = models.PositiveSmallIntegerField()
    so2, no2, pm10 = _value(), _value(), _value()
    co, o3, pm25 = _value(), _value(), _value()
    invalid = models.TextField(blank=True)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day}"


class Forecast(models.Model):
    """The index expected for a day, as a range."""

    day = models.DateField(primary_key=True)
    issued_on = models.DateField()
    low = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    primary = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.low}–{self.high}"
