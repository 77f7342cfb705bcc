package scenarios_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"paysim/internal/provider"
	"paysim/internal/scenario"
	"paysim/sims"
	"paysim/sims/citcon"
)

// citconDesk is for what shops do at every provider; Citcon's own stories speak
// to it themselves.
var citconDesk = desk{
	provider: citcon.Provider,
	prove:    func(*till) func(*http.Request, string) { return nil },
	state: func(r reply) string {
		if !r.ok() {
			return ""
		}
		return map[string]string{"succeeded": paid, "authorized": held, "failed": refused, "canceled": refused, "expired": refused}[r.state()]
	},
	charge: func(t *till, reference string) (reply, error) {
		if t.token == "" {
			if err := t.login(); err != nil {
				return reply{}, err
			}
		}
		return t.shop.charge(reference)
	},
	find:    func(t *till, reference string) string { return t.says(t.inquire(reference)) },
	genuine: func(_ *till, n ipn) bool { return n.trusted() },
	told: func(n ipn) string {
		if n.get("transaction_type") == "charge" && n.get("status") == "success" {
			return paid
		}
		return ""
	},
	key: func(n ipn) string { return n.get("id") + " " + n.get("status") },
	open: func(t *till, reference string) (reply, error) {
		t.begin()
		return t.wallet(reference, true)
	},
	look: func(t *till) string { return t.at.find(t, order) },
}

// desks in the order of the listeners.
var desks = []*desk{&citconDesk, &paymenticonDesk, &firstokenDesk, &culqiDesk, &appotapayDesk}

// mall lets one tenant's shops at every provider do the same, one after the
// other, and gives what the scenario's expectations say of it.
func mall(does func(*till)) play {
	return func(t *testing.T, file string, src []byte) []string {
		var providers []*provider.Provider
		for _, d := range desks {
			providers = append(providers, d.provider())
		}
		var complaints []string
		var last *till
		for i, s := range shopsAt(t, providers, file, src) {
			last = desks[i].behind(s)
			does(last)
			if !s.ended {
				complaints = append(complaints, providers[i].Name+": the order never ended")
			}
			if s.shipped > 1 {
				complaints = append(complaints, fmt.Sprintf("%s: shipped %d times", providers[i].Name, s.shipped))
			}
			complaints = append(complaints, s.wrong...)
		}
		report, err := scenario.Verify(t.Context(), last.engine, last.tenant, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range report.Results {
			if !r.Holds {
				complaints = append(complaints, fmt.Sprintf("%s: wanted %s, got %s", r.Expect, r.Wanted, r.Got))
			}
		}
		for _, u := range report.NotFired {
			t.Errorf("%s did not do anything: %s", u.Rule, u.Why)
		}
		return complaints
	}
}

// careful pays with what each provider has against paying twice.
func careful(t *till) {
	if t.at == &firstokenDesk {
		looksFirst(t)
		return
	}
	insists(t)
}

// everywhere are the stories of the files that are about all providers. harms
// are all to be heard.
var everywhere = map[string]struct {
	naive   play
	harms   []string
	careful play
}{
	"every-answer-lost": {mall(hurries), []string{
		"provider: citcon, captured: 1000, payments: 1}: wanted captured 1000, payments 1, got captured 2000,",
		"firstoken, refunded: 10000, payments: 1}: wanted refunded 10000, payments 1, got refunded 20000",
		"paymenticon, refunded: 10000, payments: 1}: wanted refunded 10000, payments 1, got refunded 20000",
		"culqi, captured: 10000, payments: 1}: wanted captured 10000, payments 1, got captured 20000",
		"appotapay, captured: 10000, payments: 1}: wanted captured 10000, payments 1, got captured 20000",
	}, mall(careful)},
	"everything-down": {mall(givesUp), []string{
		"citcon, captured: 1000,", "firstoken, refunded: 10000", "paymenticon, refunded: 10000", "culqi, captured: 10000", "appotapay, captured: 10000",
	}, mall(careful)},
	"every-third-call-fails": {mall(givesUp), []string{"paymenticon, refunded: 10000", "culqi, captured: 10000"}, mall(careful)},
	"every-webhook-twice":    {mall(notified(eager)), []string{"citcon: shipped 2 times", "paymenticon: shipped 2 times", "culqi: shipped 2 times", "appotapay: shipped 2 times"}, mall(notified(remembers))},
}

// notified skips a provider that sends no webhooks.
func notified(does func(*till)) func(*till) {
	return func(t *till) {
		if t.at.genuine == nil {
			t.close()
			return
		}
		does(t)
	}
}

func TestEverywhere(t *testing.T) {
	files, _ := filepath.Glob("*.yaml")
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(file, ".yaml"))
	}
	if told := slices.Sorted(maps.Keys(everywhere)); !slices.Equal(names, told) {
		t.Fatalf("the files are %v, the stories %v", names, told)
	}
	for name, st := range everywhere {
		file := name + ".yaml"
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name+"/file", func(t *testing.T) {
			var out bytes.Buffer
			if !scenario.Check(&out, file, src, sims.All()) {
				t.Error(out.String())
			}
			if text := string(src); !strings.HasPrefix(text, "# yaml-language-server: $schema=./schema.json\n#\n# ") || !strings.Contains(strings.Join(strings.Fields(text), " "), "eal code") {
				t.Error("the file does not say what it is for")
			}
		})
		t.Run(name+"/naive", func(t *testing.T) {
			t.Parallel()
			got := strings.Join(st.naive(t, file, src), "; ")
			for _, harm := range st.harms {
				if !strings.Contains(got, harm) {
					t.Errorf("the naive shops should come to harm (%s), and the auditor says: %s", harm, got)
				}
			}
		})
		t.Run(name+"/careful", func(t *testing.T) {
			t.Parallel()
			for _, c := range st.careful(t, file, src) {
				t.Error(c)
			}
		})
	}
}

var link = regexp.MustCompile(`\]\(([a-z0-9/-]+\.yaml)\)`)

// TestTheTableIsWhole holds README.md to the files, and the files to it.
func TestTheTableIsWhole(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, m := range link.FindAllStringSubmatch(string(text), -1) {
		told[m[1]] = true
	}
	files, _ := filepath.Glob("*.yaml")
	deeper, _ := filepath.Glob("*/*.yaml")
	for _, file := range append(files, deeper...) {
		if !told[file] {
			t.Errorf("README.md does not lead to %s", file)
		}
		delete(told, file)
	}
	for file := range told {
		t.Errorf("README.md leads to %s, which is not there", file)
	}
}

// TestALostAnswer holds every provider to the whole of it: the money moved, its
// own inquiry shows one payment, and the same call again is answered as that
// provider would.
func TestALostAnswer(t *testing.T) {
	for _, c := range []struct {
		desk  *desk
		count func(*till) int // by the provider's own inquiry
		again func(t *testing.T, r reply)
		after int
	}{
		{&citconDesk, oneByReference, says(400, "data.code", "4100"), 1},
		{&appotapayDesk, oneByReference, says(400, "errorCode", "4"), 1},
		{&culqiDesk, culqiCount, says(400, "type", "parameter_error"), 1},
		{&paymenticonDesk, oneByReference, says(202, "request_id", order), 1},
		// Firstoken has nothing against a second credit under one reference.
		{&firstokenDesk, func(t *till) int {
			n := 0
			for _, p := range t.engine.Payments(t.tenant) {
				if t.id = p.ID; t.at.look(t) == paid {
					n++
				}
			}
			return n
		}, says(200, "data.transaction_info.reference_code", order), 2},
	} {
		name := c.desk.provider().Name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(name, "lost-answer.yaml")
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := c.desk.opened(t, file, src)
			if r, err := s.at.charge(s, order); err == nil {
				t.Fatalf("an answer came: %d %s", r.code, r.body)
			}
			if n := c.count(s); n != 1 {
				t.Errorf("the inquiry shows %d payments", n)
			}
			s.pass(time.Second)
			r, err := s.at.charge(s, order)
			if err != nil {
				t.Fatal(err)
			}
			c.again(t, r)
			if n := c.count(s); n != c.after {
				t.Errorf("after the retry the inquiry shows %d payments, not %d", n, c.after)
			}
		})
	}
}

// says checks an answer's status and one of its members.
func says(code int, path, value string) func(*testing.T, reply) {
	return func(t *testing.T, r reply) {
		t.Helper()
		if r.code != code || r.get(path) != value {
			t.Errorf("the retry is answered %d %s, and should be %d with %s %s", r.code, r.body, code, path, value)
		}
	}
}

// oneByReference counts where an inquiry tells of one payment at most; the
// payments list must agree.
func oneByReference(t *till) int {
	if t.at.find(t, order) != paid {
		return 0
	}
	return len(t.engine.Payments(t.tenant))
}

func culqiCount(t *till) int {
	r := t.sure(t.call("GET", "/v2/charges?limit=100", ""))
	return strings.Count(r.body, `"order_id":"`+order+`"`)
}
