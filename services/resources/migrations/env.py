"""How Alembic reaches the database of resources."""

from services.resources.storage import metadata
from shared import migrations

migrations.run(metadata)
