"""The one door to the libraries cryptography and gmssl."""
