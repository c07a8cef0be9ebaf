"""Use case: rounds of crews for a plan, on streets, as sheets and files for maps and devices."""
