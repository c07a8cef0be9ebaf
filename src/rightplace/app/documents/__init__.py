"""Use cases of the six documents: write them for a kept run, check them, file them."""
