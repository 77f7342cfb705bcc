package culqi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"
)

func TestAYearOfACurrentSubscription(t *testing.T) {
	for _, tc := range []struct {
		unit int
		days []int // when it is charged, counted from its creation
	}{
		{1, counted(1, 366)}, {2, counted(7, 366)}, {3, counted(30, 366)}, {4, []int{365}}, {5, []int{91, 182, 273, 364}}, {6, []int{181, 362}},
	} {
		t.Run(fmt.Sprint("unit ", tc.unit), func(t *testing.T) {
			b, s := newBench(t), newShop(t)
			b.set("webhooks", map[string]string{"subscription.charge.succeeded": s.URL})
			plan := b.must(201, "POST", "/v2/recurrent/plans/create", fmt.Sprintf(`{"name":"Plan Uno","short_name":"Plan1","description":"Un plan","amount":5000,"currency":"PEN","interval_unit_time":%d,`+
				`"interval_count":0,"initial_cycles":{"count":0,"has_initial_charge":false,"amount":0,"interval_unit_time":1}}`, tc.unit)).Get("id").Str
			sub := b.must(201, "POST", "/v2/recurrent/subscriptions/create", fmt.Sprintf(`{"card_id":%q,"plan_id":%q,"tyc":true}`, b.card(visa), plan)).Get("id").Str
			b.advance(366 * 24 * time.Hour)

			got := b.must(200, "GET", "/v2/recurrent/subscriptions/"+sub, "")
			var days []int
			told := s.heard("subscription.charge.succeeded")
			for i, c := range got.Get("periods.#.charges.0").Array() {
				day := time.Unix(c.Get("charge_day").Int(), 0).Sub(nine)
				days = append(days, int(day.Hours()/24))
				ch := b.must(200, "GET", "/v2/charges/"+c.Get("charge_id").Str, "")
				if ch.Get("amount").Int() != 5000 || ch.Get("creation_date").Int() != c.Get("charge_day").Int()*1000 || !ch.Get("capture").Bool() {
					t.Errorf("period %d names a charge that is otherwise: %s", i+1, ch.Body)
				}
				if i >= len(told) {
					t.Fatalf("%d charges, %d webhooks", got.Get("periods.#").Int(), len(told))
				}
				data := gjson.Parse(told[i].Get("data").Str)
				if data.Get("id").Str != c.Get("charge_id").Str || data.Get("subscriptionId").Str != sub || data.Get("actualAmount").Int() != 5000 || data.Get("creationDate").Int() != ch.Get("creation_date").Int() {
					t.Errorf("the webhook of period %d says %s", i+1, data)
				}
				if event := b.must(200, "GET", "/v2/events/"+told[i].Get("id").Str, ""); event.Raw != told[i].Raw {
					t.Errorf("read again the event is %s, it was %s", event.Raw, told[i].Raw)
				}
			}
			if diff := cmp.Diff(tc.days, days); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func counted(step, until int) (out []int) {
	for n := step; n <= until; n += step {
		out = append(out, n)
	}
	return out
}

func TestAYearOfALegacySubscription(t *testing.T) {
	for _, tc := range []struct{ interval, want string }{
		{"semanas", "51 2026-03-31 2026-04-14 2027-03-16"},
		{"meses", "12 2026-03-31 2026-05-31 2027-02-28"},
	} {
		b := newBench(t)
		plan := b.must(201, "POST", "/v2/plans", fmt.Sprintf(`{"name":"Plan Uno","amount":1000,"currency_code":"PEN","interval":%q,"interval_count":1,"trial_days":30}`, tc.interval)).Get("id").Str
		sub := b.must(201, "POST", "/v2/subscriptions", fmt.Sprintf(`{"card_id":%q,"plan_id":%q}`, b.card(visa), plan)).Get("id").Str
		for range 12 { // in several steps, as tests do
			b.advance(32 * 24 * time.Hour)
		}
		got := b.must(200, "GET", "/v2/subscriptions/"+sub, "")
		var days []string
		for _, at := range got.Get("charges.#.creation_date").Array() {
			day := time.UnixMilli(at.Int()).UTC()
			if day.Hour() != 5 || day.Minute() != 0 {
				t.Errorf("charged at %v, which is not midnight in Lima", day)
			}
			if day.Before(time.Date(2027, 3, 25, 0, 0, 0, 0, time.UTC)) {
				days = append(days, day.Format(time.DateOnly))
			}
		}
		if sum := fmt.Sprint(len(days), " ", days[0], " ", days[2], " ", days[len(days)-1]); sum != tc.want {
			t.Errorf("%s: charged %s, want %s", tc.interval, sum, tc.want)
		}
	}
}

// TestCenturies takes dates that are further away than nanoseconds can count, and such as no row can keep.
func TestCenturies(t *testing.T) {
	end := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	for count, want := range map[int]time.Time{300: nine.AddDate(0, 0, 300*365), 9999: end} {
		b := newBench(t)
		plan := b.must(201, "POST", "/v2/recurrent/plans/create", fmt.Sprintf(`{"name":"Plan Uno","short_name":"Plan1","description":"Un plan","amount":5000,"currency":"PEN","interval_unit_time":1,`+
			`"interval_count":0,"initial_cycles":{"count":%d,"has_initial_charge":false,"amount":0,"interval_unit_time":4}}`, count)).Get("id").Str
		sub := b.must(201, "POST", "/v2/recurrent/subscriptions/create", fmt.Sprintf(`{"card_id":%q,"plan_id":%q,"tyc":true}`, b.card(visa), plan)).Get("id").Str
		b.advance(time.Hour)
		got := b.must(200, "GET", "/v2/recurrent/subscriptions/"+sub, "")
		if got.Get("status").Int() != 2 || got.Get("next_billing_date").Int() != want.Unix() || got.Get("periods.#").Int() != 0 {
			t.Errorf("a trial of %d years: %s", count, got.Body)
		}
	}
	b := newBench(t)
	plan := b.must(201, "POST", "/v2/plans", `{"name":"Plan Uno","amount":1000,"currency_code":"PEN","interval":"años","interval_count":9999,"limit":9999}`).Get("id").Str
	sub := b.must(201, "POST", "/v2/subscriptions", fmt.Sprintf(`{"card_id":%q,"plan_id":%q}`, b.card(visa), plan)).Get("id").Str
	b.advance(time.Hour)
	got := b.must(200, "GET", "/v2/subscriptions/"+sub, "")
	if got.Get("charges.#").Int() != 1 || got.Get("next_billing_date").Int() != end.UnixMilli() || got.Get("ended_at").Int() != end.UnixMilli() {
		t.Errorf("a charge every 9999 years: %s", got.Body)
	}
}
