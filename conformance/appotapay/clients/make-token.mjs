// Prints a token for AppotaPay: node make-token.mjs PARTNER_CODE API_KEY SECRET_KEY
import jwt from 'jsonwebtoken';

const [iss, api_key, secret] = process.argv.slice(2);
const now = Math.floor(Date.now() / 1000);
const claims = { iss, api_key, jti: `${api_key}-${now}`, exp: now + 300 };
process.stdout.write(jwt.sign(claims, secret, { algorithm: 'HS256', header: { typ: 'JWT', alg: 'HS256', cty: 'appotapay-api;v=1' } }));
