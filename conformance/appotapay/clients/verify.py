"""Judges a notification of AppotaPay's gateway, as its page on results has it: verify.py SECRET_KEY < body

Prints the merchant's order id, the status and the amount. Ends with 1 if the signature is not right. Needs nothing but
Python.
"""

import base64
import hashlib
import hmac
import json
import sys

notice = json.load(sys.stdin)
data = notice["data"]
wanted = hmac.new(sys.argv[1].encode(), data.encode(), hashlib.sha256).hexdigest()
if not hmac.compare_digest(wanted, notice.get("signature", "")):
    sys.exit("the signature is not right")
order = json.loads(base64.b64decode(data, validate=True))
print(order["partnerReference"]["order"]["id"], order["transaction"]["status"], order["transaction"]["orderAmount"])
