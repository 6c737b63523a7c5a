"""`python -m services.intake`."""

from services.intake.app import create_app
from services.intake.settings import IntakeSettings
from shared.runtime import serve

if __name__ == "__main__":
    serve(IntakeSettings, create_app)
