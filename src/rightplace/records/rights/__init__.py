"""Rights of data subjects (Data Protection Act 2018, Part 3): requests, clocks, copies."""
