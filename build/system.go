package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// slug is the system's name fit for files, packages and hosts.
func (b *builder) slug() string { return cmp.Or(fact.Kebab(b.m.Name), "system") }

// domain is the internet domain under which the system's hosts, event sources and
// identities are named. The top level is reserved for examples (RFC 2606), so that
// a contract never names somebody's host by accident.
func (b *builder) domain() string { return b.slug() + ".example" }

// system says the whole in a line, and what was designed and what not.
func (b *builder) system() {
	c := &b.m.Context
	b.a.System = arch.System{
		Name: b.m.Name, Slug: b.slug(), About: b.m.About, Domain: b.domain(),
		Contact:  arch.Contact{Name: and(b.teamNames()) + " at " + b.m.Name, Email: "api@" + b.domain(), URL: "https://" + b.domain() + "/developers"},
		Licence:  arch.Licence{Name: "Terms of " + b.m.Name, URL: "https://" + b.domain() + "/terms"},
		Summary:  b.summary(),
		Platform: c.Platform.Kind, Cloud: c.Platform.Cloud, Regulation: c.Compliance,
		Scope: b.scope(), NotInScope: b.notInScope(),
	}
}

func (b *builder) teamNames() []string {
	names := make([]string, len(b.m.Context.Teams))
	for i, t := range b.m.Context.Teams {
		names[i] = t.Name
	}
	return names
}

// busiest is the use case with the highest peak among those that pass.
func (b *builder) busiest(pass func(*model.UseCase) bool) *model.UseCase {
	var out *model.UseCase
	for _, u := range b.m.UseCases {
		if pass(u) && u.Load.Peak.Known() && (out == nil || u.Load.Peak.N > out.Load.Peak.N) {
			out = u
		}
	}
	return out
}

// summary is computed: what runs, what carries it, and the load that sizes it.
func (b *builder) summary() string {
	parts := []string{fmt.Sprintf("%s: %s for %s", b.m.Name, b.counted(len(b.p.Deployables), "deployable"), b.counted(len(b.p.Contexts), "context"))}
	if on := b.technologies(); len(on) > 0 {
		parts = append(parts, "on "+and(on))
	}
	if u := b.busiest(func(u *model.UseCase) bool { return u.Asked() }); u != nil {
		load := fmt.Sprintf("sized by %s at %s", fact.Phrase(u.Name), fact.FormatRate(u.Load.Peak.N))
		if w := b.busiest(func(v *model.UseCase) bool { return v != u && v.Asked() && len(v.Writes()) > 0 && v.Result != "upload" }); w != nil {
			load += fmt.Sprintf(" and %s at %s", fact.Phrase(w.Name), fact.FormatRate(w.Load.Peak.N))
		}
		parts = append(parts, load)
	}
	return strings.Join(parts, ", ") + b.misses() + "."
}

// misses counts the objectives that the design does not meet.
func (b *builder) misses() string {
	n, assumed := 0, 0
	for i := range b.a.Objectives {
		if o := &b.a.Objectives[i]; o.Verdict == "missed" {
			n++
			if !o.Stated {
				assumed++
			}
		}
	}
	switch {
	case n > 0 && n == assumed:
		return fmt.Sprintf("; %d of %d objectives cannot be met as assumed", n, len(b.a.Objectives))
	case assumed > 0:
		return fmt.Sprintf("; %d of %d objectives cannot be met as stated, and %d as assumed", n-assumed, len(b.a.Objectives), assumed)
	case n > 0:
		return fmt.Sprintf("; %d of %d objectives cannot be met as stated", n, len(b.a.Objectives))
	case len(b.a.Objectives) > 0:
		return fmt.Sprintf("; all %d objectives are met by calculation", len(b.a.Objectives))
	}
	return ""
}

// technologies names what keeps state and carries messages, each once.
func (b *builder) technologies() []string {
	var out []string
	add := func(id string) {
		name := b.productName(id)
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for i := range b.a.Stores {
		add(b.a.Stores[i].Technology)
	}
	for i := range b.a.Broker {
		if b.a.Broker[i].Kind != "table" {
			add(b.a.Broker[i].Technology)
		}
	}
	return out
}

// productName is the name of a technology as people write it.
func (b *builder) productName(id string) string {
	if t, ok := b.p.Catalog.Technology(id); ok {
		return t.Name
	}
	return id
}

func (b *builder) counted(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %s", n, b.plural(what))
}

func (b *builder) scope() []string {
	names := make([]string, len(b.p.Contexts))
	for i, c := range b.p.Contexts {
		names[i] = c.Name
	}
	regions := make([]string, len(b.m.Context.Regions))
	for i, r := range b.m.Context.Regions {
		regions[i] = r.Name
	}
	where := ""
	if regions = slices.DeleteFunc(regions, func(s string) bool { return s == "" || s == "home" }); len(regions) > 0 {
		where = " in " + and(regions)
	}
	return []string{fmt.Sprintf("%s of %s%s, for %s.", b.counted(len(b.m.UseCases), "use case"), and(names), where, and(b.actorNames()))}
}

func (b *builder) actorNames() []string {
	names := make([]string, len(b.m.Actors))
	for i, a := range b.m.Actors {
		names[i] = fact.Phrase(a.Name)
	}
	return names
}

// notInScope is what belongs to others or to another specialist.
func (b *builder) notInScope() []string {
	var out []string
	if len(b.m.Externals) > 0 {
		names := make([]string, len(b.m.Externals))
		for i, e := range b.m.Externals {
			names[i] = fact.Phrase(e.Name)
		}
		out = append(out, fmt.Sprintf("What %s %s inside; only the contracts with %s.", and(names), does(len(names)), them(len(names))))
	}
	var screens []string
	for _, a := range b.m.Actors {
		if a.Reaches("web") || a.Reaches("mobile") || a.Reaches("staff") {
			screens = append(screens, fact.Phrase(a.Name))
		}
	}
	if len(screens) > 0 {
		out = append(out, fmt.Sprintf("The screens of %s.", and(screens)))
	}
	if len(b.m.Aggregates) > 0 {
		out = append(out, fmt.Sprintf("The tables of %s beyond their access patterns.", and(aggregateNames(b.m.Aggregates, 3))))
	}
	return out
}

func does(n int) string {
	if n == 1 {
		return "does"
	}
	return "do"
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// aggregateNames lists the first few.
func aggregateNames(list []*model.Aggregate, most int) []string {
	var names []string
	for i, a := range list {
		if i == most && len(list) > most+1 {
			return append(names, fmt.Sprintf("%d more", len(list)-most))
		}
		names = append(names, fact.Phrase(a.Name))
	}
	return names
}
