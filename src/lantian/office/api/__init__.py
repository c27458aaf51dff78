"""The interface for other systems of government: tokens, operations, their description."""
