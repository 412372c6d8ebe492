"""What Alembic runs to migrate: it works on the connection that `migrating` hands over, in its transaction."""

from alembic import context
from sqlalchemy import MetaData

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

context.configure(connection=context.config.attributes["connection"], target_metadata=MetaData(naming_convention=NAMES))
context.run_migrations()
