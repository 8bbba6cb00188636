package model

import (
	"cmp"
	"fmt"
	"slices"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/spec"
)

// secContexts is the section of the user's own cut. Nothing refers to its names.
const secContexts = "contexts"

// bindContexts reads the user's own cut, and gives aggregates without an owner that
// of their context.
func (b *binder) bindContexts(n *spec.Node) {
	b.ownedBy = map[*Aggregate]*spec.Node{}
	first := map[*Aggregate]*OwnContext{}
	for _, e := range declarations(n) {
		c := OwnContext{Name: e.Key, Path: path(secContexts, e.Key), Span: e.KeySpan, Named: map[string]diag.Span{}}
		named, owner := e.Value, (*spec.Node)(nil)
		if e.Value.Kind == spec.Mapping {
			named, owner = e.Value.Get("aggregates"), e.Value.Get("owner")
			c.About = text(e.Value.Get("about"))
		}
		for _, x := range items(named) {
			c.Named[text(x)] = x.Span
		}
		for _, a := range findAll(b, &b.domain, named, c.Path) {
			if other := first[a]; other != nil {
				b.inTwoContexts(a, other, &c)
				continue
			}
			c.Aggregates = append(c.Aggregates, a)
		}
		if len(c.Named) == 0 && !b.unread {
			b.add(diag.Problem{
				Code: "model.unused-declaration", Severity: diag.Warning, Span: c.Span, Path: string(c.Path),
				Message: fmt.Sprintf("the context %s names no aggregate, so that it says nothing", c.Name),
				Hint:    "name its aggregates, or remove it",
			})
		}
		if text(owner) != "" {
			b.contextOwner(&c, owner)
		}
		if len(c.Aggregates) == 0 {
			continue
		}
		kept := c
		for _, a := range c.Aggregates {
			first[a] = &kept
		}
		b.contexts.add(c.Name, c.Span, &kept)
		b.out.skeleton.Contexts = append(b.out.skeleton.Contexts, c)
	}
}

func (b *binder) inTwoContexts(a *Aggregate, first, second *OwnContext) {
	if x, y := first.Named[a.Name].Start, second.Named[a.Name].Start; cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column)) > 0 {
		first, second = second, first
	}
	b.add(diag.Problem{
		Code: "model.in-two-contexts", Severity: diag.Error, Span: second.Named[a.Name], Path: string(second.Path),
		Message: fmt.Sprintf("%s is in the context %s and in the context %s", a.Name, first.Name, second.Name),
		Related: []diag.Related{{Span: first.Named[a.Name], Note: "the first time"}},
		Hint:    "an aggregate belongs to one context; others read it, or keep a copy",
	})
}

// contextOwner gives the owner of a context to its aggregates that state none.
func (b *binder) contextOwner(c *OwnContext, owner *spec.Node) {
	team := find(b, &b.teams, named{text: owner.Text, span: owner.Span}, c.Path+".owner")
	if team == nil {
		return
	}
	for _, a := range slices.DeleteFunc(slices.Clone(c.Aggregates), func(a *Aggregate) bool { return a.OwnerStated }) {
		a.Owner, a.OwnerStated = team, true
		b.ownedBy[a] = owner
	}
}
