// A shop that knows nothing of a simulator: it names the real addresses, and its keys come from where shops keep them.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

type object map[string]any

func post(url, key string, body object) object {
	text, _ := json.Marshal(body) // of texts and numbers
	r, err := http.NewRequest("POST", url, bytes.NewReader(text))
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+os.Getenv(key))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var answer object
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		log.Fatal(err)
	}
	return answer
}

func pay(card string, amount int, capture bool) object {
	token := post("https://secure.culqi.com/v2/tokens", "CULQI_PUBLIC_KEY", object{
		"card_number": card, "cvv": "123", "expiration_month": "09", "expiration_year": "2030", "email": "ann@example.com",
	})
	return post("https://api.culqi.com/v2/charges", "CULQI_SECRET_KEY", object{
		"amount": amount, "currency_code": "PEN", "email": "ann@example.com", "source_id": token["id"], "capture": capture,
	})
}

func main() {
	held := pay("4111111111111111", 1000, false)
	fmt.Println("created", held["amount"], held["outcome"].(map[string]any)["type"])
	taken := post(fmt.Sprintf("https://api.culqi.com/v2/charges/%s/capture", held["id"]), "CULQI_SECRET_KEY", object{})
	fmt.Println("captured", taken["id"] == held["id"])
	back := post("https://api.culqi.com/v2/refunds", "CULQI_SECRET_KEY", object{"amount": 400, "charge_id": held["id"], "reason": "solicitud_comprador"})
	fmt.Println("refunded", back["amount"], back["charge_id"] == held["id"])
	refused := pay("4000020000000000", 700, true)
	fmt.Println("declined", refused["type"], refused["decline_code"])
}
