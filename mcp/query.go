package mcp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb/query"
)

type queryIn struct {
	which
	more
	Kind string `json:"kind" jsonschema:"elements, impact or path"`
	Name string `json:"name,omitempty" jsonschema:"of what: an element, a fact, a decision; for elements also a list such as operations or stores"`
	To   string `json:"to,omitempty" jsonschema:"for path: the other end"`
}

type queryOut struct {
	Kind string `json:"kind"`
	// Lists counts the elements of each list, when none was asked for by name.
	Lists    []listRow       `json:"lists,omitempty"`
	Elements []query.Node    `json:"elements,omitempty"`
	Reached  []query.Reached `json:"reached,omitempty"`
	Next     []call          `json:"next"`
	about    string
}

type listRow struct {
	List  string   `json:"list"`
	Count int      `json:"count"`
	IDs   []string `json:"ids,omitempty"`
}

func (s *Server) query(_ context.Context, _ *sdk.CallToolRequest, in queryIn) (queryOut, error) {
	src, err := s.files.open(in.File)
	if err != nil {
		return queryOut{}, err
	}
	d, err := s.mustPlan(src)
	if err != nil {
		return queryOut{}, err
	}
	out := queryOut{Kind: in.Kind, about: in.Name}
	switch in.Kind {
	case "elements":
		out.elements(query.All(d.Arch), in.Name)
		for _, e := range query.Elements(d.Arch, in.Name) {
			if n := (query.Node{Kind: e.Kind, ID: e.ID}); in.Name != "" && !slices.Contains(out.Elements, n) {
				out.Elements = append(out.Elements, n)
			}
		}
		if in.Name != "" && len(out.Elements) == 0 {
			if near := meant(in.Name, lists(query.All(d.Arch))); near != "" {
				return queryOut{}, fmt.Errorf("no list is called %q%s", short(in.Name, 60), near)
			}
			return queryOut{}, unknown(d.Arch, in.Name)
		}
	case "impact":
		reached, found := query.Impact(d.Arch, in.Name)
		if !found {
			return queryOut{}, unknown(d.Arch, in.Name)
		}
		out.Reached = reached
	case "path":
		if in.Name == "" || in.To == "" {
			return queryOut{}, errors.New("a path has two ends: name, and to")
		}
		way, found := query.Chain(d.Arch, in.Name, in.To)
		for i, name := range []string{in.Name, in.To} {
			if !found[i] {
				return queryOut{}, unknown(d.Arch, name)
			}
		}
		out.Reached, out.about = way, in.Name+" to "+in.To
	default:
		return queryOut{}, fmt.Errorf("kind is elements, impact or path, not %q", in.Kind)
	}
	out.Next = []call{{"explain", on(in.which, map[string]any{"name": out.first(in)}), "one of them in full"}}
	return out, nil
}

// lists names the lists of the design.
func lists(all []query.Element) []string {
	var out []string
	for _, e := range all {
		if !slices.Contains(out, e.Kind) {
			out = append(out, e.Kind)
		}
	}
	return out
}

// elements takes the list of the name, or counts every list.
func (o *queryOut) elements(all []query.Element, list string) {
	for _, e := range all {
		if strings.EqualFold(e.Kind, list) {
			o.Elements = append(o.Elements, query.Node{Kind: e.Kind, ID: e.ID})
		}
		if list != "" {
			continue
		}
		if n := len(o.Lists); n == 0 || o.Lists[n-1].List != e.Kind {
			o.Lists = append(o.Lists, listRow{List: e.Kind})
		}
		row := &o.Lists[len(o.Lists)-1]
		row.Count++
		if e.ID != "" {
			row.IDs = append(row.IDs, e.ID)
		}
	}
}

func (o *queryOut) first(in queryIn) string {
	for _, r := range o.Reached {
		if r.Steps > 0 {
			return r.ID
		}
	}
	for _, e := range o.Elements {
		return e.ID
	}
	for _, l := range o.Lists {
		if len(l.IDs) > 0 {
			return l.IDs[0]
		}
	}
	return in.Name
}

func (o queryOut) show(p *page) {
	p.list("Lists of the design", len(o.Lists), 40, func(i int) string {
		l := o.Lists[i]
		return short(fmt.Sprintf("%s %d: %s", l.List, l.Count, strings.Join(l.IDs, ", ")), 160)
	})
	p.list("Elements", len(o.Elements), 60, func(i int) string { return o.Elements[i].Kind + " " + o.Elements[i].ID })
	switch o.Kind {
	case "impact":
		o.showImpact(p)
	case "path":
		if len(o.Reached) == 0 {
			p.line("Nothing connects them.")
		}
		p.list("From "+o.about, len(o.Reached), 20, func(i int) string {
			r := o.Reached[i]
			if i == 0 {
				return r.Kind + " " + r.ID
			}
			return fmt.Sprintf("%s %s, which %s it", r.Kind, r.ID, r.How)
		})
	}
	p.then(o.Next)
}

// showImpact groups what is reached by its kind; the decisions first.
func (o queryOut) showImpact(p *page) {
	if len(o.Reached) == 0 {
		p.line("Nothing rests on %s.", o.about)
		return
	}
	p.line("What rests on %s: %s.", o.about, plural(len(o.Reached), "thing"))
	var kinds []string
	groups := map[string][]query.Reached{}
	for _, r := range o.Reached {
		if groups[r.Kind] == nil {
			kinds = append(kinds, r.Kind)
		}
		groups[r.Kind] = append(groups[r.Kind], r)
	}
	slices.SortStableFunc(kinds, func(a, b string) int {
		return weight(a) - weight(b)
	})
	for _, k := range kinds {
		list := groups[k]
		p.list(fmt.Sprintf("%s (%d)", strings.ReplaceAll(k, "_", " "), len(list)), len(list), 10, func(i int) string {
			return fmt.Sprintf("%s %s %s", list[i].ID, list[i].How, list[i].Through.ID)
		})
	}
}

func weight(kind string) int {
	switch kind {
	case "decisions":
		return 0
	case "facts":
		return 2
	}
	return 1
}
