package document

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/markdown"
	"plumb.dev/plumb/fact"
)

// record links a decision's record by its number.
func record(d *arch.Decision) string { return fmt.Sprintf("[D%d](%s)", d.Number, d.Record()) }

// choice is the name of the chosen option.
func choice(d *arch.Decision) string { return d.NameOf(d.Choice) }

// flips says at which values the choice would change.
func (v *view) flips(d *arch.Decision) string {
	var out []string
	for _, f := range d.Flips {
		way := "above"
		switch {
		case f.Named():
			way = "as"
		case f.Below:
			way = "below"
		}
		out = append(out, fmt.Sprintf("%s %s %s (now %s): %s", markdown.Text(arch.Short(f.Fact)), way, v.number(f.At), v.number(f.Now), markdown.Text(d.NameOf(f.To))))
	}
	switch {
	case len(out) > 0:
	case !d.Until.IsZero():
		return markdown.Text(d.Until.String())
	case len(d.Steady) > 0:
		return "none of its stated numbers, up to 100×"
	}
	return strings.Join(out, "; ")
}

// UntriedFacts says how far tipping points were looked for, "" where that is to the end.
func (v *view) UntriedFacts() string {
	if v.Untried == 0 {
		return ""
	}
	return fmt.Sprintf("Flips were looked for at the facts on which most of these decisions rest, and not at %d others.", v.Untried)
}

// granted is the default of a question with what follows from it.
func granted(q arch.Question) string {
	out := markdown.Text(q.Default)
	for _, a := range q.Answers {
		if a.Says == q.Default && a.Follows != "" {
			out += ": " + markdown.Text(a.Follows)
		}
	}
	return out
}

// otherwise are the other answers.
func otherwise(q arch.Question) string {
	var out []string
	for _, a := range q.Answers {
		if a.Says != q.Default {
			out = append(out, some(": ", markdown.Text(a.Says), markdown.Text(a.Follows)))
		}
	}
	return strings.Join(out, "<br>")
}

// called names the use case of an operation, and the operation where it is called
// otherwise.
func called(o arch.Operation) string {
	name := arch.Short(o.UseCase)
	if fact.Camel(name) == string(o.ID) {
		return markdown.Text(name)
	}
	return some(" ", markdown.Text(name), markdown.Code(o.ID))
}

// calls shows how an operation is called in each of its protocols.
func calls(o arch.Operation) string {
	var out []string
	if o.REST != nil {
		status := strconv.Itoa(o.REST.Success)
		if o.Async && o.REST.Success != http.StatusAccepted {
			status += " or 202"
		}
		out = append(out, markdown.Code(o.REST.Method+" "+o.REST.Path)+" "+status)
	}
	if o.RPC != nil {
		out = append(out, markdown.Code(o.RPC.Service+"/"+o.RPC.Method))
	}
	if o.Graph != nil {
		out = append(out, markdown.Code(o.Graph.Root+"."+o.Graph.Field))
	}
	return strings.Join(out, ", ")
}

func who(a arch.Authorisation) string {
	if a.Anonymous {
		return "anyone"
	}
	if len(a.Roles) > 0 {
		return list(a.Roles)
	}
	if len(a.Actors) == 0 {
		return "other deployables"
	}
	return list(a.Actors)
}

// object says whose things may be reached, where it is not anybody's.
func object(a arch.Authorisation) string {
	if a.Object == "any" {
		return ""
	}
	return some(" by ", markdown.Text(a.Object), markdown.Code(a.Owner))
}

// role names a role and whose it is, where that is not the same.
func role(r arch.Role) string {
	if string(r.ID) == string(r.Actor) {
		return markdown.Text(r.ID)
	}
	return markdown.Text(r.ID) + " of " + markdown.Text(r.Actor)
}

// eraser is the use case that erases on request.
func eraser(e arch.DataEntry) string {
	switch {
	case e.ErasedBy != "":
		return markdown.Text(arch.Short(e.ErasedBy))
	case e.Class == "personal" || e.Class == "health":
		return "hand"
	}
	return ""
}

func (v *view) consistency(o arch.Operation) string {
	if o.Staleness.N == 0 {
		return markdown.Text(o.Consistency)
	}
	return some(", ", markdown.Text(o.Consistency), v.value(o.Staleness))
}

// repeats says what a repeated and what a late change meets.
func (v *view) repeats(o arch.Operation) string {
	var key, late string
	if i := o.Idempotency; i != nil {
		key = markdown.Code(i.Key)
		if i.Key == "header" {
			key = "`Idempotency-Key`"
		}
		key = some(" ", key, v.value(i.Retention))
	}
	if o.Concurrency != "" {
		late = markdown.Code(o.Concurrency)
	}
	return some(", ", key, late)
}

func filters(p *arch.Paging) string {
	names := make([]string, len(p.Filter))
	for i, f := range p.Filter {
		names[i] = f.Field
	}
	return list(names)
}

// outcome says how a client learns what came of it.
func outcome(o arch.Operation) string {
	var out []string
	if o.Stream != "" {
		out = append(out, "stream "+markdown.Text(o.Stream))
	}
	if o.Progress != "" {
		out = append(out, some(" ", markdown.Text(o.Progress), markdown.Code(o.Follow)))
	}
	if o.Deprecated != "" {
		out = append(out, "deprecated: "+markdown.Text(o.Deprecated))
	}
	return strings.Join(out, "; ")
}

func (v *view) limit(l *arch.RateLimit) string {
	if l == nil {
		return ""
	}
	return some(", ", v.number(l.Rate)+" per "+markdown.Text(l.Per), prefixed("burst ", v.value(l.Burst)))
}

func prefixed(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func audience(a arch.API) string {
	if a.Internal {
		return "other deployables"
	}
	return list(a.Audience)
}

func version(v arch.Versioning) string {
	return some(" by ", markdown.Text(v.Full), markdown.Text(v.How))
}

func (v *view) refresh(s arch.SignIn) string {
	if s.Rotation {
		return some(", ", v.value(s.Refresh), "rotated")
	}
	return v.value(s.Refresh)
}

// starts says what sets off a flow that nobody calls.
func (v *view) starts(f arch.Flow) string {
	var by []string
	for _, e := range v.Events {
		if slices.Contains(e.Consumers, f.UseCase) {
			by = append(by, markdown.Code(e.ID))
		}
	}
	for _, j := range v.Jobs {
		if j.UseCase == f.UseCase {
			by = append(by, markdown.Text(j.Schedule))
		}
	}
	return some(" ", markdown.Text(f.Starts), strings.Join(by, ", "))
}
