package toypay

import (
	"bytes"
	"encoding/json"
	"io"

	"paysim/internal/provider"
)

// read decodes a JSON object; anything else is refused.
func read(c *provider.Call, into any) error {
	d := json.NewDecoder(bytes.NewReader(c.Request.Body))
	if c.Flag("strict") {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(into); err != nil {
		return errInvalid.Because("the body does not decode")
	}
	if _, err := d.Token(); err != io.EOF {
		return errInvalid.Because("the body goes on after the object")
	}
	return nil
}

func (w wireCreate) check() error {
	switch {
	case w.Reference == "":
		return errInvalid.Because("reference is missing")
	case w.Amount <= 0:
		return errInvalid.Because("amount is not positive")
	case len(w.Currency) != 3:
		return errInvalid.Because("currency is not three letters")
	}
	return nil
}
