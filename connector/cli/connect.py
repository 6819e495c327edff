"""ocop shop connect: give the seller a link, take what comes back, let the shop go on."""

from collections.abc import Mapping
from contextlib import closing
from typing import Annotated

import typer

from connector import connecting
from connector.cli import say
from connector.cli.callback import Callback
from connector.cli.entrance import parts
from connector.cli.say import t
from connector.domain.listing import Lane
from connector.ports import Consent
from connector.store import Shop
from connector.wiring import Wired

_PATH = "/connect/{}/callback"


def connect(
    code: Annotated[str, typer.Argument(help="Mã gian hàng / shop code.")],
    listen: Annotated[int | None, typer.Option(help="Chờ câu trả lời ở cổng này / wait on this port; 0: any.")] = None,
    redirect: Annotated[str, typer.Option(help="Địa chỉ đã đăng ký với sàn / the address registered there.")] = "",
    wait: Annotated[float, typer.Option(min=1, help="Chờ tối đa, giây / wait at most, seconds.")] = 900,
) -> None:
    """Cấp quyền cho gian hàng: mở liên kết, đồng ý, chạy tiếp / Connect the shop: open the link, agree, go on."""
    with parts() as wired:
        shop = wired.store.shops.get(code)
        consent = wired.consent(shop)
        if not consent.asks:
            connecting.grant(wired.store, consent, shop, {}, "")
        elif listen is not None:
            with closing(Callback(listen, _PATH.format(shop.platform))) as callback:
                _by_link(wired, shop, consent, redirect or callback.address, callback, wait)
        else:
            given = redirect or wired.settings.public_url.rstrip("/") + _PATH.format(shop.platform)
            _by_link(wired, shop, consent, given, None, wait)
        _tell(wired, code)


def _by_link(wired: Wired, shop: Shop, consent: Consent, redirect: str, callback: Callback | None, wait: float) -> None:
    asked = connecting.begin(wired.store, consent, shop, redirect, wired.clock)
    say.out.print(t("Mở liên kết này và đồng ý:", "Open this link and agree:"))
    say.out.print(asked.link, soft_wrap=True)
    say.out.file.flush()  # whoever reads it may sit behind a pipe
    answer = callback.wait(asked.state, wait) if callback else _pasted()
    connecting.finish(wired.store, wired.consent, shop.platform, answer, wired.clock)


def _pasted() -> Mapping[str, str]:
    """For a machine without a browser, or an app whose registered address is elsewhere."""
    told = t("Dán địa chỉ của trang hiện ra sau khi đồng ý", "Paste the address of the page that follows")
    return connecting.answer_of(typer.prompt(told))


def _tell(wired: Wired, code: str) -> None:
    shop = wired.store.shops.get(code)
    for lane in Lane:
        wired.hints.converge(shop.id, lane)
    ends = connecting.ends(wired.store.shops.vault(shop.id).tokens(), wired.clock.now())
    days = t(f", còn {ends.consent_days} ngày", f", for {ends.consent_days} days") if ends.consent_days else ""
    say.out.print(t(f"{code}: đã kết nối{days}.", f"{code}: connected{days}."))
    if not shop.active:
        why, then = shop.paused_because, f"ocop shop resume {code}"
        say.out.print(t(f"Vẫn tạm dừng ({why}): {then}", f"Still paused ({why}): {then}"))
