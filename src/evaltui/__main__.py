"""`python -m evaltui` and the `evaltui` command."""

from evaltui.main import main

if __name__ == "__main__":
    main()
