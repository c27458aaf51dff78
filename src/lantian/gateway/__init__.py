"""The gateway of data loggers: sockets, the keeping of frames, and the way into the lake."""
