package page

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

//go:embed *.html
var templates embed.FS

//go:embed style.css
var style string

//go:embed page.js
var script string

var pages = template.Must(template.New("").ParseFS(templates, "*.html"))

// sheet is what view.html and problem.html see: the caller's value, and all that had to be worked out from it.
type sheet struct {
	Lang   string // of the kit's words, which is what the lang attribute may claim
	Title  string
	By     string
	Accent Accent
	W      words
	Style  template.CSS
	Script template.JS // empty on a problem's page

	After    int         // seconds until the browser goes back by itself; 0: never
	Refresh  string      // the same for browsers without scripts: content of a meta refresh
	Messages template.JS // a JSON list

	View       View
	Problem    Problem
	Kind       StateKind
	Decided    bool
	StateText  string
	LongAmount bool // set smaller, so that it stays on one line
	Left       *countdown
	QR         template.HTML
	QRHint     string
	QRLink     string
	Form       bool
	FormAction string
	Inputs     []input
	Choices    []Choice
	Outcomes   []Choice
	Return     string // as a link …
	ReturnText string // … or, if it must not be one, as text
	ReturnTo   string // the words for either
}

// messages is the list as JSON in which nothing can end the element around it.
func messages(list []any) template.JS {
	text, err := json.Marshal(list)
	if err != nil {
		panic(fmt.Errorf("page: a message that JSON cannot carry: %w", err))
	}
	return template.JS(text)
}

// input is an Input with the id that ties its label to it.
type input struct {
	Input
	ID string
}

type countdown struct {
	Deadline string // RFC 3339, UTC
	Seconds  int64  // left, rounded up; 0 when past
	Text     string
	Ticks    bool
}

// HTML draws the page.
func (v View) HTML() []byte {
	s := newSheet(v.Lang, v.Title, v.ProviderTitle, v.Accent)
	s.View = v
	s.Kind = v.kind()
	s.Decided = s.Kind != Open
	s.LongAmount = utf8.RuneCountInString(v.Amount) > 14
	s.StateText = v.stateText()
	s.Left = v.countdown(s.W)
	s.Script = template.JS(script)
	if len(v.Messages) > 0 {
		s.Messages = messages(v.Messages)
	}
	for i, in := range v.Inputs {
		s.Inputs = append(s.Inputs, input{in.typed(), fmt.Sprint("i", i)})
	}
	s.Choices = weighed(v.Choices)
	s.Outcomes = weighed(v.Outcomes)
	s.Form = len(v.Choices)+len(v.Outcomes) > 0
	s.FormAction = formAction(v.FormAction)
	s.drawQR()
	s.drawReturn()
	return s.execute("view.html")
}

// HTML draws the page.
func (p Problem) HTML() []byte {
	s := newSheet(p.Lang, p.title(), p.ProviderTitle, p.Accent)
	s.Problem = p
	return s.execute("problem.html")
}

func (p Problem) title() string {
	if p.Title != "" {
		return p.Title
	}
	_, w := wordsFor(p.Lang)
	return w.Problem
}

func newSheet(lang, title, by string, a Accent) sheet {
	l, w := wordsFor(lang)
	return sheet{Lang: l, Title: title, By: by, Accent: a.known(), W: w, Style: template.CSS(style)}
}

// execute panics on an error: the templates are embedded and the types fixed, so one is a bug of this package that
// its tests have missed, and not something that a caller could handle.
func (s sheet) execute(name string) []byte {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, s); err != nil {
		panic(fmt.Errorf("page: %w", err))
	}
	return bytes.ToValidUTF8(b.Bytes(), []byte("\uFFFD"))
}

func (s *sheet) drawQR() {
	content := s.View.QR
	if content == "" {
		return
	}
	s.QRHint = s.View.QRHint
	if s.QRHint == "" {
		s.QRHint = s.W.Scan
	}
	if isLink(content) {
		s.QRLink = content
	}
	// Content too long for a code is still worth showing: the text below it is what a payer would have scanned.
	if svg, err := QRSVG(content); err == nil {
		s.QR = template.HTML(svg)
	}
}

func (s *sheet) drawReturn() {
	u := s.View.ReturnURL
	if u == "" || !s.Decided {
		return
	}
	s.ReturnTo = s.View.returnLabel(s.W)
	if !isLink(u) {
		s.ReturnText = u
		return
	}
	s.Return = u
	if s.View.ReturnAfter > 0 {
		s.After = s.View.ReturnAfter
		s.Refresh = fmt.Sprintf("%d; url=%s", s.View.ReturnAfter, u)
	}
}

func (v View) kind() StateKind {
	switch v.StateKind {
	case Good, Bad, Neutral:
		return v.StateKind
	}
	return Open
}

func (v View) stateText() string {
	if v.StateText != "" {
		return v.StateText
	}
	return v.State
}

func (v View) returnLabel(w words) string {
	switch {
	case v.ReturnLabel != "":
		return v.ReturnLabel
	case v.Merchant != "":
		return strings.Replace(w.ReturnTo, "{merchant}", v.Merchant, 1)
	}
	return w.Return
}

// countdown is nil for a payment that cannot expire any more.
func (v View) countdown(w words) *countdown {
	if v.Expires.IsZero() || v.kind() != Open {
		return nil
	}
	left := v.secondsLeft()
	return &countdown{
		Deadline: v.Expires.UTC().Format(time.RFC3339),
		Seconds:  left,
		Text:     clockText(left, w.Days),
		Ticks:    left > 0 && !v.ClockStopped,
	}
}

func (v View) secondsLeft() int64 {
	d := v.Expires.Sub(v.Now)
	if d <= 0 {
		return 0
	}
	return int64((d + time.Second - 1) / time.Second)
}

// clockText is page.js's text() once more, for the moment before the script runs and for payers without one.
func clockText(seconds int64, days string) string {
	d, h, m, s := seconds/86400, seconds/3600%24, seconds/60%60, seconds%60
	switch {
	case d > 0:
		return fmt.Sprintf("%d %s %02d:%02d:%02d", d, days, h, m, s)
	case h > 0:
		return fmt.Sprintf("%d:%02d:%02d", h, m, s)
	}
	return fmt.Sprintf("%02d:%02d", m, s)
}

// weighed is the choices with a weight that the style sheet knows.
func weighed(choices []Choice) []Choice {
	list := make([]Choice, len(choices))
	for i, c := range choices {
		if c.Kind != Primary && c.Kind != Danger {
			c.Kind = Secondary
		}
		list[i] = c
	}
	return list
}

func (a Accent) known() Accent {
	switch a {
	case Blue, Teal, Plum, Amber, Slate:
		return a
	}
	return Indigo
}

// isLink reports whether a payer may be sent to s: an absolute address, of the web, with a host.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// formAction lets a link or a path through; anything else becomes the page's own address.
func formAction(s string) string {
	if isLink(s) {
		return s
	}
	if u, err := url.Parse(s); err == nil && u.Scheme == "" {
		return s
	}
	return ""
}
