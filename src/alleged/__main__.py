"""`python -m alleged` is `alleged`."""

from alleged.cli import main

if __name__ == "__main__":
    main()
