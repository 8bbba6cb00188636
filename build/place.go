package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
)

// gateway is what stands before the public interfaces, when it was decided to have
// one.
func (b *builder) gateway() {
	tech := b.p.Choice("gateway")
	if tech == "" || tech == "none" {
		return
	}
	g := &arch.Gateway{Technology: string(tech), Does: splitWords(b.p.Word("gateway", "does"))}
	g.By = b.by("gateway")
	actors := map[arch.ActorID]bool{}
	for i := range b.a.APIs {
		api := &b.a.APIs[i]
		if api.Internal {
			continue
		}
		g.Routes = append(g.Routes, arch.Route{API: api.ID, Host: api.Host, Prefix: b.prefix(api), To: api.Deployable})
		g.Serves = append(g.Serves, api.Serves...)
		for _, a := range api.Audience {
			actors[a] = true
		}
	}
	slices.Sort(g.Serves)
	g.Serves = slices.Compact(g.Serves)
	var who []string
	for _, a := range b.m.Actors {
		if actors[arch.ActorID(a.Name)] {
			who = append(who, fact.Phrase(a.Name))
		}
	}
	g.About = fmt.Sprintf("One door for %s to %s.", and(who), b.counted(len(g.Routes), "interface"))
	b.a.Gateway = g
}

func splitWords(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ", ")
}

// prefix is the part of the path by which requests for an interface are told apart.
func (b *builder) prefix(api *arch.API) string {
	switch api.Style {
	case "grpc":
		return fmt.Sprintf("/%s.%s.v%d.%sService/", fact.Snake(b.m.Name), fact.Snake(string(api.Context)), api.Version.Major, fact.Pascal(string(api.Context)))
	case "graphql":
		return "/graphql"
	}
	if api.Version.How == "url" {
		return fmt.Sprintf("/v%d/", api.Version.Major)
	}
	return "/"
}

// mesh between deployables, when it was decided to have one.
func (b *builder) mesh() {
	tech := b.p.Choice("mesh")
	if tech == "" || tech == "none" {
		return
	}
	m := &arch.Mesh{Technology: string(tech), Does: splitWords(b.p.Word("mesh", "does"))}
	m.By = b.by("mesh")
	for i := range b.a.Edges {
		if e := &b.a.Edges[i]; e.ToKind == "deployable" {
			m.Serves = append(m.Serves, e.Use...)
		}
	}
	slices.Sort(m.Serves)
	m.Serves = slices.Compact(m.Serves)
	b.a.Mesh = m
}

// placement over regions and zones, as decided.
func (b *builder) placement() {
	c := &b.m.Context
	p := arch.Placement{Zones: b.p.Parameter("zones", "count"), Strategy: "single-region"}
	p.By = b.by("zones", "regions")
	if !p.Zones.Known() {
		p.Zones = value(fact.Count, c.Zones)
	}
	if b.onOneMachine() {
		p.Strategy = "one-machine"
	}
	part := "standby"
	switch b.p.Choice("regions") {
	case "standby":
		p.Strategy = "warm-standby"
	case "active":
		p.Strategy, part = "active-active", "active"
	}
	for i, r := range c.Regions {
		placed := arch.PlacedRegion{Name: r.Name, Part: part, Share: value(fact.Share, r.Share)}
		if i == 0 {
			placed.Part = "home"
		} else if b.p.Choice("regions") == "single" {
			continue // served from home
		}
		p.Regions = append(p.Regions, placed)
		p.Serves = append(p.Serves, r.Share.Fact)
	}
	p.Serves = slices.DeleteFunc(p.Serves, func(id arch.Path) bool { return id == "" })
	b.a.Placement = p
}

// onOneMachine reports whether everything stands on one machine.
func (b *builder) onOneMachine() bool { return b.p.Choice("zones") == decide.OneMachine }

// toggles are the switches that were asked for or decided.
func (b *builder) toggles() {
	for _, u := range b.m.UseCases {
		id := subject(u.Name, "toggle")
		c := b.p.Choice(id)
		if c != "switch" && c != "service" || b.home[u] == nil {
			continue // what takes a release to switch off is no toggle
		}
		t := arch.Toggle{
			ID: fact.Kebab(u.Name), UseCase: u.Path, Default: cmp.Or(b.p.Word(id, "default"), "on"),
			About: fmt.Sprintf("Switches %s off while it runs.", fact.Phrase(u.Name)), Off: b.p.Word(id, "off"),
			Trace: arch.Trace{Serves: []arch.Path{u.Path}, By: b.by(id)},
		}
		if t.Off == "" {
			t.Off = b.withoutIt(u.Name)
		}
		b.a.Toggles = append(b.a.Toggles, t)
	}
}

// withoutIt says what happens to what rests on a use case that is switched off.
func (b *builder) withoutIt(name string) string {
	for _, u := range b.m.UseCases {
		if u.Name != name {
			continue
		}
		for i := range u.Calls {
			if f := u.Calls[i].Fallback; f != "" {
				return sentenceCase(f) + "."
			}
		}
		if u.Fallback != "" {
			return sentenceCase(u.Fallback) + "."
		}
		var rests []string
		for _, f := range u.FollowsUp {
			rests = append(rests, fact.Phrase(f.Name))
		}
		if len(rests) > 0 {
			return fmt.Sprintf("%s is refused with 503 and Retry-After: it needs %s.", sentenceCase(and(rests)), fact.Phrase(u.Name))
		}
	}
	return fmt.Sprintf("%s is refused with 503 and Retry-After.", sentenceCase(fact.Phrase(name)))
}

// limits puts the rate limit of its callers on every operation: of several kinds of
// callers that of guests, who have no account to count by, else of the one named first.
func (b *builder) limits() {
	guests := map[arch.ActorID]int{}
	for _, a := range b.m.Actors {
		if a.Guest {
			guests[arch.ActorID(a.Name)] = 1
		}
	}
	for i := range b.a.Operations {
		op := &b.a.Operations[i]
		callers := slices.Clone(op.Auth.Actors)
		slices.SortStableFunc(callers, func(x, y arch.ActorID) int { return guests[y] - guests[x] })
		for _, a := range callers {
			id := subject(string(a), "rate-limit")
			rate := b.p.Parameter(id, "rate")
			if !rate.Known() {
				continue
			}
			op.RateLimit = &arch.RateLimit{Per: string(b.p.Choice(id)), Rate: rate, Burst: b.p.Parameter(id, "burst"), Status: 429}
			op.By = append(op.By, id)
			break
		}
	}
}
