package decide

import (
	"cmp"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/model"
)

// Feed is an aggregate of which other contexts keep copies or projections: they live
// on what is told of it.
type Feed struct {
	Of *model.Aggregate
	// In are the contexts that keep something of it, by id; For the use cases of each
	// that read it there, none where the cut replicates reference data.
	In  []*Context
	For map[arch.ContextID][]*model.UseCase
	// State tells that its owner tells of each change with the state after it, because
	// the events of use cases do not tell of all changes.
	State bool
}

// Feeds are the aggregates that others keep copies of, by path: of reads decided to be
// answered by copies, of reference data that the boundaries replicate, and of what is
// kept ready for queries. They are known once the styles are decided, and not asked
// for before.
func (p *Plan) Feeds() []*Feed {
	if p.feeds != nil {
		return p.feeds
	}
	p.feeds = []*Feed{}
	at := map[*model.Aggregate]*Feed{}
	out := p.feeds
	need := func(a *model.Aggregate, c *Context, u *model.UseCase) {
		if o := p.OwnerOf(a); o == nil || o == c {
			return
		}
		f := at[a]
		if f == nil {
			f = &Feed{Of: a, For: map[arch.ContextID][]*model.UseCase{}, State: !tellsAll(a)}
			at[a] = f
			out = append(out, f)
		}
		if !slices.Contains(f.In, c) {
			f.In = append(f.In, c)
		}
		if u != nil && !slices.Contains(f.For[c.ID], u) {
			f.For[c.ID] = append(f.For[c.ID], u)
		}
	}
	for _, l := range p.Links {
		if l.Kind == LinkRead && l.Crosses && p.Choice(arch.DecisionID(l.Name+".style")) == "replica" {
			need(l.Aggregate, l.From, l.UseCase)
		}
	}
	for _, c := range p.Contexts {
		for _, a := range c.Copies {
			if o := p.OwnerOf(a); o != nil && o.Unit != c.Unit {
				need(a, c, nil)
			}
		}
		for _, u := range c.UseCases {
			if p.ReadyMade(u) {
				for _, r := range u.Reads {
					need(r.Aggregate, c, u)
				}
			}
		}
	}
	slices.SortFunc(out, func(x, y *Feed) int { return cmp.Compare(x.Of.Path, y.Of.Path) })
	for _, f := range out {
		slices.SortFunc(f.In, func(x, y *Context) int { return cmp.Compare(x.ID, y.ID) })
	}
	p.feeds = out
	return out
}

// ReadyMade reports whether a query is answered by a projection or index of its own.
func (p *Plan) ReadyMade(u *model.UseCase) bool {
	c := p.Choice(arch.DecisionID(u.Name + ".read-model"))
	return c == "projection" || c == "search-index"
}

// tellsAll reports whether every use case that writes the aggregate tells of it with an
// event that carries its state.
func tellsAll(a *model.Aggregate) bool {
	told := func(u *model.UseCase) bool {
		return slices.ContainsFunc(u.Emits, func(e *model.Event) bool { return e.Of == a && len(e.Fields) == 0 })
	}
	for _, u := range a.CreatedBy {
		if !told(u) {
			return false
		}
	}
	for _, u := range a.ChangedBy {
		if !told(u) {
			return false
		}
	}
	return len(a.CreatedBy)+len(a.ChangedBy) > 0
}

// telling is what a channel carries a second at the peak: one message for each event of
// each run of a use case that tells it.
type telling struct {
	peak, average, quiet float64
	by                   []*model.UseCase // with repeats, for the facts
}

func (t *telling) add(u *model.UseCase) {
	t.peak += u.Load.Peak.N
	t.average += u.Load.Average.N
	t.quiet += u.Load.Quiet.N
	t.by = append(t.by, u)
}

// told is what is told of an aggregate, the events of use cases and the state events
// of its feed.
func (p *Plan) told(f *Feed) (t telling) {
	for _, e := range p.Model.Events {
		if e.Of != f.Of || e.From != nil {
			continue
		}
		for _, u := range e.EmittedBy {
			t.add(u)
		}
	}
	if f.State {
		for _, u := range f.Of.CreatedBy {
			t.add(u)
		}
		for _, u := range f.Of.ChangedBy {
			t.add(u)
		}
	}
	return t
}

// Told is how many messages a second are told of an aggregate at the peak, and the use
// cases that tell them: their events, and the state events of its feed.
func (p *Plan) Told(f *Feed) (rate float64, by []*model.UseCase) {
	t := p.told(f)
	return t.peak, t.by
}

// keeps are the copies and projections that a deployable applies changes to.
func (p *Plan) keeps(d *Deployable) (out []kept) {
	for _, f := range p.Feeds() {
		for _, c := range f.In {
			if c.Unit == d {
				out = append(out, kept{f, c})
			}
		}
	}
	return out
}

// kept is what a context keeps of an aggregate of another.
type kept struct {
	feed *Feed
	in   *Context
}
