"""The gateway of data loggers: server, spool, lake; and the loggers' side of it."""
