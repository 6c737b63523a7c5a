"""`python -m services.notifications`."""

from services.notifications.app import create_app
from services.notifications.settings import NotificationsSettings
from shared.runtime import serve

if __name__ == "__main__":
    serve(NotificationsSettings, create_app)
