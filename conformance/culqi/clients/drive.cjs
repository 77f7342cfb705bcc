// Drives every method that culqi-node exports, to success and to failure, and prints a line of JSON for each:
// {"operation", "call", "problem"}, problem empty when the SDK reported what it reports of the real service.
"use strict";
const assert = require("node:assert/strict");
const Culqi = require("culqi-node");

const culqi = new Culqi({ privateKey: process.env.CULQI_SECRET_KEY, publicKey: process.env.CULQI_PUBLIC_KEY, pciCompliant: true });
const driven = new Set();

// method calls an SDK's method and remembers that it was driven.
const method = (resource, name) => (...args) => {
  driven.add(`${resource}.${name}`);
  return culqi[resource][name](...args);
};

async function step(operation, call, run) {
  let problem = "";
  let value;
  try {
    value = await run();
  } catch (e) {
    problem = e && e.message ? e.message : JSON.stringify(e);
  }
  console.log(JSON.stringify({ operation, call, problem }));
  return value;
}

// refused is a call that the SDK must reject, with a body that fits.
async function refused(promise, want) {
  let body;
  try {
    body = await promise;
  } catch (e) {
    if (want instanceof RegExp) return assert.match(String(e.message), want);
    for (const [name, value] of Object.entries(want)) assert.equal(e[name], value, `${name} of ${JSON.stringify(e)}`);
    return undefined;
  }
  throw new Error(`it resolves: ${JSON.stringify(body)}`);
}

const card = (number, more) => ({ card_number: number, cvv: "123", expiration_month: "12", expiration_year: "2030", email: "richard@piedpiper.com", ...more });
const visa = "4111111111111111";
const token = async (number = visa) => (await method("tokens", "createToken")(card(number))).id;
const paid = (source_id, more) => ({ amount: 1000, currency_code: "PEN", email: "richard@piedpiper.com", source_id, ...more });
const charge = async (more) => (await method("charges", "createCharge")(paid(await token(), more))).id;
const person = (email) => ({ first_name: "Richard", last_name: "Piedpiper", email, address: "Avenida Lima 123213", address_city: "LIMA", country_code: "PE", phone_number: "+51998989789" });
let count = 0;
const customer = async () => (await method("customers", "createCustomer")(person(`richard${++count}@piedpiper.com`))).id;
const saved = async () => (await method("cards", "createCard")({ customer_id: await customer(), token_id: await token() })).id;
const planned = () => ({ name: "Plan de prueba", amount: 1000, currency_code: "PEN", interval: "Meses", interval_count: 1, limit: 12, trial_days: 15 });
const plan = async () => (await method("plans", "createPlan")(planned())).id;
const subscribed = async () => (await method("subscriptions", "createSubscription")({ card_id: await saved(), plan_id: await plan() })).id;
const ordered = () => ({
  amount: 1000, currency_code: "PEN", description: "Venta de prueba", order_number: `order-${++count}`, confirm: false,
  // the SDK's own test sends milliseconds where seconds are meant
  expiration_date: Date.now() + 86_400_000,
  client_details: { first_name: "Richard", last_name: "Piedpiper", email: "richard@piedpiper.com", phone_number: "+51998989789" },
});
const order = async () => (await method("orders", "createOrder")(ordered())).id;
const metadata = { metadata: { order_id: "0001" } };

// same drives what every resource has: read, list, update, and the same with an id that is nobody's.
async function same(noun, resource, make, names, missing) {
  const object = noun;
  await step(`${noun}.get`, `${resource}.${names.get}`, async () => {
    const id = await make();
    const got = await method(resource, names.get)({ id });
    assert.equal(got.object, object);
    assert.equal(got.id, id);
  });
  await step(`${noun}.get`, `${resource}.${names.get}, unknown id`, () => refused(method(resource, names.get)({ id: "nobody" }), missing));
  await step(`${noun}.list`, `${resource}.${names.list}`, async () => {
    const got = await method(resource, names.list)({ limit: 2 });
    assert.ok(got.data.length > 0 && got.data.length <= 2, JSON.stringify(got.paging));
    assert.equal(got.data[0].object, object);
  });
  if (names.update) {
    await step(`${noun}.update`, `${resource}.${names.update}`, async () => {
      const got = await method(resource, names.update)({ id: await make(), ...metadata });
      assert.deepEqual(got.metadata, metadata.metadata);
    });
    await step(`${noun}.update`, `${resource}.${names.update}, unknown id`, () => refused(method(resource, names.update)({ id: "nobody", ...metadata }), missing));
  }
  if (names.delete) {
    await step(`${noun}.delete`, `${resource}.${names.delete}`, async () => {
      const id = await make();
      const got = await method(resource, names.delete)({ id });
      assert.equal(got.deleted, true);
      assert.equal(got.id, id);
    });
    await step(`${noun}.delete`, `${resource}.${names.delete}, unknown id`, () => refused(method(resource, names.delete)({ id: "nobody" }), missing));
  }
}

const declines = {
  "4000020000000000": "stolen_card", "4000030000000009": "lost_card", "4000040000000008": "insufficient_funds", "5400000000000005": "contact_issuer",
  "5400020000000003": "incorrect_cvv", "370001000000000": "issuer_not_available", "370002000000008": "issuer_decline_operation",
  "36000000000008": "invalid_card", "36000100000007": "processing_error", "36000200000006": "fraudulent",
};
const notFound = { object: "error", type: "resource_error" };

async function main() {
  for (const [name, number] of [["Visa", visa], ["MasterCard", "5111111111111118"], ["Amex", "371212121212122"], ["Diners", "36001212121210"]]) {
    await step("token.create", `tokens.createToken, ${name}`, async () => {
      const got = await method("tokens", "createToken")(card(number, metadata));
      assert.equal(got.iin.card_brand, name);
      assert.deepEqual(got.metadata, metadata.metadata);
    });
  }
  await step("token.create", "tokens.createToken, wrong number", () => refused(method("tokens", "createToken")(card("4111111111111112")), { type: "parameter_error", param: "card_number" }));
  await same("token", "tokens", token, { get: "getToken", list: "getTokens", update: "updateToken" }, notFound);

  await step("charge.create", "charges.createCharge", async () => {
    const got = await method("charges", "createCharge")(paid(await token(), metadata));
    assert.equal(got.object, "charge");
    assert.equal(got.capture, true);
    assert.equal(got.outcome.type, "venta_exitosa");
  });
  for (const [number, code] of Object.entries(declines)) {
    await step("charge.create", `charges.createCharge, ${code}`, async () =>
      refused(method("charges", "createCharge")(paid(await token(number))), { object: "error", type: "card_error", code: "card_declined", decline_code: code }));
  }
  await step("charge.create", "charges.createCharge, token used twice", async () => {
    const source = await token();
    await method("charges", "createCharge")(paid(source));
    await refused(method("charges", "createCharge")(paid(source)), { type: "parameter_error", param: "source_id" });
  });
  await step("charge.create", "charges.createCharge, amount too small", async () =>
    refused(method("charges", "createCharge")(paid(await token(), { amount: 1 })), { type: "parameter_error", code: "invalid_amount" }));
  await same("charge", "charges", charge, { get: "getCharge", list: "getCharges", update: "updateCharge" }, notFound);
  await step("charge.capture", "charges.captureCharge", async () => {
    const got = await method("charges", "captureCharge")({ id: await charge({ capture: false }) });
    assert.equal(got.capture, true);
  });
  await step("charge.capture", "charges.captureCharge, twice", async () => refused(method("charges", "captureCharge")({ id: await charge() }), notFound));

  const refund = async () => (await method("refunds", "createRefund")({ amount: 100, charge_id: await charge(), reason: "solicitud_comprador" })).id;
  await step("refund.create", "refunds.createRefund", async () => {
    const charge_id = await charge();
    const got = await method("refunds", "createRefund")({ amount: 100, charge_id, reason: "solicitud_comprador" });
    assert.equal(got.charge_id, charge_id);
    assert.equal((await method("charges", "getCharge")({ id: charge_id })).amount_refunded, 100);
  });
  await step("refund.create", "refunds.createRefund, too much", async () =>
    refused(method("refunds", "createRefund")({ amount: 1001, charge_id: await charge(), reason: "solicitud_comprador" }), { code: "devolucion_monto_mayor" }));
  await same("refund", "refunds", refund, { get: "getRefund", list: "getRefunds", update: "updateRefunds" }, notFound);

  await step("customer.create", "customers.createCustomer", customer);
  await step("customer.create", "customers.createCustomer, e-mail taken", async () => {
    await method("customers", "createCustomer")(person("taken@piedpiper.com"));
    await refused(method("customers", "createCustomer")(person("taken@piedpiper.com")), { type: "invalid_request_error", merchant_message: "Un cliente esta registrado actualmente con este email." });
  });
  await same("customer", "customers", customer, { get: "getCustomer", list: "getCustomers", update: "updateCustomer", delete: "deleteCustomer" }, notFound);

  await step("card.create", "cards.createCard", async () => {
    const got = await method("cards", "createCard")({ customer_id: await customer(), token_id: await token() });
    assert.equal(got.object, "card");
  });
  for (const [number, code] of Object.entries(declines)) {
    await step("card.create", `cards.createCard, ${code}`, async () =>
      refused(method("cards", "createCard")({ customer_id: await customer(), token_id: await token(number) }), { type: "card_error", decline_code: code }));
  }
  await same("card", "cards", saved, { get: "getCard", list: "getCards", update: "updateCard", delete: "deleteCard" }, notFound);

  await step("plan.create", "plans.createPlan", async () => {
    const got = await method("plans", "createPlan")(planned());
    assert.equal(got.interval, "Meses");
  });
  await step("plan.create", "plans.createPlan, no name", () => refused(method("plans", "createPlan")({ ...planned(), name: "" }), { type: "parameter_error", param: "name" }));
  await same("plan", "plans", plan, { get: "getPlan", list: "getPlans", update: "updatePlan", delete: "deletePlan" }, notFound);

  await step("subscription.create", "subscriptions.createSubscription", async () => {
    const got = await method("subscriptions", "createSubscription")({ card_id: await saved(), plan_id: await plan() });
    assert.equal(got.status, "Activa");
  });
  await step("subscription.create", "subscriptions.createSubscription, unknown plan", async () =>
    refused(method("subscriptions", "createSubscription")({ card_id: await saved(), plan_id: "pln_test_nobody" }), notFound));
  await same("subscription", "subscriptions", subscribed, { get: "getSubscription", list: "getSubscriptions", update: "updateSubscription", delete: "deleteSubscription" }, { ...notFound, code: "suscripcion_invalida" });

  await step("order.create", "orders.createOrder", async () => assert.equal((await method("orders", "createOrder")(ordered())).state, "created"));
  await step("order.create", "orders.createOrder, number used twice", async () => {
    const one = ordered();
    await method("orders", "createOrder")(one);
    await refused(method("orders", "createOrder")(one), { type: "parameter_error", param: "order_number" });
  });
  await step("order.confirm", "orders.confirmOrder", async () => {
    const got = await method("orders", "confirmOrder")({ id: await order() });
    assert.equal(got.state, "pending");
    assert.match(got.payment_code, /^\d{9}$/);
  });
  await step("order.confirm", "orders.confirmOrder, twice", async () => {
    const id = await order();
    await method("orders", "confirmOrder")({ id });
    await refused(method("orders", "confirmOrder")({ id }), { type: "invalid_request_error" });
  });
  await same("order", "orders", order, { get: "getOrder", list: "getOrders", update: "updateOrder" }, notFound);
  // The real service answers a deletion with 204 and no body, and this SDK takes every empty answer for an error.
  await step("order.delete", "orders.deleteOrder (rejects an empty 204)", async () => {
    const id = await order();
    await refused(method("orders", "deleteOrder")({ id }), /Response was not a valid JSON/);
    await refused(method("orders", "getOrder")({ id }), notFound);
  });
  await step("order.delete", "orders.deleteOrder, unknown id", () => refused(method("orders", "deleteOrder")({ id: "nobody" }), notFound));

  await step("event.list", "events.getEvents", async () => {
    const got = await method("events", "getEvents")({ type: "charge.creation.succeeded", limit: 1 });
    assert.equal(got.data[0].object, "event");
  });
  await step("event.get", "events.getEvent", async () => {
    const [event] = (await method("events", "getEvents")({ type: "charge.creation.succeeded", limit: 1 })).data;
    const got = await method("events", "getEvent")({ id: event.id });
    assert.equal(JSON.parse(got.data).object, "charge");
  });
  await step("event.get", "events.getEvent, unknown id", () => refused(method("events", "getEvent")({ id: "sample_event_id" }), { type: "parameter_error" }));

  const exported = Object.keys(culqi).flatMap((r) => Object.keys(culqi[r]).map((m) => `${r}.${m}`));
  const left = exported.filter((m) => !driven.has(m));
  console.log(JSON.stringify({ operation: "", call: `all ${exported.length} methods`, problem: left.length ? `not driven: ${left.join(", ")}` : "" }));
}

main();
