package paymenticon

import "cmp"

// words are the page's texts in one language.
type words struct {
	loginTitle, login, loginHint, password, pin, loginButton, withoutLogin string
	confirmTitle, confirm, amount, wallet, cancel, close, closeHint        string
	gatewayTitle, goTo, code, codeHint, oneClick, bankDeclines, back       string
	expire, accessTitle, askedBy, asks, undecided, accept, reject          string
	elsewhere, elsewhereHint, from, problem, frame                         string
	unknownWallet, onlyRegistered, badAmount, badCode                      string
	declines, ends, scopes, gateways                                       map[string]string
}

// wordsFor gives the texts in the language that is asked for, English where it
// is another than Polish, and says which of the two they are.
func wordsFor(asked string) (lang string, w words) {
	if asked == "pl" {
		return "pl", polish
	}
	return "en", english
}

// gatewayName is how people call a gateway; the symbol where nothing else is
// known.
func (w words) gatewayName(symbol string) string {
	return cmp.Or(w.gateways[symbol], gatewayNames[symbol], symbol)
}

// gatewayNames are proper names, the same in every language.
var gatewayNames = map[string]string{
	"ALIOR": "Alior Bank", "BGZ": "Bank BGŻ", "BLIK": "BLIK", "BANKISPOLDZIELCZE": "Banki Spółdzielcze", "MILLENNIUM": "Bank Millennium",
	"BOS": "Bank Ochrony Środowiska", "BANKPOCZTOWY": "Bank Pocztowy", "BGZPARIBAS": "BGŻ BNP Paribas Polska", "SANTANDER_BPH": "BPH", "CITI": "Citi Handlowy",
	"CREDITAGRICOLE": "Credit Agricole", "DEUTSCHEBANK": "Deutsche Bank", "DNBNORD": "DnB Nord", "ESKOK": "E-SKOK", "EUROBANK": "Eurobank",
	"EUROPAYMENT": "Euro Payment", "GETBANK": "Get Bank", "GETINONLINE": "GetIn Online", "GOOGLEPAY": "Google Pay", "IDEABANK": "Idea Bank",
	"ING": "ING Bank Śląski", "INTELIGO": "Inteligo", "MASTERPASS": "MasterPass", "MBANK": "mBank", "NEOBANK": "Neo Bank", "NESTBANK": "Nest Bank",
	"NOBLEBANK": "Noble Bank", "ORANGE": "Orange", "PAYPAL": "PayPal", "PEKAO": "PEKAO S.A.", "PKOBP": "PKO BP", "PLUSBANK": "Plus Bank",
	"RAIFFEISEN": "Raiffeisen Polbank", "SANTANDER_WBK": "Santander", "TMOBILE": "T-Mobile Usługi Bankowe", "TOYOTABANK": "Toyota Bank",
	"VISACHECKOUT": "Visa Checkout", "VOLKSWAGENBANK": "Volkswagen Bank",
}

var english = words{
	loginTitle: "Log in to your wallet", login: "Wallet number, e-mail or voucher number", loginHint: "Any password will do; a voucher needs its PIN.", password: "Password or PIN",
	pin: "PIN of your voucher", loginButton: "Log in", withoutLogin: "Pay without logging in",
	confirmTitle: "Confirm the payment", confirm: "Pay", amount: "Amount", wallet: "Wallet", cancel: "Cancel", close: "Close", closeHint: "Leave without deciding",
	gatewayTitle: "Pay with", goTo: "Go to", code: "BLIK code", codeHint: "Any six digits will do.", oneClick: "Pay with one click", bankDeclines: "The bank refuses",
	back: "Choose another way", expire: "The time runs out",
	accessTitle: "Share your account data?", askedBy: "Asked by", asks: "The shop wants to see", undecided: "Waiting for your answer", accept: "Accept", reject: "Reject",
	elsewhere: "This page cannot be opened here", elsewhereHint: "The session belongs to another address.", from: "This address",
	problem: "There is no payment at this address. Please go back to the shop and try again.", frame: "The payment cannot be found. Please go back to the shop and try again.",
	unknownWallet: "We do not know this wallet, or the password or PIN is wrong.", onlyRegistered: "Only registered wallets can pay here.",
	badAmount: "Please enter an amount above zero.", badCode: "A BLIK code has six digits.",
	declines: map[string]string{"insufficient_funds": "Too little money", "limit_exceeded": "Limit exceeded", "fraud_suspected": "Suspected fraud"},
	ends: map[string]string{
		"created": "Waiting for you", "loggedin": "Logged in", "authorized": "Payment confirmed", "captured": "Payment complete", "declined": "Payment declined", "cancelled": "Payment cancelled",
		"data_access_accepted": "Access granted", "data_access_rejected": "Access rejected", "canceled": "Cancelled",
	},
	scopes:   map[string]string{"get_transactions": "your transactions", "get_confirmation_of_funds": "whether you have enough money", "get_wallet_funds": "your balances"},
	gateways: map[string]string{"CARD": "Card", "PAYMENTFORM": "Transfer from another bank", "WALLET": "Wallet", "ALIORRDC": "Alior instalments"},
}

var polish = words{
	loginTitle: "Zaloguj się do portfela", login: "Numer portfela, e-mail lub numer vouchera", loginHint: "Wystarczy dowolne hasło; voucher wymaga kodu PIN.", password: "Hasło lub PIN",
	pin: "PIN vouchera", loginButton: "Zaloguj się", withoutLogin: "Zapłać bez logowania",
	confirmTitle: "Potwierdź płatność", confirm: "Zapłać", amount: "Kwota", wallet: "Portfel", cancel: "Anuluj", close: "Zamknij", closeHint: "Wyjdź bez decyzji",
	gatewayTitle: "Zapłać przez", goTo: "Przejdź do", code: "Kod BLIK", codeHint: "Wystarczy dowolne sześć cyfr.", oneClick: "Zapłać jednym kliknięciem", bankDeclines: "Bank odmawia",
	back: "Wybierz inny sposób", expire: "Czas mija",
	accessTitle: "Udostępnić dane konta?", askedBy: "Pyta", asks: "Sklep chce zobaczyć", undecided: "Oczekuje na odpowiedź", accept: "Zgadzam się", reject: "Odrzucam",
	elsewhere: "Tej strony nie można tu otworzyć", elsewhereHint: "Sesja należy do innego adresu.", from: "Ten adres",
	problem: "Pod tym adresem nie ma płatności. Wróć do sklepu i spróbuj ponownie.", frame: "Nie znaleziono płatności. Wróć do sklepu i spróbuj ponownie.",
	unknownWallet: "Nie znamy tego portfela albo hasło lub PIN jest błędny.", onlyRegistered: "Zapłacić można tylko z zarejestrowanego portfela.",
	badAmount: "Podaj kwotę większą od zera.", badCode: "Kod BLIK ma sześć cyfr.",
	declines: map[string]string{"insufficient_funds": "Za mało środków", "limit_exceeded": "Przekroczony limit", "fraud_suspected": "Podejrzenie oszustwa"},
	ends: map[string]string{
		"created": "Oczekuje na płatność", "loggedin": "Zalogowano", "authorized": "Płatność potwierdzona", "captured": "Płatność zakończona", "declined": "Płatność odrzucona", "cancelled": "Płatność anulowana",
		"data_access_accepted": "Dostęp przyznany", "data_access_rejected": "Dostęp odrzucony", "canceled": "Anulowano",
	},
	scopes:   map[string]string{"get_transactions": "twoje transakcje", "get_confirmation_of_funds": "czy masz dość środków", "get_wallet_funds": "twoje salda"},
	gateways: map[string]string{"CARD": "Karta płatnicza", "PAYMENTFORM": "Przelew z innego banku", "WALLET": "Portfel", "ALIORRDC": "Zakupy ratalne Alior"},
}
