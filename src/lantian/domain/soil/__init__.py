"""Soil: sampling results against GB 36600, and the statutory process of a parcel."""
