import pytest

from adapters.lazada.sign import sign

BASE = {
    "app_key": "123456",
    "access_token": "test",
    "timestamp": "1517820392000",
    "sign_method": "sha256",
}
PAYLOAD = '{"Request":{"Product":{"Skus":{"Sku":[{"ItemId":"1","SkuId":"2","SellerSku":"Áo-01","Quantity":"5"}]}}}}'
SIMPLE = {"foo": "1", "bar": "2", "foo_bar": "3", "foobar": "4"}


@pytest.mark.parametrize(
    ("secret", "path", "params", "expected"),
    [
        (
            "helloworld",
            "/order/get",
            {**BASE, "order_id": "1234"},
            "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A",
        ),
        ("1234", "/test/api", SIMPLE, "988085883BF9D32D251478D23122C7ECC91518CDF63BA22F792000A378F52409"),
        ("secret", "/test/api", SIMPLE, "C9E42CE09BA9FE95ECCB17111AA4E3F41D1C82F000435219C75936A427D9C945"),
        (
            "test-secret",
            "/order/cancel",
            {**BASE, "timestamp": "1700000000000", "access_token": "test-token"},
            "91375F42B474CECEE7172759B6400E74F10FBB6E9E9E145EA2A27DFA17556B18",
        ),
        (
            "helloworld",
            "/product/price_quantity/update",
            {**BASE, "payload": PAYLOAD},
            "176B7B8F1B29754CBF75DE1D7E1808C115697F75ADBEDFFEDC9BFD6A09E6B620",
        ),
        (
            "helloworld",
            "/image/upload",
            BASE,
            "EBC4092AACB304569E1D3C9A0BA10576BBECC6229792B6EEF003152AA4F42C96",
        ),
        (
            "helloworld",
            "/auth/token/create",
            {
                "app_key": "123456",
                "timestamp": "1517820392000",
                "sign_method": "sha256",
                "code": "0_123456_abc",
            },
            "0D52457FD491BF975C61D79A2670D291BCEB362492D2513CD9C7441CEACC5B3C",
        ),
    ],
)
def test_the_published_and_derived_vectors_hold(secret: str, path: str, params: dict[str, str], expected: str) -> None:
    assert sign(secret, path, params) == expected


def test_a_signature_that_is_there_already_is_not_signed() -> None:
    assert sign("s", "/p", {"a": "1", "sign": "X"}) == sign("s", "/p", {"a": "1"})
