package sensitivity

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/fact"
)

// slot is a quantity that an input can state: where, and how one asks for it. %s is
// the name of the element.
type slot struct {
	section, fact, path, asks string
}

// slots lists the quantities that questions may be about, by the section of the
// input and the rest of the fact's id after the element's name. Where the path is
// empty it is that rest. The sizes of messages and the work of requests are not
// among them: nobody knows these before measuring.
var slots = []slot{
	{"context", "zones", "", "How many availability zones does it run in?"},
	{"context", "growth", "horizon", "How much does its use grow in a year?"},
	{"context", "horizon", "", "How far ahead should the design carry?"},
	{"context", "recovery.point", "", "How much data may be lost when a store is lost, in time?"},
	{"context", "recovery.time", "", "How long may a restore take?"},
	{"context", "platform", "", "What does it run on?"},
	{"context.teams", "people", "", "How many engineers does %s have?"},
	{"context.teams", "releases", "", "How often does %s release?"},
	{"actors", "accounts", "", "How many of %s are there?"},
	{"actors", "online", "", "How many of %s are connected at the busiest moment?"},
	{"externals", "latency.p50", "latency", "How long does a call of %s usually take?"},
	{"externals", "latency.p99", "latency", "How long do the slowest of a hundred calls of %s take?"},
	{"externals", "availability", "", "What availability does %s promise?"},
	{"externals", "idempotent", "", "Can a call of %s be repeated without a second effect?"},
	{"externals", "lookup", "", "Can the outcome of a call of %s be asked for afterwards?"},
	{"domain", "kind", "", "What is %s to the business?"},
	{"domain", "history", "", "Must past states of %s be known?"},
	{"domain", "instances", "volume", "How many of %s exist?"},
	{"domain", "inflow", "volume", "How many of %s come in a day?"},
	{"domain", "size", "", "How large is one %s?"},
	{"use_cases", "peak", "", "How often is %s asked for in its busiest hour?"},
	{"use_cases", "average", "", "How often is %s asked for on average?"},
	{"use_cases", "items", "", "How many items does one %s handle?"},
	{"use_cases", "available", "", "How often may %s fail?"},
	{"use_cases", "online", "", "How many of %s are open at once?"},
	{"use_cases", "fan_out", "", "How many receive each message of %s?"},
	{"use_cases", "stale", "", "How old may what %s shows be?"},
	{"use_cases", "consistency", "", "Must the changes of %s all be seen at once?"},
	{"use_cases", "consistency.within", "consistency", "How soon must the changes of %s be seen everywhere?"},
	{"use_cases", "importance", "", "How important is %s when not everything can be served?"},
	{"events", "rate", "", "How often does %s come?"},
}

// slotOf finds the slot of a fact, and the element's name in it; the fact of a
// whole section has no name.
func slotOf(id fact.ID) (slot, string) {
	for _, s := range slots {
		rest, ok := strings.CutPrefix(string(id), s.section+".")
		if !ok {
			continue
		}
		if s.section == "context" {
			if rest == s.fact {
				return s, ""
			}
			continue
		}
		if name, below, ok := strings.Cut(rest, "."); ok && below == s.fact {
			return s, name
		}
	}
	return slot{}, ""
}

// place is the path in the input where a fact would be stated, "" when it has none.
func place(id fact.ID) string {
	s, name := slotOf(id)
	if s.section == "" {
		return ""
	}
	parts := []string{s.section}
	if name != "" {
		parts = append(parts, name)
	}
	if s.path == "" {
		return strings.Join(append(parts, s.fact), ".")
	}
	return strings.Join(append(parts, s.path), ".")
}

func asks(f fact.Fact) string {
	s, name := slotOf(f.ID)
	if strings.Contains(s.asks, "%s") {
		return fmt.Sprintf(s.asks, name)
	}
	return s.asks
}
