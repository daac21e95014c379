"""What the shop sells, and what it costs where."""

from typing import Any

import msgspec


class Product(msgspec.Struct, frozen=True):
    """One thing for sale; the price is in US dollars."""

    product_id: str
    name: str
    category: str
    price_usd: float


PRODUCTS = (
    Product("p-101", "Wool jumper", "clothing", 64.0),
    Product("p-102", "Rain jacket", "clothing", 119.0),
    Product("p-103", "Linen shirt", "clothing", 42.5),
    Product("p-104", "Socks, three pairs", "clothing", 11.9),
    Product("p-105", "Down coat", "clothing", 249.0),
    Product("p-201", "Running shoes", "shoes", 129.0),
    Product("p-202", "Winter boots", "shoes", 169.0),
    Product("p-203", "Sandals", "shoes", 39.9),
    Product("p-301", "Espresso machine", "kitchen", 329.0),
    Product("p-302", "Cast iron pan", "kitchen", 54.0),
    Product("p-303", "Tea, 250 g", "kitchen", 9.5),
    Product("p-304", "Chef's knife", "kitchen", 89.0),
    Product("p-401", "Desk lamp", "home", 47.0),
    Product("p-402", "Duvet cover", "home", 59.0),
    Product("p-403", "Candle", "home", 14.0),
    Product("p-404", "Bookshelf", "home", 139.0),
    Product("p-501", "Headphones", "electronics", 199.0),
    Product("p-502", "Power bank", "electronics", 34.0),
    Product("p-503", "Smart watch", "electronics", 279.0),
    Product("p-504", "USB-C cable", "electronics", 8.9),
    Product("p-601", "Novel", "books", 15.9),
    Product("p-602", "Cookbook", "books", 29.0),
    Product("p-603", "Atlas", "books", 48.0),
    Product("p-701", "Yoga mat", "sports", 36.0),
    Product("p-702", "Tent for two", "sports", 219.0),
    Product("p-703", "Water bottle", "sports", 17.5),
)

PER_USD = {
    "USD": 1.0,
    "NOK": 10.5,
    "UAH": 41.0,
    "INR": 84.0,
    "AUD": 1.5,
    "BRL": 5.6,
    "NPR": 134.0,
}


def described(product: Product, currency: str) -> dict[str, Any]:
    """The product as an event tells it, priced in the shopper's currency."""
    return {
        "product_id": product.product_id,
        "name": product.name,
        "category": product.category,
        "price": round(product.price_usd * PER_USD[currency], 2),
        "currency": currency,
    }
