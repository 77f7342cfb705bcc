// A stand-in for Culqi3DS. initAuthentication(token) lets the payer answer the
// bank's question in a modal and then posts {parameters3DS} or {error} to the
// merchant's own window, which is where merchants listen.
(function () {
  "use strict";

  var script = document.currentScript;
  var base = script ? script.src.replace(/\/(js\/)?(v3|v4|3ds)?\/?([?#].*)?$/, "") : "";
  var every = 500; // milliseconds between two looks at how the payer has decided
  var current; // the authentication under way

  var Culqi3DS = { publicKey: "", settings: {}, options: {} };

  Culqi3DS.generateDevice = function () {
    return Promise.resolve("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, function () {
      return Math.floor(Math.random() * 16).toString(16);
    }));
  };

  Culqi3DS.reset = function () {
    if (!current) return;
    clearTimeout(current.timer);
    if (current.modal) current.modal.remove();
    current = undefined;
  };

  function tell(message) {
    Culqi3DS.reset();
    window.postMessage(message, window.location.origin);
  }

  function look(address) {
    return fetch(address, { headers: { Accept: "application/json" } }).then(function (answer) {
      if (!answer.ok) throw new Error("No hay autenticación pendiente para este token.");
      return answer.json();
    });
  }

  function press(address, action) {
    return fetch(address, {
      method: "POST", headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" }, body: "action=" + action,
    }).then(function (answer) { return answer.json(); });
  }

  // settle ends the authentication when the state says so; false while it is open.
  function settle(view) {
    switch (view.state) {
      case "review":
        return false;
      case "authenticated":
        tell({
          parameters3DS: {
            eci: view.fields.eci, xid: view.fields.xid, cavv: view.fields.cavv, protocolVersion: view.fields.protocolVersion,
            directoryServerTransactionId: view.fields.directoryServerTransactionId,
          },
        });
        return true;
      case "abandoned":
        tell({ error: "El tiempo de autenticación se agotó." });
        return true;
    }
    tell({ error: "No se pudo autenticar al usuario." });
    return true;
  }

  function ask(address) {
    var modal = document.createElement("div");
    modal.setAttribute("role", "dialog");
    modal.setAttribute("aria-modal", "true");
    modal.setAttribute("aria-label", "3-D Secure");
    modal.style.cssText = "position:fixed;inset:0;background:#0009;z-index:2147483001;display:flex;align-items:center;justify-content:center";
    var frame = document.createElement("iframe");
    frame.title = "3-D Secure";
    frame.src = address;
    frame.style.cssText = "width:min(440px,96vw);height:min(640px,92vh);border:0;border-radius:12px;background:#fff";
    function leave() {
      Culqi3DS.reset();
      if (typeof Culqi3DS.options.closeModalAction === "function") Culqi3DS.options.closeModalAction();
    }
    modal.addEventListener("click", function (e) { if (e.target === modal) leave(); });
    modal.addEventListener("keydown", function (e) { if (e.key === "Escape") leave(); });
    modal.appendChild(frame);
    document.body.appendChild(modal);
    frame.focus();
    return modal;
  }

  Culqi3DS.initAuthentication = function (token) {
    Culqi3DS.reset();
    var mine = current = {};
    var key = Culqi3DS.publicKey || (window.Culqi && window.Culqi.publicKey) || "";
    var address = base + "/3ds/" + encodeURIComponent(token) + "?key=" + encodeURIComponent(key);
    function watch() {
      look(address).then(function (view) {
        if (current === mine && !settle(view)) mine.timer = setTimeout(watch, every);
      }, fail);
    }
    function fail(problem) { if (current === mine) tell({ error: problem.message }); }
    // Some cards need no answer of the payer's.
    var silent = { frictionless: "approve", timeout: "expire", error: "decline" };
    return look(address).then(function (view) {
      if (current !== mine || settle(view)) return;
      var action = silent[view.fields.flow];
      if (action) return press(address, action).then(function (view) { if (current === mine) settle(view); });
      mine.modal = ask(address);
      watch();
    }).catch(fail);
  };

  window.Culqi3DS = Culqi3DS;
})();
