"""`python -m services.matching`."""

from services.matching.app import create_app
from services.matching.settings import MatchingSettings
from shared.runtime import serve

if __name__ == "__main__":
    serve(MatchingSettings, create_app)
