package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
)

// What the bare handler reads and writes: the members of a charge.
type bareOrder struct {
	Transaction struct {
		Reference, Currency, Country, Note string
		Amount                             int64
	}
	Payment struct {
		Method string
		Client []string
	}
	URLs     struct{ Success, Fail string }
	Consumer struct {
		Reference string `json:"reference"`
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		Phone     string `json:"phone"`
		Email     string `json:"email"`
	}
}

type bareClient struct {
	Client  string `json:"client"`
	Format  string `json:"format"`
	Method  string `json:"method"`
	Content string `json:"content"`
}

type barePayment struct {
	Method string       `json:"method"`
	Client []bareClient `json:"client"`
}

type bareCharge struct {
	Object       string      `json:"object"`
	ChargeToken  string      `json:"charge_token"`
	ID           string      `json:"id"`
	Reference    string      `json:"reference"`
	Amount       int64       `json:"amount"`
	Currency     string      `json:"currency"`
	TimeCreated  int64       `json:"time_created"`
	TimeCaptured *int64      `json:"time_captured"`
	AutoCapture  bool        `json:"auto_capture"`
	Status       string      `json:"status"`
	Country      string      `json:"country"`
	Payment      barePayment `json:"payment"`
}

type bareEnvelope struct {
	Status  string     `json:"status"`
	App     string     `json:"app"`
	Version string     `json:"version"`
	Data    bareCharge `json:"data"`
}

// bareHandler decodes, stores and encodes the same bodies as a charge, and does
// nothing else.
func bareHandler() http.Handler {
	var mu sync.Mutex
	stored := map[string]bareCharge{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in bareOrder
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mu.Lock()
		id := "2000" + strconv.Itoa(4706968998576701490+len(stored))
		token := fmt.Sprintf("%032x", len(stored))
		c := bareCharge{
			Object: "charge", ChargeToken: token, ID: id, Reference: in.Transaction.Reference, Amount: in.Transaction.Amount,
			Currency: in.Transaction.Currency, TimeCreated: 1762635686, AutoCapture: true, Status: "initiated", Country: in.Transaction.Country,
			Payment: barePayment{in.Payment.Method, []bareClient{
				{"desktop", "redirect", "GET", "http://127.0.0.1:4010/citcon/v1/landing/" + token},
				{"mobile_browser", "redirect", "GET", "http://127.0.0.1:4010/citcon/v1/landing/" + token},
				{"desktop", "qr", "GET", "http://127.0.0.1:4010/citcon/v1/qr/" + token},
			}},
		}
		stored[id] = c
		mu.Unlock()
		body, err := json.Marshal(bareEnvelope{"success", "citcon_upi", "v1.0.0", c})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body)
	})
}
