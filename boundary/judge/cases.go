// Package judge compares computed cuts with accepted ones: the metrics of the
// literature, the published systems whose boundaries experts documented, and
// the baselines that any method has to beat.
package judge

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
	"plumb.dev/plumb/boundary"
)

// Case is a published system with the groupings that are accepted for it.
type Case struct {
	ID         string
	Aggregates []boundary.AggregateID // the elements of the groupings, by index
	Accepted   []Accepted             // the first is the primary target; empty for constraint tests
	Input      boundary.Input
}

// Accepted is one accepted grouping.
type Accepted struct {
	Name     string
	Grouping Grouping
}

type caseFile struct {
	Cases []struct {
		ID         string `yaml:"id"`
		Aggregates []struct {
			Name       string `yaml:"name"`
			Owner      string `yaml:"owner"`
			Volatility string `yaml:"content_volatility"`
			External   bool   `yaml:"external"`
		} `yaml:"aggregates"`
		References [][2]string `yaml:"references"`
		UseCases   []caseUse   `yaml:"use_cases"`
		Accepted   []struct {
			Name   string              `yaml:"name"`
			Groups map[string][]string `yaml:"groups"`
		} `yaml:"accepted"`
		Constraints []struct {
			Kind       string                 `yaml:"kind"`
			Name       string                 `yaml:"name"`
			Aggregates []boundary.AggregateID `yaml:"aggregates"`
		} `yaml:"constraints"`
	} `yaml:"cases"`
}

type caseUse struct {
	Name        string                 `yaml:"name"`
	Actor       string                 `yaml:"actor"`
	Reads       []boundary.AggregateID `yaml:"reads"`
	Writes      []boundary.AggregateID `yaml:"writes"`
	Emits       []string               `yaml:"emits"`
	Trigger     string                 `yaml:"trigger"`
	Consistency string                 `yaml:"consistency"`
}

// Load reads a file of cases. What the file says about security classes and
// subdomains is not used: neither is a statement that data must be kept apart.
func Load(text []byte) ([]Case, error) {
	var file caseFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	var out []Case
	for _, fc := range file.Cases {
		c := Case{ID: fc.ID}
		for _, a := range fc.Aggregates {
			c.Aggregates = append(c.Aggregates, boundary.AggregateID(a.Name))
			c.Input.Aggregates = append(c.Input.Aggregates, boundary.Aggregate{
				ID: boundary.AggregateID(a.Name), Owner: boundary.TeamID(a.Owner), Foreign: a.External,
				Volatility: volatility[a.Volatility], Ref: "aggregate " + a.Name})
		}
		for _, r := range fc.References {
			c.Input.References = append(c.Input.References, boundary.Reference{From: boundary.AggregateID(r[0]), To: boundary.AggregateID(r[1])})
		}
		c.Input.UseCases = useCases(fc.UseCases)
		for i, k := range fc.Constraints {
			kind, ok := pinKind[k.Kind]
			if !ok {
				return nil, fmt.Errorf("cases: %s: unknown constraint %q", fc.ID, k.Kind)
			}
			c.Input.Pins = append(c.Input.Pins, boundary.Pin{Kind: kind, Service: k.Name, Aggregates: k.Aggregates, Ref: fmt.Sprintf("constraint %d", i+1)})
		}
		for _, a := range fc.Accepted {
			g, err := grouping(c.Aggregates, a.Groups)
			if err != nil {
				return nil, fmt.Errorf("cases: %s: %s: %w", fc.ID, a.Name, err)
			}
			c.Accepted = append(c.Accepted, Accepted{a.Name, g})
		}
		out = append(out, c)
	}
	return out, nil
}

var volatility = map[string]boundary.Volatility{"rarely": boundary.Rarely, "regularly": boundary.Regularly, "often": boundary.Often}

var pinKind = map[string]boundary.PinKind{"predefined_service": boundary.Fixed, "must_separate": boundary.Apart}

// useCases turns the steps of a case into use cases: whoever emits an event is
// followed by whoever it triggers.
func useCases(steps []caseUse) []boundary.UseCase {
	var out []boundary.UseCase
	for _, s := range steps {
		u := boundary.UseCase{ID: boundary.UseCaseID(s.Name), Actor: s.Actor, Reads: s.Reads, Writes: s.Writes,
			ByEvent: s.Trigger != "", Ref: "use case " + s.Name}
		switch s.Consistency {
		case "strong":
			u.Consistency = boundary.Strong
		case "saga", "event", "eventual", "remote-call":
			u.Consistency = boundary.Eventual
		}
		for _, t := range steps {
			if t.Trigger != "" && slices.Contains(s.Emits, t.Trigger) {
				u.Then = append(u.Then, boundary.FollowUp{UseCase: boundary.UseCaseID(t.Name), ByEvent: true})
			}
		}
		out = append(out, u)
	}
	return out
}

func grouping(ids []boundary.AggregateID, groups map[string][]string) (Grouping, error) {
	g := make(Grouping, len(ids))
	for i := range g {
		g[i] = -1
	}
	n := 0
	for _, members := range groups {
		for _, m := range members {
			i := slices.Index(ids, boundary.AggregateID(m))
			if i < 0 {
				return nil, fmt.Errorf("group names %q, which is no aggregate", m)
			}
			g[i] = n
		}
		n++
	}
	if i := slices.Index(g, -1); i >= 0 {
		return nil, fmt.Errorf("%q is in no group", ids[i])
	}
	return g, nil
}

// Of returns the grouping of a candidate's contexts.
func (c *Case) Of(candidate boundary.Candidate) Grouping {
	g := make(Grouping, len(c.Aggregates))
	for n, context := range candidate.Contexts {
		for _, a := range context.Aggregates {
			g[slices.Index(c.Aggregates, a)] = n
		}
	}
	return g
}
