"""Vectors: base strings printed by Shopee's guide with digests computed apart, other clients' vectors, RFC 4231."""

import pytest

from adapters.shopee.sign import sign

K1 = "test_partner_key_0123456789abcdef"
K2 = "57615053704d6470644f554a78656d50484143644964436a5568777544524579"


@pytest.mark.parametrize(
    ("key", "parts", "digest"),
    [
        (
            K1,
            ("2001887", "/api/v2/public/get_shops_by_partner", 1655714431),
            "8d0b8105220f3a6129ce1147cf82f1a00c6fe57966b2f04e7426734fb219e01a",
        ),
        (
            K2,
            ("2001887", "/api/v2/public/get_shops_by_partner", 1655714431),
            "60ab8c4a535009ab33b8a0029ee18a667ef6eaeb16481ed3d573a5059122d4df",
        ),
        (
            K1,
            ("2001887", "/api/v2/shop/get_shop_info", 1655714431, "59777174636562737266615546704c6d", "14701711"),
            "fae2453506d0e74461bff5acf9985e736a81491c37c1c77537598bc991c034fc",
        ),
        (
            K2,
            ("2001887", "/api/v2/shop/get_shop_info", 1655714431, "59777174636562737266615546704c6d", "14701711"),
            "b914bea03c13799deb036bb9d10e689f5a6bade160c44af568646f1ef7d796c1",
        ),
        (
            K1,
            ("847892", "/api/v2/auth/token/get", 1657263479),
            "6225f749a55bd5125ab4d037a47796d596ddc4d776a5d8a624cc4b20c00be041",
        ),
        (
            "test_partner_key",
            ("123456", "/api/v2/order/get_order_list", 1710000000, "token_value", "654321"),
            "174af5342b881750dad12a896dffa27da126f1e58a9eb99b12e59a06c288735c",
        ),
    ],
)
def test_signatures_equal_the_known_vectors(key: str, parts: tuple[str, str, int, str, str], digest: str) -> None:
    assert sign(key, *parts) == digest
