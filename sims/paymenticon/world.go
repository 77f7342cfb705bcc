package paymenticon

import "paysim/internal/provider"

// world lays out what every tenant begins with: the merchant's wallets full,
// one consumer who can pay, one who cannot, and one who receives and whose
// voucher is deactivated.
func world(tx *provider.Tx) {
	for _, ref := range merchants(tx.Tenant) {
		wallets.Put(tx, wallet{Ref: ref, Merchant: true, Category: "enhanced", CreationSource: "ADMIN_PANEL", RegistrationSource: "ADMIN_PANEL", DistributorSymbol: "SLR-001"})
		fund(tx, ref, 100_000_000)
	}
	wallets.Put(tx, wallet{
		Ref: usualConsumer, Category: "standard", Email: "john.doe@example.com", Phone: "+48555555555",
		FirstName: "John", LastName: "Doe", Gender: "male", Birth: "1900-01-01", Address: "Memory Lane 9", City: "Anytown", Postal: "40042", Country: "PL",
		NationalID: "90090515836", Nation: "PL", Verified: true,
		IBAN: "PL36175015141120000000000002", Swift: "RCBWPLPW", AccountCurrency: "PLN",
		CreationSource: "ONLINE", RegistrationSource: "ONLINE", DistributorSymbol: "SLR-001",
		VoucherID: "dcf411c480d740ce729f3f2e", VoucherType: "voucher", ManualNumber: "100200300123", PIN: "1457",
	})
	fund(tx, usualConsumer, 1_000_000)
	wallets.Put(tx, wallet{
		Ref: "WLT-101", Category: "limited", Phone: "+48555555556", FirstName: "Jane", LastName: "Roe", Gender: "female", Birth: "1990-01-01",
		Address: "Memory Lane 10", City: "Anytown", Postal: "40042", Country: "PL", Nation: "PL",
		CreationSource: "POS", RegistrationSource: "ONLINE", DistributorSymbol: "SLR-001",
		VoucherID: "0f1e2d3c4b5a69788796a5b4", VoucherType: "smartcard", ManualNumber: "100200300456", PIN: "2468",
	})
	wallets.Put(tx, wallet{
		Ref: "WLT-052", Category: "standard", Phone: "+48555555557", FirstName: "Jan", LastName: "Kowalski", Gender: "male", Birth: "1980-01-01",
		Address: "Memory Lane 11", City: "Anytown", Postal: "40042", Country: "PL", Nation: "PL", Verified: true,
		CreationSource: "DTM", RegistrationSource: "ONLINE", DistributorSymbol: "SLR-002",
		VoucherID: "5a4b3c2d1e0f98877896a5b4", VoucherType: "voucher", Deactivated: true, ManualNumber: "100200300789", PIN: "3579",
	})
}

func fund(tx *provider.Tx, wallet string, amount int64) {
	for _, currency := range held {
		move(tx, movement{From: outside, To: wallet, Amount: amount, Currency: currency, Title: "opening balance", Resource: "topup"}) // from outside: cannot fail
	}
}
