"""A shop that knows nothing of a simulator: it names no address, and its keys come from where shops keep them."""

import os

from culqi.client import Culqi

culqi = Culqi(public_key=os.environ["CULQI_PUBLIC_KEY"], private_key=os.environ["CULQI_SECRET_KEY"])
EMAIL = "ann@example.com"


def pay(card_number, amount, capture):
    card = {"card_number": card_number, "cvv": "123", "expiration_month": "09", "expiration_year": "2030", "email": EMAIL}
    token = culqi.token.create(data=card)["data"]
    return culqi.charge.create(
        data={"amount": amount, "currency_code": "PEN", "email": EMAIL, "source_id": token["id"], "capture": capture}
    )["data"]


held = pay("4111111111111111", 1000, False)
print("created", held["amount"], held["outcome"]["type"])
taken = culqi.charge.capture(id_=held["id"])["data"]
print("captured", taken["id"] == held["id"])
back = culqi.refund.create(data={"amount": 400, "charge_id": held["id"], "reason": "solicitud_comprador"})["data"]
print("refunded", back["amount"], back["charge_id"] == held["id"])
refused = pay("4000020000000000", 700, True)
print("declined", refused["type"], refused["decline_code"])
