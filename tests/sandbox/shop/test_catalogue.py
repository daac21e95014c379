from sandbox.shop.catalogue import PER_USD, PRODUCTS, described
from sandbox.shop.people import PLACES


def test_every_product_has_its_own_id() -> None:
    assert len({product.product_id for product in PRODUCTS}) == len(PRODUCTS)


def test_every_place_has_a_price_for_every_product() -> None:
    currencies = {place.currency for place in PLACES}
    assert currencies <= set(PER_USD)
    prices = [described(product, c)["price"] for product in PRODUCTS for c in currencies]
    assert min(prices) > 0


def test_a_product_is_priced_in_the_shoppers_currency() -> None:
    told = described(PRODUCTS[0], "NOK")
    assert (told["price"], told["currency"], told["category"]) == (672.0, "NOK", "clothing")
