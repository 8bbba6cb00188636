package build

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// threats are what could go wrong at each border that something of this system
// crosses: a row needs a crossing.
func (b *builder) threats(s *arch.Security) {
	add := func(t arch.Threat) { s.Threats = append(s.Threats, t) }
	b.clientThreats(add)
	b.ownershipThreat(add)
	b.serviceThreats(add)
	b.externalThreats(add)
	b.dataThreats(s, add)
}

// clientThreats are those of people and programs outside: guests by how much they
// ask, the others by what a stolen token does, those with the same tokens together.
func (b *builder) clientThreats(add func(arch.Threat)) {
	type holders struct {
		names, does, cases []string
		id                 arch.DecisionID
	}
	var groups []*holders
	at := map[string]*holders{}
	for _, a := range b.m.Actors {
		if a.Guest {
			b.floodThreat(a, add)
			continue
		}
		id := subject(a.Name, "sign-in")
		access := b.p.Parameter(id, "access-lifetime")
		u := b.worst(a)
		if u == nil || !access.Known() {
			continue
		}
		key := access.String() + b.rotation(id)
		g := at[key]
		if g == nil {
			g = &holders{id: id}
			at[key] = g
			groups = append(groups, g)
		}
		g.names = append(g.names, fact.Phrase(a.Name))
		if does := fact.Phrase(u.Name); !slices.Contains(g.does, does) {
			g.does, g.cases = append(g.does, does), append(g.cases, u.Name)
		}
	}
	for _, g := range groups {
		access := b.p.Parameter(g.id, "access-lifetime")
		test := fmt.Sprintf("A token older than %s is refused on %s.", access, and(some(g.does, 2)))
		if b.rotation(g.id) != "" {
			test = fmt.Sprintf("A token older than %s, and a refresh token used twice, are refused on %s.", access, and(some(g.does, 2)))
		}
		control := "token " + access.String()
		if refresh := b.p.Parameter(g.id, "refresh-lifetime"); b.rotation(g.id) != "" {
			control += fmt.Sprintf(", refresh %s, rotated", refresh)
		}
		add(arch.Threat{Boundary: and(g.names) + " to " + b.m.Name, Kind: "spoofing", Target: strings.Join(some(g.cases, 4), ", "), Control: control,
			Threat: fmt.Sprintf("Who finds credentials of %s can %s.", or(g.names), or(some(g.does, 4))),
			Answer: fmt.Sprintf("Tokens live %s%s.", access, b.rotation(g.id)), Test: test})
	}
}

// floodThreat is a guest who asks for too much.
func (b *builder) floodThreat(a *model.Actor, add func(arch.Threat)) {
	limit := subject(a.Name, "rate-limit")
	rate := b.p.Parameter(limit, "rate")
	u := b.busiest(func(u *model.UseCase) bool { return slices.Contains(u.By, a) })
	if u == nil || !rate.Known() {
		return
	}
	add(arch.Threat{Boundary: fact.Phrase(a.Name) + " to " + b.m.Name, Kind: "denial", Target: u.Name, Control: fmt.Sprintf("%s per %s, then 429", rate, b.p.Choice(limit)),
		Threat: fmt.Sprintf("Anybody can %s as often as a machine can ask.", fact.Phrase(u.Name)),
		Answer: fmt.Sprintf("%s per %s, then 429 with Retry-After.", rate, b.p.Choice(limit)),
		Test:   fmt.Sprintf("Twice %s from one %s for a minute: half is refused, others do not notice.", rate, b.p.Choice(limit))})
}

// worst is the use case of an actor whose abuse costs most: money, then what is
// contended, then any change.
func (b *builder) worst(a *model.Actor) *model.UseCase {
	var out *model.UseCase
	best := 0
	for _, u := range b.m.UseCases {
		if !slices.Contains(u.By, a) || len(u.Writes()) == 0 {
			continue
		}
		weight := 1
		for _, x := range u.Writes() {
			if x.Contended != "" {
				weight = max(weight, 2)
			}
			if slices.ContainsFunc(x.Fields, func(f *model.Field) bool { return f.Kind == model.KindMoney }) {
				weight = max(weight, 3)
			}
		}
		if weight > best || weight == best && out != nil && u.Load.Peak.N > out.Load.Peak.N {
			out, best = u, weight
		}
	}
	return out
}

func (b *builder) rotation(id arch.DecisionID) string {
	refresh := b.p.Parameter(id, "refresh-lifetime")
	if b.p.Word(id, "rotation") == "yes" && refresh.Known() {
		return fmt.Sprintf("; refresh tokens are good once, for at most %s, and a second use ends all of them", refresh)
	}
	return ""
}

// ownershipThreat is reaching for another's things by guessing their id.
func (b *builder) ownershipThreat(add func(arch.Threat)) {
	owned := 0
	var example *arch.Operation
	for i := range b.a.Operations {
		op := &b.a.Operations[i]
		if op.Auth.Object != "own" || op.Entity == "" {
			continue
		}
		owned++
		if addressed(op) && (example == nil || op.Peak.N > example.Peak.N) {
			example = op
		}
	}
	if example == nil {
		return
	}
	thing := fact.Phrase(string(example.Entity))
	by := ""
	if example.Auth.Owner != "" {
		by = " (" + thing + "." + example.Auth.Owner + ")"
	}
	add(arch.Threat{Boundary: "client to object", Kind: "elevation", Target: string(example.ID), Control: fmt.Sprintf("owner checked in %s, 404", b.counted(owned, "operation")),
		Threat: fmt.Sprintf("Somebody puts another's id into %s and reaches %s that is not theirs.", example.ID, article(string(example.Entity))),
		Answer: fmt.Sprintf("%s look at the owner%s where the thing is kept and answer another's as not found; ids cannot be counted up.", sentenceCase(b.counted(owned, "operation")), by),
		Test:   fmt.Sprintf("For each of the %d: the token of one account with the id of another gets 404.", owned)})
}

// serviceThreats are those of a deployable that was taken over, and of forged
// events.
func (b *builder) serviceThreats(add func(arch.Threat)) {
	for i := range b.a.Deployables {
		d := &b.a.Deployables[i]
		if d.Zone == "" {
			continue
		}
		callers := map[string]bool{}
		for j := range b.a.Edges {
			if e := &b.a.Edges[j]; e.ToKind == "deployable" && e.To == string(d.ID) {
				callers[string(e.From)] = true
			}
		}
		if names := keysOf(callers); len(names) > 0 {
			add(arch.Threat{Boundary: fmt.Sprintf("%s to %s", strings.Join(names, ", "), d.ID), Kind: "elevation", Target: d.Zone + " data of " + string(d.ID),
				Control: fmt.Sprintf("%s, grant per operation", b.p.Choice("service-identity")),
				Threat:  fmt.Sprintf("A fault in %s is used to reach the %s data of %s.", and(names), d.Zone, d.ID),
				Answer:  fmt.Sprintf("%s; no store of %s is reachable from elsewhere.", sentenceCase(b.serviceProof()), d.ID),
				Test:    fmt.Sprintf("Each operation of %s without a grant is refused when %s asks for it, and the refusal is alerted on.", d.ID, names[0])})
		}
	}
	if live := b.liveChannels(); len(live) > 0 && len(b.p.Deployables) > 1 {
		ch := live[0]
		add(arch.Threat{Boundary: "deployable to broker", Kind: "tampering", Target: string(ch.Events[0]), Control: fmt.Sprintf("only %s publishes there", ch.Deployable),
			Threat: fmt.Sprintf("A deployable publishes an event of another's: a forged %s.", ch.Events[0]),
			Answer: fmt.Sprintf("Only %s may publish on %s; every other right is a row of the service list.", ch.Deployable, ch.ID),
			Test:   fmt.Sprintf("Publishing on %s with the identity of another deployable is refused.", ch.ID)})
	}
}

// liveChannels are those that carry events, busiest first.
func (b *builder) liveChannels() []*arch.Channel {
	var out []*arch.Channel
	for i := range b.a.Channels {
		if ch := &b.a.Channels[i]; ch.Kind != "dead-letter" && len(ch.Events) > 0 {
			out = append(out, ch)
		}
	}
	slices.SortStableFunc(out, func(x, y *arch.Channel) int { return int(math.Copysign(1, y.Rate.N-x.Rate.N)) })
	return out
}

// pretended is a report of an external that it never sent, or sent long ago.
func (b *builder) pretended(e *model.External) arch.Threat {
	name := fact.Phrase(e.Name)
	out := arch.Threat{Boundary: name + " to " + b.m.Name, Kind: "spoofing", Target: "results of " + e.Name, Control: "signature, then asked again",
		Threat: fmt.Sprintf("Somebody pretends to be %s and reports a result that never was.", name),
		Answer: fmt.Sprintf("A call back is a hint: its signature is checked and the state is asked of %s by our own reference.", name),
		Test:   fmt.Sprintf("A call back with a wrong signature changes nothing; one that tells a lie changes nothing either, because %s says otherwise.", name)}
	if !e.Lookup {
		window := b.reference("limits.webhook-signature-tolerance")
		out.Control = fmt.Sprintf("signature no older than %s, id known", window)
		out.Answer = fmt.Sprintf("The signature covers body and time; %s cannot be asked, so that one older than %s or with an id that was seen is refused.", name, window)
		out.Test = fmt.Sprintf("A call back with a wrong signature changes nothing; a true one of %s recorded and sent again after %s changes nothing either.", name, window)
	}
	return out
}

func (b *builder) externalThreats(add func(arch.Threat)) {
	for _, e := range b.m.Externals {
		name := fact.Phrase(e.Name)
		if b.hears(e) != nil {
			add(b.pretended(e))
		}
		if len(e.AlsoChanges) > 0 {
			add(arch.Threat{Boundary: name + " to " + b.m.Name, Kind: "tampering", Target: and(aggregateNames(e.AlsoChanges, 3)), Control: "compared at every take-over",
				Threat: fmt.Sprintf("%s changes %s by itself, and the two counts drift apart unseen.", sentenceCase(name), and(aggregateNames(e.AlsoChanges, 3))),
				Answer: "Both are compared at every take-over; a difference beyond what is on its way is an alert.",
				Test:   fmt.Sprintf("%s sells one more than there is: the next comparison shows it.", sentenceCase(name))})
		}
	}
	b.disclosureThreat(add)
	if len(b.a.Webhooks) > 0 {
		w := &b.a.Webhooks[0]
		add(arch.Threat{Boundary: b.m.Name + " to " + fact.Phrase(string(w.To)), Kind: "elevation", Target: string(w.ID), Control: "proxy refuses private addresses",
			Threat: fmt.Sprintf("%s registers an address inside our network for %s.", sentenceCase(article(string(w.To))), w.ID),
			Answer: "Calls leave through a proxy that resolves and refuses private addresses; no redirect is followed.",
			Test:   fmt.Sprintf("An endpoint of %s that resolves to a private address gets no call.", w.ID)})
	}
}

// disclosureThreat is an external that gets more of a person than it needs.
func (b *builder) disclosureThreat(add func(arch.Threat)) {
	var names, sends []string
	for _, e := range b.m.Externals {
		if len(e.Data) > 0 {
			names = append(names, fact.Phrase(e.Name))
			sends = append(sends, fact.Phrase(e.Name)+": "+and(e.Data))
		}
	}
	if len(names) == 0 {
		return
	}
	add(arch.Threat{Boundary: b.m.Name + " to " + and(names), Kind: "disclosure", Target: strings.Join(sends, "; "), Control: "no other field sent or logged",
		Threat: fmt.Sprintf("%s %s more of a person than it needs.", sentenceCase(or(names)), "gets"),
		Answer: fmt.Sprintf("Each adapter sends only what its contract names (%s), and logs its requests without it.", strings.Join(sends, "; ")),
		Test:   fmt.Sprintf("The recorded requests of the contract tests of %s hold no other field of these classes.", and(names))})
}

// dataThreats are a lost copy, and people inside who move money or look.
func (b *builder) dataThreats(s *arch.Security, add func(arch.Threat)) {
	var kept []string
	for _, e := range s.Inventory {
		if len(e.Stores) > 0 && !slices.Contains(kept, string(e.Stores[0])) {
			kept = append(kept, string(e.Stores[0]))
		}
	}
	slices.Sort(kept)
	if len(kept) > 0 {
		days := b.reference("compliance.backups-kept")
		add(arch.Threat{Boundary: "store to backup", Kind: "disclosure", Target: and(kept), Control: fmt.Sprintf("keys elsewhere, gone after %s", days),
			Threat: fmt.Sprintf("A copy of %s leaves the house with its personal data.", and(kept)),
			Answer: fmt.Sprintf("Copies are encrypted with keys kept elsewhere, and gone after %s; erased people are erased again after a restore.", days),
			Test:   "A copy without the key cannot be restored; the monthly restore repeats the erasures since."})
	}
	var who, does, cases []string
	for _, a := range b.m.Actors {
		if !a.Reaches("staff") {
			continue
		}
		if u := b.worst(a); u != nil {
			who = append(who, fact.Phrase(a.Name))
			if name := fact.Phrase(u.Name); !slices.Contains(does, name) {
				does, cases = append(does, name), append(cases, u.Name)
			}
		}
	}
	if len(who) > 0 {
		add(arch.Threat{Boundary: and(who) + " to " + b.m.Name, Kind: "repudiation", Target: strings.Join(cases, ", "), Control: "audit entry in the transaction",
			Threat: fmt.Sprintf("Somebody of %s denies having done %s.", or(who), or(does)),
			Answer: "Who, when, why and the values before and after are written in the transaction itself and cannot be changed.",
			Test:   fmt.Sprintf("%s leaves exactly one audit entry, also when its transaction is repeated.", sentenceCase(or(does)))})
	}
}

// abuse are ways to use the system as it is made, for what it is not for, with the
// numbers that bound them.
func (b *builder) abuse(s *arch.Security) {
	for _, u := range b.m.UseCases {
		for _, a := range u.By {
			rate := b.p.Parameter(subject(a.Name, "rate-limit"), "rate")
			main := b.primary(u)
			if !rate.Known() || main == nil || a.Reaches("staff") {
				continue
			}
			if a.Guest && u.Result == "list" && main.Instances.N > pageMax {
				t := main.Instances.N / pageMax / rate.N
				s.Abuse = append(s.Abuse, fmt.Sprintf("%s copies all %s %s through %s in %s",
					fact.Phrase(a.Name), fact.FormatCount(main.Instances.N), fact.Phrase(b.plural(main.Name)), u.Name, fact.FormatSeconds(t)))
			}
			for _, x := range u.Writes() {
				if slices.Contains(u.Creates, x) {
					continue // its own, that it brings
				}
				if x.Contended != "" && !x.Replaced() && (len(u.Undoes) == 0 && u.Only != "own" || len(u.Creates) > 0) {
					s.Abuse = append(s.Abuse, b.hoarding(u, a, x, rate))
				}
			}
		}
	}
	slices.Sort(s.Abuse)
	s.Abuse = slices.Compact(s.Abuse)
}

// hoarding is taking what is scarce without using it.
func (b *builder) hoarding(u *model.UseCase, a *model.Actor, x *model.Aggregate, rate arch.Value) string {
	back := ", given back by " + orNothing(u.Undo)
	return fmt.Sprintf("%s takes %s by %s at %s%s", fact.Phrase(a.Name), x.Name+"."+x.Contended, u.Name, rate, back)
}

func orNothing(undo *model.UseCase) string {
	if undo == nil {
		return "nothing"
	}
	return undo.Name
}

// audit lists what is written down with who, when, why and the values before and
// after, and for how long.
func (b *builder) audit(s *arch.Security) {
	for _, a := range b.m.Aggregates {
		if a.History == "audit" || a.History == "required" {
			s.Audit = append(s.Audit, a.Name+kept(a))
		}
	}
	for _, u := range b.m.UseCases {
		staff := slices.ContainsFunc(u.By, func(a *model.Actor) bool { return a.Reaches("staff") })
		if !staff {
			continue
		}
		for _, x := range u.Writes() {
			if slices.ContainsFunc(x.Fields, func(f *model.Field) bool { return f.Kind == model.KindMoney }) && x.History != "audit" && x.History != "required" {
				s.Audit = append(s.Audit, u.Name+" by "+or(actorsOf(u)))
				break
			}
		}
	}
	if b.m.Context.Has("pci-dss") {
		s.Audit = append(s.Audit, fmt.Sprintf("the card zone, %s (%s at hand)", b.reference("compliance.pci-audit-log-kept"), b.reference("compliance.pci-audit-log-at-hand")))
	}
}

func kept(a *model.Aggregate) string {
	if a.Retained.Known() {
		return ", " + fact.FormatSeconds(a.Retained.N)
	}
	return ""
}

func actorsOf(u *model.UseCase) []string {
	names := make([]string, len(u.By))
	for i, a := range u.By {
		names[i] = fact.Phrase(a.Name)
	}
	return names
}
