"""How Alembic reaches intake's database."""

from services.intake.storage import metadata
from shared import migrations

migrations.run(metadata)
