// Package sims lists the providers that the simulator serves.
package sims

import (
	"paysim/internal/provider"
	"paysim/sims/appotapay"
	"paysim/sims/citcon"
	"paysim/sims/culqi"
	"paysim/sims/firstoken"
	"paysim/sims/paymenticon"
)

// All lists the providers in the order of their listeners.
func All() []*provider.Provider {
	return []*provider.Provider{
		citcon.Provider(),
		paymenticon.Provider(),
		firstoken.Provider(),
		culqi.Provider(),
		appotapay.Provider(),
	}
}
