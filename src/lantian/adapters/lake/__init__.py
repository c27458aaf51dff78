"""Columnar files beyond Excel's limits: CSV and Parquet folders."""
