// Judges a notification of AppotaPay's gateway, as its page on results has it: node verify.mjs SECRET_KEY < body
// Prints the merchant's order id, the status and the amount. Ends with 1 if the signature is not right. Needs nothing but
// Node.
import crypto from 'node:crypto';
import fs from 'node:fs';

const { data, signature = '' } = JSON.parse(fs.readFileSync(0, 'utf8'));
const wanted = crypto.createHmac('sha256', process.argv[2]).update(data).digest();
const given = Buffer.from(signature, 'hex');
if (given.length !== wanted.length || !crypto.timingSafeEqual(given, wanted)) {
  console.error('the signature is not right');
  process.exit(1);
}
const { transaction, partnerReference } = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
console.log(partnerReference.order.id, transaction.status, transaction.orderAmount);
