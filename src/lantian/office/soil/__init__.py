"""Construction-land parcels in the office: register, process with clocks, pages."""
