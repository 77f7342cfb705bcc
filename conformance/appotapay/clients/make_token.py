"""Prints a token for AppotaPay: make_token.py PARTNER_CODE API_KEY SECRET_KEY"""

import sys
import time

import jwt

iss, api_key, secret = sys.argv[1:]
now = int(time.time())
claims = {"iss": iss, "api_key": api_key, "jti": f"{api_key}-{now}", "exp": now + 300}
print(jwt.encode(claims, secret, algorithm="HS256", headers={"cty": "appotapay-api;v=1"}), end="")
