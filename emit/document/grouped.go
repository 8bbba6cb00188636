package document

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

// Rows that put together what is alike, so that a table says each thing once.

// Covered is what was designed, in names and numbers.
func (v *view) Covered() []string {
	var out []string
	for _, x := range []struct {
		n         int
		one, many string
	}{{len(v.Flows), "use case", "use cases"}, {len(v.Contexts), "context", "contexts"}, {len(v.Actors), "client", "clients"}} {
		if x.n == 1 {
			x.many = x.one
		}
		out = append(out, fmt.Sprintf("%d %s", x.n, x.many))
	}
	for _, r := range v.Placement.Regions {
		out = append(out, r.Name)
	}
	return out
}

// Screens are the clients that people look at: somebody else's to design.
func (v *view) Screens() []string {
	var out []string
	for _, a := range v.Actors {
		if slices.ContainsFunc(a.Channels, func(c string) bool { return c == "web" || c == "mobile" || c == "staff" }) {
			out = append(out, string(a.ID))
		}
	}
	return out
}

// supplier is who is asked, in which pattern, and by whom.
type supplier struct{ Of, Pattern, By string }

// Suppliers turns the arrows of the context map round: who is depended on.
func (v *view) Suppliers() []supplier {
	var out []supplier
	for _, r := range v.Relations {
		by := some(" ", markdown.Text(r.From), markdown.Text(r.Style), v.value(r.Rate))
		i := slices.IndexFunc(out, func(s supplier) bool { return s.Of == r.To && s.Pattern == r.Pattern })
		if i < 0 {
			out = append(out, supplier{r.To, r.Pattern, by})
			continue
		}
		out[i].By += ", " + by
	}
	return out
}

// sagaRow is a saga in one line; its steps in order stand in its diagram.
type sagaRow struct {
	Name, Undo, Pivot, Then, Pending, Owner, Explored string
	Timeout                                           arch.Value
}

// SagaRows lists the sagas: what is undone by what, the step after which there is no
// way back, and what follows that.
func (v *view) SagaRows() []sagaRow {
	var out []sagaRow
	for _, s := range v.Sagas {
		r := sagaRow{Name: arch.Short(s.UseCase), Pending: s.Pending, Timeout: s.Timeout, Owner: string(s.Owner), Explored: v.explored(&s)}
		var undo, then []string
		for _, step := range s.Steps {
			name := stepName(step)
			switch {
			case step.Kind == "pivot":
				r.Pivot = name
			case step.Compensation != "" && step.Kind == "compensatable":
				undo = append(undo, name+" ("+arch.Short(step.Compensation)+")")
			case step.Kind == "compensatable":
				undo = append(undo, name)
			default:
				then = append(then, name)
			}
		}
		r.Undo, r.Then = strings.Join(undo, ", "), strings.Join(then, ", ")
		out = append(out, r)
	}
	return out
}

// stepName is a step with who is asked and for how long.
func stepName(s arch.SagaStep) string {
	name := s.Name
	if useCase := arch.Short(s.UseCase); fact.Phrase(useCase) == name {
		name = useCase
	}
	if s.External != "" {
		name += " → " + string(s.External)
	}
	if s.Timeout.Known() {
		name += " " + s.Timeout.String()
	}
	return name
}

// jobRow is a job, or several of one kind.
type jobRow struct{ Name, Runs, When, In string }

// JobRows lists the jobs; those that only drop what is old share a row.
func (v *view) JobRows() []jobRow {
	var out []jobRow
	old := -1
	for _, j := range v.Jobs {
		if j.UseCase == "" && strings.HasSuffix(j.ID, "-retention") {
			if old < 0 {
				old = len(out)
				out = append(out, jobRow{Name: j.ID, When: j.Schedule, In: string(j.Deployable)})
				continue
			}
			out[old].Name += ", " + j.ID
			if !slices.Contains(strings.Split(out[old].In, ", "), string(j.Deployable)) {
				out[old].In += ", " + string(j.Deployable)
			}
			continue
		}
		runs := ""
		if j.UseCase != "" {
			runs = arch.Short(j.UseCase)
		}
		out = append(out, jobRow{j.ID, runs, j.Schedule, string(j.Deployable)})
	}
	return out
}

// refusal is an error code, or one that several elements have alike.
type refusal struct {
	Status   int
	Code, Of string
	Retry    bool
}

// Refusals lists the errors of this system's elements; those of the mechanisms stand
// in the contracts.
func (v *view) Refusals() []refusal {
	var out []refusal
	for _, e := range v.Errors {
		if e.Of == "" {
			continue
		}
		of, _, _ := strings.Cut(arch.Short(e.Of), ".")
		code := strings.Replace(e.Code, fact.Kebab(of), "…", 1)
		i := slices.IndexFunc(out, func(r refusal) bool { return r.Code == code && r.Status == e.Status })
		if i < 0 {
			out = append(out, refusal{e.Status, code, of, e.Retry})
		} else {
			out[i].Of += ", " + of
		}
	}
	return out
}

// signIn is a way to sign in with those who use it.
type signIn struct {
	Who      []string
	SignIn   arch.SignIn
	Accounts string
}

// SignIns lists the clients, those with the same flow and lifetimes together.
func (v *view) SignIns() []signIn {
	var out []signIn
	for _, a := range v.Actors {
		s := a.SignIn
		i := slices.IndexFunc(out, func(o signIn) bool {
			return o.SignIn.Flow == s.Flow && o.SignIn.Storage == s.Storage && o.SignIn.Access.N == s.Access.N && o.SignIn.Refresh.N == s.Refresh.N
		})
		if i < 0 {
			out = append(out, signIn{[]string{string(a.ID)}, s, v.value(a.Accounts)})
			continue
		}
		out[i].Who = append(out[i].Who, string(a.ID))
		out[i].Accounts = some(", ", out[i].Accounts, v.value(a.Accounts))
	}
	return out
}

// Gaps are what a person is to fill in, beside the adapters of the externals.
func (v *view) Gaps() []arch.Hook {
	return slices.DeleteFunc(slices.Clone(v.Hooks), func(h arch.Hook) bool {
		return slices.ContainsFunc(v.Externals, func(x arch.External) bool { return x.Adapter == h.ID })
	})
}

// grants are what one service may do.
type grants struct{ ID, Stores, Calls, Publishes, Consumes string }

// Grants lists the rights between services. What a consumer may put among the dead
// letters of its channel goes without saying.
func (v *view) Grants() []grants {
	var out []grants
	for _, s := range v.Security.Services {
		lists := map[string][]string{}
		for _, g := range s.May {
			if g.Do == "read" || g.Do == "write" {
				lists["store"] = appendNew(lists["store"], g.To)
			} else if !strings.HasSuffix(g.To, ".dead") {
				lists[g.Do] = appendNew(lists[g.Do], g.To)
			}
		}
		join := func(do string) string { return strings.Join(lists[do], ", ") }
		out = append(out, grants{s.ID, join("store"), join("call"), join("publish"), join("consume")})
	}
	return out
}

// Zones are the trust zones, where there is more than one.
func (v *view) Zones() []arch.TrustZone {
	if len(v.Security.Zones) < 2 {
		return nil
	}
	return v.Security.Zones
}

// outbound is one dependency under one policy, with all that is called through it.
type outbound struct {
	arch.Edge
	For, Without string
}

// Outbound are the edges on which an answer is waited for, those alike together: the
// busiest stands for them.
func (v *view) Outbound() []outbound {
	var out []outbound
	uses := map[int][]string{}
	for _, e := range v.Edges {
		if e.ToKind == "channel" {
			continue
		}
		i := slices.IndexFunc(out, func(o outbound) bool { return o.From == e.From && o.To == e.To && v.policy(o.Edge) == v.policy(e) })
		if i < 0 {
			i = len(out)
			out = append(out, outbound{Edge: e, Without: without(e)})
		} else if e.Peak.N > out[i].Edge.Peak.N {
			out[i].Edge = e
		}
		for _, u := range e.Use {
			uses[i] = appendNew(uses[i], arch.Short(u))
		}
	}
	for i := range out {
		out[i].For = shortened(uses[i], shownSubjects)
	}
	return out
}

// policy is what an edge looks like beside its use and its size.
func (v *view) policy(e arch.Edge) string {
	return some("|", v.value(e.Timeout), v.retry(e.Retry), e.Fallback, e.Unknown, fmt.Sprint(e.Backlog != nil, e.Breaker != nil))
}

// without says what becomes of a use case when the other side is away.
func without(e arch.Edge) string {
	switch {
	case e.Fallback != "":
		return e.Fallback
	case e.Backlog != nil:
		return some(", at its peak for ", "waits in its queue", late(e.Backlog))
	case e.Hard:
		return "503"
	case e.ToKind == "external":
		return "finished later"
	}
	return ""
}

// late is how long the last call of a peak waits, where it does.
func late(b *arch.Backlog) string {
	if !b.Late.Known() {
		return ""
	}
	return "up to " + b.Late.String()
}

// probe is how processes show that they are well.
type probe struct {
	arch.Probe
	Of string
}

// Probes lists the probes, each once, with the processes when it is not all.
func (v *view) Probes() []probe {
	var out []probe
	of := map[int][]string{}
	all := 0
	for _, d := range v.Deployables {
		for _, p := range d.Roles {
			all++
			for _, x := range p.Probes {
				i := slices.IndexFunc(out, func(o probe) bool {
					return o.Kind == x.Kind && o.Path == x.Path && o.Fail == x.Fail && o.Period.N == x.Period.N
				})
				if i < 0 {
					i = len(out)
					out = append(out, probe{Probe: x})
				}
				of[i] = append(of[i], string(d.ID)+" "+p.Name)
			}
		}
	}
	for i := range out {
		if len(of[i]) < all {
			out[i].Of = shortened(of[i], shownSubjects)
		}
	}
	return out
}

// Queries are the named access patterns that need an index of their own.
func (v *view) Queries() []arch.Query {
	return v.queries(func(q arch.Query) bool { return !strings.Contains(q.Index, "primary key") })
}

// KeyLookups is how many are served by a primary key.
func (v *view) KeyLookups() int {
	return len(v.queries(func(q arch.Query) bool { return strings.Contains(q.Index, "primary key") }))
}

func (v *view) queries(pass func(arch.Query) bool) []arch.Query {
	var out []arch.Query
	for _, s := range v.Stores {
		for _, a := range s.Aggregates {
			for _, q := range a.Queries {
				if pass(q) {
					out = append(out, q)
				}
			}
		}
	}
	return out
}

// promise is a guarantee, or several kept in the same way.
type promise struct{ What, Of, By, Where, Alert string }

// Promises lists the guarantees. Those that a decision keeps are named by it; the
// rules of the input are quoted.
func (v *view) Promises() []promise {
	var out []promise
	for _, g := range v.Guarantees {
		d := v.first(g.By)
		p := promise{What: cmp.Or(g.Kind, g.Promise), Of: arch.Short(g.Of), By: g.Keeper, Where: g.Where, Alert: g.Alert}
		if len(g.Serves) > 1 {
			var names []string
			for _, s := range g.Serves {
				names = append(names, arch.Short(s))
			}
			p.Of = shortened(names, shownSubjects)
		}
		if d != nil {
			p.By = d.Question + ": " + label(d, d.Choice)
		}
		if !slices.ContainsFunc(v.Alerts, func(a arch.Alert) bool { return a.ID == g.Alert }) {
			p.Alert = ""
		}
		i := slices.IndexFunc(out, func(o promise) bool { return g.Kind != "" && o.What == p.What && o.By == p.By })
		if i < 0 {
			out = append(out, p)
			continue
		}
		out[i].Of += ", " + p.Of
		for _, where := range strings.Split(p.Where, ", ") {
			out[i].Where = joinNew(out[i].Where, where)
		}
		out[i].Alert = joinNew(out[i].Alert, p.Alert)
	}
	return out
}

func joinNew(list, s string) string {
	if s == "" || slices.Contains(strings.Split(list, ", "), s) {
		return list
	}
	return some(", ", list, s)
}

// first is the first decision there is.
func (v *view) first(by []arch.DecisionID) *arch.Decision {
	for _, id := range by {
		if d := v.Decision(id); d != nil {
			return d
		}
	}
	return nil
}

// blow is a row of the failure walk-through.
type blow struct{ What, Of, By, Seen string }

// Blows lists what can fail, those of one kind that are answered alike together.
func (v *view) Blows() []blow {
	var out []blow
	of := map[int][]string{}
	for _, f := range v.Failures {
		b := blow{What: cmp.Or(f.Kind, f.What), Seen: outcomeSeen(f.Seen)}
		if d := v.first(f.By); d != nil {
			b.By = d.Question + ": " + label(d, d.Choice)
		}
		i := slices.Index(out, b)
		if i < 0 {
			i = len(out)
			out = append(out, b)
		}
		of[i] = appendNew(of[i], arch.Short(f.Of))
	}
	for i := range out {
		out[i].Of = shortened(of[i], shownSubjects)
	}
	return out
}

// refused finds the answers of the contracts in a text: "409 dish-stock-exhausted".
var refused = regexp.MustCompile(`\b[45]\d\d\b`)

// seenWords is how many words a cell of what is seen may have.
const seenWords = 6

// outcomeSeen is what a caller sees of a failure: the status codes, or a few words.
func outcomeSeen(text string) string {
	if codes := refused.FindAllString(text, -1); len(codes) > 0 {
		return strings.Join(codes, ", ")
	}
	if len(strings.Fields(text)) <= seenWords {
		return text
	}
	return ""
}
