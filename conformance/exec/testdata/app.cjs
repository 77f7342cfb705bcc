// A shop that knows nothing of a simulator: it names no address, and its keys come from where shops keep them.
"use strict";
const Culqi = require("culqi-node");

const culqi = new Culqi({ privateKey: process.env.CULQI_SECRET_KEY, publicKey: process.env.CULQI_PUBLIC_KEY, pciCompliant: true });
const email = "ann@example.com";

async function pay(card_number, amount, capture) {
  const token = await culqi.tokens.createToken({ card_number, cvv: "123", expiration_month: "09", expiration_year: "2030", email });
  return culqi.charges.createCharge({ amount, currency_code: "PEN", email, source_id: token.id, capture });
}

(async () => {
  const held = await pay("4111111111111111", 1000, false);
  console.log("created", held.amount, held.outcome.type);
  const taken = await culqi.charges.captureCharge({ id: held.id });
  console.log("captured", taken.id === held.id);
  const back = await culqi.refunds.createRefund({ amount: 400, charge_id: held.id, reason: "solicitud_comprador" });
  console.log("refunded", back.amount, back.charge_id === held.id);
  const refused = await pay("4000020000000000", 700, true).catch((error) => error);
  console.log("declined", refused.type, refused.decline_code);
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
