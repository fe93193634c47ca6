"""GraphQL: read-only, over the same views as REST; a whole operation is one SQL statement."""
