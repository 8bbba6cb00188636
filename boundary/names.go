package boundary

import (
	"cmp"
	"strings"
	"unicode"
)

// lead returns, by context, the aggregate that takes part in most writes, then
// in most use cases: the one that a person would name the context after.
func (l *layout) lead() []int {
	touched := func(a int) int { return len(l.p.touching[a]) }
	lead := make([]int, l.k)
	for c := range lead {
		lead[c] = -1
	}
	for a, c := range l.of {
		if b := lead[c]; b < 0 || l.p.writers[a] > l.p.writers[b] || l.p.writers[a] == l.p.writers[b] && touched(a) > touched(b) {
			lead[c] = a
		}
	}
	return lead
}

// names names the contexts: after an existing service, after the user's own
// context if it is the same, after the subdomain that it is exactly, else after
// its lead aggregate. Names are unique.
func (l *layout) names(lead []int) []string {
	p := l.p
	names := make([]string, l.k)
	subdomains := l.subdomains()
	own := l.ownContexts()
	taken := map[string]int{}
	for c := range names {
		service := ""
		for v, g := range l.cut {
			if g == c && p.service[v] != "" {
				service = p.service[v]
			}
		}
		agg := &p.aggs[lead[c]]
		names[c] = cmp.Or(service, own[c], subdomains[c], agg.Name, string(agg.ID))
		taken[names[c]]++
	}
	for c := range names {
		if taken[names[c]] > 1 && own[c] == "" {
			names[c] = string(p.aggs[lead[c]].ID) // unique among aggregates, but not yet among names
		}
	}
	folded := make([]string, len(names))
	for c := range names {
		folded[c] = fold(names[c])
	}
	clash := func(c int) bool {
		for d := range names {
			if d != c && (d < c || own[d] != "") && folded[d] == folded[c] {
				return true
			}
		}
		return false
	}
	for c := range names {
		for own[c] == "" && clash(c) {
			names[c] += " context"
			folded[c] = fold(names[c])
		}
	}
	return names
}

// fold is what is left of a name in ids: two names that differ in case or in
// hyphens alone would clash there.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// subdomains returns, by context, the subdomain that all its aggregates are of
// and no other context has a part of; "" if there is none.
func (l *layout) subdomains() []string {
	out := make([]string, l.k)
	owner := map[string]int{}
	const mixed = -1
	for a, c := range l.of {
		s := l.p.aggs[a].Subdomain
		if old, ok := owner[s]; ok && old != c {
			owner[s] = mixed
		} else if !ok {
			owner[s] = c
		}
	}
	for c := range out {
		same := true
		for a, g := range l.of {
			if g == c {
				s := l.p.aggs[a].Subdomain
				same = same && s != "" && owner[s] == c && (out[c] == "" || out[c] == s)
				out[c] = s
			}
		}
		if !same {
			out[c] = ""
		}
	}
	return out
}

// ownContexts returns, by context, the name of the user's own context that it
// is, if the user's own cut has exactly this one.
func (l *layout) ownContexts() []string {
	out := make([]string, l.k)
	size := make([]int, l.k)
	ownSize := make([]int, len(l.p.in.Own))
	same := make([]int, l.k)
	for c := range same {
		same[c] = -2
	}
	for v, c := range l.cut {
		size[c]++
		o := l.p.own[v]
		if o >= 0 {
			ownSize[o]++
		}
		if same[c] == -2 {
			same[c] = o
		} else if same[c] != o {
			same[c] = -1
		}
	}
	for c, o := range same {
		if o >= 0 && ownSize[o] == size[c] {
			out[c] = l.p.in.Own[o].Name
		}
	}
	return out
}
