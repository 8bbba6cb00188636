package build

import (
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// decisions takes over the records of the plan and numbers them: those that get a
// document of their own first, so that the numbers in a folder of records have no
// gaps. A lock keeps the numbers of earlier runs.
func (b *builder) decisions() {
	b.a.Decisions = slices.Clone(b.p.Decisions)
	n := 0
	for _, significant := range []bool{true, false} {
		for i := range b.a.Decisions {
			if d := &b.a.Decisions[i]; d.Significant == significant {
				n++
				d.Number = n
			}
		}
	}
}

// questions takes over the mismatches between requirements, most costly first.
func (b *builder) questions() {
	for i, q := range b.m.Questions {
		out := arch.Question{Number: i + 1, About: q.About, Check: q.Check, Finding: q.Finding, Asks: q.Asks, Default: q.Default, Facts: q.Facts}
		for _, a := range q.Answers {
			out.Answers = append(out.Answers, arch.Answer{Says: a.Says, Follows: a.Follows})
		}
		b.a.Questions = append(b.a.Questions, out)
	}
}

// facts joins the three ledgers: what the model says, what the decisions derived,
// and what building derived. A later stage knows better.
func (b *builder) facts() {
	b.a.Facts = fact.Union(b.ledger, b.p.Facts, b.m.Facts)
}
