"""Products for partners: figures of a fixed set, small counts withheld, approved and remembered."""
