package toypay

type wireCreate struct {
	Reference string `json:"reference"`
	Amount    int64  `json:"amount"`
	Currency  string `json:"currency"`
	Card      string `json:"card"`
	CVV       string `json:"cvv"`
	NotifyURL string `json:"notify_url"`
}

type wireCapture struct {
	Amount int64 `json:"amount"`
}

type wireCharge struct {
	ID        string `json:"id"`
	Reference string `json:"reference"`
	Amount    int64  `json:"amount"`
	Captured  int64  `json:"captured"`
	Currency  string `json:"currency"`
	State     string `json:"state"`
	Reason    string `json:"reason,omitempty"`
	PageURL   string `json:"page_url"`
}

type wireEvent struct {
	Event  string     `json:"event"`
	Charge wireCharge `json:"charge"`
}

type wireError struct {
	Error   string `json:"error"`
	Message string `json:"message"`
}

func (c charge) wire() wireCharge {
	return wireCharge{c.ID, c.Reference, c.Amount, c.Captured, c.Currency, string(c.State), c.Reason, c.Page}
}
