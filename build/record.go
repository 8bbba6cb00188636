package build

import (
	"cmp"
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
	model, plan, own := b.m.Facts.All(), b.p.Facts.All(), b.ledger.All()
	b.a.Facts = merge(merge(model, plan), own)
}

// merge joins two lists sorted by id; the second one's fact is kept where both have
// it.
func merge(x, y []fact.Fact) []fact.Fact {
	out := make([]fact.Fact, 0, len(x)+len(y))
	for len(x) > 0 && len(y) > 0 {
		switch cmp.Compare(x[0].ID, y[0].ID) {
		case -1:
			out, x = append(out, x[0]), x[1:]
		case 1:
			out, y = append(out, y[0]), y[1:]
		default:
			out, x, y = append(out, y[0]), x[1:], y[1:]
		}
	}
	return append(append(out, x...), y...)
}
