package client

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"paysim/internal/authority"
)

func prepared(t *testing.T, dir string, before ...string) (map[string]string, *authority.Authority) {
	t.Helper()
	a, err := authority.New([]string{"api.toypay.test"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := authority.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	env, err := Simulator{Cert: a.Certificate(), Plain: 1234, TLS: 5678, Hosts: []string{"Api.toypay.test"}, Allow: []string{"Other.test:8443"}, Roots: b.PEM()}.Prepare(dir, before)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		if _, twice := out[name]; twice {
			t.Errorf("%s is given twice", name)
		}
		out[name] = value
	}
	return out, a
}

func TestWhatACommandHadIsKept(t *testing.T) {
	dir := t.TempDir()
	env, _ := prepared(t, dir, "HOME=/h", "HTTPS_PROXY=http://corporate:8080", "https_proxy=http://corporate:8080", "NO_PROXY=api.toypay.test",
		"NODE_OPTIONS=--max-old-space-size=100", "JAVA_TOOL_OPTIONS=-Xmx1g", "PHP_INI_SCAN_DIR=/etc/php", "WGETRC=/mine")
	for name, want := range map[string]string{
		"HOME": "/h", "HTTPS_PROXY": "http://127.0.0.1:1234", "https_proxy": "http://127.0.0.1:1234", "NO_PROXY": "localhost,127.0.0.1,::1",
		"NODE_OPTIONS": "--max-old-space-size=100 --require " + filepath.Join(dir, "route.js"), "WGETRC": "/mine",
		"PHP_INI_SCAN_DIR": "/etc/php" + string(filepath.ListSeparator) + filepath.Join(dir, "php"), "SSL_CERT_FILE": filepath.Join(dir, "ca.pem"),
	} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
	if !strings.HasPrefix(env["JAVA_TOOL_OPTIONS"], "-Xmx1g -D") {
		t.Errorf("JAVA_TOOL_OPTIONS is %q", env["JAVA_TOOL_OPTIONS"])
	}
	fresh, _ := prepared(t, t.TempDir())
	if !strings.HasPrefix(fresh["PHP_INI_SCAN_DIR"], string(filepath.ListSeparator)) {
		t.Errorf("PHP would not read its own files: %q", fresh["PHP_INI_SCAN_DIR"])
	}
}

func TestDirectoriesWithSpaces(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	env, _ := prepared(t, dir)
	if want := `--require "` + filepath.Join(dir, "route.js") + `"`; env["NODE_OPTIONS"] != want {
		t.Errorf("NODE_OPTIONS is %q, want %q", env["NODE_OPTIONS"], want)
	}
}

func TestWhomToTrust(t *testing.T) {
	dir := t.TempDir()
	_, a := prepared(t, dir)
	bundle, err := os.ReadFile(filepath.Join(dir, bundleFile))
	if err != nil {
		t.Fatal(err)
	}
	var inBundle []*x509.Certificate
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		inBundle = append(inBundle, c)
	}
	store, err := os.ReadFile(filepath.Join(dir, storeFile))
	if err != nil {
		t.Fatal(err)
	}
	inStore, err := pkcs12.DecodeTrustStore(store, storePassword)
	if err != nil {
		t.Fatal(err)
	}
	for what, certs := range map[string][]*x509.Certificate{"bundle": inBundle, "store": inStore} {
		if len(certs) != 2 || !slices.ContainsFunc(certs, a.Certificate().Equal) {
			t.Errorf("the %s holds %d certificates", what, len(certs))
		}
	}
}

func TestTheHookHoldsTheFacts(t *testing.T) {
	dir := t.TempDir()
	prepared(t, dir)
	text, err := os.ReadFile(filepath.Join(dir, hookFile))
	if err != nil {
		t.Fatal(err)
	}
	if want := `= {"allow":["other.test:8443"],"hosts":["api.toypay.test"],"plain":1234,"tls":5678};`; !strings.Contains(string(text), want) {
		t.Errorf("it lacks %s:\n%s", want, text)
	}
}
