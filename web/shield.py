"""What browsers are told to forbid, and how much a request may carry. Plain ASGI: it stands before everything else."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import report

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SMALL = 1_000_000


class TooLarge(Exception):
    """The body is longer than allowed."""


class Shield:
    """Sets the headers; stops bodies that are too large, whatever their length header claims."""

    def __init__(self, app: ASGIApp, *, uploads: dict[str, int], https: bool) -> None:
        self._app, self._uploads = app, uploads
        self._headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = next((n for start, n in self._uploads.items() if scope["path"].startswith(start)), _SMALL)
        begun = False

        async def telling(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, said in self._headers.items():
                    headers.setdefault(name, said)
            await send(message)

        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooLarge
            return message

        claimed = Headers(scope=scope).get("content-length", "0")
        try:
            if not claimed.isdigit() or int(claimed) > limit:
                raise TooLarge
            return await self._app(scope, bounded, telling)
        except TooLarge:
            if begun:
                raise
            megabytes = max(limit // 1_000_000, 1)
            vi, en = f"Tệp quá lớn, tối đa {megabytes} MB.", f"The file is too large, at most {megabytes} MB."
            answer: Response = PlainTextResponse(f"{vi} / {en}", 413)
            if scope["path"].startswith("/api/"):
                answer = report(413, vi, en)
            return await answer(scope, receive, telling)
