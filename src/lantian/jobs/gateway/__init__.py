"""What gateway and office share: register of loggers, kept frames, lake, seals, health."""
