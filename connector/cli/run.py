"""Commands that keep running: up, web; and migrate, which readies the database for them."""

import os
from typing import Annotated

import typer

from connector import up as upper
from connector.cli import say
from connector.cli.entrance import parts, settings
from connector.cli.say import t
from connector.wiring import endpoints


def migrate() -> None:
    """Đưa kho dữ liệu lên bản mới nhất / Bring the database up to the newest version."""
    with parts(hints=False):
        say.out.print(t("Kho dữ liệu đã ở bản mới nhất.", "The database is up to date."))


def web(
    host: Annotated[str, typer.Option(help="Địa chỉ nghe / address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Cổng / port.")] = 8080,
) -> None:
    """Chạy trang web / Run the web entrance."""
    import uvicorn

    settings()
    uvicorn.run("web.app:app", host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=2)


def up(port: Annotated[int, typer.Option(min=1, max=65535, help="Cổng web / web port.")] = 8080) -> None:
    """Chạy tất cả: kho, hàng đợi, web, worker, beat; Ctrl-C để dừng / Run everything; Ctrl-C stops it."""
    found = settings()
    database_url, redis_url = endpoints(found)
    with parts(hints=False):
        pass
    environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "OCOP_DATA": str(found.data)}
    with upper.Processes(environment, found.data / "log") as processes:
        processes.start_all(port)
        say.out.print(t(f"Đang chạy: http://127.0.0.1:{port} (Ctrl-C để dừng)", f"Running: http://127.0.0.1:{port}"))
        processes.watch()
