"""Users, roles and access: who may see or do what, default deny."""
