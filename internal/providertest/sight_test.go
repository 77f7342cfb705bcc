package providertest

import (
	"slices"
	"testing"
)

func TestSight(t *testing.T) {
	page := `<!doctype html><html><head><title>x</title></head><body><main>
<p data-testid="simulator-banner">Kit</p><p class="a" data-testid="amount">EUR&nbsp;10.00</p><svg><path d="M0"/>no</svg><h1>Hello <b>you</b></h1>
<form data-testid="form"><input type="hidden" name="a"><button data-testid="action-pay"><span>Pay</span><span>→ paid</span></button></form>
</main><script>no</script></body></html>`
	want := []string{"amount: EUR 10.00", "action-pay: Pay → paid"}
	if got := sight([]byte(page)); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := sight([]byte("<h1>Hello <b>you</b></h1>")); !slices.Equal(got, []string{"Hello you"}) {
		t.Errorf("without test ids: %q", got)
	}
}
