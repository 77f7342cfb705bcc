package authority

import (
	"crypto/tls"
	"crypto/x509"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
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
	left, _ := os.ReadDir(filepath.Dir(dir))
	if len(left) != 1 {
		t.Errorf("it leaves %v behind", left)
	}
}

func TestManyOpenOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
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
	dir := filepath.Join(t.TempDir(), "ca")
	if _, err := Open(dir, names); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, CertFile), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, names); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("it says %v", err)
	}
}
