// The page that shows a tenant as it lives. It holds nothing of its own: all that it shows it asks the control API, and
// all that it does is a call of it. What comes from there is put in as text, never as markup.

const shown = { payments: 100, webhooks: 100, journal: 300 }; // newest rows of each

const api = new URL("..", import.meta.url).pathname; // /_sim/, below whatever a proxy puts before it
const tenant = new URLSearchParams(location.search).get("tenant") || "default";
const base = api + "tenants/" + encodeURIComponent(tenant);
const kept = "simulator control token"; // under which this tab, and no other, remembers it
let token = sessionStorage.getItem(kept) ?? "";

const at = (id) => document.getElementById(id);

// element makes an element with properties and children; texts become text nodes.
function element(name, properties = {}, ...children) {
  const e = Object.assign(document.createElement(name), properties);
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
  return e;
}

const cell = (...children) => element("td", {}, element("div", {}, ...children));
const badge = (text, kind = "") => element("span", { className: ("badge " + kind).trim() }, text);
const code = (text) => element("code", {}, text);
const text = (moment) => moment.replace("T", " ").replace(/\.\d+/, "");
const time = (moment) => element("time", { dateTime: moment }, text(moment));

const troubles = { reach: "", refusal: "" };

// trouble says what is wrong: that the simulator cannot be reached, or why it refused what was last asked of it. What it
// says already it does not say again.
function trouble(about, message) {
  troubles[about] = message;
  const all = Object.values(troubles).filter(Boolean).join("\n");
  if (at("trouble").textContent !== all) at("trouble").textContent = all;
}

const headers = (more) => (token ? { ...more, Authorization: "Bearer " + token } : more);

async function call(method, path, body) {
  const answer = await reach(path, {
    method, headers: headers(body === undefined ? {} : { "Content-Type": "application/json" }),
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return answer.json();
}

// reach makes a call whose answer can be read, or says why there is none.
async function reach(path, how) {
  const answer = await fetch(path, how).catch(() => { throw new Error("The simulator cannot be reached."); });
  await accepted(answer);
  return answer;
}

// accepted throws what the API says against a call. Whom it does not know it asks for the control token.
async function accepted(answer) {
  at("bear").hidden = answer.status !== 401;
  if (answer.ok) return;
  if (answer.status === 401) throw new Error(token ? "This is not the control token of the simulator." : "The simulator asks for its control token.");
  const said = await answer.json().catch(() => null); // a proxy in between says it otherwise
  throw new Error(said?.error?.message ?? "Answered with " + answer.status + " " + answer.statusText);
}

// lost says why what is shown may be out of date.
const lost = (e) => trouble("reach", e.message);

let doing = 0; // calls that are not answered yet

// act makes a call that changes something, and shows what came of it. One that takes longer, a week with its webhooks,
// is seen to be under way.
async function act(method, path, body) {
  doing++;
  const slow = setTimeout(() => { at("doing").textContent = "Working …"; }, 300);
  try {
    trouble("refusal", "");
    await call(method, path, body);
  } catch (e) {
    trouble("refusal", e.message);
  }
  clearTimeout(slow);
  if (--doing === 0) at("doing").textContent = "";
  refresh();
}

// button makes a button. Its label stands once in every row; about tells those who only hear it whose button it is.
function button(label, about, name, does) {
  const b = element("button", { type: "button", onclick: does, ariaLabel: label + ": " + about }, label);
  b.dataset.testid = name;
  return b;
}

// kindOf is the colour of a payment's state: open while the payer can still act on it.
function kindOf(p) {
  if (p.actions.includes("abandon")) return "open";
  return p.captured > 0 && p.refunded < p.captured ? "good" : "";
}

function paymentRow(p) {
  const money = (n) => element("td", { className: "sum" }, n + " " + p.currency);
  const about = [p.provider, p.kind, p.reference, p.id].filter(Boolean).join(" ");
  const actions = p.actions.map((a) =>
    button(a.replaceAll("_", " "), about, "act-" + a, () => act("POST", [base, "payments", p.provider, encodeURIComponent(p.id), a].join("/"))));
  return element("tr", {},
    cell(p.provider + " " + p.kind, element("br"), code(p.id)),
    cell(element("bdi", {}, p.reference ?? "")), money(p.amount), money(p.captured), money(p.refunded),
    cell(badge(p.state, kindOf(p))),
    cell(p.page_url ? element("a", { href: p.page_url, target: "_blank", rel: "noreferrer", ariaLabel: "open: page of " + about }, "open") : ""),
    element("td", {}, element("div", { className: "buttons" }, ...actions)));
}

const webhookKinds = { waiting: "open", delivered: "good", failed: "bad", blocked: "bad" };

function webhookRow(d) {
  const attempts = d.attempts.map((a) => text(a.at) + "  " + (a.error || a.status + " " + (a.body ?? ""))).join("\n");
  const last = d.attempts.at(-1), about = [d.provider, d.event, d.id].join(" ");
  const tries = fold("webhook " + d.id, [String(d.attempts.length), last ? element("small", {}, " last: " + (last.status || last.error)) : ""], () => [attempts, d.body]);
  tries.firstChild.ariaLabel = tries.firstChild.textContent + ": attempts of " + about;
  return element("tr", {},
    cell(d.provider + " " + d.event, d.copy > 1 ? " (copy " + d.copy + ")" : "", element("br"), element("small", {}, d.id + (d.payment ? " of " + d.payment : ""))),
    cell(code(d.url), d.reason ? element("small", {}, " " + d.reason) : ""),
    cell(badge(d.state, webhookKinds[d.state]), d.due ? element("small", {}, " due " + text(d.due)) : ""),
    cell(tries),
    cell(d.url ? button("Send again", about, "redeliver", () => act("POST", base + "/webhooks/" + d.id + "/redeliver")) : ""));
}

// unfolded are the parts that somebody has opened, by name, so that they stay open when they are drawn anew.
const unfolded = new Set();

// fold is a line that opens; the texts behind it are made when it does.
function fold(name, line, texts) {
  const e = element("details", {}, element("summary", {}, ...line));
  e.firstChild.dataset.testid = "fold";
  const fill = () => {
    if (e.open && e.childElementCount === 1) e.append(...texts().filter(Boolean).map((t) => element("pre", {}, t)));
    e.open ? unfolded.add(name) : unfolded.delete(name);
  };
  e.addEventListener("toggle", fill);
  e.open = unfolded.has(name);
  fill();
  return e;
}

const statusKind = (status) => (status >= 500 ? "bad" : status >= 400 ? "" : "good");

// told is an entry's story in lines: what was decided, moved, changed and sent.
function told(e) {
  const lines = [];
  const say = (name, value) => value && lines.push(name + ": " + value);
  say("object", e.object);
  say("rule", e.rule);
  say("effect", e.effect);
  say("answer", e.answer?.join(", "));
  say("outcome", e.outcome && e.outcome + (e.outcome_origin ? " (" + e.outcome_origin + ")" : ""));
  say("error", e.error);
  say("cause", e.cause);
  e.transitions?.forEach((t) => say(t.object + " " + t.id, (t.from && t.from + " ") + "→ " + t.to + " by " + t.trigger));
  e.money?.forEach((m) => say("money", m.kind + " " + m.amount + " " + m.currency + " of " + m.payment));
  e.webhooks?.forEach((w) => say("webhook", w.event + " (" + w.id + ")" + (w.rule ? " " + w.rule : "")));
  e.notes?.forEach((n) => say("note", n));
  return lines.join("\n");
}

function journalEntry(e) {
  const line = [time(e.at)];
  if (e.response) line.push(badge(String(e.response.status), statusKind(e.response.status)));
  else line.push(badge(e.kind));
  line.push(e.provider + (e.operation ? "." + e.operation : "") + " ");
  const aside = [e.outcome, e.error, ...(e.transitions ?? []).map((t) => t.object + " " + t.to), ...(e.answer ?? [])].filter(Boolean);
  if (aside.length) line.push(element("small", {}, aside.join(" · ")));
  return fold("entry " + e.seq + " of " + e.at, line, () => [
    told(e),
    e.request && [e.request.method + " " + e.request.path + (e.request.query ? "?" + e.request.query : ""), ...(e.request.headers ?? [])].join("\n") + (e.request.body ? "\n\n" + e.request.body : ""),
    e.response && e.response.status + (e.response.body ? "\n\n" + e.response.body : ""),
  ]);
}

const lists = { payments: [], webhooks: [] }; // as last read
const rowOf = { payments: paymentRow, webhooks: webhookRow };
const seen = new Map(); // in which place each payment was first read
const standing = { payments: new Map(), webhooks: new Map() }; // the rows that are shown, by key

const keyOf = (r) => [r.provider, r.kind, r.id].join(" ");

// byAge sorts payments, which the API lists by provider. Within a second, which is all that some providers know of the
// time, and while the clock stands still, the order in which they turned up here tells which is newer.
function byAge(payments) {
  const second = (p) => Math.floor(Date.parse(p.created) / 1000);
  payments.forEach((p) => seen.has(keyOf(p)) || seen.set(keyOf(p), seen.size));
  return payments.sort((a, b) => second(a) - second(b) || seen.get(keyOf(a)) - seen.get(keyOf(b)));
}

// wordsOf is what a payment or a webhook is found by.
const wordsOf = (r) => [r.provider, r.kind ?? r.event, r.id, r.payment, r.reference, r.amount, r.currency, r.state, r.url, r.body].join(" ").toLowerCase();

// draw shows the newest rows of a table, of those that hold what is looked for, on top. A row that has not changed is
// left where it stands, with the focus and the selection in it.
function draw(id) {
  const sought = at("find").value.trim().toLowerCase();
  const all = lists[id].filter((r) => wordsOf(r).includes(sought));
  const columns = Array.from(at(id).parentNode.tHead.rows[0].cells, (c) => c.textContent);
  const before = standing[id], after = new Map();
  for (const r of all.slice(-shown[id]).reverse()) {
    const key = keyOf(r), json = JSON.stringify(r);
    after.set(key, before.get(key)?.json === json ? before.get(key) : { json, row: labelled(rowOf[id](r), columns, key) });
  }
  standing[id] = after;
  const rows = [...after.values()].map((e) => e.row), left = all.length - rows.length;
  if (left) rows.push(remark(left + " older ones are left out"));
  if (!rows.length) rows.push(remark(sought ? "none holds “" + sought + "”" : "none yet"));
  place(at(id), rows);
}

const remark = (says) => element("tr", {}, element("td", { colSpan: 8, className: "none" }, says));

// labelled names a row, and its cells by their columns, which is shown where there is no room for a head.
function labelled(row, columns, key) {
  [...row.cells].forEach((c, i) => { c.dataset.label = columns[i]; });
  row.dataset.key = key;
  row.tabIndex = -1;
  return row;
}

// place makes rows the content of a table's body. Whoever was on a button stays on it; where it is gone, on its row.
function place(body, rows) {
  const on = document.activeElement, key = on.closest("[data-key]")?.dataset.key;
  [...body.children].filter((e) => !rows.includes(e)).forEach((e) => e.remove());
  let next = body.firstChild;
  for (const e of rows) {
    if (e === next) next = next.nextSibling;
    else body.insertBefore(e, next);
  }
  if (!key || on.isConnected) return;
  const same = rows.find((e) => e.dataset.key === key);
  (same?.querySelector(`[data-testid="${CSS.escape(on.dataset.testid ?? "")}"]`) ?? same)?.focus();
}

let now = null; // the clock as last read, and when that was

// reckoned is what the clock shows now if nobody moved it.
const reckoned = () => now.time + (now.frozen ? 0 : performance.now() - now.read);

function showClock() {
  if (!now) return;
  const moment = new Date(reckoned()).toISOString();
  at("now").dateTime = moment;
  at("now").textContent = text(moment).replace("Z", " UTC");
}

async function readClock() {
  const clock = await call("GET", base + "/clock");
  const time = Date.parse(clock.now);
  const moved = now !== null && (now.frozen !== clock.frozen || Math.abs(time - reckoned()) > 1000);
  now = { time, frozen: clock.frozen, read: performance.now() };
  at("mode").textContent = clock.frozen ? "stands still" : "runs";
  at("mode").className = "badge " + (clock.frozen ? "" : "open");
  showClock();
  return moved;
}

// look finds what the journal does not tell: that somebody moved the clock, or that a webhook's time has come.
async function look() {
  showClock();
  if (document.hidden || !now || troubles.reach) return;
  const moved = await readClock().catch(() => false); // whoever follows the journal says why
  if (moved || lists.webhooks.some((d) => d.state === "waiting" && Date.parse(d.due) <= now.time)) refresh();
}

async function ask() {
  const [, payments, webhooks, scenario] = await Promise.all([
    readClock(), call("GET", base + "/payments"), call("GET", base + "/webhooks"), call("GET", base + "/scenario").catch(() => null),
  ]);
  lists.payments = byAge(payments.payments);
  lists.webhooks = webhooks.webhooks;
  at("scenario").textContent = scenario ? "Scenario: " + scenario.name : "";
  at("all").hidden = false; // of a tenant that is refused there is nothing to show, nor to press
  Object.keys(lists).forEach(draw);
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let asking = false, again = false;

// refresh asks for everything once, and once more if something happened meanwhile. Half of the time it leaves the
// simulator to those whom it is for.
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const began = performance.now();
  await ask().then(() => trouble("reach", ""), lost);
  await pause(Math.max(50, performance.now() - began));
  asking = false;
  if (!again) return;
  again = false;
  refresh();
}

let following = new AbortController(), later = 0;

// follow shows the journal as it grows. It ends when the simulator does, and begins anew when that is back.
async function follow() {
  leave();
  following = new AbortController();
  const { signal } = following;
  try {
    const answer = await reach(base + "/journal", { headers: headers({ Accept: "text/event-stream" }), signal });
    at("journal").replaceChildren();
    trouble("reach", "");
    refresh();
    suggest();
    const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { value, done } = await lines.read().catch(() => ({ done: true }));
      if (done) break;
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      events.forEach(hear);
    }
    throw new Error("The simulator has stopped.");
  } catch (e) {
    if (signal.aborted) return;
    lost(e);
  }
  later = setTimeout(follow, 1000);
}

// leave stops following.
function leave() {
  clearTimeout(later);
  following.abort();
}

// suggest offers the tenants that exist.
function suggest() {
  call("GET", api + "tenants").then((all) => at("tenants").replaceChildren(...all.tenants.map((t) => element("option", { value: t.name }))), () => {});
}

// hear takes one server-sent event.
function hear(event) {
  const field = (name) => event.split("\n").find((l) => l.startsWith(name + ": "))?.slice(name.length + 2);
  const list = at("journal");
  switch (field("event")) {
    case "reset":
      unfolded.clear();
      seen.clear();
      list.replaceChildren();
      break;
    case "entry":
      list.prepend(journalEntry(JSON.parse(field("data"))));
      if (list.childElementCount > shown.journal) list.lastChild.remove();
      break;
    default:
      return; // a sign of life
  }
  refresh();
}

at("tenant").value = tenant;
document.title = tenant + " · " + document.title;
at("bear").addEventListener("submit", (e) => {
  e.preventDefault();
  token = at("token").value;
  sessionStorage.setItem(kept, token);
  follow();
});
at("find").addEventListener("input", () => Object.keys(lists).forEach(draw));
document.querySelectorAll("[data-clock]").forEach((b) => b.addEventListener("click", () => act("POST", base + "/clock", JSON.parse(b.dataset.clock))));
at("freeze").addEventListener("click", () => {
  const soon = Math.ceil((now ? reckoned() : Date.now()) / 1000) * 1000 + 1000; // never behind the clock itself
  act("POST", base + "/clock", { at: new Date(soon).toISOString() });
});
at("flush").addEventListener("click", () => act("POST", base + "/webhooks/flush"));
at("reset").addEventListener("click", () => at("sure").showModal());
at("sure").addEventListener("close", () => at("sure").returnValue === "yes" && act("POST", base + "/reset"));

// A browser keeps six connections to one address, for all its tabs. Nobody sees a tab in the background, so it gives its
// own back, but not at once: whoever returns soon finds everything where it was.
let gone = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(gone);
  if (document.hidden) gone = setTimeout(leave, 5000);
  else if (following.signal.aborted) follow();
  else refresh();
});
setInterval(look, 1000);
follow();
