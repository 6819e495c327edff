"""Commands that keep running: up, web; and migrate, which readies the database for them."""

import importlib
import os
from pathlib import Path
from typing import Annotated

import typer

from connector import up as upper
from connector.cli import say
from connector.cli.demo import show
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
    settings()
    importlib.import_module("web.serve").serve(host, port)  # by name: no entrance imports another


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


def demo(
    once: Annotated[bool, typer.Option("--once", help="Tự dừng khi xong / end by itself.")] = False,
    data: Annotated[Path | None, typer.Option(help="Tệp sản phẩm; trống là mẫu có sẵn / empty: the sample.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Lấy mọi dòng / take every row.")] = False,
    size: Annotated[int | None, typer.Option(min=30, help="Số sản phẩm / how many products.")] = None,
    port_base: Annotated[int, typer.Option(min=1024, max=65000, help="Cổng đầu của sàn thử / first port.")] = 9100,
) -> None:
    """Xem tất cả chạy thật: nhập, đăng, sửa, lệch, đối soát / Watch it all: import, publish, edit, drift, heal."""
    taken = None if all_ else size or show.SIZE
    raise typer.Exit(show.show(settings(), once=once, data=data or show.SAMPLE, size=taken, port_base=port_base))
