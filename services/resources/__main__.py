"""`python -m services.resources`."""

from services.resources.app import create_app
from services.resources.settings import ResourcesSettings
from shared import runtime

if __name__ == "__main__":
    runtime.serve(ResourcesSettings.read(), create_app)
