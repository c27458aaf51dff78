"""Migrations of firms and lists."""
