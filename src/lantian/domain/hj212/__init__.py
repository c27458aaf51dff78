"""HJ 212 frames, sans-I/O: bytes in, events out."""
