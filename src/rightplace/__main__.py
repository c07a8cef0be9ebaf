"""The command line as ``python -m rightplace``."""

from rightplace.cli import main

if __name__ == "__main__":
    main()
