package mcp

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diff"
)

// againstOut is what is different from another design.
type againstOut struct {
	From      string        `json:"from"`
	Changes   []diff.Change `json:"changes"`
	Contracts []contractRow `json:"contracts"`
	New       []problem     `json:"new_problems,omitempty"`
}

// contractRow is a change of a contract, and what it means for whom.
type contractRow struct {
	Contract string   `json:"contract"`
	Level    string   `json:"level" jsonschema:"breaking, dangerous or safe"`
	Rule     string   `json:"rule"`
	Place    string   `json:"place"`
	What     string   `json:"what"`
	Users    []string `json:"users,omitempty"`
	Means    string   `json:"means,omitempty"`
	Remedy   string   `json:"remedy,omitempty"`
}

const (
	breaking  = "breaking"
	dangerous = "dangerous"
)

func (c contractRow) String() string {
	s := fmt.Sprintf("%s %s %s: %s", c.Level, c.Contract, c.Place, c.What)
	for _, more := range []string{c.Means, c.Remedy} {
		if more != "" {
			s += "; " + more
		}
	}
	return s
}

func (o *againstOut) count(level string) int {
	n := 0
	for _, c := range o.Contracts {
		if c.Level == level {
			n++
		}
	}
	return n
}

// against compares a design with another of the workspace: an input, or a written
// design by its directory or its plan.json.
func (s *Server) against(ctx context.Context, name string, d *plumb.Design) (*againstOut, error) {
	from, err := s.sideOf(ctx, name, d)
	if err != nil {
		return nil, err
	}
	c, err := plumb.Compare(from, plumb.Side{Arch: d.Arch, Problems: d.Problems})
	if err != nil {
		return nil, err
	}
	out := &againstOut{From: name, Changes: c.Changes, Contracts: []contractRow{}, New: problemsOf(c.Problems)}
	if out.Changes == nil {
		out.Changes = []diff.Change{}
	}
	for _, f := range c.Contracts {
		out.Contracts = append(out.Contracts, contractRow{f.Contract, string(f.Level), f.Rule, f.Place, f.What, f.Users, f.Means, f.Remedy})
	}
	return out, nil
}

func (s *Server) sideOf(ctx context.Context, name string, d *plumb.Design) (plumb.Side, error) {
	plan := name
	if path.Base(name) != "plan.json" {
		plan = path.Join(name, "plan.json")
	}
	text, err := s.files.read(plan)
	switch {
	case err == nil:
		system, err := plumb.ReadPlan(text)
		if err != nil {
			return plumb.Side{}, fmt.Errorf("%s is no plan.json of this version of plumb: %w", plan, err)
		}
		return plumb.Side{Arch: system}, nil
	case plan == name || !isMissing(err) && !strings.HasPrefix(err.Error(), plan+": "):
		return plumb.Side{}, err
	}
	src, err := s.files.open(name)
	if err != nil {
		return plumb.Side{}, fmt.Errorf("%s is neither an input of the workspace nor a written design", name)
	}
	if src.lock == nil {
		src.lock = d.LockText() // so that the same things have the same ids
	}
	was, err := s.mustRepair(ctx, src)
	if err != nil {
		return plumb.Side{}, err
	}
	return plumb.Side{Arch: was.Arch, Problems: was.Problems}, nil
}

func (o *againstOut) show(p *page) {
	if len(o.Changes)+len(o.Contracts)+len(o.New) == 0 {
		p.line("Nothing is different from %s.", o.From)
		return
	}
	p.line("Against %s: %d breaking and %d dangerous changes of contracts, %s.", o.From, o.count(breaking), o.count(dangerous), plural(len(o.Changes), "other difference"))
	p.list("Contracts, what breaks first", len(o.Contracts), 8, func(i int) string { return short(o.Contracts[i].String(), 300) })
	p.list("Differences", len(o.Changes), 12, func(i int) string { return short(changeText(o.Changes[i]), 220) })
	p.list("New problems", len(o.New), 5, func(i int) string { return short(o.New[i].String(), 240) })
}

// protocolRow is a protocol of the design with what visiting all its states showed.
type protocolRow struct {
	ID      string `json:"id"`
	Verdict string `json:"verdict" jsonschema:"holds, broken, or unknown when not every state was visited"`
	States  int    `json:"states"`
	Bounds  string `json:"bounds"`
	// KeptBy are its mechanisms, with + those that the exploration added.
	KeptBy []string `json:"kept_by,omitempty"`
	// Violation is the shortest way to what must not be, a step a line, and Missing
	// what would repair it.
	Violation []string `json:"violation,omitempty"`
	Missing   []string `json:"missing,omitempty"`
}

func (r protocolRow) String() string {
	s := fmt.Sprintf("%s %s: %d states", r.Verdict, r.ID, r.States)
	if len(r.KeptBy) > 0 {
		s += ", kept right by " + strings.Join(r.KeptBy, ", ")
	}
	if len(r.Violation) > 0 {
		s += "; " + r.Violation[0] + "; missing: " + strings.Join(r.Missing, ", ")
	}
	return s
}

func protocolRows(e plumb.Exploration) []protocolRow {
	out := []protocolRow{}
	for i := range e.Protocols {
		out = append(out, protocolRowOf(&e.Protocols[i]))
	}
	// What is broken first.
	slices.SortStableFunc(out, func(a, b protocolRow) int { return strings.Compare(a.Verdict, b.Verdict) })
	return out
}

func protocolRowOf(p *arch.Protocol) protocolRow {
	r := protocolRow{ID: p.ID, Verdict: p.Explored.Verdict, States: p.Explored.States, Bounds: p.Explored.Bounds, Missing: p.Explored.Missing}
	for _, m := range p.Mechanisms {
		name := m.Name
		if m.Added {
			name = "+" + name
		}
		r.KeptBy = append(r.KeptBy, name)
	}
	if v := p.Explored.Violation; v != nil {
		r.Violation = append(r.Violation, v.What)
		for _, l := range v.Lines {
			to := ""
			if l.To != "" {
				to = " -> " + l.To
			}
			r.Violation = append(r.Violation, l.From+to+": "+l.Text)
		}
	}
	return r
}

var errNoDesign = errors.New("the input gives no design yet: mend its errors first")
