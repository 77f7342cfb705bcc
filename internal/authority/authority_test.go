package authority

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var names = []string{"api.toypay.test", "Pay.Toypay.test"}

// handshake calls a in a name and gives what the client says.
func handshake(t *testing.T, a *Authority, trust *x509.Certificate, name string) error {
	t.Helper()
	here, there := net.Pipe()
	server := tls.Server(there, a.Config())
	go func() {
		server.Handshake()
		server.Close()
	}()
	pool := x509.NewCertPool()
	pool.AddCert(trust)
	c := tls.Client(here, &tls.Config{ServerName: name, RootCAs: pool})
	defer here.Close()
	return c.Handshake()
}

func TestVouchesForItsNames(t *testing.T) {
	a, err := New(names)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api.toypay.test", "pay.toypay.test", "API.toypay.test", "localhost", "toypay.localhost", "127.0.0.1", "::1"} {
		if err := handshake(t, a, a.Certificate(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"example.com", "toypay.test", "notapi.toypay.test", "127.0.0.2"} {
		if err := handshake(t, a, a.Certificate(), name); err == nil {
			t.Errorf("%s: vouched for", name)
		}
	}
	other, err := New(names)
	if err != nil {
		t.Fatal(err)
	}
	if err := handshake(t, a, other.Certificate(), "api.toypay.test"); err == nil {
		t.Error("one authority is taken for another")
	}
}

// TestAStolenKeyIsGoodForNoOtherName signs what issue would refuse.
func TestAStolenKeyIsGoodForNoOtherName(t *testing.T) {
	a, err := New(names)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := a.issue("bank.example.com")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.Certificate())
	_, err = leaf.Leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: "bank.example.com"})
	if err == nil || !strings.Contains(err.Error(), "not permitted") {
		t.Errorf("its certificate is believed: %v", err)
	}
}

func TestLeavesAreMadeOnceAndBounded(t *testing.T) {
	a, err := New(names)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := a.leaf("api.toypay.test")
	two, _ := a.leaf("api.toypay.test")
	if one == nil || one != two {
		t.Error("a second certificate for the same name")
	}
	for i := range 2 * maxLeaves {
		if _, err := a.leaf(strings.Repeat("x", i%60+1) + string(rune('a'+i/60)) + ".localhost"); err != nil {
			t.Fatal(err)
		}
		if len(a.leaves) > maxLeaves {
			t.Fatalf("%d certificates are kept", len(a.leaves))
		}
	}
}

func TestOpenKeepsIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "paysim", "ca")
	a, err := Open(dir, names)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(dir, names)
	if err != nil {
		t.Fatal(err)
	}
	if !a.Certificate().Equal(b.Certificate()) {
		t.Error("a second authority is made")
	}
	for path, want := range map[string]fs.FileMode{"": 0o700, KeyFile: 0o600, CertFile: 0o644} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%q has mode %o, want %o", path, got, want)
		}
	}
	if err := handshake(t, b, a.Certificate(), "api.toypay.test"); err != nil {
		t.Error(err)
	}

	// Names that it does not vouch for: another one takes its place.
	c, err := Open(dir, append(names, "new.toypay.test"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Certificate().Equal(a.Certificate()) || !c.Covers("new.toypay.test") {
		t.Error("the old authority is used for a new name")
	}
	if left, _ := os.ReadDir(dir); len(left) != 3 {
		t.Errorf("there is %v, and not the key, the certificate and the lock", left)
	}
}

// TestManyOpenOne lets many make the first authority, and then many replace it.
func TestManyOpenOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	first := manyOpen(t, dir, names)
	if second := manyOpen(t, dir, append(names, "new.toypay.test")); second.Certificate().Equal(first.Certificate()) {
		t.Error("it was not replaced")
	}
}

func manyOpen(t *testing.T, dir string, names []string) *Authority {
	t.Helper()
	got := make([]*Authority, 50)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			a, err := Open(dir, names)
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = a
		})
	}
	all.Wait()
	for _, a := range got {
		if a == nil || !a.Certificate().Equal(got[0].Certificate()) {
			t.Fatal("they opened different ones")
		}
	}
	return got[0]
}

// TestOpenInAnyDirectory opens in one that was there before: a mounted one, say,
// which nobody can put another in place of.
func TestOpenInAnyDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "other"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := Open(dir, names)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, lockFile)); err != nil {
		t.Fatal(err)
	}
	// One that will do is opened without writing.
	if b, err := Open(dir, names); err != nil || !b.Certificate().Equal(a.Certificate()) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, lockFile)); err == nil {
		t.Error("it was locked")
	}
}

func TestOpenRefusesWhatOthersMayRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	if _, err := Open(dir, names); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, KeyFile), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, names); err == nil || !strings.Contains(err.Error(), "others may read") {
		t.Errorf("it is used: %v", err)
	}
}

func TestOpenNamesWhatIsBroken(t *testing.T) {
	for what, spoil := range map[string]func(dir string) error{
		"certificate is rubbish": func(dir string) error { return os.WriteFile(filepath.Join(dir, CertFile), []byte("rubbish"), 0o600) },
		"key is empty":           func(dir string) error { return os.Truncate(filepath.Join(dir, KeyFile), 0) },
		"certificate is gone":    func(dir string) error { return os.Remove(filepath.Join(dir, CertFile)) },
		"key is gone":            func(dir string) error { return os.Remove(filepath.Join(dir, KeyFile)) },
		"certificate is another's": func(dir string) error {
			other, err := New(names)
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, CertFile), other.PEM(), 0o600)
		},
	} {
		dir := filepath.Join(t.TempDir(), "ca")
		if _, err := Open(dir, names); err != nil {
			t.Fatal(err)
		}
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(filepath.Join(dir, CertFile))
		if _, err := Open(dir, names); err == nil || !strings.Contains(err.Error(), "the authority in "+dir+" cannot be read; remove") {
			t.Errorf("the %s: it says %v", what, err)
		}
		if after, _ := os.ReadFile(filepath.Join(dir, CertFile)); !bytes.Equal(before, after) {
			t.Errorf("the %s, and it is written over", what)
		}
	}
}

// TestOneThatEndsIsReplaced opens one that has ended, and one that soon will.
func TestOneThatEndsIsReplaced(t *testing.T) {
	for _, end := range []time.Time{time.Now().Add(-time.Minute), time.Now().Add(caSpare - time.Hour)} {
		dir := t.TempDir()
		old, err := New(names)
		if err != nil {
			t.Fatal(err)
		}
		ending := *old.cert
		ending.NotAfter = end
		if old.cert, err = sign(&ending, &ending, old.key.Public(), old.key); err != nil {
			t.Fatal(err)
		}
		if err := old.save(dir); err != nil {
			t.Fatal(err)
		}
		a, err := Open(dir, names)
		if err != nil {
			t.Fatal(err)
		}
		if err := handshake(t, a, a.Certificate(), "api.toypay.test"); err != nil || a.cert.Equal(old.cert) {
			t.Errorf("one that ends at %s is used: %v", end, err)
		}
	}
}

// TestSomebodyElsesIsLeftAlone points Open at a directory that is not ours.
func TestSomebodyElsesIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	a, err := New(names)
	if err != nil {
		t.Fatal(err)
	}
	corporate := *a.cert
	corporate.Subject, corporate.RawSubject = pkix.Name{CommonName: "Corporate root"}, nil
	if a.cert, err = sign(&corporate, &corporate, a.key.Public(), a.key); err != nil {
		t.Fatal(err)
	}
	if err := a.save(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, append(names, "new.toypay.test")); err == nil || !strings.Contains(err.Error(), "somebody else's (CN=Corporate root)") {
		t.Errorf("it says %v", err)
	}
	if b, err := load(dir); err != nil || !b.cert.Equal(a.cert) {
		t.Errorf("it is written over: %v", err)
	}
}

// TestUnknownNamesHearSo wants the alert that says what is wrong.
func TestUnknownNamesHearSo(t *testing.T) {
	a, err := New(names)
	if err != nil {
		t.Fatal(err)
	}
	if err := handshake(t, a, a.Certificate(), "example.com"); err == nil || !strings.Contains(err.Error(), "unrecognized name") {
		t.Errorf("it hears %v", err)
	}
	if err := handshake(t, a, a.Certificate(), "API.toypay.test."); err != nil {
		t.Errorf("a final dot: %v", err)
	}
}
