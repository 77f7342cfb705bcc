"""Drives every method that culqipy exports, to success and to failure. The package was rewritten between 0.2.1, whose methods take
positions and which alone has Balance, and 0.2.6, whose methods take a dict; whichever is installed is driven.

It gives the answer's JSON and no status, so the members have to tell.
"""

import inspect

from driving import BRANDS, DECLINES, METADATA, PUBLIC, SECRET, VISA, card, ended, number, paid, planned, raises, somebody, step

import culqipy
import culqipy.resource
import requests

culqipy.public_key = culqipy.COD_COMMERCE = PUBLIC  # so named in 0.2.6, and in 0.2.1
culqipy.secret_key = culqipy.API_KEY = SECRET
POSITIONS = hasattr(culqipy.resource, "Balance")
RESOURCES = ("Balance", "Card", "Charge", "Customer", "Event", "Iins", "Plan", "Refund", "Subscription", "Token", "Transfer")
driven = set()


def call(resource, method, *args):
    driven.add(f"{resource}.{method}")
    return getattr(getattr(culqipy.resource, resource), method)(*args)


def must(answer, /, **want):
    for name, value in want.items():
        if answer.get(name) != value:
            raise AssertionError(f"{name} of {answer} is not {value}")
    return answer


def refused(answer, /, **want):
    return must(answer, object="error", **want)


def gone(answer):
    return refused(answer, type="resource_error")


def without(path, body):
    """What the SDK cannot make is made without it."""
    key = PUBLIC if path == "tokens" else SECRET
    answer = requests.post(f"https://api.culqi.com/v2/{path}", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=30)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def listed(resource, params):
    items = call(resource, "list", params)["data"]
    assert items, resource
    return items


def tokens(make):
    for brand, card_number in BRANDS.items():
        def made(n=card_number, b=brand):
            assert must(make(n), object="token")["iin"]["card_brand"] == b
        step("token.create", f"Token.create, {brand}", made)
    step("token.create", "Token.create, wrong number", lambda: refused(make("4111111111111112"), type="parameter_error", param="card_number"))
    step("token.get", "Token.get", lambda: must(call("Token", "get", make(VISA)["id"]), object="token"))
    step("token.get", "Token.get, unknown id", lambda: gone(call("Token", "get", "nobody")))


def same(noun, make, also, **missing):
    """What most resources have. The list is not narrowed: the SDK sends params as JSON in place of a query."""
    resource = noun.capitalize()
    missing = missing or {"type": "resource_error"}
    step(f"{noun}.get", f"{resource}.get", lambda: must(call(resource, "get", make()), object=noun))
    step(f"{noun}.get", f"{resource}.get, unknown id", lambda: refused(call(resource, "get", "nobody"), **missing))
    step(f"{noun}.list", f"{resource}.list", lambda: must(listed(resource, {"limit": 2})[0], object=noun))
    if "update" in also:
        step(f"{noun}.update", f"{resource}.update", lambda: must(call(resource, "update", make(), METADATA), **METADATA))
        step(f"{noun}.update", f"{resource}.update, unknown id", lambda: refused(call(resource, "update", "nobody", METADATA), **missing))
    if "delete" in also:
        def deleted():
            id_ = make()
            must(call(resource, "delete", id_), id=id_, deleted=True)
        step(f"{noun}.delete", f"{resource}.delete", deleted)
        step(f"{noun}.delete", f"{resource}.delete, unknown id", lambda: refused(call(resource, "delete", "nobody"), **missing))


def bin_with_the_secret_key():
    refused(call("Iins", "get", "411111"), type="authentication_error")


def by_position():
    """0.2.1 speaks v2 as it was in the first weeks of 2017, whose charges and subscriptions named a token_id; today they are refused."""
    who = ("Avenida Lima 123213", "LIMA")

    def token(card_number=VISA):
        return call("Token", "create", card_number, "PEN", "123", "12", "2030", "", "Piedpiper", "richard@piedpiper.com", "Richard")

    def charge():
        return without("charges", paid(token()["id"]))

    def charged():
        return call("Charge", "create", *who, 1000, "PE", "PEN", "richard@piedpiper.com", "Richard", 0, "Piedpiper", "", "998989789", "Venta de prueba", token()["id"])

    def plan():
        return must(call("Plan", "create", f"plan-{next(number)}", 1000, "PEN", "dias", 2, 10, "Plan de prueba", 30), object="plan")["id"]

    def subscribed():
        return call("Subscription", "create", *who, "PE", "richard@piedpiper.com", "Piedpiper", "Richard", "998989789", "plan-1", token()["id"])

    def subscription():
        saved = without("cards", {"customer_id": without("customers", somebody()), "token_id": token()["id"]})
        return without("subscriptions", {"card_id": saved, "plan_id": plan()})

    def refund(amount=100):
        return call("Refund", "create", amount, charge(), "solicitud_comprador")

    tokens(token)
    step("charge.create", "Charge.create, names no source_id", lambda: refused(charged(), type="parameter_error", param="source_id"))
    same("charge", charge, [])
    step("plan.create", "Plan.create", plan)
    same("plan", plan, [])
    step("subscription.create", "Subscription.create, names no card_id", lambda: refused(subscribed(), type="parameter_error", param="card_id"))
    same("subscription", subscription, ["delete"], code="suscripcion_invalida")
    step("refund.create", "Refund.create", lambda: must(refund(), object="refund", amount=100))
    step("refund.create", "Refund.create, too much", lambda: refused(refund(1001), code="devolucion_monto_mayor"))
    same("refund", lambda: refund()["id"], [])

    def balance():
        id_ = charge()
        assert call("Balance", "list", {})["list"][0]["reference_id"] == id_

    def wrong_key():
        culqipy.API_KEY = PUBLIC
        try:
            refused(call("Balance", "list", {}), type="authentication_error")
        finally:
            culqipy.API_KEY = SECRET

    step("balance.list", "Balance.list", balance)
    step("balance.list", "Balance.list with the public key", wrong_key)
    step("", "Balance.get, a path that nobody knows", lambda: gone(call("Balance", "get", "nobody")))
    step("iin.get", "Iins.get with the secret key", bin_with_the_secret_key)


def by_dict():
    def token(card_number=VISA):
        return call("Token", "create", card(card_number))

    def charge(**more):
        return must(call("Charge", "create", paid(token()["id"], **more)), object="charge")["id"]

    def customer():
        return must(call("Customer", "create", somebody()), object="customer")["id"]

    def saves(card_number=VISA):
        return call("Card", "create", {"customer_id": customer(), "token_id": token(card_number)["id"]})

    def saved():
        return must(saves(), object="card")["id"]

    def plan():
        return must(call("Plan", "create", planned()), object="plan")["id"]

    def subscription():
        return must(call("Subscription", "create", {"card_id": saved(), "plan_id": plan()}), object="subscription")["id"]

    def refund(amount=100):
        return call("Refund", "create", {"amount": amount, "charge_id": charge(), "reason": "solicitud_comprador"})

    def taken():
        one = somebody()
        must(call("Customer", "create", one), object="customer")
        refused(call("Customer", "create", one), merchant_message="Un cliente esta registrado actualmente con este email.")

    def bad(method, resource, body):
        return lambda: refused(call(resource, method, body), type="parameter_error")

    tokens(token)
    same("token", lambda: token()["id"], ["update"])
    step("charge.create", "Charge.create", charge)
    for n, code in DECLINES.items():
        step("charge.create", f"Charge.create, {code}", lambda n=n, c=code: refused(call("Charge", "create", paid(token(n)["id"])), type="card_error", decline_code=c))
    step("charge.capture", "Charge.capture", lambda: must(call("Charge", "capture", charge(capture=False)), capture=True))
    step("charge.capture", "Charge.capture, twice", lambda: gone(call("Charge", "capture", charge())))
    same("charge", charge, ["update"])
    step("refund.create", "Refund.create", lambda: must(refund(), object="refund", amount=100))
    step("refund.create", "Refund.create, too much", lambda: refused(refund(1001), code="devolucion_monto_mayor"))
    same("refund", lambda: refund()["id"], ["update"])
    step("customer.create", "Customer.create", customer)
    step("customer.create", "Customer.create, e-mail taken", taken)
    same("customer", customer, ["update", "delete"])
    step("card.create", "Card.create", saved)
    for n, code in DECLINES.items():
        step("card.create", f"Card.create, {code}", lambda n=n, c=code: refused(saves(n), type="card_error", decline_code=c))
    same("card", saved, ["update", "delete"])
    step("plan.create", "Plan.create", plan)
    step("plan.create", "Plan.create, no such interval", bad("create", "Plan", {**planned(), "interval": "lustros"}))
    same("plan", plan, ["update", "delete"])
    step("subscription.create", "Subscription.create", subscription)
    step("subscription.create", "Subscription.create, unknown plan", lambda: gone(call("Subscription", "create", {"card_id": saved(), "plan_id": "pln_test_0000000000000000"})))
    same("subscription", subscription, ["update", "delete"], code="suscripcion_invalida")

    step("event.list", "Event.list", lambda: must(listed("Event", None)[0], object="event"))
    step("event.get", "Event.get", lambda: must(call("Event", "get", listed("Event", None)[0]["id"]), object="event"))
    step("event.get", "Event.get, unknown id", lambda: refused(call("Event", "get", "sample_event_id"), type="parameter_error"))
    step("iin.list", "Iins.list", lambda: must(listed("Iins", None)[0], object="iin"))
    step("iin.get", "Iins.get with the secret key", bin_with_the_secret_key)
    step("transfer.list", "Transfer.list (times out)", lambda: must(call("Transfer", "list"), message="Endpoint request timed out"))
    step("transfer.get", "Transfer.get (times out)", lambda: must(call("Transfer", "get", "tra_test_0"), message="Endpoint request timed out"))

    for resource, methods in {
        "Token": ["delete"], "Charge": ["delete"], "Refund": ["delete"], "Event": ["create", "delete", "update"], "Iins": ["create", "delete", "update"],
        "Transfer": ["create", "delete", "update"],
    }.items():
        for method in methods:
            args = ("nobody", {}) if method == "update" else ("nobody",)
            step("", f"{resource}.{method} (the SDK does not allow it)",
                 lambda r=resource, m=method, a=args: raises(culqipy.utils.RequestMethodError, lambda: call(r, m, *a)))


def exported():
    found = set()
    for name in RESOURCES:
        resource = getattr(culqipy.resource, name, None)
        for method, _ in inspect.getmembers(resource, inspect.isroutine) if resource else ():
            if not method.startswith("_"):
                found.add(f"{name}.{method}")
    return found


(by_position if POSITIONS else by_dict)()
ended(exported(), driven)
