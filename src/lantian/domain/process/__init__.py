"""Processes as data, run by a pure engine: what may be taken now, why not, what is due when."""

from lantian.domain.process.clocks import Running, running
from lantian.domain.process.engine import begin, explain, offers, record, take, trace
from lantian.domain.process.model import Attempt, Offer, Recorded, Standing, Taken

__all__ = [
    "Attempt",
    "Offer",
    "Recorded",
    "Running",
    "Standing",
    "Taken",
    "begin",
    "explain",
    "offers",
    "record",
    "running",
    "take",
    "trace",
]
