"""Drives every method that culqi-api-python exports, to success and to failure, and prints a line of JSON for each:
{"operation", "call", "problem"}, problem empty when the SDK reported what it reports of the real service.
"""

import inspect
import itertools
import json
import os
import sys

import urllib3.util.connection

MAPPED = {"api.culqi.com", "secure.culqi.com"}


def connect_mapped(address, *args, **kwargs):
    """Maps Culqi's hosts to this machine, as a hosts file and a port forward would; TLS still checks the host's name."""
    if address[0] not in MAPPED:
        raise OSError(f"{address[0]} is not mapped")
    return connect(("127.0.0.1", int(os.environ["CULQI_PORT"])), *args, **kwargs)


connect = urllib3.util.connection.create_connection
urllib3.util.connection.create_connection = connect_mapped

from culqi.client import Culqi  # noqa: E402
from culqi.utils.errors import NotAllowedError  # noqa: E402
from jsonschema import ValidationError  # noqa: E402

PUBLIC, SECRET = os.environ["CULQI_PUBLIC_KEY"], os.environ["CULQI_SECRET_KEY"]
culqi = Culqi(public_key=PUBLIC, private_key=SECRET)
driven = set()
number = itertools.count(1)
METADATA = {"metadata": {"order_id": "0001"}}
VISA = "4111111111111111"
DECLINES = {
    "4000020000000000": "stolen_card", "4000030000000009": "lost_card", "4000040000000008": "insufficient_funds",
    "5400000000000005": "contact_issuer", "5400020000000003": "incorrect_cvv", "370001000000000": "issuer_not_available",
    "370002000000008": "issuer_decline_operation", "36000000000008": "invalid_card", "36000100000007": "processing_error",
    "36000200000006": "fraudulent",
}


def call(resource, method, *args, **kwargs):
    driven.add(f"{resource}.{method}")
    return getattr(getattr(culqi, resource), method)(*args, **kwargs)


def step(operation, what, run):
    problem = ""
    try:
        run()
    except Exception as e:  # whatever went wrong is what the report says
        problem = f"{type(e).__name__}: {e}" or "failed"
    print(json.dumps({"operation": operation, "call": what, "problem": problem}), flush=True)


def must(status, answer, /, **want):
    """The answer's data, if it has that status and those members."""
    if answer["status"] != status:
        raise AssertionError(f"{answer}, want {status}")
    for name, value in want.items():
        if answer["data"].get(name) != value:
            raise AssertionError(f"{name} of {answer['data']} is not {value}")
    return answer["data"]


def raises(error, run):
    try:
        answer = run()
    except error:
        return
    raise AssertionError(f"it returns {answer}")


def card(card_number):
    return {"card_number": card_number, "cvv": "123", "expiration_month": "12", "expiration_year": "2030", "email": "richard@piedpiper.com"}


def token(card_number=VISA):
    return must(201, call("token", "create", card(card_number)))["id"]


def paid(source, **more):
    return {"amount": 1000, "currency_code": "PEN", "email": "richard@piedpiper.com", "description": "Venta de prueba", "installments": 0, "source_id": source, **more}


def charge(**more):
    return must(201, call("charge", "create", paid(token(), **more)))["id"]


def person(email):
    return {"first_name": "Richard", "last_name": "Piedpiper", "email": email, "address": "Avenida Lima 123213", "address_city": "LIMA", "country_code": "PE", "phone_number": "+51998989789"}


def customer():
    return must(201, call("customer", "create", person(f"richard{next(number)}@piedpiper.com")))["id"]


def saved():
    return must(201, call("card", "create", {"customer_id": customer(), "token_id": token()}))["id"]


def planned():
    return {"name": f"plan-{next(number)}-de-prueba", "amount": 1000, "currency_code": "PEN", "interval": "dias", "interval_count": 2, "limit": 10, "trial_days": 30}


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

    step(f"{noun}.get", f"{noun}.read", lambda: must(200, call(noun, "read", make()), object=noun))
    step(f"{noun}.get", f"{noun}.read, unknown id", lambda: must(404, call(noun, "read", "nobody"), **missing))
    step(f"{noun}.list", f"{noun}.list", listed)
    step(f"{noun}.update", f"{noun}.update", updated)
    step(f"{noun}.update", f"{noun}.update, unknown id", lambda: must(404, call(noun, "update", "nobody", data=METADATA), **missing))
    if deletes:
        step(f"{noun}.delete", f"{noun}.delete", deleted)
        step(f"{noun}.delete", f"{noun}.delete, unknown id", lambda: must(404, call(noun, "delete", "nobody"), **missing))


def not_allowed(noun, *methods):
    """What the SDK itself refuses."""
    for method in methods:
        args = ({},) if method == "create" else ("nobody",)
        step("", f"{noun}.{method} (the SDK does not allow it)", lambda m=method, a=args: raises(NotAllowedError, lambda: call(noun, m, *a)))


def tokens():
    for brand, card_number in {"Visa": VISA, "MasterCard": "5111111111111118", "Amex": "371212121212122", "Diners": "36001212121210"}.items():
        def made(n=card_number, b=brand):
            assert must(201, call("token", "create", card(n)))["iin"]["card_brand"] == b
        step("token.create", f"token.create, {brand}", made)
    step("token.create", "token.create, wrong number", lambda: must(400, call("token", "create", card("4111111111111112")), type="parameter_error", param="card_number"))
    same("token", token, deletes=False)
    not_allowed("token", "delete")


def charges():
    step("charge.create", "charge.create", lambda: must(201, call("charge", "create", paid(token(), capture=False)), object="charge", capture=False, total_fee=47))
    step("charge.create", "charge.create (the SDK's schema)", lambda: raises(ValidationError, lambda: call("charge", "create", {"amount": 1000})))
    for n, code in DECLINES.items():
        step("charge.create", f"charge.create, {code}", lambda n=n, c=code: must(402, call("charge", "create", paid(token(n))), type="card_error", code="card_declined", decline_code=c))

    def twice():
        source = token()
        must(201, call("charge", "create", paid(source)))
        must(400, call("charge", "create", paid(source)), type="parameter_error", param="source_id")

    step("charge.create", "charge.create, token used twice", twice)
    same("charge", charge, deletes=False)
    step("charge.capture", "charge.capture", lambda: must(201, call("charge", "capture", charge(capture=False)), capture=True))
    step("charge.capture", "charge.capture, twice", lambda: must(404, call("charge", "capture", charge()), type="resource_error"))
    not_allowed("charge", "delete")


def refunds():
    step("refund.create", "refund.create", refund)
    step("refund.create", "refund.create, too much",
         lambda: must(400, call("refund", "create", {"amount": 1001, "charge_id": charge(), "reason": "solicitud_comprador"}), code="devolucion_monto_mayor"))
    same("refund", refund, deletes=False)
    not_allowed("refund", "delete")


def customers():
    def taken():
        must(201, call("customer", "create", person("taken@piedpiper.com")))
        must(400, call("customer", "create", person("taken@piedpiper.com")), merchant_message="Un cliente esta registrado actualmente con este email.")

    step("customer.create", "customer.create", customer)
    step("customer.create", "customer.create, e-mail taken", taken)
    same("customer", customer)


def cards():
    step("card.create", "card.create", saved)
    for n, code in DECLINES.items():
        step("card.create", f"card.create, {code}",
             lambda n=n, c=code: must(400, call("card", "create", {"customer_id": customer(), "token_id": token(n)}), type="card_error", code="card_declined", decline_code=c))
    same("card", saved)


def plans():
    step("plan.create", "plan.create", lambda: must(201, call("plan", "create", planned()), interval="Días"))
    step("plan.create", "plan.create, no such interval", lambda: must(400, call("plan", "create", {**planned(), "interval": "lustros"}), type="parameter_error", param="interval"))
    same("plan", plan)


def subscriptions():
    step("subscription.create", "subscription.create", lambda: must(201, call("subscription", "create", {"card_id": saved(), "plan_id": plan()}), status="Activa", current_period=0))
    step("subscription.create", "subscription.create, unknown plan",
         lambda: must(404, call("subscription", "create", {"card_id": saved(), "plan_id": "pln_test_0000000000000000"}), type="resource_error"))
    same("subscription", subscription, code="suscripcion_invalida")


def orders():
    def confirmed():
        got = must(201, call("order", "confirm", order()), state="pending")
        assert len(got["payment_code"]) == 9, got

    def confirmed_twice():
        id_ = order()
        must(201, call("order", "confirm", id_))
        must(400, call("order", "confirm", id_), type="invalid_request_error")

    def numbered_twice():
        one = ordered()
        must(201, call("order", "create", one))
        must(400, call("order", "create", one), param="order_number")

    def deleted():
        answer = call("order", "delete", order())
        assert answer == {"status": 204, "data": {}}, answer

    step("order.create", "order.create", lambda: must(201, call("order", "create", ordered()), state="created", payment_code=None))
    step("order.create", "order.create, number used twice", numbered_twice)
    step("order.confirm", "order.confirm", confirmed)
    step("order.confirm", "order.confirm, twice", confirmed_twice)
    same("order", order, deletes=False)
    step("order.delete", "order.delete", deleted)
    step("order.delete", "order.delete, unknown id", lambda: must(404, call("order", "delete", "nobody"), type="resource_error"))


def readings():
    def event():
        items = must(200, call("event", "list", data={"type": "charge.creation.succeeded", "limit": 1}))["items"]
        got = call("event", "read", items[0]["id"])
        assert json.loads(must(200, got, object="event")["items"])["object"] == "charge", got

    step("event.list", "event.list", lambda: must(200, call("event", "list")))
    step("event.get", "event.read", event)
    step("event.get", "event.read, unknown id", lambda: must(400, call("event", "read", "sample_event_id"), type="parameter_error"))
    not_allowed("event", "create", "update", "delete")

    def iins():
        assert len(must(200, call("iin", "list", data={"limit": 3}))["items"]) == 3

    step("iin.list", "iin.list", iins)
    step("iin.get", "iin.read", lambda: must(200, call("iin", "read", "411111", headers={"Authorization": f"Bearer {PUBLIC}"}), object="iin", card_brand="Visa"))
    step("iin.get", "iin.read with the secret key", lambda: must(401, call("iin", "read", "411111"), type="authentication_error"))
    not_allowed("iin", "create", "update", "delete")

    step("transfer.list", "transfer.list (times out)", lambda: must(504, call("transfer", "list"), message="Endpoint request timed out"))
    step("transfer.get", "transfer.read (times out)", lambda: must(504, call("transfer", "read", "tra_test_0"), message="Endpoint request timed out"))
    not_allowed("transfer", "create", "update", "delete")


def exported():
    found = set()
    for name, value in vars(culqi).items():
        if name.startswith("_resource_"):
            for method, _ in inspect.getmembers(value, inspect.ismethod):
                if not method.startswith("_"):
                    found.add(f"{name.removeprefix('_resource_')}.{method}")
    return found


for part in (tokens, charges, refunds, customers, cards, plans, subscriptions, orders, readings):
    part()
left = sorted(exported() - driven)
print(json.dumps({"operation": "", "call": f"all {len(exported())} methods", "problem": f"not driven: {', '.join(left)}" if left else ""}))
sys.stdout.flush()
