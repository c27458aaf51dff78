"""Paper: order sheets, sign boards and reports."""
