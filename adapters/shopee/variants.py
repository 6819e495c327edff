"""Variants over there: what a model list says, and the calls that turn the live structure into the desired one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.domain.listing import Desired, Offer


@dataclass(frozen=True, slots=True)
class Models:
    """A model list: the axes with their options in order, and the models."""

    axes: tuple[str, ...] = ()
    options: tuple[tuple[str, ...], ...] = ()
    models: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of(cls, response: Mapping[str, Any]) -> "Models":
        tiers = response.get("tier_variation") or ()
        options = tuple(tuple(option["option"] for option in tier["option_list"]) for tier in tiers)
        return cls(tuple(tier["name"] for tier in tiers), options, response.get("model") or ())

    def names(self, model: Mapping[str, Any]) -> tuple[str, ...]:
        """The options of one model."""
        return tuple(self.options[axis][at] for axis, at in enumerate(model.get("tier_index") or ()))

    def by_sku(self) -> dict[str, Mapping[str, Any]]:
        """Models by seller SKU, by `?<id>` where there is none."""
        return {model.get("model_sku") or f"?{model['model_id']}": model for model in self.models}


Stock = Callable[[int], Sequence[Mapping[str, Any]]]  # a quantity as Shopee takes it, place by place


@dataclass(frozen=True, slots=True)
class Step:
    """One call, with the SKUs whose prices and stocks it sets; `flat`: it leaves a plain item without models."""

    endpoint: str
    body: Mapping[str, Any]
    sets: tuple[str, ...] = ()
    flat: bool = False


def steps(desired: Desired, live: Models, item: int, stock: Stock) -> list[Step]:
    """The fewest calls from the live structure to the desired one. Models that stay keep their ids and sales."""
    options = _options(desired)
    wanted = {offer.sku: offer for offer in desired.offers}
    kept = {sku: model for sku, model in live.by_sku().items() if sku in wanted}
    if not kept or len(live.axes) != len(desired.axes):
        return [_rebuild(desired, options, item, stock)]
    index = {sku: _index(offer, options) for sku, offer in wanted.items()}
    moved = any(list(model.get("tier_index") or ()) != index[sku] for sku, model in kept.items())
    done: list[Step] = []
    if moved or len(kept) < len(live.models) or (live.axes, live.options) != (desired.axes, options):
        models = [{"tier_index": index[sku], "model_id": model["model_id"]} for sku, model in kept.items()]
        body = {"item_id": item, **_tiers(desired.axes, options), "model_list": models}
        done.append(Step("product/update_tier_variation", body))
    new = [offer for sku, offer in wanted.items() if sku not in kept]
    if new:
        body = {"item_id": item, "model_list": [_model(offer, options, stock) for offer in new]}
        done.append(Step("product/add_model", body, tuple(offer.sku for offer in new)))
    return done


def flatten(desired: Desired, item: int, stock: Stock) -> Step:
    """From variants to one plain form: empty tiers with one model (possible since June 2024, contract 4.9)."""
    body = {"item_id": item, **_tiers((), ()), "model": [_model(desired.offers[0], (), stock)]}
    return Step("product/init_tier_variation", body, desired.skus, flat=True)


def _rebuild(desired: Desired, options: tuple[tuple[str, ...], ...], item: int, stock: Stock) -> Step:
    models = [_model(offer, options, stock) for offer in desired.offers]
    body = {"item_id": item, **_tiers(desired.axes, options), "model": models}
    return Step("product/init_tier_variation", body, desired.skus)


def _options(desired: Desired) -> tuple[tuple[str, ...], ...]:
    columns = zip(*(offer.options for offer in desired.offers), strict=True)
    return tuple(tuple(dict.fromkeys(column)) for column in columns)


def _index(offer: Offer, options: tuple[tuple[str, ...], ...]) -> list[int]:
    return [options[axis].index(option) for axis, option in enumerate(offer.options[: len(options)])]


def _tiers(axes: Sequence[str], options: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    return {
        "standardise_tier_variation": [
            {
                "variation_id": 0,
                "variation_group_id": 0,
                "variation_name": axis,
                "variation_option_list": [{"variation_option_id": 0, "variation_option_name": o} for o in options[at]],
            }
            for at, axis in enumerate(axes)
        ]
    }


def _model(offer: Offer, options: tuple[tuple[str, ...], ...], stock: Stock) -> dict[str, Any]:
    return {
        "tier_index": _index(offer, options),
        "original_price": offer.price,
        "model_sku": offer.sku,
        "seller_stock": stock(offer.quantity),
    }
