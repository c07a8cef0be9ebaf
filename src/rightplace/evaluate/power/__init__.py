"""What an operation could show, said before it starts: power and the smallest change seen."""
