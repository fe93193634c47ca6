"""The same work as FastAPI's and SQLAlchemy's own documentation would have it written: ORM, dependencies, response models."""
