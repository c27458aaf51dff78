"""Processes as data, run by a pure engine: what may be taken now, why not, what is due when."""

from lantian.domain.process.clocks import Running, running
from lantian.domain.process.engine import begin, explain, offers, take, trace
from lantian.domain.process.model import Attempt, Offer, Standing, Taken

__all__ = [
    "Attempt",
    "Offer",
    "Running",
    "Standing",
    "Taken",
    "begin",
    "explain",
    "offers",
    "running",
    "take",
    "trace",
]
