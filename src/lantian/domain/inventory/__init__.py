"""The emergency emission-reduction list: its shape and its checks."""
