"""The independent checker: no solver, nothing shared with the formulation."""
