package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

func (b *binder) context(n *spec.Node) {
	c := &b.out.skeleton.Context
	in := &b.out.context
	c.Span = spanOf(n)
	b.platform(n.Get("platform"), in)
	c.RunsAlready = texts(n.Get("runs_already"))
	b.technologies(n.Get("runs_already"), "context.runs_already")
	slices.Sort(c.RunsAlready)
	c.IdentityProvider = text(n.Get("identity_provider"))
	c.Compliance = texts(n.Get("compliance"))
	slices.Sort(c.Compliance)
	c.ComplianceSpan = spanOf(n.Get("compliance"))
	c.Residency = text(n.Get("residency"))
	c.Maintenance = windows(n.Get("maintenance"), "context.maintenance")
	in.zones = count(n.Get("zones"), "context.zones")
	in.budget = monthly(money(n.Get("budget"), "context.budget"))
	in.exchange = quantity(n.Get("exchange"), "context.exchange", fact.Count, fact.ParseCount)
	in.horizon, in.growth = unsaid("context.horizon", fact.Duration), unsaid("context.growth", fact.Share)
	if h, ok := n.Get("horizon").Horizon(); ok {
		span := n.Get("horizon").Span
		in.horizon = said(in.horizon.id, fact.Duration, h.Seconds, span)
		if h.GrowthSaid {
			in.growth = said(in.growth.id, fact.Share, h.Growth, span)
		}
	}
	recovery := n.Get("recovery")
	in.recoverPoint = duration(recovery.Get("point"), "context.recovery.point")
	in.recoverTime = duration(recovery.Get("time"), "context.recovery.time")
	b.regions(n.Get("regions"))
	b.tenancy(n.Get("tenancy"))
}

// technologies keeps the names of technologies with their places.
func (b *binder) technologies(n *spec.Node, path fact.ID) {
	c := &b.out.skeleton.Context
	for _, x := range names(n) {
		c.Technologies = append(c.Technologies, NamedTechnology{x.text, x.span, path})
	}
}

var platformKinds = []string{"kubernetes", "containers", "vms", "serverless"}
var clouds = []string{"aws", "azure", "gcp", "own"}

// platform reads "kubernetes on aws", either half alone included.
func (b *binder) platform(n *spec.Node, in *contextInput) {
	in.platform, in.cloud = unsaid("context.platform", fact.Text), unsaid("context.platform.cloud", fact.Text)
	if text(n) == "" {
		return
	}
	kind, cloud, on := strings.Cut(strings.ToLower(n.Text), " on ")
	if !on && slices.Contains(clouds, strings.TrimSpace(kind)) {
		kind, cloud = "", kind
	}
	kind = strings.TrimSpace(kind)
	cloud = strings.TrimSuffix(strings.TrimSpace(cloud), " hardware")
	for _, part := range []struct {
		said  string
		among []string
		into  *written
	}{{kind, platformKinds, &in.platform}, {cloud, clouds, &in.cloud}} {
		switch {
		case part.said == "":
		case slices.Contains(part.among, part.said):
			part.into.q.Text, part.into.span, part.into.said = part.said, n.Span, true
		default:
			p := diag.Problem{
				Code: "model.unknown-platform", Severity: diag.Error, Span: n.Span, Path: "context.platform",
				Message: fmt.Sprintf("no platform is called %q", part.said),
				Hint:    "write " + strings.Join(platformKinds, ", ") + ", and optionally on " + strings.Join(clouds, ", "),
			}
			if near := b.nearest(part.said, part.among); near != "" {
				p.Label = fmt.Sprintf("did you mean %s?", near)
			}
			b.add(p)
		}
	}
}

// declareTeams makes the teams; without any there is one.
func (b *binder) declareTeams(n *spec.Node) {
	for _, e := range declarations(n) {
		t := &Team{Element: declared(spec.SecTeams, e, len(b.out.teams))}
		people := e.Value
		if e.Value.Kind == spec.Mapping {
			people = e.Value.Get("people")
		}
		t.OnCall = true
		if on, ok := e.Value.Get("on_call").Flag(); ok {
			t.OnCall = on
		}
		t.Knows = texts(e.Value.Get("knows"))
		b.technologies(e.Value.Get("knows"), t.Path+".knows")
		slices.Sort(t.Knows)
		b.addTeam(t, teamInput{count(people, t.id("people")), rate(e.Value.Get("releases"), t.id("releases"))})
	}
	if len(b.out.teams) == 0 {
		t := &Team{Element: Element{Name: "engineering", Path: "context.teams.engineering"}, OnCall: true}
		b.addTeam(t, teamInput{unsaid(t.id("people"), fact.Count), unsaid(t.id("releases"), fact.Rate)})
	}
}

func (b *binder) addTeam(t *Team, in teamInput) {
	b.teams.add(t.Name, t.Span, t)
	b.out.skeleton.Context.Teams = append(b.out.skeleton.Context.Teams, t)
	b.out.teams = append(b.out.teams, in)
}

// regions keeps their order: the first is home.
func (b *binder) regions(n *spec.Node) {
	c := &b.out.skeleton.Context
	add := func(name string, span diag.Span, said *spec.Node) {
		at := path(spec.SecRegions, name)
		c.Regions = append(c.Regions, Region{Name: name, Span: span})
		b.out.context.regions = append(b.out.context.regions, regionInput{
			share(said.Get("share"), at+".share"), duration(said.Get("distance"), at+".distance"),
		})
	}
	seen := map[string]diag.Span{}
	for _, x := range names(n) {
		if !b.repeated(seen, x, spec.SecRegions) {
			add(x.text, x.span, x.node)
		}
	}
	if len(c.Regions) == 0 {
		add("home", diag.Span{}, nil)
	}
}

// tenancy reads "single" or "by Restaurant".
func (b *binder) tenancy(n *spec.Node) {
	said := strings.TrimSpace(text(n))
	if said == "" || said == "single" {
		return
	}
	name, by := strings.CutPrefix(said, "by ")
	if !by {
		b.add(diag.Problem{
			Code: "model.unknown-tenancy", Severity: diag.Error, Span: n.Span, Path: "context.tenancy",
			Message: fmt.Sprintf("%q says neither that there is one tenant nor what tenants are", said),
			Hint:    "write single, or by and the aggregate whose data is kept apart, such as by Restaurant",
		})
		return
	}
	b.out.skeleton.Context.Tenant = find(b, &b.domain, named{text: strings.TrimSpace(name), span: n.Span}, "context.tenancy")
}

// declareActors makes the actors, those included that only a use case names.
func (b *binder) declareActors(n, useCases *spec.Node) {
	entries := append(declarations(n), b.undeclaredActors(n, useCases)...)
	slices.SortStableFunc(entries, func(a, b spec.Entry) int { return cmp.Compare(a.Key, b.Key) })
	for _, e := range entries {
		a := &Actor{
			Element: declared(spec.SecActors, e, len(b.out.actors)), Channels: texts(e.Value.Get("channels")),
			Guest: flag(e.Value.Get("guest")), Roles: texts(e.Value.Get("roles")), SignsInWith: text(e.Value.Get("signs_in_with")),
			Assumed: n.Get(e.Key) == nil,
		}
		if len(a.Channels) == 0 {
			a.Channels = []string{"web"}
		}
		if len(a.Roles) == 0 && !a.Guest {
			a.Roles = []string{a.Name}
		}
		slices.Sort(a.Channels)
		slices.Sort(a.Roles)
		b.actors.add(a.Name, a.Span, a)
		b.actorsByFold[folded(a.Name)] = a
		b.out.skeleton.Actors = append(b.out.skeleton.Actors, a)
		b.out.actors = append(b.out.actors, actorInput{
			count(e.Value.Get("accounts"), a.id("accounts")), count(e.Value.Get("online"), a.id("online")),
		})
	}
}

// undeclaredActors finds who use cases name and nobody declared: assumed to be
// signed-in web users, unless the name is nearly that of somebody declared. A
// system that says nothing at all about who uses it has one such user.
func (b *binder) undeclaredActors(n, useCases *spec.Node) []spec.Entry {
	known := slices.Clone(b.externals.names)
	for _, e := range declarations(n) {
		known = append(known, e.Key)
	}
	slices.Sort(known)
	var out []spec.Entry
	add := func(x named) {
		isNew := !slices.ContainsFunc(out, func(e spec.Entry) bool { return e.Key == x.text })
		if isNew && !slices.Contains(known, x.text) && b.nearest(x.text, known) == "" {
			out = append(out, spec.Entry{Key: x.text, KeySpan: x.span})
		}
	}
	for _, e := range declarations(useCases) {
		for _, x := range names(e.Value.Get("by")) {
			if other, _ := b.elsewhere(x.text); other == "" || other == "an external" {
				add(x)
			}
		}
	}
	if len(out) == 0 && len(declarations(n)) == 0 && b.anyUnstarted(useCases) {
		add(named{text: anybody})
	}
	return out
}

// anyUnstarted reports whether nothing at all is said about what starts some use
// case.
func (b *binder) anyUnstarted(useCases *spec.Node) bool {
	mentioned := map[string]bool{}
	for _, e := range declarations(useCases) {
		for _, x := range append(names(e.Value.Get("then")), names(e.Value.Get("undo"))...) {
			mentioned[x.text] = true
		}
	}
	for _, e := range declarations(b.doc.Root.Get("domain")) {
		for _, timer := range declarations(e.Value.Get("timers")) {
			mentioned[text(timer.Value.Get("does"))] = true
		}
	}
	return slices.ContainsFunc(declarations(useCases), func(e spec.Entry) bool {
		return !started(e.Value) && !mentioned[e.Key]
	})
}

// anybody is the actor of a system that names none.
const anybody = "user"

// started reports whether a use case says what starts it.
func started(n *spec.Node) bool {
	return n.Get("by") != nil || n.Get("on") != nil || n.Get("every") != nil
}

func (b *binder) declareExternals(n *spec.Node) {
	for _, e := range declarations(n) {
		v := e.Value
		x := &External{
			Element: declared(spec.SecExternals, e, len(b.out.externals)), Protocol: cmp.Or(text(v.Get("protocol")), "rest"),
			CallsBack: flag(v.Get("calls_back")), Data: texts(v.Get("data")), Legacy: flag(v.Get("legacy")),
		}
		slices.Sort(x.Data)
		x.Open = windows(v.Get("open"), x.id("open"))
		x.Maintenance = windows(v.Get("maintenance"), x.id("maintenance"))
		if x.away = awayOf(x); x.away != nil {
			x.closedLongest, x.closedShare = x.away.longest()
		}
		in := externalInput{
			latency:      latency(v.Get("latency"), x.id("latency"), "p50"),
			availability: share(v.Get("availability"), x.id("availability")),
			limit:        rate(v.Get("limit"), x.id("limit")),
			concurrent:   count(v.Get("concurrent"), x.id("concurrent")),
			holdsFor:     duration(v.Get("holds_for"), x.id("holds_for")),
			idempotent:   truth(v.Get("idempotent"), x.id("idempotent")),
			lookup:       truth(v.Get("lookup"), x.id("lookup")),
		}
		in.price, _ = money(v.Get("price"), x.id("price"))
		in.cost = monthly(money(v.Get("cost"), x.id("cost")))
		b.externals.add(x.Name, x.Span, x)
		b.out.skeleton.Externals = append(b.out.skeleton.Externals, x)
		b.out.externals = append(b.out.externals, in)
	}
}

// bindExternals ties externals to what is declared after them.
func (b *binder) bindExternals(n *spec.Node) {
	for _, x := range b.out.skeleton.Externals {
		v := n.Get(x.Name)
		x.AlsoChanges = findAll(b, &b.domain, v.Get("also_changes"), x.id("also_changes"))
		if owner := v.Get("owner"); text(owner) != "" {
			x.Owner = find(b, &b.teams, named{text: owner.Text, span: owner.Span}, x.id("owner"))
		}
	}
}
