"""The public pages: an application of its own that knows one exported file and nothing else."""
