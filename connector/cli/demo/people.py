"""Two made-up people for the demo's console, so that nobody stands before a closed door. Made by the demo only."""

import secrets
from collections import Counter
from dataclasses import dataclass

from connector import accounts
from connector.cli import say
from connector.cli.say import t
from connector.store import Store

OPERATOR, PRODUCER = "van-hanh", "chu-the"


@dataclass(frozen=True, slots=True)
class People:
    """Both sign in with the same password, another one in every demo. `producer` is whose products the second sees."""

    password: str
    producer: str

    def show(self, url: str) -> None:
        rows = [
            (OPERATOR, self.password, t("mọi thứ: bàn điều hành, gian hàng, duyệt", "everything: the desk, shops")),
            (PRODUCER, self.password, t(f"sản phẩm của {self.producer}", f"the products of {self.producer}")),
        ]
        heads = t("tên đăng nhập|mật khẩu|thấy", "sign-in name|password|sees").split("|")
        say.table(t(f"Trang quản lý: {url}", f"The console: {url}"), heads, rows)
        vi = "Hai tài khoản thử này là bịa và chỉ có trong demo."
        say.out.print(t(vi, "Both accounts are made up and exist in the demo only."))


def admit(store: Store) -> People:
    """An operator, and somebody of the producer who has the most products here."""
    goods = store.products.by_code(store.products.codes(100_000)).values()
    (code, name), _ = Counter((g.product.producer.code, g.product.producer.name) for g in goods).most_common(1)[0]
    password = f"thu-{secrets.token_hex(4)}"
    accounts.add(store, OPERATOR, password, name="Người vận hành (tài khoản thử)", role="admin")
    accounts.add(store, PRODUCER, password, name="Chủ thể (tài khoản thử)", role="producer", producer=code)
    return People(password, name)
