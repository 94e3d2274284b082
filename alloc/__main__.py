"""`python -m alloc` is the command `alloc`."""

from alloc.cli import main

if __name__ == "__main__":
    main()
