"""How Alembic reaches matching's database."""

from services.matching.storage import metadata
from shared import migrations

migrations.run(metadata)
