// Package scenario is scripted trouble: it reads the files in which users say
// what a call shall meet, how webhooks shall travel, what the payer will do and
// what must be true in the end.
//
// Everything wrong with a file is reported at once, sorted, with line, column,
// source line and the nearest known spelling; every name is checked against
// the providers' tables. A file without problems compiles into a plan.Planner
// whose counters are exact.
//
//	s, problems := scenario.Parse("retry.yaml", src, providers)  // YAML or JSON
//	if len(problems) > 0 {
//		return problems              // an error; prints with source lines and carets, marshals as JSON
//	}
//	for _, n := range s.Notices {}   // what a wildcard cannot reach; no reason to refuse
//	err := s.Load(ctx, engine, tenant) // replaces what was loaded; on error that stays loaded
//	s.Start(tenant)                    // the same for a tenant that was born just now
//	state, ok := scenario.Loaded(tenant) // source, and how often each rule fitted and fired
//	scenario.Unload(tenant)
//
//	expects, problems := scenario.ParseExpect("verify", body, providers) // {"expect": […]} or […]; nothing gives nil
//	report, err := scenario.Verify(ctx, engine, tenant, expects)         // nil: the loaded scenario's own
//	report.Holds                                                         // a Report prints and marshals
//
//	desk := scenario.NewDesk(engine) // all of this as the control API asks for it
//
//	ok := scenario.Check(os.Stdout, "retry.yaml", src, providers) // what `simulator check` prints
//	schema := scenario.Schema(providers)                          // JSON Schema for editors
//
// It decides and counts; what it decides is done by the engine. It reads no
// files and keeps no goroutines.
package scenario
