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
)

// The files of an authority's directory.
const (
	CertFile = "ca.pem"
	KeyFile  = "ca-key.pem"
)

// Open gives the authority that is kept in dir. When there is none, or one for
// other names, or one that is about to end, it is made.
func Open(dir string, names []string) (*Authority, error) {
	a, err := load(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case a.fits(names):
		return a, nil
	default:
		if err := retire(dir); err != nil {
			return nil, err
		}
	}
	if a, err = New(names); err != nil {
		return nil, err
	}
	if err := a.save(dir); err != nil {
		return nil, err
	}
	return load(dir) // somebody else may have been first
}

// load reads an authority. fs.ErrNotExist: there is none.
func load(dir string) (*Authority, error) {
	keyFile := filepath.Join(dir, KeyFile)
	info, err := os.Stat(keyFile)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others may read the key %s: remove %s, and whatever trusts it, or chmod 600 the key if you know that nobody did", keyFile, dir)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, CertFile), keyFile)
	if err != nil {
		return nil, fmt.Errorf("the authority in %s cannot be read; remove the directory and a new one is made: %w", dir, err)
	}
	key, ok := pair.PrivateKey.(crypto.Signer)
	if !ok || !pair.Leaf.IsCA {
		return nil, fmt.Errorf("what is in %s is no authority; remove the directory and one is made", dir)
	}
	return &Authority{cert: pair.Leaf, key: key, leaves: map[string]*tls.Certificate{}}, nil
}

// save puts the authority into dir, whole or not at all. Somebody else's that
// is there meanwhile stays.
func (a *Authority) save(dir string) error {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(parent, ".ca-") // for its owner only
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	der, err := x509.MarshalECPrivateKey(a.key.(*ecdsa.PrivateKey))
	if err != nil {
		return err
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(filepath.Join(fresh, KeyFile), key, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(fresh, CertFile), a.PEM(), 0o644); err != nil {
		return err
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, there := load(dir); there == nil {
			return nil
		}
		return err
	}
	return nil
}

// retire takes away an authority that will not do any longer.
func retire(dir string) error {
	old, err := os.MkdirTemp(filepath.Dir(dir), ".old-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(old)
	err = os.Rename(dir, filepath.Join(old, "ca"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody else did
	}
	return err
}
