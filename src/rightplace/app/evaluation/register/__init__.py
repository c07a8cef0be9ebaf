"""The register of operations and units in a workspace: a file that only grows.

Others read it through ``read_register``, ``locked_plan`` and ``note_result``.
"""

from rightplace.app.evaluation.register.kept import locked_plan, note_result, read_register

__all__ = ["locked_plan", "note_result", "read_register"]
