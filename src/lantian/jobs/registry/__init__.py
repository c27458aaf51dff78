"""Firms and editions of the list: what a list says of each firm, what differs, what may be accepted."""
