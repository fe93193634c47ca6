"""The same answers as Strawberry's own documentation would have them: types, resolvers and DataLoaders over the ORM."""
