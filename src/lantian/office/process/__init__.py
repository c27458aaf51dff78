"""Cases that run through a process of the rulebook: open one, take a step, ask what waits."""
