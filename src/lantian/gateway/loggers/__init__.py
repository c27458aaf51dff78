"""The other end of the wire: invented loggers that drive a gateway, and kept streams sent again."""
