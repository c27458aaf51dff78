"""The invented city: a list with the published proportions of Taiyuan 2022, nothing of it real."""

from lantian.demo.city import make_city

__all__ = ["make_city"]
