// Written by `simulator exec`. Node before 22.21 knows no proxy variables, so
// this leads its connections to the simulator: those to hosts that it answers
// for go to its own ports, those to other hosts on the ports of HTTP fail, and
// everything else is left alone. Names stay as they are, so certificates are
// checked against the name that the program asked for.
'use strict';
const net = require('net');
const { hosts, allow, plain, tls } = {{.}};

const allowed = (host, port) =>
  allow.some((a) => a === '*' || a === host || a === `${host}:${port}` || (a.startsWith('*.') && host.endsWith(a.slice(1))));
const near = (host) => host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\./.test(host);

// whereTo gives the port of the simulator, an error, or nothing for wherever
// the program wants to go.
function whereTo(host, port) {
  host = String(host || 'localhost').toLowerCase().replace(/\.$/, '');
  if (hosts.includes(host)) return port === 80 ? plain : near(host) && port !== 443 ? port : tls;
  if (near(host) || allowed(host, port) || (port !== 80 && port !== 443)) return undefined;
  return Object.assign(
    new Error(`${host}:${port} is none of the hosts that the simulator answers for; --proxy-allow ${host} would let it out`),
    { code: 'ECONNREFUSED', syscall: 'connect', address: host, port },
  );
}

const connect = net.Socket.prototype.connect;

// refuse fails a connection as soon as the simulator knows of it: its proxy is
// asked for the same, and counts what it refuses.
function refuse(socket, error) {
  const told = new net.Socket();
  told.on('error', () => {}).on('close', () => socket.destroy(error)).resume();
  const target = `${net.isIPv6(error.address) ? `[${error.address}]` : error.address}:${error.port}`;
  connect.call(told, plain, '127.0.0.1', () => told.end(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`));
}

net.Socket.prototype.connect = function (...args) {
  // Node's own modules pass [options, callback] as one array; programs pass
  // (options), (port, host) or a path.
  const packed = Array.isArray(args[0]);
  const first = packed ? args[0][0] : args[0];
  const options = first !== null && typeof first === 'object';
  if (options && first.path) return connect.apply(this, args);
  const host = options ? first.host : typeof args[1] === 'string' ? args[1] : undefined;
  const port = Number(options ? first.port : first);
  const to = Number.isInteger(port) ? whereTo(host, port) : undefined;
  if (to instanceof Error) {
    refuse(this, to);
    return this;
  }
  if (to !== undefined) {
    if (packed) args[0][0] = { ...first, host: '127.0.0.1', port: to };
    else if (options) args[0] = { ...first, host: '127.0.0.1', port: to };
    else args.splice(0, 2, to, '127.0.0.1');
  }
  return connect.apply(this, args);
};
