"""What left the building in figures: who may have which product, and every figure ever released."""
