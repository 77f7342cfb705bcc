// A stand-in for Culqi Checkout (v3 and v4) that talks to the simulator it was
// loaded from. It keeps to what merchants' pages use: Culqi.publicKey,
// settings, options, open, close, createToken, the paymentOptionsAvailable of
// v4, and the callback culqi() after which Culqi.token, Culqi.order or
// Culqi.error is set.
(function () {
  "use strict";

  var script = document.currentScript;
  // https://host/prefix/js/v4 → https://host/prefix
  var base = script ? script.src.replace(/\/(js\/)?(v3|v4|3ds)?\/?([?#].*)?$/, "") : "";

  var Culqi = {
    publicKey: "",
    token: undefined,
    order: undefined,
    error: undefined,
    isOpen: false,
    paymentOptionsAvailable: {},
    _settings: { title: "Culqi", currency: "PEN", description: "", amount: 0, order: "" },
    _options: { lang: "auto", installments: false, paymentMethods: {} },
  };

  Culqi.init = function () {};
  Culqi.settings = function (s) { Object.assign(Culqi._settings, s); return Culqi._settings; };
  Culqi.options = function (o) { Object.assign(Culqi._options, o); return Culqi._options; };
  Culqi.getSettings = Culqi._settings;
  Culqi.getOptions = Culqi._options;

  // finish tells the merchant's page how it ended: exactly one of the three is set.
  function finish(what, value) {
    Culqi.token = Culqi.order = Culqi.error = undefined;
    Culqi[what] = value;
    if (what !== "error") Culqi.close();
    if (typeof Culqi.culqi === "function") { Culqi.culqi(); return; }
    if (typeof window.culqi === "function") window.culqi();
  }

  function post(path, body) {
    return fetch(base + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: "Bearer " + Culqi.publicKey },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).then(function (answer) {
      return answer.json().then(function (value) {
        if (!answer.ok || value.object === "error") throw value;
        return value;
      });
    }).catch(function (problem) {
      if (problem && problem.object === "error") {
        if (!problem.user_message) problem.user_message = problem.merchant_message;
        throw problem;
      }
      throw { object: "error", type: "api_error", merchant_message: String(problem), user_message: "No se pudo conectar con Culqi." };
    });
  }

  function run(path, body, what) {
    return post(path, body).then(function (value) { finish(what, value); }, function (problem) { finish("error", problem); });
  }

  function tokenFrom(fields) {
    return run("/v2/tokens", {
      card_number: fields.number.replace(/\s/g, ""), cvv: fields.cvv, expiration_month: fields.month, expiration_year: fields.year, email: fields.email,
    }, "token");
  }

  // field finds an input of the merchant's own form, as the documents of the
  // different versions name them.
  function field(name) {
    var found = document.querySelector('[data-culqi="card[' + name + ']"]') || document.getElementById("card[" + name + "]") || document.querySelector('[name="card[' + name + ']"]');
    return found ? found.value : "";
  }

  Culqi.createToken = function () {
    return tokenFrom({ number: field("number"), cvv: field("cvv"), month: field("exp_month"), year: field("exp_year"), email: field("email") });
  };

  function yapeFrom(phone, otp) {
    return run("/v2/tokens/yape", { number_phone: phone, otp: otp, amount: Culqi._settings.amount }, "token");
  }

  function confirmOrder() {
    return run("/v2/orders/" + encodeURIComponent(Culqi._settings.order) + "/confirm", undefined, "order");
  }

  function offered(name, otherwise) {
    var methods = Culqi._options.paymentMethods || {};
    return methods[name] === undefined ? otherwise : Boolean(methods[name]);
  }

  Culqi.validationPaymentMethods = function () {
    var ready = Boolean(Culqi.publicKey), order = Boolean(Culqi._settings.order);
    function way(available, generate) {
      return { available: available, message: available ? "" : "Medio de pago no disponible", generate: generate };
    }
    Culqi.paymentOptionsAvailable = {
      token: way(ready && offered("tarjeta", true), Culqi.createToken),
      yape: way(ready && offered("yape", true), function () {
        var phone = document.querySelector('[data-yape="yape[phone]"]') || document.getElementById("yape[phone]");
        var otp = document.querySelector('[data-yape="yape[otp]"]') || document.getElementById("yape[otp]");
        return yapeFrom(phone ? phone.value : "", otp ? otp.value : "");
      }),
      cip: way(ready && order, confirmOrder),
      cuotealo: way(ready && order, confirmOrder),
    };
    return Culqi.paymentOptionsAvailable;
  };

  var look = [
    ":host{all:initial}",
    ".back{position:fixed;inset:0;background:#0009;display:flex;align-items:center;justify-content:center;z-index:2147483000;font:16px/1.4 system-ui,sans-serif}",
    "form{background:#fff;color:#222;border-radius:12px;padding:24px;width:min(360px,calc(100vw - 32px));max-height:90vh;overflow:auto;box-sizing:border-box}",
    "h2{margin:0 0 4px;font-size:20px}p{margin:0 0 12px;color:#555}",
    "label{display:block;margin:10px 0 4px;font-size:14px}",
    "input{width:100%;box-sizing:border-box;padding:10px;border:1px solid #999;border-radius:6px;font:inherit}",
    ".row{display:flex;gap:12px;align-items:flex-end}.row>div{flex:1}",
    "button{font:inherit;padding:12px;border-radius:6px;border:0;cursor:pointer;width:100%;margin-top:16px}",
    ".pay{background:#00796b;color:#fff}.other{background:#eee;color:#222}",
    "output{display:block;color:#b00020;margin-top:12px;min-height:1.4em}",
  ].join("\n");

  var host, opener; // the modal, and what had the focus before it

  // keepFocus lets the tab key go round within the modal.
  function keepFocus(root, e) {
    var stops = Array.prototype.filter.call(root.querySelectorAll("input,button"), function (x) { return !x.hidden && !x.disabled; });
    var end = e.shiftKey ? stops[0] : stops[stops.length - 1];
    if (root.activeElement !== end) return;
    e.preventDefault();
    stops[e.shiftKey ? stops.length - 1 : 0].focus();
  }

  Culqi.open = function () {
    if (host) return;
    opener = document.activeElement;
    host = document.createElement("div");
    host.id = "culqi-container-simulated";
    document.body.appendChild(host);
    var root = host.attachShadow({ mode: "open" });
    root.innerHTML = "<style></style>" +
      '<div class="back" role="dialog" aria-modal="true" aria-labelledby="culqi-title"><form autocomplete="off" novalidate>' +
      '<h2 id="culqi-title"></h2><p data-testid="culqi-amount"></p>' +
      '<label for="culqi-email">Correo electrónico</label><input id="culqi-email" data-testid="culqi-email" type="email" required>' +
      '<label for="culqi-number">Número de tarjeta</label><input id="culqi-number" data-testid="culqi-number" inputmode="numeric" required>' +
      '<div class="row"><div><label for="culqi-expiry">Vence (MM/AA)</label><input id="culqi-expiry" data-testid="culqi-expiry" inputmode="numeric" required></div>' +
      '<div><label for="culqi-cvv">CVV</label><input id="culqi-cvv" data-testid="culqi-cvv" inputmode="numeric" type="password" required></div></div>' +
      '<output role="alert" data-testid="culqi-error"></output>' +
      '<button class="pay" type="submit" data-testid="culqi-pay"></button>' +
      '<button class="other" type="button" data-testid="culqi-order" hidden>Pagar en efectivo</button>' +
      '<button class="other" type="button" data-testid="culqi-close">Cerrar</button></form></div>';
    root.querySelector("style").textContent = look;
    var s = Culqi._settings;
    var sum = s.currency + " " + (Number(s.amount) / 100).toFixed(2);
    root.getElementById("culqi-title").textContent = s.title || "Culqi";
    root.querySelector('[data-testid="culqi-amount"]').textContent = [s.description, sum].filter(Boolean).join(" · ");
    root.querySelector('[data-testid="culqi-pay"]').textContent = "Pagar " + sum;
    root.querySelector('[data-testid="culqi-close"]').addEventListener("click", function () { Culqi.close(); });
    var cash = root.querySelector('[data-testid="culqi-order"]');
    cash.hidden = !s.order;
    cash.addEventListener("click", confirmOrder);
    root.addEventListener("keydown", function (e) {
      if (e.key === "Escape") Culqi.close();
      if (e.key === "Tab") keepFocus(root, e);
    });
    root.querySelector("form").addEventListener("submit", function (e) {
      e.preventDefault();
      var pay = root.querySelector(".pay");
      var expiry = root.getElementById("culqi-expiry").value.split("/");
      pay.disabled = true;
      tokenFrom({
        number: root.getElementById("culqi-number").value, cvv: root.getElementById("culqi-cvv").value,
        month: (expiry[0] || "").trim(), year: (expiry[1] || "").trim().replace(/^(\d\d)$/, "20$1"), email: root.getElementById("culqi-email").value,
      }).then(function () {
        pay.disabled = false;
        if (Culqi.error) root.querySelector("output").textContent = Culqi.error.user_message;
      });
    });
    root.getElementById("culqi-email").focus();
    Culqi.isOpen = true;
  };

  Culqi.close = function () {
    if (!host) return;
    host.remove();
    host = undefined;
    Culqi.isOpen = false;
    if (opener) opener.focus();
    if (typeof Culqi.closeCheckout === "function") Culqi.closeCheckout();
  };

  window.Culqi = Culqi;
})();
