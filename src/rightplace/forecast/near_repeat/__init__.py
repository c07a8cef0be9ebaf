"""Events that follow each other closer in space and time than by chance."""
