package suite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"gopkg.in/yaml.v3"
)

// Load reads a provider's folder and checks it.
func Load(dir string) (Provider, error) {
	var p Provider
	if err := decode(filepath.Join(dir, "provider.yaml"), &p); err != nil {
		return Provider{}, err
	}
	p.Dir = dir
	files, err := filepath.Glob(filepath.Join(dir, "samples", "*.yaml"))
	if err != nil {
		return Provider{}, err
	}
	if len(files) == 0 {
		return Provider{}, fmt.Errorf("%s: no samples", dir)
	}
	slices.Sort(files)
	var problems []error
	for _, file := range files {
		var op Operation
		if err := decode(file, &op); err != nil {
			problems = append(problems, err)
			continue
		}
		for _, err := range p.check(op) {
			problems = append(problems, fmt.Errorf("%s: %w", file, err))
		}
		p.Operations = append(p.Operations, op)
	}
	if n := p.commands(); n != p.Commands {
		problems = append(problems, fmt.Errorf("%s: the document prints %d commands, the samples have %d", dir, p.Commands, n))
	}
	return p, errors.Join(problems...)
}

func (p Provider) commands() int {
	n := 0
	for _, op := range p.Operations {
		for _, s := range op.Samples {
			if !s.Own {
				n += len(s.Tools)
			}
		}
	}
	return n
}

// Find lists the folders below dir that hold a provider.
func Find(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "provider.yaml"))
	for i, file := range files {
		files[i] = filepath.Dir(file)
	}
	return files, err
}

func decode(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
