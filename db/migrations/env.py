"""Alembic's entry: runs on the connection, and in the transaction, that `db.engine.migrate` opened."""

from alembic import context
from sqlmodel import SQLModel

import db.models
import db.models_accounts
import db.models_api
import db.models_audit
import db.models_care
import db.models_corrections
import db.models_exports
import db.models_limits
import db.models_marks
import db.models_networks
import db.models_notices
import db.models_patients
import db.models_recorder
import db.models_reports
import db.models_trends
import db.models_uploads
import db.models_walls  # noqa: F401  (all of them fill the metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
)
with context.begin_transaction():
    context.run_migrations()
