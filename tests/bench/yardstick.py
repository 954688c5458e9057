"""The yardstick: a bare Flask view that parses the same body, commits one row in a transaction of its own, durably,
and returns a constant of the same size. Same server, same database, same settings of both."""

import os
from datetime import UTC, datetime

import orjson
from flask import Flask, Response, request
from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, insert
from uuid_utils import uuid7

from app.adapters.database import Database
from app.web.serving import settle_memory

metadata = MetaData()
rows = Table(
    "yardstick",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("body", Text, nullable=False),
)


def create_app() -> Flask:
    app = Flask("yardstick")
    database = Database(os.environ["DATABASE_URL"], int(os.environ.get("AWNING_THREADS", "32")))
    answer = b'{"constant":"' + b"x" * (int(os.environ["YARDSTICK_BYTES"]) - 15) + b'"}'
    with database.writing() as connection:
        metadata.create_all(connection)

    @app.post("/yardstick")
    def measure() -> Response:
        raw = request.get_data()
        orjson.loads(raw)
        with database.writing() as connection:
            row = {"id": str(uuid7()), "created_at": datetime.now(UTC), "body": raw.decode()}
            connection.execute(insert(rows), row)
        return Response(answer, 200, mimetype="application/json")

    settle_memory()
    return app
