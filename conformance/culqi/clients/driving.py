"""What the drivers of the Python SDKs share: Culqi's hosts on this machine, what is sent, and the line of JSON for each call,
{"operation", "call", "problem"}, problem empty when the SDK reported what it reports of the real service.

Imported before the SDK, so that it finds the hosts mapped.
"""

import itertools
import json
import os

import urllib3.util.connection

MAPPED = {"api.culqi.com", "secure.culqi.com"}


def connect_mapped(address, *args, **kwargs):
    """Maps Culqi's hosts to this machine, as a hosts file and a port forward would; TLS still checks the host's name."""
    if address[0] not in MAPPED:
        raise OSError(f"{address[0]} is not mapped")
    return connect(("127.0.0.1", int(os.environ["CULQI_PORT"])), *args, **kwargs)


connect = urllib3.util.connection.create_connection
urllib3.util.connection.create_connection = connect_mapped

PUBLIC, SECRET = os.environ["CULQI_PUBLIC_KEY"], os.environ["CULQI_SECRET_KEY"]

number = itertools.count(1)
METADATA = {"metadata": {"order_id": "0001"}}
VISA = "4111111111111111"
BRANDS = {"Visa": VISA, "MasterCard": "5111111111111118", "Amex": "371212121212122", "Diners": "36001212121210"}
DECLINES = {
    "4000020000000000": "stolen_card", "4000030000000009": "lost_card", "4000040000000008": "insufficient_funds",
    "5400000000000005": "contact_issuer", "5400020000000003": "incorrect_cvv", "370001000000000": "issuer_not_available",
    "370002000000008": "issuer_decline_operation", "36000000000008": "invalid_card", "36000100000007": "processing_error",
    "36000200000006": "fraudulent",
}


def card(card_number):
    return {"card_number": card_number, "cvv": "123", "expiration_month": "12", "expiration_year": "2030", "email": "richard@piedpiper.com"}


def paid(source, **more):
    return {"amount": 1000, "currency_code": "PEN", "email": "richard@piedpiper.com", "description": "Venta de prueba", "installments": 0, "source_id": source, **more}


def person(email):
    return {"first_name": "Richard", "last_name": "Piedpiper", "email": email, "address": "Avenida Lima 123213", "address_city": "LIMA", "country_code": "PE", "phone_number": "+51998989789"}


def somebody():
    return person(f"richard{next(number)}@piedpiper.com")


def planned():
    return {"name": f"plan-{next(number)}-de-prueba", "amount": 1000, "currency_code": "PEN", "interval": "dias", "interval_count": 2, "limit": 10, "trial_days": 30}


def step(operation, what, run):
    problem = ""
    try:
        run()
    except Exception as e:  # whatever went wrong is what the report says
        problem = f"{type(e).__name__}: {e}" or "failed"
    print(json.dumps({"operation": operation, "call": what, "problem": problem}), flush=True)


def raises(error, run, saying=""):
    try:
        answer = run()
    except error as e:
        if saying in str(e):
            return
        raise
    raise AssertionError(f"it returns {answer}")


def ended(exported, driven):
    """The last line: every method that the SDK exports was driven."""
    left = sorted(exported - driven)
    print(json.dumps({"operation": "", "call": f"all {len(exported)} methods", "problem": f"not driven: {', '.join(left)}" if left else ""}), flush=True)
