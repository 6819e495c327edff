"""Lazada's error envelope: always HTTP 200, a string code, and often the cause only in `detail`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# The business code and text behind each numeric validation code (public error table of /product/create).
TEXTS: dict[str, str] = {
    "4104": "BIZ_CHECK_PRICE_PRECISION_INVALID:Price accuracy check failed",
    "4105": "BIZ_CHECK_SELLER_SKU_DUPLICATE:SellerSku repeat",
    "4107": "CHECK_CAT_PROP_INVALID_NUMBER:The category attribute value is invalid",
    "4108": "CHK_BASIC_REQUIRED:Basic attributes Mandatory verification",
    "4109": "CHK_SKU_PROPS_NOT_MATCH_SALE_PROP:Sku sales attributes do not match",
    "4110": "BIZ_CHECK_CAT_PROP_MANDATORY:Category attribute This parameter is mandatory",
    "4111": "CHK_CATPROP_CPV_TEXT_REPEAT:Category attribute content repeats",
    "4112": "CHK_SKU_PROPS_DUPLICATE:Duplicate Sku attributes",
    "4113": "CHK_SKU_PROPS_NOT_IDENTICAL:Sales attribute is not filled in",
    "4115": "CHK_CATPROP_CPV_NOT_ENUM:The CPV attribute is not one of the options provided by the category",
    "4116": "BIZ_CHECK_MAIN_IMAGE_DUPLICATE:Repeat check of master diagram",
    "4117": "BIZ_CHECK_SPECIAL_PRICE_FROM_DATE_AFTER_TO_DATE:Special offer date check",
    "4118": "BIZ_CHECK_PRICE_IS_ZERO:Price is not 0 check",
    "4119": "BIZ_CHECK_SPECIAL_PRICE_RATE_OUT_OF_RANGE:Special price range check",
    "4120": "CHK_CATPROP_CPV_MAX_LEGNTH:Verify the maximum CPV value of a category",
    "4121": "BIZ_CHECK_SPECIAL_PRICE_PRECISION_INVALID:Special accuracy check does not pass",
    "4129": 'BIZ_CHECK_PROP_SPECIAL_CHAR:Special characters are not allowed: "^~<>|',
    "4131": "BIZ_CHECK_CAT_PROP_SENSITIVE_WORDS:description has sensitive words",
    "4132": "Invalid Request Format",
    "4133": "Invalid variation",
    "4134": "Please select the last level category.",
    "4135": "THD_IC_ERR:IC service error",
    "4136": "SELLER_SKU_NOT_FOUND:seller sku not found",
    "4137": "ITEM_NOT_FOUND:"
    "The item id entered in the request does not exist on the current country and store",
    "4138": "BIZ_CHECK_EXIST_OUTER_IMAGE:The image exists in the outer link",
    "4139": "BIZ_CHECK_MAIN_IMAGE_REQUIRE:Main image is require",
    "4140": "CHK_ENUM_PROP_VALUE_NOT_IN_OPTION:Class does not have this attribute",
    "4141": "THD_IC_ERR_F_IC_INFRA_PRODUCT_036:SellerSku repeat",
    "4142": "THD_BRAND_ID_IS_NOT_VALID_IN_CATEGORY:The brand is invalid in the category",
    "4143": "BIZ_CHECK_SALEPROP_ATTRIBUTE_INVALID:The selling attributes are not defined in the variation",
    "4144": "BIZ_CHECK_SKU_NOT_CONTAIN_SALEPROP:The sku does not contain the saleProp tag",
    "4145": "BIZ_CHECK_SALEPROP_AND_OLD_PARAM_REPEAT:You can't put sales properties in both saleProp and sku",
    "4146": "BIZ_CHECK_SALEPROP_NOT_SUPPORT_THUMBNAIL:Thumbnails are not supported for this sale attribute",
    "4148": "BIZ_CHECK_ITEM_HAS_REACH_LIMIT:Seller's online product count has reach limit",
    "4149": "BIZ_CHECK_PACKAGE_DECIMAL_INVALID:Package attribute value is not valid",
    "4150": "SELLER_SKU_INVALID:seller sku is invalid",
    "4152": "THD_INVENTORY_ERR_INV_PARAM_ILLEGAL:illegal parameter:quantity",
    "4153": "THD_IC_ERR_FC_IC_SKU_IMAGE_001:If you upload a sku picture then all sku must be uploaded",
    "4155": "BIZ_CHECK_NO_EDIT_ITEM_LOCK:This product is currently locked so you are unable to do editing",
    "4156": "C035: No brand cannot be selected",
    "4157": "BIZ_CHECK_SPECIAL_PRICE_GREATER_THAN_PRICE:"
    "The discount price must be cheaper than the regular price",
    "4159": "IC_EXCEPTION:IC service is exception",
    "4160": "THD_IC_ERR_F_PRODUCT_00_15_004:"
    "The max length of Multi title for locale can not exceed 255 bytes",
    "4161": "VARIATION_CATEGORY_ATTRIBUTE_INVALID:"
    "This variaition attribute is not found in the category attribute library",
    "4162": "THD_IC_ERR_F_IC_ABILITY_PG_003:Product edit was blocked by tag",
    "4163": "BIZ_CHECK_RESTRICTED_CATEGORY:You are not authorised to sell this category",
    "4164": "BIZ_CHECK_MAX_PACKAGE_WEIGHT:The package weight exceeds 40kg",
    "4165": "BIZ_CHECK_MAX_PACKAGE_DIMENISIONS:The Package dimension(Length+Width+Height) exceeds 300cm",
    "4168": "BIZ_CHECK_BRAND_PERMISSION_TIER_TWO:You have to apply for this brand before you may use it",
    "4169": "CHK_IMAGE_MAX_ITEMS:Upload a maximum of 8 pictures",
    "4170": "During the campaign, there are restrictions for stock adjustments in effect. "
    "Sellers can increase stocks, but may not decrease stocks.",
    "4171": "The updated SKU quantity exceeds the maximum number 50, "
    "please do not update more than 50 SKUs at once",
    "4193": "The SellerSku parameter is no longer supported. "
    "Please update your parameter to use SkuId and try again",
    "4216": "skuId is a mandatory field and must be filled in.",
    "212": "INV_NEGATIVE_SELLABLE:Sellable inventory cannot be negative",
    "209": "Invalid variation",
    "501": "Update product failed",
}


@dataclass(frozen=True)
class Flaw:
    """One reason why a product or SKU is refused: numeric code, field, SKU and a note on the value."""

    code: str
    field: str
    seller_sku: str = ""
    note: str = ""
    text: str = ""

    def message(self) -> str:
        """`BUSINESS_CODE:text`, as the platform writes it."""
        text = self.text or TEXTS[self.code]
        return f"{text},{self.note}" if self.note else text

    def row(self, style: str) -> dict[str, str]:
        """The flaw as an entry of `detail`; every key but `message` is optional there."""
        row = {"field": self.field, "message": self.message()}
        if self.seller_sku:
            row["seller_sku"] = self.seller_sku
        if style != "detail":
            row["code"] = self.code
        return row


class Refused(Exception):
    """An answer with a non-zero code."""

    def __init__(self, code: str, message: str, detail: Sequence[dict[str, str]] = (), kind: str = "ISP"):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.detail, self.kind = code, message, list(detail), kind

    def body(self) -> dict[str, Any]:
        """The envelope without its request id."""
        body: dict[str, Any] = {"code": self.code, "type": self.kind, "message": self.message}
        if self.detail:
            body["detail"] = self.detail
        return body


def gateway(code: str, message: str) -> Refused:
    """A fault that the gateway finds before any business code runs."""
    return Refused(code, message, kind="ISV")


def missing(name: str) -> Refused:
    """A mandatory parameter that was not sent."""
    return gateway(
        "MissingParameter",
        f'The input parameter "{name}" that is mandatory for processing this request is not supplied',
    )


def plain(code: str) -> Refused:
    """A refusal that always stands at the top level, whatever the style switch says."""
    return Refused(code, TEXTS[code])


def umbrella(code: str, flaws: Sequence[Flaw], style: str) -> Refused:
    """Flaws as one answer: under an overview code, or (style `top`) under the first flaw's own."""
    rows = [flaw.row(style) for flaw in flaws]
    first = flaws[0]
    if style == "top" or first.code in {"212", "209"}:
        return Refused(first.code, first.message(), rows)
    names = {"500": "E500: Create product failed", "501": "E501: Update product failed",
             "503": "E503: Remove product failed", "504": "E504: Set product Image failed"}  # fmt: skip
    return Refused(code, names[code], rows)
