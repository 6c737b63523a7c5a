"""`python -m deploy.cli`, the command `practice`."""

from deploy.cli.app import app

if __name__ == "__main__":
    app(prog_name="practice")
