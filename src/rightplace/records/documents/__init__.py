"""The six documents without which nothing is published: written, checked, kept, asked for."""
