"""The one door to the library cryptography."""
