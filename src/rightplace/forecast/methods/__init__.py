"""The rate models that a forecast can be made with."""
