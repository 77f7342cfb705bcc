package citcon

import (
	"fmt"

	"paysim/internal/provider"
)

// newVaultToken is 24 hexadecimal digits, the first eight of which are the time
// in seconds.
func newVaultToken(tx *provider.Tx) string {
	return fmt.Sprintf("%08x", uint32(tx.Now.Unix())) + tx.Stream("vault token").Hex(16)
}

func createVault(c *provider.Call) (provider.Reply, error) {
	in, err := read(c)
	if err != nil {
		return provider.Reply{}, err
	}
	p := in.object("payment")
	v := vaulted{
		Reference: in.required("reference"), Consumer: in.object("consumer").text("reference"),
		Method: p.method().name, Country: p.object("billing_address").form("country", countryForm, "two capital letters"), Created: c.Now,
	}
	pan, expiry := p.card()
	nonce := p.text("nonce")
	if pan == "" && nonce == "" {
		p.fault("data", "and nonce are both missing")
	}
	ipn := in.object("urls").webAddress("ipn")
	if err := in.err(); err != nil {
		return provider.Reply{}, err
	}
	if _, ok := vault.First(c, "reference", v.Reference); ok {
		return provider.Reply{}, errDuplicate.Because("a vault token has this reference")
	}
	if pan != "" {
		v.Type, v.PAN, v.Expiry = brand(pan), mask(pan), expiry
	}
	outcome := c.Outcome("")
	if err := trouble(outcome); err != nil {
		return provider.Reply{}, err
	}
	if outcome == "vault_failed" {
		tellVault(c.Tx, v, "", ipn)
		return fail(errVault), nil
	}
	if err := v.add(c.Tx, "", ipn); err != nil {
		return provider.Reply{}, err
	}
	return success(v.wire()), nil
}

// add puts an instrument on file. payment is the charge that it came from, if any.
func (v *vaulted) add(tx *provider.Tx, payment, ipn string) (err error) {
	v.Token = newVaultToken(tx)
	if v.State, err = tx.Step(&vaultStates, v.Token, v.State, "create"); err != nil {
		return err
	}
	vault.Put(tx, *v)
	tellVault(tx, *v, payment, ipn)
	return nil
}

// putOnFile makes the token that a charge asked for with request_token. Only
// some methods can, and a charge that was paid with a token has one.
func (ch *charge) putOnFile(tx *provider.Tx) error {
	m, _ := methodOf(ch.Method)
	if !ch.WantsToken || ch.VaultToken != "" || !m.vaults {
		return nil
	}
	v := vaulted{
		Reference: ch.Reference, Method: ch.Method, Type: ch.CardType, PAN: ch.PAN, Expiry: ch.CardExpiry, Country: ch.Country, Created: tx.Now,
	}
	err := v.add(tx, ch.ID, ch.URLs.IPN)
	ch.VaultToken = v.Token
	return err
}

func listVault(c *provider.Call) (provider.Reply, error) {
	if err := trouble(c.Outcome("")); err != nil {
		return provider.Reply{}, err
	}
	list := wireVaultList{Data: []wireVaultRead{}}
	for _, v := range vault.All(c) {
		if v.State == active {
			list.Data = append(list.Data, v.read())
		}
	}
	return success(list), nil
}

func getVault(c *provider.Call) (provider.Reply, error) {
	v, err := findVaulted(c)
	if err == nil {
		err = trouble(c.Outcome(""))
	}
	if err != nil {
		return provider.Reply{}, err
	}
	return success(v.read()), nil
}

func deleteVault(c *provider.Call) (provider.Reply, error) {
	v, err := findVaulted(c)
	if err != nil {
		return provider.Reply{}, err
	}
	if !vaultStates.Can(v.State, "delete") {
		return provider.Reply{}, errDelete.Because("the vault token is %s", v.State)
	}
	if err := trouble(c.Outcome("")); err != nil {
		return provider.Reply{}, err
	}
	if v.State, err = c.Step(&vaultStates, v.Token, v.State, "delete"); err != nil {
		return provider.Reply{}, err
	}
	vault.Put(c, v)
	return success(v.wire()), nil
}

func findVaulted(c *provider.Call) (vaulted, error) {
	v, ok := vault.Get(c, c.Vars["token"])
	if !ok {
		return v, errNotFound.Because("no vault token is like this")
	}
	return v, nil
}

func (v vaulted) payment() wireVaultPayment {
	return wireVaultPayment{Method: v.Method, Token: v.Token, Type: v.Type, Data: wireCard{PAN: v.PAN, Expiry: v.Expiry}}
}

func (v vaulted) wire() wireVault {
	return wireVault{
		Object: "vault", Reference: v.Reference, Status: string(v.State), Payment: v.payment(), Country: orNull(v.Country), TimeCreated: v.Created.Unix(),
	}
}

func (v vaulted) read() wireVaultRead {
	w := v.wire()
	return wireVaultRead{
		Token: v.Token, Reference: w.Reference, Object: w.Object, Payment: w.Payment, Status: w.Status, Country: w.Country, TimeCreated: w.TimeCreated,
	}
}
