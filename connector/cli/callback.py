"""One answer from a browser on this machine: the smallest server that can receive a consent."""

import hmac
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from connector.connecting import answer_of
from connector.errors import Complaint

_PAGE = "<!doctype html><meta charset=utf-8><title>OCOP</title><p style='font:17px sans-serif'>{}</p>"
_THANKS = "Đã nhận. Quay lại cửa sổ lệnh. / Received. Go back to the terminal."
_WRONG = "Không phải câu trả lời đang chờ. / Not the answer we wait for."


class Callback:
    """Listens on a loopback port from the moment it is made, so that its address can stand in the link."""

    def __init__(self, port: int, path: str) -> None:
        self._path, self._answer, self._state = path, dict[str, str](), ""
        try:
            self._server = HTTPServer(("127.0.0.1", port), self._handler())
        except OSError as error:
            raise Complaint(
                f"Cổng {port} đang bận. Chọn cổng khác với --listen.", f"Port {port} is taken. Choose another."
            ) from error
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def wait(self, state: str, seconds: float) -> Mapping[str, str]:
        """The first answer that carries the state; others are turned away and change nothing."""
        self._state, deadline = state, time.monotonic() + seconds
        while not self._answer and (left := deadline - time.monotonic()) > 0:
            self._server.timeout = min(left, 1.0)
            self._server.handle_request()
        if not self._answer:
            raise Complaint("Chờ quá lâu. Chạy lại lệnh này.", "Nobody answered in time. Run the command again.")
        return self._answer

    def close(self) -> None:
        self._server.server_close()

    def _take(self, target: str) -> bool:
        answer = answer_of(target)
        fits = hmac.compare_digest(answer.get("state", "").encode(), self._state.encode())
        if not fits or target.partition("?")[0] != self._path:
            return False
        self._answer = answer
        return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                taken = outer._take(self.path)
                body = _PAGE.format(_THANKS if taken else _WRONG).encode()
                self.send_response(200 if taken else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet: the address holds a code."""

        return Handler
