"""HJ 212: fields, commands, flags and factor codes of the three editions."""

from lantian.rulebook.hj212_tables.load import Hj212Rules, check_hj212, load_hj212

__all__ = ["Hj212Rules", "check_hj212", "load_hj212"]
