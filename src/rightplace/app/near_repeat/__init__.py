"""Whether events of a file follow each other closer than by chance."""
