"""Hands over to the command line, and nothing else."""

from service.cli import main

if __name__ == "__main__":
    main()
