package scenario

import (
	"encoding/json"
	"slices"
	"strconv"

	"paysim/internal/provider"
)

// m is a JSON object of the schema.
type m = map[string]any

// help is what an editor shows for a key.
var help = map[string]string{
	"version":      "1, the only version there is",
	"name":         "what the scenario is about, for people",
	"seed":         "makes everything drawn at random the same in every run",
	"clock":        "where the tenant's clock stands when the scenario is loaded; it is frozen there",
	"rules":        "what calls meet: top to bottom, the first that matches wins",
	"webhooks":     "how webhooks travel: the first entry for an event counts",
	"payer":        "what the payer does with a payment that waits",
	"expect":       "what must be true in the end",
	"on":           "provider.name; * may stand for either half's whole",
	"match":        "all must hold: a path into the body, header:Name, query:name or path:name",
	"attempt":      "which of the calls that match: 1, 1-3, 2.., every 3 or {chance: 0.1}",
	"effect":       "what happens to the money",
	"answer":       "what the caller is told",
	"limit":        "fires at most this often",
	"send":         "when: before the answer, later on the tenant's clock, or never",
	"times":        "how many copies in all",
	"gap":          "the time between copies, on the tenant's clock",
	"change":       "how its body differs from what the provider would send; it is signed as it is sent",
	"set":          "values by their paths; a member that is not there is made",
	"drop":         "paths of members that are left out",
	"write":        "the same values in other bytes",
	"sign":         "how well it is signed",
	"do":           "what the payer does",
	"after":        "how long it waits, on the tenant's clock",
	"calls":        "how often an operation was called",
	"money":        "what the payments list says",
	"acknowledged": "how many the receiver acknowledged, or all",
}

// Schema is the grammar as JSON Schema (draft 7), with the names of these
// providers, for editors. It knows shapes and names; which outcome belongs to
// which operation only Parse knows.
func Schema(providers []*provider.Provider) []byte {
	ns := names(providers)
	s := closed(topKeys, m{
		"version": m{"const": 1}, "name": word(), "seed": m{"type": "integer", "minimum": 0},
		"clock":    closed([]string{"at"}, m{"at": m{"type": "string", "format": "date-time"}}, "at"),
		"rules":    listOf(ruleSchema(ns)),
		"webhooks": listOf(hookSchema(ns)),
		"payer":    listOf(payerSchema(ns)),
		"expect":   listOf(expectSchema(ns)),
	})
	s["$schema"] = "http://json-schema.org/draft-07/schema#"
	s["title"] = "a scenario"
	s["$comment"] = "Generated from the providers' tables; see docs/scenarios.md. Do not edit."
	out, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		panic(err)
	}
	return append(out, '\n')
}

func ruleSchema(ns names) m {
	return closed(ruleKeys, m{
		"on":      oneOfNames(ns, operations),
		"match":   matchSchema(),
		"attempt": anyOf(m{"type": "integer", "minimum": 1}, pattern7(`^([0-9]+-[0-9]+|[0-9]+\.\.|every [0-9]+)$`), closed([]string{"chance"}, m{"chance": m{"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}}, "chance")),
		"effect":  effectSchema(ns),
		"answer":  anyOf(answerSchema(), m{"type": "array", "minItems": 1, "items": answerSchema()}),
		"limit":   m{"type": "integer", "minimum": 1},
	}, "on")
}

func effectSchema(ns names) m {
	var outcomes, codes []any
	for _, p := range ns {
		for _, o := range p.Outcomes {
			outcomes = append(outcomes, o.Name)
		}
		for _, row := range p.Errors {
			codes = append(codes, row.Name, row.Code)
			if n, err := strconv.ParseInt(row.Code, 10, 64); err == nil {
				codes = append(codes, n)
			}
		}
	}
	outcome := m{"enum": distinct(outcomes)}
	return anyOf(
		m{"enum": []any{"commit", "none"}},
		closed(effectKeys, m{"outcome": outcome, "later": duration7()}, "outcome"),
		closed(effectKeys, m{"error": m{"enum": distinct(codes)}}, "error"),
	)
}

func answerSchema() m {
	return anyOf(
		m{"enum": anys(answerWords)},
		closed([]string{"delay"}, m{"delay": duration7()}, "delay"),
		closed([]string{"change"}, m{"change": changeSchema()}, "change"),
		closed(statusFields, m{"status": m{"type": "integer", "minimum": 200, "maximum": 599}, "body": scalar7(), "headers": m{"type": "object", "additionalProperties": scalar7()}}, "status"),
		closed([]string{"truncate"}, m{"truncate": m{"type": "number", "minimum": 0, "exclusiveMaximum": 1}}, "truncate"),
		closed([]string{"drip"}, m{"drip": closed(dripFields, m{"bytes": m{"type": "integer", "minimum": 1}, "every": duration7()}, dripFields...)}, "drip"),
	)
}

func changeSchema() m {
	return with(closed(changeKeys, m{
		"set":   m{"type": "object", "minProperties": 1, "maxProperties": editsLimit},
		"drop":  with(orList(scalar7()), m{"maxItems": editsLimit}),
		"write": with(orList(m{"enum": anys(spellings())}), m{"uniqueItems": true}),
	}), m{"minProperties": 1})
}

func matchSchema() m {
	number := m{"type": "number"}
	condition := closed(operators, m{
		"glob": word(), "in": m{"type": "array", "minItems": 1, "items": anyOf(scalar7(), m{"type": "null"})},
		"gt": number, "gte": number, "lt": number, "lte": number, "exists": m{"type": "boolean"},
	})
	condition["minProperties"] = 1
	return m{"type": "object", "minProperties": 1, "additionalProperties": anyOf(scalar7(), m{"type": "null"}, condition)}
}

func hookSchema(ns names) m {
	return closed(hookKeys, m{
		"on":     oneOfNames(ns, events),
		"send":   anyOf(m{"enum": anys(sendWords)}, closed([]string{"after"}, m{"after": duration7()}, "after")),
		"times":  m{"type": "integer", "minimum": 1, "maximum": 100},
		"gap":    duration7(),
		"change": changeSchema(),
		"sign":   anyOf(m{"enum": anys(signWords)}, closed([]string{"stale"}, m{"stale": duration7()}, "stale")),
	}, "on")
}

func payerSchema(ns names) m {
	var actions, outcomes []any
	for _, p := range ns {
		for _, a := range p.Actions {
			actions, outcomes = append(actions, a.Name), append(outcomes, anys(a.Outcomes)...)
		}
	}
	return closed(payerKeys, m{
		"on": oneOfNames(ns, payables), "do": m{"enum": distinct(actions)}, "after": duration7(), "outcome": m{"enum": distinct(outcomes)},
	}, "on", "do")
}

func expectSchema(ns names) m {
	whole := m{"type": "integer", "minimum": 0}
	counts := m{"count": whole, "at_least": whole, "at_most": whole}
	one := m{
		"calls":    closed(callsKeys, with(counts, m{"on": oneOfNames(ns, operations), "match": matchSchema()}), "on"),
		"money":    closed(moneyKeys, m{"provider": m{"enum": anys(ns.all())}, "reference": scalar7(), "captured": whole, "refunded": whole, "payments": whole}, "provider"),
		"webhooks": closed(heardKeys, with(counts, m{"on": oneOfNames(ns, events), "acknowledged": anyOf(m{"const": "all"}, whole)}), "on"),
	}
	some := func(of m, keys ...string) {
		var each []any
		for _, k := range keys {
			each = append(each, m{"required": []any{k}})
		}
		of["anyOf"] = each
	}
	some(one["calls"].(m), countKeys...)
	some(one["money"].(m), moneyKeys[2:]...)
	some(one["webhooks"].(m), heardKeys[1:]...)
	e := closed(expectKinds, one)
	e["minProperties"], e["maxProperties"] = 1, 1
	return e
}

// oneOfNames lists every "on" that there can be, wildcards first.
func oneOfNames(ns names, l listing) m {
	all := []any{"*", "*.*"}
	for _, p := range ns {
		for _, n := range l.of(p) {
			all = append(all, p.Name+".*", "*."+n, p.Name+"."+n)
		}
	}
	return m{"enum": distinct(all)}
}

// closed is an object with these keys and no others.
func closed(keys []string, properties m, required ...string) m {
	for name := range properties {
		if !slices.Contains(keys, name) {
			panic("the schema has a key that the parser does not know: " + name)
		}
		if p := properties[name].(m); help[name] != "" {
			properties[name] = with(p, m{"description": help[name]})
		}
	}
	s := m{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = anys(required)
	}
	return s
}

func with(a, b m) m {
	out := m{}
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		out[k] = v
	}
	return out
}

func anyOf(of ...m) m {
	var all []any
	for _, s := range of {
		all = append(all, s)
	}
	return m{"anyOf": all}
}

// orList is one, or a list of at least one.
func orList(s m) m { return anyOf(s, with(listOf(s), m{"minItems": 1})) }

func listOf(s m) m { return m{"type": "array", "items": s} }

func word() m { return m{"type": "string", "minLength": 1} }

func scalar7() m { return m{"type": []any{"string", "number", "boolean"}} }

func pattern7(p string) m { return m{"type": "string", "pattern": p} }

func duration7() m { return pattern7(`^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`) }

func anys(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}

// distinct is list without repetitions.
func distinct(list []any) []any {
	out := []any{}
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
