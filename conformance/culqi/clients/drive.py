"""Drives every method that the SDK named culqi exports, to success and to failure: culqi-api-python or culqi-python-oficial, whichever
is installed. They have the same resources; what only one of them has, or cannot do, is asked of the SDK itself.
"""

import inspect
import json
import os

from driving import BRANDS, DECLINES, METADATA, PUBLIC, SECRET, VISA, card, ended, number, paid, person, planned, raises, somebody, step

import culqi.client
from culqi.client import RESOURCE_CLASSES, Culqi
from culqi.utils.errors import NotAllowedError
from jsonschema import ValidationError

sdk = Culqi(public_key=PUBLIC, private_key=SECRET)
driven = set()

CHECKS = hasattr(sdk.charge, "schema")  # looks at what it is to send
ENCRYPTS = hasattr(culqi.client, "rsa_aes_encoder")  # where it is given a key
SENDS_ONLY = "data" in inspect.signature(Culqi.request).parameters  # its GET and DELETE do not fit its own request, and end in a TypeError

sealed = {}  # the options that make the SDK encrypt
SENDING = {"create", "createyape", "update", "capture", "confirm", "confirmtipo"}


def call(resource, method, *args, **kwargs):
    driven.add(f"{resource}.{method}")
    if method in SENDING:
        kwargs = {**sealed, **kwargs}
    return getattr(getattr(sdk, resource), method)(*args, **kwargs)


def look(answer, *args, **kwargs):
    """Whether what went over the wire is as secret as it was meant to be."""
    members, key = set(json.loads(answer.request.body) or ()), answer.request.headers.get("x-culqi-rsa-id")
    if sealed and (members != {"encrypted_data", "encrypted_key", "encrypted_iv"} or not key):
        raise AssertionError(f"sent in the open: {answer.request.body}")
    if not sealed and (key or "encrypted_data" in members):
        raise AssertionError("encrypted for nobody")


def does(operation, what, run):
    step(operation, what + (", encrypted" if sealed else ""), run)


def asks(operation, what, run):
    """A step that reads or deletes: nothing is encrypted, and an SDK that only sends cannot make it."""
    if sealed:
        return
    if SENDS_ONLY:
        step("", f"{what} (the SDK fails before it sends)", lambda: raises(TypeError, run, "positional argument"))
    else:
        step(operation, what, run)


def must(status, answer, /, **want):
    """The answer's data, if it has that status and those members."""
    if answer["status"] != status:
        raise AssertionError(f"{answer}, want {status}")
    for name, value in want.items():
        if answer["data"].get(name) != value:
            raise AssertionError(f"{name} of {answer['data']} is not {value}")
    return answer["data"]


def token(card_number=VISA):
    return must(201, call("token", "create", card(card_number)))["id"]


def charge(**more):
    return must(201, call("charge", "create", paid(token(), **more)))["id"]


def customer():
    return must(201, call("customer", "create", somebody()))["id"]


def saved():
    return must(201, call("card", "create", {"customer_id": customer(), "token_id": token()}))["id"]


def plan():
    return must(201, call("plan", "create", planned()))["id"]


def subscription():
    return must(201, call("subscription", "create", {"card_id": saved(), "plan_id": plan()}))["id"]


def ordered():
    return {
        "amount": 1000, "currency_code": "PEN", "description": "Venta de prueba", "order_number": f"order-{next(number)}", "expiration_date": 1893474000, "confirm": False,
        "client_details": {"first_name": "Richard", "last_name": "Piedpiper", "email": "richard@piedpiper.com", "phone_number": "+51998989789"},
    }


def order():
    return must(201, call("order", "create", ordered()))["id"]


def refund():
    return must(201, call("refund", "create", {"amount": 100, "charge_id": charge(), "reason": "solicitud_comprador"}))["id"]


def wrong_key(noun):
    """Orders and BINs are for either key, everything else is not for the public one."""
    name, key = ("nobody's key", "sk_live_0000000000000000") if noun in ("order", "iin") else ("the public key", PUBLIC)
    asks(f"{noun}.list", f"{noun}.list with {name}", lambda: must(401, call(noun, "list", headers={"Authorization": f"Bearer {key}"}), type="authentication_error"))


def same(noun, make, deletes=True, **missing):
    """What every resource has: read, list, update and delete, and the same with an id that is nobody's."""
    missing = missing or {"type": "resource_error"}

    def listed():
        items = must(200, call(noun, "list", data={"limit": 2}))["items"]
        assert 0 < len(items) <= 2 and items[0]["object"] == noun, items

    def updated():
        must(200, call(noun, "update", make(), data=METADATA), metadata=METADATA["metadata"])

    def deleted():
        id_ = make()
        must(200, call(noun, "delete", id_), id=id_, deleted=True)

    asks(f"{noun}.get", f"{noun}.read", lambda: must(200, call(noun, "read", make()), object=noun))
    asks(f"{noun}.get", f"{noun}.read, unknown id", lambda: must(404, call(noun, "read", "nobody"), **missing))
    asks(f"{noun}.list", f"{noun}.list", listed)
    wrong_key(noun)
    does(f"{noun}.update", f"{noun}.update", updated)
    does(f"{noun}.update", f"{noun}.update, unknown id", lambda: must(404, call(noun, "update", "nobody", data=METADATA), **missing))
    if deletes:
        asks(f"{noun}.delete", f"{noun}.delete", deleted)
        asks(f"{noun}.delete", f"{noun}.delete, unknown id", lambda: must(404, call(noun, "delete", "nobody"), **missing))


def not_allowed(noun, *methods):
    """What the SDK itself refuses."""
    for method in () if sealed else methods:
        args = ({},) if method == "create" else ("nobody",)
        step("", f"{noun}.{method} (the SDK does not allow it)", lambda m=method, a=args: raises(NotAllowedError, lambda: call(noun, m, *a)))


def tokens():
    for brand, card_number in BRANDS.items():
        def made(n=card_number, b=brand):
            assert must(201, call("token", "create", card(n)))["iin"]["card_brand"] == b
        does("token.create", f"token.create, {brand}", made)
    does("token.create", "token.create, wrong number", lambda: must(400, call("token", "create", card("4111111111111112")), type="parameter_error", param="card_number"))
    same("token", token, deletes=False)
    not_allowed("token", "delete")


def yape():
    def approval(otp="425251"):
        return {"number_phone": "900000001", "otp": otp, "amount": 1000}

    def spent():
        source = must(201, call("token", "createyape", approval()), object="token")["id"]
        assert source.startswith("ype_test_"), source
        must(201, call("charge", "create", paid(source)), object="charge")

    does("token.create_yape", "token.createyape, and a charge of it", spent)
    does("token.create_yape", "token.createyape, wrong code", lambda: must(400, call("token", "createyape", approval("42525")), type="parameter_error", param="otp"))


def charges():
    does("charge.create", "charge.create", lambda: must(201, call("charge", "create", paid(token(), capture=False)), object="charge", capture=False, total_fee=47))
    if CHECKS:
        does("charge.create", "charge.create (the SDK's schema)", lambda: raises(ValidationError, lambda: call("charge", "create", {"amount": 1000})))
    for n, code in DECLINES.items():
        does("charge.create", f"charge.create, {code}", lambda n=n, c=code: must(402, call("charge", "create", paid(token(n))), type="card_error", code="card_declined", decline_code=c))

    def twice():
        source = token()
        must(201, call("charge", "create", paid(source)))
        must(400, call("charge", "create", paid(source)), type="parameter_error", param="source_id")

    does("charge.create", "charge.create, token used twice", twice)
    same("charge", charge, deletes=False)
    does("charge.capture", "charge.capture", lambda: must(201, call("charge", "capture", charge(capture=False)), capture=True))
    does("charge.capture", "charge.capture, twice", lambda: must(404, call("charge", "capture", charge()), type="resource_error"))
    not_allowed("charge", "delete")


def refunds():
    does("refund.create", "refund.create", refund)
    does("refund.create", "refund.create, too much",
         lambda: must(400, call("refund", "create", {"amount": 1001, "charge_id": charge(), "reason": "solicitud_comprador"}), code="devolucion_monto_mayor"))
    same("refund", refund, deletes=False)
    not_allowed("refund", "delete")


def customers():
    def taken():
        one = somebody()
        must(201, call("customer", "create", one))
        must(400, call("customer", "create", person(one["email"])), merchant_message="Un cliente esta registrado actualmente con este email.")

    does("customer.create", "customer.create", customer)
    does("customer.create", "customer.create, e-mail taken", taken)
    same("customer", customer)


def cards():
    does("card.create", "card.create", saved)
    for n, code in DECLINES.items():
        does("card.create", f"card.create, {code}",
             lambda n=n, c=code: must(400, call("card", "create", {"customer_id": customer(), "token_id": token(n)}), type="card_error", code="card_declined", decline_code=c))
    same("card", saved)


def plans():
    does("plan.create", "plan.create", lambda: must(201, call("plan", "create", planned()), interval="Días"))
    does("plan.create", "plan.create, no such interval", lambda: must(400, call("plan", "create", {**planned(), "interval": "lustros"}), type="parameter_error", param="interval"))
    same("plan", plan)


def subscriptions():
    does("subscription.create", "subscription.create", lambda: must(201, call("subscription", "create", {"card_id": saved(), "plan_id": plan()}), status="Activa", current_period=0))
    does("subscription.create", "subscription.create, unknown plan",
         lambda: must(404, call("subscription", "create", {"card_id": saved(), "plan_id": "pln_test_0000000000000000"}), type="resource_error"))
    same("subscription", subscription, code="suscripcion_invalida")


def orders():
    def confirmed(confirm):
        got = must(201, confirm(order()), state="pending")
        assert len(got["payment_code"]) == 9, got

    def confirmed_twice(confirm):
        id_ = order()
        must(201, confirm(id_))
        must(400, confirm(id_), type="invalid_request_error")

    def numbered_twice():
        one = ordered()
        must(201, call("order", "create", one))
        must(400, call("order", "create", one), param="order_number")

    def deleted():
        answer = call("order", "delete", order())
        assert answer == {"status": 204, "data": {}}, answer

    ways = {"confirm": lambda id_: call("order", "confirm", id_)}
    if hasattr(sdk.order, "confirmtipo"):
        ways["confirmtipo"] = lambda id_: call("order", "confirmtipo", {"order_id": id_, "order_types": ["cuotealo", "cip"]})
    does("order.create", "order.create", lambda: must(201, call("order", "create", ordered()), state="created", payment_code=None))
    does("order.create", "order.create, number used twice", numbered_twice)
    for name, confirm in ways.items():
        does("order.confirm", f"order.{name}", lambda c=confirm: confirmed(c))
        does("order.confirm", f"order.{name}, twice", lambda c=confirm: confirmed_twice(c))
    same("order", order, deletes=False)
    asks("order.delete", "order.delete", deleted)
    asks("order.delete", "order.delete, unknown id", lambda: must(404, call("order", "delete", "nobody"), type="resource_error"))


def readings():
    def event():
        items = must(200, call("event", "list", data={"type": "charge.creation.succeeded", "limit": 1}))["items"]
        got = call("event", "read", items[0]["id"])
        assert json.loads(must(200, got, object="event")["items"])["object"] == "charge", got

    asks("event.list", "event.list", lambda: must(200, call("event", "list")))
    wrong_key("event")
    asks("event.get", "event.read", event)
    asks("event.get", "event.read, unknown id", lambda: must(400, call("event", "read", "sample_event_id"), type="parameter_error"))
    not_allowed("event", "create", "update", "delete")

    def iins():
        assert len(must(200, call("iin", "list", data={"limit": 3}))["items"]) == 3

    asks("iin.list", "iin.list", iins)
    wrong_key("iin")
    asks("iin.get", "iin.read", lambda: must(200, call("iin", "read", "411111", headers={"Authorization": f"Bearer {PUBLIC}"}), object="iin", card_brand="Visa"))
    asks("iin.get", "iin.read with the secret key", lambda: must(401, call("iin", "read", "411111"), type="authentication_error"))
    not_allowed("iin", "create", "update", "delete")

    asks("transfer.list", "transfer.list (times out)", lambda: must(504, call("transfer", "list"), message="Endpoint request timed out"))
    asks("transfer.get", "transfer.read (times out)", lambda: must(504, call("transfer", "read", "tra_test_0"), message="Endpoint request timed out"))
    not_allowed("transfer", "create", "update", "delete")


def keys():
    """What was encrypted for somebody else is refused."""
    from Crypto.PublicKey import RSA

    def refused(**other):
        must(400, call("token", "create", card(VISA), **other), type="invalid_request_error")

    does("token.create", "token.create, for another's rsa_id", lambda: refused(rsa_id="de35e120-e297-4b96-97ef-10a43423ddec"))
    does("token.create", "token.create, with another's rsa_public_key", lambda: refused(rsa_public_key=RSA.generate(1024).public_key().export_key().decode()))


def exported():
    found = set()
    for name in RESOURCE_CLASSES:
        for method, _ in inspect.getmembers(getattr(sdk, name), inspect.ismethod):
            if not method.startswith("_"):
                found.add(f"{name}.{method}")
    return found


parts = [tokens, charges, refunds, customers, cards, plans, subscriptions, orders, readings]
if hasattr(sdk.token, "createyape"):
    parts.insert(1, yape)
if ENCRYPTS:
    sdk.session.hooks["response"].append(look)
for part in parts:
    part()
if ENCRYPTS:
    sealed = {"rsa_id": os.environ["CULQI_RSA_ID"], "rsa_public_key": os.environ["CULQI_RSA_PUBLIC_KEY"]}
    for part in [*parts, keys]:
        part()
ended(exported(), driven)
