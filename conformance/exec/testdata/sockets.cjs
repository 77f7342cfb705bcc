// Opens sockets in every way that Node has, and prints what becomes of each.
"use strict";
const http = require("http");
const https = require("https");
const net = require("net");
const tls = require("tls");

const show = (name) => (what) => console.log(name, what);
const ended = (emitter, name, good) =>
  new Promise((done) => {
    emitter.on(good, () => { show(name)("reached"); done(); if (emitter.destroy) emitter.destroy(); });
    emitter.on("error", (e) => { show(name)(/--proxy-allow/.test(e.message) ? "refused" : e.code); done(); });
  });
const tcp = { host: "api.culqi.com", port: 443 };

(async () => {
  const own = net.createServer((c) => c.end()).listen(0, "127.0.0.1");
  await new Promise((listens) => own.on("listening", listens));
  const port = own.address().port;
  await ended(https.get("https://api.culqi.com/v2/charges"), "https", "response");
  await ended(http.get("http://api.culqi.com/v2/charges"), "http", "response");
  await ended(tls.connect({ ...tcp, servername: tcp.host }), "tls", "secureConnect");
  await ended(tls.connect({ ...tcp, servername: "example.com" }), "tls by a wrong name", "secureConnect");
  await ended(net.connect(tcp), "options", "connect");
  await ended(net.connect(443, tcp.host), "port and host", "connect");
  await ended(new net.Socket().connect(443, "API.culqi.com."), "socket", "connect");
  await ended(net.connect(port), "own port", "connect");
  await ended(net.connect(port, "localhost"), "own host", "connect");
  await ended(net.connect(port, "culqi.localhost"), "own name", "connect");
  await ended(https.get("https://culqi.localhost/v2/charges"), "own name, https", "response");
  await ended(https.get("https://example.com/"), "elsewhere", "response");
  await ended(net.connect(80, "example.com"), "elsewhere, plain", "connect");
  await ended(net.connect(443, "2001:db8::1"), "elsewhere, by address", "connect");
  await ended(net.connect("/nowhere/socket"), "path", "connect");
  await fetch("https://api.culqi.com/v2/charges").then((r) => show("fetch")(r.status));
  own.close();
  process.exit(0);
})();
