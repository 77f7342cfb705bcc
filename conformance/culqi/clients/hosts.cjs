// Maps Culqi's hosts to this machine, as a hosts file and a port forward would: whoever connects to one of them is
// connected to 127.0.0.1:CULQI_PORT, and still speaks TLS with the host's name. Loaded before the SDK by node --require.
"use strict";
const https = require("node:https");
const tls = require("node:tls");

const mapped = new Set(["api.culqi.com", "secure.culqi.com"]);

https.globalAgent.createConnection = (options, done) => {
  if (!mapped.has(options.host)) throw new Error(`${options.host} is not mapped`);
  return tls.connect({ ...options, host: "127.0.0.1", port: Number(process.env.CULQI_PORT), servername: options.host }, done);
};
