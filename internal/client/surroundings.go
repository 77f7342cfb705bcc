package client

import (
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// Simulator is what a client must know of one.
type Simulator struct {
	Cert  *x509.Certificate // of the authority that vouches for it
	Plain int               // port of the main listener, which is also the proxy
	TLS   int               // port of the listener that speaks TLS
	Hosts []string          // that it answers for
	Allow []string          // hosts that may be reached besides
	Roots []byte            // certificates in PEM that vouch for those; may be empty
}

// The files that Prepare writes.
const (
	bundleFile = "ca.pem"    // whom to trust
	storeFile  = "trust.p12" // the same for Java
	hookFile   = "route.js"  // for Node that has no proxy support
	wgetFile   = "wgetrc"
	phpDir     = "php"
)

// storePassword protects nothing: what it locks is public. Java wants one.
const storePassword = "changeit"

// near is what is never sent through the proxy.
var near = []string{"localhost", "127.0.0.1", "::1"}

// Prepare writes files into dir, which exists and outlives the command, and
// gives the environment that a command with the environment before shall have.
func (s Simulator) Prepare(dir string, before []string) ([]string, error) {
	if err := s.write(dir); err != nil {
		return nil, fmt.Errorf("cannot prepare %s: %w", dir, err)
	}
	env := newEnvironment(before)
	proxy := "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Plain))
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		env.set(name, proxy)
		env.set(strings.ToLower(name), proxy)
	}
	env.set("NO_PROXY", strings.Join(near, ","))
	env.set("no_proxy", strings.Join(near, ","))

	bundle := filepath.Join(dir, bundleFile)
	for _, name := range []string{
		"SSL_CERT_FILE",       // OpenSSL, and so Ruby and Python; Go; .NET
		"CURL_CA_BUNDLE",      // curl
		"REQUESTS_CA_BUNDLE",  // Python requests
		"NODE_EXTRA_CA_CERTS", // Node
		"DENO_CERT",           // Deno
	} {
		env.set(name, bundle)
	}
	env.set("NODE_USE_ENV_PROXY", "1") // Node 22.21, 24 and later
	env.add("NODE_OPTIONS", " ", "--require "+quoted(filepath.Join(dir, hookFile)))
	env.add("JAVA_TOOL_OPTIONS", " ", s.java(filepath.Join(dir, storeFile)))
	// An empty first element stands for what PHP reads anyway.
	scan, _ := env.get("PHP_INI_SCAN_DIR")
	env.set("PHP_INI_SCAN_DIR", scan+string(filepath.ListSeparator)+filepath.Join(dir, phpDir))
	if _, own := env.get("WGETRC"); !own {
		env.set("WGETRC", filepath.Join(dir, wgetFile))
	}
	return env.list(), nil
}

func (s Simulator) java(store string) string {
	options := []string{
		"-Djavax.net.ssl.trustStore=" + store,
		"-Djavax.net.ssl.trustStoreType=PKCS12",
		"-Djavax.net.ssl.trustStorePassword=" + storePassword,
		"-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
	}
	for _, scheme := range []string{"http", "https"} {
		options = append(options, "-D"+scheme+".proxyHost=127.0.0.1", "-D"+scheme+".proxyPort="+strconv.Itoa(s.Plain))
	}
	for i, o := range options {
		options[i] = quoted(o)
	}
	return strings.Join(options, " ")
}

// quoted is text that Node and the JVM read as one word.
func quoted(text string) string {
	if !strings.ContainsAny(text, " \t") {
		return text
	}
	return `"` + text + `"`
}

func (s Simulator) write(dir string) error {
	bundle := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Cert.Raw}), s.Roots...)
	store, err := s.store()
	if err != nil {
		return err
	}
	hook, err := s.hook()
	if err != nil {
		return err
	}
	if err := readable(filepath.Join(dir, phpDir), os.Mkdir(filepath.Join(dir, phpDir), 0o755), 0o755); err != nil {
		return err
	}
	file := filepath.Join(dir, bundleFile)
	for name, text := range map[string][]byte{
		bundleFile:                             bundle,
		storeFile:                              store,
		hookFile:                               hook,
		wgetFile:                               []byte("ca_certificate = " + file + "\n"),
		filepath.Join(phpDir, "simulator.ini"): []byte("curl.cainfo = \"" + file + "\"\nopenssl.cafile = \"" + file + "\"\n"),
	} {
		path := filepath.Join(dir, name)
		if err := readable(path, os.WriteFile(path, text, 0o644), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// readable lets everybody read what was made, whatever the umask is: nothing is
// secret, and a command may go on as another user.
func readable(path string, made error, mode os.FileMode) error {
	if made != nil {
		return made
	}
	return os.Chmod(path, mode)
}

// store is whom to trust, as Java reads it; the oldest format, which every
// version reads.
func (s Simulator) store() ([]byte, error) {
	trusted := []*x509.Certificate{s.Cert}
	for rest := s.Roots; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return pkcs12.LegacyDES.EncodeTrustStore(trusted, storePassword)
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			trusted = append(trusted, c)
		}
	}
}

//go:embed route.js
var hookText string

var hookTemplate = template.Must(template.New(hookFile).Parse(hookText))

// hook is the program that Node runs first.
func (s Simulator) hook() ([]byte, error) {
	facts, err := json.Marshal(map[string]any{"hosts": lower(s.Hosts), "allow": lower(s.Allow), "plain": s.Plain, "tls": s.TLS})
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	err = hookTemplate.Execute(&b, string(facts))
	return []byte(b.String()), err
}

// lower is names as they are compared; never nil.
func lower(names []string) []string {
	out := []string{}
	for _, name := range names {
		out = append(out, strings.ToLower(name))
	}
	return out
}
