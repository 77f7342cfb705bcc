// The page that shows a tenant as it lives. It holds nothing of its own: all that it shows it asks the control API, and
// all that it does is a call of it. What comes from there is put in as text, never as markup.

const shown = { payments: 100, webhooks: 100, journal: 300 }; // newest rows of each

const tenant = new URLSearchParams(location.search).get("tenant") || "default";
const base = "/_sim/tenants/" + encodeURIComponent(tenant);
let token = "";

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

// trouble says what went wrong, until the next call goes well.
function trouble(message) { at("trouble").textContent = message; }

const headers = (more) => (token ? { ...more, Authorization: "Bearer " + token } : more);

async function call(method, path, body) {
  const answer = await fetch(path, {
    method, headers: headers(body === undefined ? {} : { "Content-Type": "application/json" }),
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  await accepted(answer);
  return answer.json();
}

// accepted throws what the API says against a call. Whom it does not know it asks for the control token.
async function accepted(answer) {
  at("bear").hidden = answer.status !== 401;
  if (!answer.ok) throw new Error((await answer.json()).error.message);
}

// act makes a call that changes something, and shows what came of it.
async function act(method, path, body) {
  try {
    trouble("");
    await call(method, path, body);
  } catch (e) {
    trouble(e.message);
  }
  refresh();
}

function button(label, name, does) {
  const b = element("button", { type: "button", onclick: does }, label);
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
  const actions = p.actions.map((a) =>
    button(a.replaceAll("_", " "), "act-" + a, () => act("POST", [base, "payments", p.provider, encodeURIComponent(p.id), a].join("/"))));
  return element("tr", {},
    cell(p.provider + " " + p.kind, element("br"), code(p.id)),
    cell(p.reference ?? ""), money(p.amount), money(p.captured), money(p.refunded),
    cell(badge(p.state, kindOf(p))),
    cell(p.page_url ? element("a", { href: p.page_url, target: "_blank", rel: "noreferrer" }, "open") : ""),
    element("td", {}, element("div", { className: "buttons" }, ...actions)));
}

const webhookKinds = { waiting: "open", delivered: "good", failed: "bad", blocked: "bad" };

function webhookRow(d) {
  const attempts = d.attempts.map((a) => text(a.at) + "  " + (a.error || a.status + " " + (a.body ?? ""))).join("\n");
  const last = d.attempts.at(-1);
  return element("tr", {},
    cell(d.provider + " " + d.event, d.copy > 1 ? " (copy " + d.copy + ")" : "", element("br"), element("small", {}, d.id + (d.payment ? " of " + d.payment : ""))),
    cell(code(d.url), d.reason ? element("small", {}, " " + d.reason) : ""),
    cell(badge(d.state, webhookKinds[d.state]), d.due ? element("small", {}, " due " + text(d.due)) : ""),
    cell(fold("webhook " + d.id, [String(d.attempts.length), last ? element("small", {}, " last: " + (last.status || last.error)) : ""], () => [attempts, d.body])),
    cell(d.url ? button("Send again", "redeliver", () => act("POST", base + "/webhooks/" + d.id + "/redeliver")) : ""));
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
  e.transitions?.forEach((t) => say(t.object + " " + t.id, t.from + " → " + t.to + " by " + t.trigger));
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
  return fold("entry " + e.seq, line, () => [
    told(e),
    e.request && [e.request.method + " " + e.request.path + (e.request.query ? "?" + e.request.query : ""), ...(e.request.headers ?? [])].join("\n") + (e.request.body ? "\n\n" + e.request.body : ""),
    e.response && e.response.status + (e.response.body ? "\n\n" + e.response.body : ""),
  ]);
}

const drawn = {}; // what each table shows, as JSON

// table fills a table with the newest of its rows on top, unless it shows just that. Whoever is on a button stays on it.
function table(id, all, row) {
  const now = JSON.stringify(all);
  if (drawn[id] === now) return;
  drawn[id] = now;
  const on = document.activeElement, key = on.closest("[data-key]")?.dataset.key;
  const columns = Array.from(at(id).parentNode.tHead.rows[0].cells, (c) => c.textContent);
  const rows = all.slice(-shown[id]).reverse().map((r) => {
    const e = row(r);
    [...e.cells].forEach((c, i) => { c.dataset.label = columns[i]; }); // shown where there is no room for a head
    e.dataset.key = id + " " + (r.provider ?? "") + " " + r.id;
    return e;
  });
  const left = all.length - rows.length;
  if (left || !all.length) rows.push(element("tr", {}, element("td", { colSpan: 8, className: "none" }, left ? left + " older ones are left out" : "none yet")));
  at(id).replaceChildren(...rows);
  const same = key && rows.find((r) => r.dataset.key === key);
  same?.querySelector(`[data-testid="${CSS.escape(on.dataset.testid ?? "")}"]`)?.focus();
}

let now = null; // the clock as last read, and when that was

function showClock() {
  if (!now) return;
  const passed = now.frozen ? 0 : performance.now() - now.read;
  const moment = new Date(now.time + passed).toISOString();
  at("now").dateTime = moment;
  at("now").textContent = text(moment).replace("Z", " UTC");
}

async function ask() {
  const [clock, payments, webhooks, scenario] = await Promise.all([
    call("GET", base + "/clock"), call("GET", base + "/payments"), call("GET", base + "/webhooks"), call("GET", base + "/scenario").catch(() => null),
  ]);
  now = { time: Date.parse(clock.now), frozen: clock.frozen, read: performance.now() };
  at("mode").textContent = clock.frozen ? "stands still" : "runs";
  at("mode").className = "badge " + (clock.frozen ? "" : "open");
  at("scenario").textContent = scenario ? "Scenario: " + scenario.name : "";
  showClock();
  table("payments", payments.payments, paymentRow);
  table("webhooks", webhooks.webhooks, webhookRow);
  return webhooks.webhooks.some((d) => d.state === "waiting") && !clock.frozen;
}

let asking = null, again = false, later = 0;

// refresh asks for everything once, and once more if something happened meanwhile. While webhooks wait it looks again by
// itself, for the journal does not tell of attempts.
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  clearTimeout(later);
  try {
    asking = ask();
    if (await asking) later = setTimeout(refresh, 1000);
  } catch (e) {
    trouble(e.message);
  }
  asking = null;
  if (again) {
    again = false;
    refresh();
  }
}

// follow shows the journal as it grows. It ends when the simulator does, and begins anew when that is back.
async function follow() {
  try {
    const answer = await fetch(base + "/journal", { headers: headers({ Accept: "text/event-stream" }) });
    await accepted(answer);
    at("journal").replaceChildren();
    trouble("");
    refresh();
    const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { value, done } = await lines.read();
      if (done) break;
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      events.forEach(hear);
    }
    trouble("The simulator has stopped.");
  } catch (e) {
    trouble(e.message);
  }
  setTimeout(follow, 1000);
}

// hear takes one server-sent event.
function hear(event) {
  const field = (name) => event.split("\n").find((l) => l.startsWith(name + ": "))?.slice(name.length + 2);
  const list = at("journal");
  switch (field("event")) {
    case "reset":
      unfolded.clear();
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
at("bear").addEventListener("submit", (e) => {
  e.preventDefault();
  token = at("token").value;
  trouble("");
  refresh();
});
document.querySelectorAll("[data-clock]").forEach((b) => b.addEventListener("click", () => act("POST", base + "/clock", JSON.parse(b.dataset.clock))));
at("freeze").addEventListener("click", () => {
  const soon = Math.ceil((now.time + performance.now() - now.read) / 1000) * 1000 + 1000; // never behind the clock itself
  act("POST", base + "/clock", { at: new Date(soon).toISOString() });
});
at("flush").addEventListener("click", () => act("POST", base + "/webhooks/flush"));
at("reset").addEventListener("click", () => at("sure").showModal());
at("sure").addEventListener("close", () => at("sure").returnValue === "yes" && act("POST", base + "/reset"));
setInterval(showClock, 1000);
call("GET", "/_sim/tenants").then((all) => at("tenants").replaceChildren(...all.tenants.map((t) => element("option", { value: t.name }))), () => {});
follow();
