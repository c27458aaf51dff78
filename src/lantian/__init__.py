"""Lantian 蓝天: the working system of a city's ecology-and-environment bureau."""

__version__ = "0.1.0"
