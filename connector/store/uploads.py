"""Files given to the importer by hand: where each stands and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session

from connector.models_console import UploadRow
from connector.store.scope import Scope, ScopedReader

_MINE = "SELECT u.* FROM upload u WHERE {mine:u.producer_id} "


class Uploads:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, account_id: int, producer_id: int | None, file: str) -> int:
        with Session(self._engine) as session, session.begin():
            row = UploadRow(account_id=account_id, producer_id=producer_id, file=file[:200])
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id

    def progress(self, upload_id: int, done: int, total: int) -> None:
        self._set(upload_id, done=done, total=total)

    def finish(
        self, upload_id: int, *, counts: Mapping[str, int], mapping: str, headings: Sequence[str], rows: Sequence[Any],
        rejects: bool,
    ) -> None:  # fmt: skip
        """`counts` are added to those of earlier rounds of the same upload."""
        with Session(self._engine) as session, session.begin():
            row = session.get_one(UploadRow, upload_id, with_for_update=True)
            row.counts = {key: row.counts.get(key, 0) + n for key, n in counts.items()} | {"rejected": len(rows)}
            row.state, row.mapping, row.rejects = "done", mapping, rejects
            row.headings, row.rows = list(headings), list(rows)
            session.add(row)
            session.connection().execute(
                text("UPDATE upload SET finished_at = clock_timestamp() WHERE id = :i"), {"i": upload_id}
            )

    def fail(self, upload_id: int, vi: str, en: str) -> None:
        self._set(upload_id, state="failed", vi=vi, en=en)

    def again(self, upload_id: int) -> None:
        self._set(upload_id, state="reading", done=0, total=0, vi="", en="")

    def _set(self, upload_id: int, **values: Any) -> None:
        with Session(self._engine) as session, session.begin():
            row = session.get_one(UploadRow, upload_id, with_for_update=True)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    def get(self, scope: Scope, upload_id: int) -> dict[str, Any] | None:
        return ScopedReader(self._engine, scope).one(_MINE + "AND u.id = :id", id=upload_id)

    def recent(self, scope: Scope, limit: int = 10) -> list[dict[str, Any]]:
        return ScopedReader(self._engine, scope).rows(_MINE + "ORDER BY u.id DESC LIMIT :n", n=limit)
