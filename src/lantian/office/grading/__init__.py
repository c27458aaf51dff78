"""Grading in the office: an application from its draft to the grade in force, batches, notice, objections."""
