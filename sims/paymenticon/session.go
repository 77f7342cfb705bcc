package paymenticon

import (
	"net/http"
	"slices"

	"paysim/internal/provider"
)

func createSession(c *provider.Call) (provider.Reply, error) {
	f := &fields{body: caller(c).body}
	s, err := readSession(c, f)
	if err != nil {
		return provider.Reply{}, err
	}
	switch outcome := c.Outcome(""); outcome {
	case "processing_error":
		return provider.Reply{}, errProcessing
	case "", "approved":
	default:
		s.Fate = outcome // the answer says created; the end comes when the consumer confirms
	}
	ids := c.Stream("session")
	s.ID, s.Page = ids.UUID(c.Mark).String(), ids.UUID(c.Mark).String()
	s.URL = c.Base + "/process/" + s.Page + "/"
	s.Merchant, s.Created, s.Expires = caller(c).wallet, c.Now, c.Now.Add(lifetime)
	if s.Status, err = c.Step(s.machine(), s.ID, s.Status, "create"); err != nil {
		return provider.Reply{}, err
	}
	sessions.Put(c, s)
	c.At(s.Expires, "session.expire", s.ID)
	c.Opened("session", s.ID)
	return provider.Reply{Status: http.StatusCreated, Header: jsonHeader(), Body: s.wire()}, nil
}

func jsonHeader() http.Header { return http.Header{"Content-Type": {"application/json"}} }

// readSession checks members in the order of the document's table.
func readSession(c *provider.Call, f *fields) (session, error) {
	s := session{Type: f.oneOf("type", false, p2pTransfer, dataAccess)}
	s.ClientIP = f.address("client_ip")
	if s.Type == dataAccess {
		s.Scopes = f.texts("scopes")
		if len(s.Scopes) == 0 {
			f.fail("scopes", "is missing")
		}
		for _, scope := range s.Scopes {
			if !slices.Contains(scopes, scope) {
				f.fail("scopes", "names a scope that does not exist")
			}
		}
	} else {
		s.Currency = f.currency("currency", true)
		s.Mode = f.oneOf("charge_mode", true, "capture", "authorize")
		s.Amount = f.whole("amount", false)
	}
	s.SuccessURL, s.ErrorURL = f.link("success_url"), f.link("error_url")
	s.Description = f.description(false)
	switch s.Type {
	case p2pTransfer:
		s.Receiver = f.text("receiver_wallet_ref", true)
	case plainPayment:
		s.VoucherID = f.text("voucher_id", false)
		s.NoLogin = f.flag("payment_without_login_enabled", false)
		s.OnlyRegistered = f.flag("only_registered", false)
		s.Gateway = f.oneOf("initial_gateway", false, gateways...)
		if s.NoLogin && s.OnlyRegistered {
			f.fail("only_registered", "excludes payment_without_login_enabled")
		}
		if s.Gateway != "" && !s.NoLogin {
			f.fail("initial_gateway", "needs payment_without_login_enabled")
		}
	}
	if f.err != nil {
		return s, f.err
	}
	if s.Type == p2pTransfer {
		if _, ok := wallets.Get(c, s.Receiver); !ok {
			return s, errNotFound.Because("no wallet %s", s.Receiver)
		}
	}
	if s.VoucherID != "" {
		if _, ok := wallets.First(c, "voucher", s.VoucherID); !ok {
			return s, errNotFound.Because("no wallet has this voucher")
		}
	}
	return s, nil
}

// mine finds the session of the URL and checks that the caller made it.
func mine(c *provider.Call) (session, error) {
	s, ok := sessions.Get(c, c.Vars["id"])
	if !ok {
		return s, errNotFound.Because("no session %s", c.Vars["id"])
	}
	if s.Merchant != caller(c).wallet {
		return s, errForbidden.Because("the session is %s's", s.Merchant)
	}
	return s, nil
}

func getSession(c *provider.Call) (provider.Reply, error) {
	s, err := mine(c)
	if err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Status: http.StatusOK, Header: jsonHeader(), Body: s.wire()}, nil
}

func captureSession(c *provider.Call) (provider.Reply, error) { return settle(c, "capture") }

func voidSession(c *provider.Call) (provider.Reply, error) { return settle(c, "void") }

func settle(c *provider.Call, trigger string) (provider.Reply, error) {
	s, err := mine(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if c.Outcome("") == "processing_error" {
		return provider.Reply{}, errProcessing
	}
	if err := end(c.Tx, &s, trigger); err != nil {
		return provider.Reply{}, err
	}
	return provider.Reply{Status: http.StatusAccepted}, nil
}
