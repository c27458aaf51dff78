"""From a forecast to a proposed alert, and the hindcast on measured air."""
