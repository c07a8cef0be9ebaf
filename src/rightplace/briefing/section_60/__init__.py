"""The written authority of section 60 on paper: filled in from a draft, or blank for an outage."""
