package build

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// zones groups what may trust each other: the deployables of the system, those that
// hold card or health data apart, and the systems of others.
func (b *builder) zones(s *arch.Security) {
	members := map[string][]string{}
	for i := range b.a.Deployables {
		d := &b.a.Deployables[i]
		zone := orDefault(d.Zone, "system")
		members[zone] = append(members[zone], string(d.ID))
		for j := range b.a.Stores {
			if st := &b.a.Stores[j]; st.Deployable == d.ID {
				members[zone] = append(members[zone], string(st.ID))
			}
		}
	}
	for _, zone := range keysOf(members) {
		z := arch.TrustZone{ID: zone, Members: members[zone], About: b.aboutZone(zone), Crosses: b.crossings(zone, members[zone])}
		s.Zones = append(s.Zones, z)
	}
	if len(b.m.Externals) > 0 {
		z := arch.TrustZone{ID: "outside", About: "Systems of others: what they say is checked before it is believed."}
		for _, e := range b.m.Externals {
			z.Members = append(z.Members, e.Name)
			if b.hears(e) != nil {
				z.Crosses = append(z.Crosses, fmt.Sprintf("%s calls back: its signature is checked, and its report is %s", fact.Phrase(e.Name), b.believed(e)))
			}
		}
		s.Zones = append(s.Zones, z)
	}
}

func (b *builder) aboutZone(zone string) string {
	if zone == "system" {
		return fmt.Sprintf("What %s reach.", and(some(b.actorNames(), 6)))
	}
	var holds []string
	for _, a := range b.m.Aggregates {
		if a.Zone == zone {
			holds = append(holds, fact.Phrase(a.Name))
		}
	}
	return fmt.Sprintf("The only part that %s data passes: %s.", zone, and(some(holds, 6)))
}

// crossings lists who talks into a zone, and how that is checked.
func (b *builder) crossings(zone string, members []string) []string {
	var out []string
	var who []string
	for _, api := range b.a.APIs {
		if api.Internal || !slices.Contains(members, string(api.Deployable)) {
			continue
		}
		for _, a := range api.Audience {
			if !slices.Contains(who, fact.Phrase(string(a))) {
				who = append(who, fact.Phrase(string(a)))
			}
		}
	}
	slices.Sort(who)
	if len(who) > 0 {
		door := "TLS, an access token and its scope checked by the service"
		if b.a.Gateway != nil {
			door = fmt.Sprintf("TLS ended by %s, an access token and its scope checked there and by the service", b.productName(b.a.Gateway.Technology))
		}
		out = append(out, fmt.Sprintf("%s: %s", and(who), door))
	}
	calls := map[string]int{}
	for i := range b.a.Edges {
		e := &b.a.Edges[i]
		if e.ToKind == "deployable" && slices.Contains(members, e.To) && !slices.Contains(members, string(e.From)) {
			calls[string(e.From)] += len(e.Use)
		}
	}
	for _, from := range keysOf(calls) {
		out = append(out, fmt.Sprintf("%s for %s: %s", from, b.counted(calls[from], "use case"), b.serviceProof()))
	}
	return out
}

// serviceProof is how one deployable knows another, as decided.
func (b *builder) serviceProof() string {
	switch b.p.Choice("service-identity") {
	case "mesh-mtls":
		return fmt.Sprintf("mutual TLS with certificates of %s, and a grant per operation", b.p.Parameter("service-identity", "lifetime"))
	case "signed-tokens":
		return fmt.Sprintf("a signed token of its own, good for %s, and a grant per operation", b.p.Parameter("service-identity", "lifetime"))
	case "network":
		return "by being in the network"
	}
	return "in one process"
}

// inventory lists the personal, card, health and secret data: where it is, how long,
// how it goes away, who else gets it.
func (b *builder) inventory(s *arch.Security) {
	for _, a := range b.m.Aggregates {
		classes := map[string][]string{}
		classify(a.Fields, "", classes, 3)
		for _, class := range keysOf(classes) {
			s.Inventory = append(s.Inventory, b.entry(a, class, classes[class]))
		}
	}
}

// classify collects fields by data class, those of value objects with their path.
func classify(fields []*model.Field, prefix string, into map[string][]string, deep int) {
	for _, f := range fields {
		name := prefix + fact.Camel(f.Name)
		if f.Class != "" {
			into[f.Class] = append(into[f.Class], name)
		}
		if f.Value != nil && deep > 1 {
			classify(f.Value.Fields, name+".", into, deep-1)
		}
	}
}

func (b *builder) entry(a *model.Aggregate, class string, fields []string) arch.DataEntry {
	e := arch.DataEntry{Aggregate: a.Path, Fields: fields, Class: class, Retained: value(fact.Duration, a.Retained)}
	if c := b.owner[a]; c != nil {
		e.Context = c.ID
		if st, ok := b.storeAt[c.ID]; ok {
			e.Stores = append(e.Stores, st)
		}
	}
	if f := b.fedOf[a]; f != nil && class == "personal" && f.event == "" {
		for _, c := range f.In {
			if st, ok := b.storeAt[c.ID]; ok && !slices.Contains(e.Stores, st) {
				e.Stores = append(e.Stores, st)
			}
		}
	}
	e.Erasure, e.Protection = b.erasure(a, class), b.protection(a, class)
	b.handling(&e, a)
	for _, x := range b.m.Externals {
		if slices.Contains(x.Data, class) && b.sharedWith(a, x) {
			e.SharedWith = append(e.SharedWith, arch.ExternalID(x.Name))
		}
	}
	return e
}

// handling is erasure and protection by name.
func (b *builder) handling(e *arch.DataEntry, a *model.Aggregate) {
	if u := eraser(a); u != nil && (b.m.Context.Has("gdpr") || e.Class == "personal" || e.Class == "health") {
		e.ErasedBy = u.Path
	}
	if a.Retained.Known() {
		e.DroppedBy = string(b.contextOf(a)) + "-retention"
	}
	switch e.Class {
	case "card":
		e.Key, e.Absent = "the processor's: a reference only", []string{"results", "events", "logs"}
	case "secret":
		e.Key, e.Absent = "its own", []string{"results", "events", "logs"}
	case "health":
		e.Key, e.Absent = "its own, reads logged", []string{"logs"}
	default:
		e.Key, e.Absent = "the store's", []string{"logs", "events"}
	}
}

// eraser is the use case made to take an aggregate's data away.
func eraser(a *model.Aggregate) *model.UseCase {
	for _, u := range a.ChangedBy {
		if w := fact.Words(u.Name); len(w) > 0 && slices.Contains([]string{"erase", "forget", "anonymise", "anonymize"}, w[0]) {
			return u
		}
	}
	return nil
}

// sharedWith reports whether a use case that touches the aggregate calls the
// external.
func (b *builder) sharedWith(a *model.Aggregate, x *model.External) bool {
	return slices.ContainsFunc(b.calls[x], func(l *decide.Link) bool { return slices.Contains(l.UseCase.Touches(), a) })
}

// erasure says how the data goes away: by a use case made for it, by losing its
// key, by age.
func (b *builder) erasure(a *model.Aggregate, class string) string {
	var how []string
	if b.m.Context.Has("gdpr") || class == "personal" || class == "health" {
		eraser := erasing(a)
		switch {
		case eraser != "" && b.p.Choice(subject(a.Name, "history")) == "event-sourced":
			how = append(how, fmt.Sprintf("%s destroys the key its events are encrypted with", eraser))
		case eraser != "":
			how = append(how, fmt.Sprintf("%s empties these fields within %s", eraser, b.reference("compliance.gdpr-answer")))
		case class != "secret" && class != "card" && b.p.Choice(subject(a.Name, "history")) == "event-sourced":
			how = append(how, "by hand on request: the key of the person is destroyed and the events stay unreadable")
		case class == "personal" || class == "health":
			how = append(how, fmt.Sprintf("by hand on request within %s: no use case does it yet", b.reference("compliance.gdpr-answer")))
		}
	}
	if a.Retained.Known() {
		how = append(how, fmt.Sprintf("%s-retention drops the %s after %s", b.contextOf(a), fact.Phrase(a.Name), fact.FormatSeconds(a.Retained.N)))
	}
	if len(how) == 0 {
		how = append(how, fmt.Sprintf("with the %s it belongs to; kept for good", fact.Phrase(a.Name)))
	}
	return sentenceCase(strings.Join(how, "; ")) + "."
}

func erasing(a *model.Aggregate) string {
	if u := eraser(a); u != nil {
		return fact.Phrase(u.Name)
	}
	return ""
}

// protection says what is done with it beside being kept.
func (b *builder) protection(a *model.Aggregate, class string) string {
	name := fact.Phrase(a.Name)
	switch class {
	case "card":
		return fmt.Sprintf("A reference of the processor only; encrypted, in no result, event or log of the %s.", name)
	case "secret":
		return fmt.Sprintf("Encrypted with a key of its own; in no result, event or log of the %s.", name)
	case "health":
		return fmt.Sprintf("Encrypted with a key of its own; every read of the %s is logged with who and why.", name)
	}
	told := "not in events"
	if !b.tellsOf(a) {
		told = "no event carries it"
	}
	return fmt.Sprintf("Encrypted at rest and on the way; redacted in the logs of the %s, %s.", name, told)
}
