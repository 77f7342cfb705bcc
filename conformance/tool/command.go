package tool

import "strings"

// Command is a program with its arguments and what it reads on standard input.
type Command struct {
	Name  string
	Args  []string
	Stdin string
}

// String writes the command so that it can be pasted into a shell.
func (c Command) String() string {
	var b strings.Builder
	if c.Stdin != "" {
		b.WriteString("echo " + quote(strings.TrimSuffix(c.Stdin, "\n")) + " | ")
	}
	b.WriteString(quote(c.Name))
	for _, a := range c.Args {
		b.WriteString(" " + quote(a))
	}
	return b.String()
}

// quote leaves plain words alone and puts everything else into single quotes.
func quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@,+%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
