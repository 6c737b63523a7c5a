"""`python -m services.resources`."""

from services.resources.app import create_app
from services.resources.settings import ResourcesSettings
from shared.runtime import serve

if __name__ == "__main__":
    serve(ResourcesSettings, create_app)
