package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// The files of an authority's directory.
const (
	CertFile = "ca.pem"
	KeyFile  = "ca-key.pem"
	lockFile = "lock" // is held by who writes
)

// Open gives the authority that is kept in dir. When there is none, or one of
// ours for other names or about to end, it is made; the directory is too.
func Open(dir string, names []string) (*Authority, error) {
	if a, err := load(dir); err == nil && a.fits(names) {
		return a, nil // without the right to write, too
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(dir, lockFile)).Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	// Somebody else may have been first, or was at it when we looked.
	a, err := load(dir)
	switch {
	case errors.Is(err, errNone):
	case err != nil:
		return nil, err
	case a.fits(names):
		return a, nil
	case !a.ours():
		return nil, fmt.Errorf("the authority in %s is somebody else's (%s), and is left alone", dir, a.cert.Subject)
	}
	if a, err = New(names); err != nil {
		return nil, err
	}
	return a, a.save(dir)
}

// errNone says that a directory holds no authority.
var errNone = errors.New("there is no authority")

// load reads an authority.
func load(dir string) (*Authority, error) {
	certFile, keyFile := filepath.Join(dir, CertFile), filepath.Join(dir, KeyFile)
	info, noKey := os.Stat(keyFile)
	_, noCert := os.Stat(certFile)
	switch {
	case errors.Is(noKey, fs.ErrNotExist) && errors.Is(noCert, fs.ErrNotExist):
		return nil, errNone
	case noKey != nil || noCert != nil:
		return nil, broken(dir, errors.Join(noKey, noCert))
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("others may read the key %s: remove it with %s, and whatever trusts them, or chmod 600 it if you know that nobody did", keyFile, CertFile)
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, broken(dir, err)
	}
	key, ok := pair.PrivateKey.(crypto.Signer)
	if !ok || !pair.Leaf.IsCA {
		return nil, broken(dir, errors.New("it is no authority's"))
	}
	return &Authority{cert: pair.Leaf, key: key, leaves: map[string]*tls.Certificate{}}, nil
}

func broken(dir string, err error) error {
	return fmt.Errorf("the authority in %s cannot be read; remove %s and %s and a new one is made: %w", dir, CertFile, KeyFile, err)
}

// save puts the authority into dir, in place of one that is there.
func (a *Authority) save(dir string) error {
	der, err := x509.MarshalECPrivateKey(a.key.(*ecdsa.PrivateKey)) // New made it
	if err != nil {
		return err
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	if err := replace(filepath.Join(dir, KeyFile), key, 0o600); err != nil {
		return err
	}
	return replace(filepath.Join(dir, CertFile), a.PEM(), 0o644)
}

// replace makes a file hold text, whole or not at all.
func replace(file string, text []byte, mode fs.FileMode) error {
	fresh, err := os.CreateTemp(filepath.Dir(file), ".new-") // for its owner only
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name())
	_, err = fresh.Write(text)
	if err := errors.Join(err, fresh.Chmod(mode), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), file)
}
