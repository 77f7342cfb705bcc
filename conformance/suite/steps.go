package suite

import "fmt"

// Used is a step together with the variables that the case gives it.
type Used struct {
	Name string
	Step
	With map[string]string
}

// Resolve lists the steps of a setup in the order they run. What a step needs comes before it, once; a step that the
// setup names itself runs as often as it is named.
func (p Provider) Resolve(setup []Use) ([]Used, error) {
	var steps []Used
	done := map[string]bool{}
	var add func(u Use, again bool, above []string) error
	add = func(u Use, again bool, above []string) error {
		step, ok := p.Steps[u.Step]
		if !ok {
			return fmt.Errorf("no step is named %q", u.Step)
		}
		for _, name := range above {
			if name == u.Step {
				return fmt.Errorf("step %q needs itself", u.Step)
			}
		}
		if done[u.Step] && !again {
			return nil
		}
		for _, need := range step.Needs {
			if err := add(Use{Step: need, Set: u.Set}, false, append(above, u.Step)); err != nil {
				return err
			}
		}
		done[u.Step] = true
		steps = append(steps, Used{Name: u.Step, Step: step, With: u.Set})
		return nil
	}
	for _, u := range setup {
		if err := add(u, true, nil); err != nil {
			return nil, err
		}
	}
	return steps, nil
}
