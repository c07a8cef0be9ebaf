"""The interface for programs: what the pages do, in JSON, by tokens with less than one may."""
