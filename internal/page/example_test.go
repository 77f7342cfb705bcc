package page_test

import (
	"fmt"
	"os"
	"time"

	"paysim/internal/page"
)

// One value, three answers: which one depends on what the request asked for.
func Example() {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	view := page.View{
		Title:     "Confirm your payment",
		Amount:    "USD 1.00",
		State:     "pending",
		StateKind: page.Open,
		Now:       now,
		Expires:   now.Add(15 * time.Minute),
		Choices:   []page.Choice{{Action: "approve", Label: "Pay", Kind: page.Primary, LeadsTo: "paid"}},
		Outcomes:  []page.Choice{{Action: "decline", Outcome: "lost_card", Label: "Lost card", Kind: page.Danger, LeadsTo: "failed"}},
		QR:        "https://pay.example/q/1",
	}

	accept := "application/json"
	switch {
	case page.WantsImage(accept):
		png, err := page.QRPNG(view.QR, 300)
		fmt.Println(len(png), err)
	case page.WantsJSON(accept):
		os.Stdout.Write(view.JSON())
	default:
		os.Stdout.Write(view.HTML())
	}

	action, outcome := page.ParseChoice("decline:lost_card")
	fmt.Println(action, outcome)

	// Output:
	// {
	//   "state": "pending",
	//   "state_kind": "open",
	//   "state_text": "pending",
	//   "title": "Confirm your payment",
	//   "amount": "USD 1.00",
	//   "expires_at": "2026-03-01T09:15:00Z",
	//   "expires_in_seconds": 900,
	//   "qr": "https://pay.example/q/1",
	//   "submit": {
	//     "method": "POST",
	//     "url": "",
	//     "content_type": "application/x-www-form-urlencoded"
	//   },
	//   "actions": [
	//     {
	//       "value": "approve",
	//       "action": "approve",
	//       "label": "Pay",
	//       "leads_to": "paid"
	//     },
	//     {
	//       "value": "decline:lost_card",
	//       "action": "decline",
	//       "outcome": "lost_card",
	//       "label": "Lost card",
	//       "leads_to": "failed"
	//     }
	//   ]
	// }
	// decline lost_card
}
