"""`python -m services.notifications`"""

from services.notifications.app import create_app
from services.notifications.settings import NotificationsSettings
from shared.runtime import serve

if __name__ == "__main__":
    settings = NotificationsSettings.read()
    serve(settings, lambda: create_app(settings))
