package mcp

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diff"
	"plumb.dev/plumb/fact"
)

type whatifIn struct {
	which
	more
	Set []string `json:"set" jsonschema:"what is different, each NAME=VALUE: PlaceOrder.peak=3x, broker=rabbitmq, delivery=none"`
}

type whatifOut struct {
	// Asked repeats the question in full; Feasible is false when no design serves
	// every requirement then.
	Asked    []string      `json:"asked"`
	Feasible bool          `json:"feasible"`
	Problems []problem     `json:"problems"`
	Changes  []diff.Change `json:"changes"`
	Next     []call        `json:"next"`
}

func (s *Server) whatif(ctx context.Context, _ *sdk.CallToolRequest, in whatifIn) (whatifOut, error) {
	if len(in.Set) == 0 {
		return whatifOut{}, errors.New("say what is different in set: NAME=VALUE, such as peak=3x")
	}
	src, err := s.files.open(in.File)
	if err != nil {
		return whatifOut{}, err
	}
	d := s.plan(src)
	if d.Arch != nil {
		if d, err = s.mustRepair(ctx, src); err != nil {
			return whatifOut{}, err
		}
	}
	session := d.Session()
	if session == nil {
		return whatifOut{}, refusal(src.file+" cannot be planned", d.Problems)
	}
	w, err := session.WhatIf(in.Set)
	if err != nil {
		return whatifOut{}, err
	}
	out := whatifOut{Asked: []string{}, Feasible: w.Feasible(), Problems: problemsOf(w.Problems), Changes: w.Changes}
	if out.Changes == nil {
		out.Changes = []diff.Change{}
	}
	for _, a := range w.Asked {
		from := ""
		if a.From != "" {
			from = " (now " + a.From + ")"
		}
		out.Asked = append(out.Asked, fmt.Sprintf("%s = %s%s", a.Name, a.To, from))
	}
	out.Next = []call{ifSo(in.which, d, w.Asked[0].Name, w.Asked[0].To)}
	for _, c := range out.Changes {
		if c.Kind == "decision" {
			out.Next = append(out.Next, call{"explain", on(in.which, map[string]any{"name": c.ID}), "the decision as it stands"})
			break
		}
	}
	return out, nil
}

// ifSo is the call that makes of a what-if what is so: an option is decided, a fact
// stated.
func ifSo(in which, d *plumb.Design, name, value string) call {
	if d.Arch != nil && d.Arch.Decision(arch.DecisionID(name)) != nil {
		return call{"decide", on(in, map[string]any{"decision": name, "choose": value, "because": "..."}), "if a person wants it so: with their reason"}
	}
	with := map[string]any{"path": name, "value": value, "quote": "..."}
	if d.Arch != nil {
		if f, ok := d.Arch.FactOf(fact.ID(name)); ok && f.Origin == fact.Stated {
			with["replace"] = true
		}
	}
	return call{"answer", on(in, with), "if it is so: with the words that say so, or assumption and because instead"}
}

func (o whatifOut) show(p *page) {
	p.list("What if", len(o.Asked), 10, func(i int) string { return o.Asked[i] })
	if !o.Feasible {
		p.line("\nNo design serves every requirement then.")
	}
	showProblems(p, o.Problems)
	if len(o.Changes) == 0 {
		p.line("\nNothing is different.")
	}
	groups := []struct {
		title string
		kinds func(kind string) bool
		most  int
	}{
		{"Decisions", func(k string) bool { return k == "decision" }, 12},
		{"Objectives and cost", func(k string) bool { return k == "objective" || k == "cost" }, 8},
		{"Elements", func(k string) bool { return k != "decision" && k != "objective" && k != "cost" }, 15},
	}
	for _, g := range groups {
		var list []diff.Change
		for _, c := range o.Changes {
			if g.kinds(c.Kind) {
				list = append(list, c)
			}
		}
		p.list(g.title, len(list), g.most, func(i int) string { return short(changeText(list[i]), 260) })
	}
	p.then(o.Next)
}

func changeText(c diff.Change) string {
	s := fmt.Sprintf("%s %s", c.Op, c.ID)
	if c.Kind != "decision" {
		s = fmt.Sprintf("%s %s %s", c.Op, c.Kind, c.ID)
	}
	if c.What != "" {
		s += ", " + c.What
	}
	switch {
	case c.From != "" && c.To != "":
		s += fmt.Sprintf(": %s -> %s", c.From, c.To)
	case c.From+c.To != "":
		s += ": " + c.From + c.To
	}
	if c.Why != "" {
		s += "; " + c.Why
	}
	return s
}
