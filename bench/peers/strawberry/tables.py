"""The tables that the dashboard needs beside those of the meetings."""

from sqlalchemy.orm import Mapped

from bench.peers.idiomatic.tables import Base, Stamped


class Organisation(Stamped, Base):
    __tablename__ = "organisation"
    kind: Mapped[str]
