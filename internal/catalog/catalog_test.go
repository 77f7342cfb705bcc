package catalog

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckFindsWhatIsWrong(t *testing.T) {
	sound := Error{Name: "a", Code: "A1", Status: 400, When: "always", Evidence: Evidence{Basis: Assumed, Source: "ours"}}
	if err := (Errors{&sound}).Check(); err != nil {
		t.Errorf("a sound catalogue: %v", err)
	}
	for want, spoil := range map[string]func(*Error){
		"name, code and when": func(e *Error) { e.When = "" },
		"status 199":          func(e *Error) { e.Status = 199 },
		"status 600":          func(e *Error) { e.Status = 600 },
		`basis "certain"`:     func(e *Error) { e.Basis = "certain" },
		"source is empty":     func(e *Error) { e.Source = "" },
	} {
		row := sound
		spoil(&row)
		if err := (Errors{&row}).Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error that says %q, got %v", want, err)
		}
	}
	if err := (Errors{&sound, &sound}).Check(); err == nil || !strings.Contains(err.Error(), "listed twice") {
		t.Errorf("a row twice: %v", err)
	}
}

func TestACauseIsStillItsRow(t *testing.T) {
	row := &Error{Name: "a", Code: "A1"}
	err := row.Because("seen %d times", 2)
	var found *Error
	if !errors.As(err, &found) || found != row || err.Error() != "a (A1): seen 2 times" {
		t.Errorf("%v", err)
	}
	if (Errors{row}).ByName("b") != nil {
		t.Error("a name that nobody has is found")
	}
}
