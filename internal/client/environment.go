package client

import "strings"

// environment is variables, in the order of their first mention.
type environment struct {
	names  []string
	values map[string]string
}

func newEnvironment(before []string) *environment {
	e := &environment{values: map[string]string{}}
	for _, pair := range before {
		if name, value, ok := strings.Cut(pair, "="); ok && name != "" {
			e.set(name, value)
		}
	}
	return e
}

func (e *environment) get(name string) (string, bool) {
	v, ok := e.values[name]
	return v, ok
}

func (e *environment) set(name, value string) {
	if _, known := e.values[name]; !known {
		e.names = append(e.names, name)
	}
	e.values[name] = value
}

// add puts a value behind what the variable holds.
func (e *environment) add(name, separator, value string) {
	if had, ok := e.values[name]; ok && had != "" {
		value = had + separator + value
	}
	e.set(name, value)
}

func (e *environment) list() []string {
	out := make([]string, len(e.names))
	for i, name := range e.names {
		out[i] = name + "=" + e.values[name]
	}
	return out
}
