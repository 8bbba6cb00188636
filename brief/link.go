package brief

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// What ties use cases to what is declared elsewhere: the externals they call, the states
// they move things to, the fields they look things up by.

// call is an external that a use case asks.
type call struct {
	external written
	later    bool
	fallback string
}

// call adds a call, once per external.
func (u *useCase) call(x call) bool {
	if slices.ContainsFunc(u.calls, func(o call) bool { return o.external.text == x.external.text }) {
		return false
	}
	u.calls = append(u.calls, x)
	return true
}

// laterForms say that nobody waits for a call.
var laterForms = []string{"later", "afterwards", "in the background", "asynchronously", "need not wait", "does not wait", "without waiting", "eventually"}

// calls reads which use cases ask an external that the sentence names: those of the story
// that it stands in or below, those that it speaks of.
func (x *spoken) calls() {
	for _, e := range x.c.externals {
		at := x.c.nameAt(x.ws, e)
		if at.to == 0 {
			continue
		}
		span := x.p.span(x.c.src.file, x.ws[at.from].from, x.ws[at.to-1].to)
		targets := []*useCase{x.topic}
		if x.topic == nil {
			rest := x.text[:x.ws[at.from].from-x.from] + x.text[x.ws[at.to-1].to-x.from:]
			targets = x.c.doing(rest)
			if targets == nil && x.before != nil { // a fan buys a ticket; the money is held by Stripe
				targets = []*useCase{x.before}
			}
		}
		fallback := x.fallback(e)
		for _, u := range targets {
			if u.call(call{written{e.text, span}, x.says(laterForms...), fallback}) {
				x.c.mark(span, Fact, "use_cases."+u.text+".calls", "")
			}
		}
		if fallback != "" {
			x.instead(e, fallback)
		}
	}
}

// doing are the use cases whose deed a clause names, not only what it is done to.
func (c *collector) doing(clause string) []*useCase {
	found, whole := c.speaksOf(&pendingReading{Reading: Reading{Kind: Latency, About: clause}})
	if whole || clause == "" {
		return nil
	}
	about := clauseOf(clause)
	var out []*useCase
	for _, u := range found {
		if about.verbs[u.verb] || about.words[u.verb] || about.deeds[u.verb] {
			out = append(out, u)
		}
	}
	return out
}

// plainWords end the names of systems and say nothing of which one is meant.
var plainWords = set(`platform system service provider api interface software server`)

// nameAt is where the name of an external stands among words; zero for nowhere. A name of
// one common word counts where it is written with a capital or an article before it.
func (c *collector) nameAt(ws []word, e *named) stretch {
	name := fact.Words(e.text)
	if at := calledAt(ws, name, e); at.to > 0 {
		return at
	}
	if n := len(name) - 1; n > 0 && plainWords[name[n]] && find(c.entities, entityName(strings.Join(name[:n], " "))) == nil { // on the market, of the market platform
		if at := calledAt(ws, name[:n], e); at.from > 1 && ws[at.from-1].tag == tagDeterminer && ws[at.from-2].tag == tagPreposition {
			return at
		}
	}
	return stretch{}
}

func calledAt(ws []word, name []string, e *named) stretch {
	for i := 0; i+len(name) <= len(ws); i++ {
		same := true
		for k := range name {
			same = same && owner(ws[i+k].low) == name[k]
		}
		if !same || len(name) == 1 && ws[i].text == ws[i].low && i > 0 && ws[i-1].tag != tagDeterminer && ws[i-1].tag != tagPreposition {
			continue
		}
		return stretch{i, i + len(name)}
	}
	return stretch{}
}

var fallbackForm = regexp.MustCompile(`(?i)^\W*(?:if|when|while|whenever) (.+?) (?:is|are|does|do|cannot|can't|fails?|goes)\b ?(?:down|unavailable|not available|unreachable|away|slow|not answer|not respond|be reached|offline|out of service)?[^,]*,\s*(?:then )?(.+)$`)

// fallback is what is done when an external does not answer: if the maps are down, the
// distance as the crow flies is shown.
func (x *spoken) fallback(e *named) string {
	m := fallbackForm.FindStringSubmatch(strings.TrimRight(x.text, " .!"))
	if m == nil || x.c.nameAt(split("the "+m[1], 0), e).to == 0 {
		return ""
	}
	return strings.TrimSpace(m[2])
}

// instead gives the fallback to every use case that calls the external.
func (x *spoken) instead(e *named, fallback string) {
	for _, u := range x.c.useCases {
		for i := range u.calls {
			if k := &u.calls[i]; k.external.text == e.text && k.fallback == "" {
				k.fallback = fallback
			}
		}
		if slices.ContainsFunc(u.calls, func(k call) bool { return k.external.text == e.text }) {
			x.became("use_cases." + u.text + ".calls." + e.text)
		}
	}
}

// asked ties the externals that no sentence tied to the use cases that their description
// speaks of, and asks about those that nothing seems to call.
func (c *collector) asked() {
	for _, e := range c.externals {
		if slices.ContainsFunc(c.useCases, func(u *useCase) bool {
			return slices.ContainsFunc(u.calls, func(k call) bool { return k.external.text == e.text }) || slices.ContainsFunc(u.by, func(w written) bool { return w.text == e.text })
		}) {
			continue
		}
		about, _ := e.get("about")
		found := c.doing(about.text.text)
		for _, u := range found {
			if u.call(call{external: written{e.text, e.span}}) {
				c.mark(e.span, Fact, "use_cases."+u.text+".calls", "")
			}
		}
		if len(found) == 0 {
			c.question(e.span, e.text, "which use case calls "+e.text+"?", "nothing calls it")
		}
	}
}

// node of the calls of a use case, as a list where nothing more is said of any.
func (u *useCase) callValues() (value, bool) {
	if len(u.calls) == 0 {
		return value{}, false
	}
	v := value{key: "calls", text: u.calls[0].external}
	plain := !slices.ContainsFunc(u.calls, func(k call) bool { return k.later || k.fallback != "" })
	for _, k := range u.calls {
		if plain {
			v.list = append(v.list, k.external)
			continue
		}
		part := value{key: k.external.text, text: k.external, parts: []value{}}
		if k.later {
			part.parts = append(part.parts, value{key: "later", text: written{"yes", k.external.span}})
		}
		if k.fallback != "" {
			part.parts = append(part.parts, value{key: "fallback", text: written{k.fallback, k.external.span}})
		}
		v.parts = append(v.parts, part)
	}
	return v, true
}

// moves lets a use case whose verb is that of a state take the thing there: to approve an
// order takes it to approved, from wherever its lifecycle allows; to plan a tour, which
// begins as planned, creates it.
func (c *collector) moves() {
	for _, u := range c.useCases {
		if lookVerbs[cmp.Or(u.deed, u.verb)] {
			continue
		}
		for i := range u.touches {
			if c.move(u, &u.touches[i]) {
				break
			}
		}
	}
}

// move tries one of the things that a use case touches.
func (c *collector) move(u *useCase, t *touch) bool {
	e := find(c.entities, t.entity.text)
	if e == nil || t.how == "deletes" {
		return false
	}
	first, steps := u.steps(e, t.entity.span)
	switch {
	case first && t.how == "reads":
		t.how = "creates"
	case steps != nil && (t.how != "reads" || t.object):
		t.how = "changes"
		u.values = append(u.values, value{key: "moves", list: steps})
	default:
		return false
	}
	return true
}

// lifecycles asks in which order a thing passes the states that its lifecycle lists, where
// use cases change it and no line says so.
func (c *collector) lifecycles() {
	for _, e := range c.entities {
		if _, ok := e.get("states"); ok {
			continue
		}
		list := e.stateWords()
		if list == nil || !slices.ContainsFunc(c.useCases, func(u *useCase) bool {
			return slices.ContainsFunc(u.touches, func(t touch) bool { return t.how == "changes" && t.entity.text == e.text })
		}) {
			continue
		}
		c.question(e.span, e.text, fmt.Sprintf("in which order does %s pass %s (such as %s -> %s)?", e.text, strings.Join(list, ", "), list[0], list[1]), "any may follow any")
	}
}

// stateWords are the words of an entity's state where they are listed in no order.
func (n *named) stateWords() []string {
	fields, _ := n.get("fields")
	for _, f := range fields.parts {
		if words, ok := strings.CutPrefix(f.text.text, "one of "); ok && (f.key == "status" || f.key == "state") {
			return strings.Split(words, " | ")
		}
	}
	return nil
}

// steps are the transitions of an entity to a state that the verb leads to; first tells
// that it is the state in which the entity begins.
func (u *useCase) steps(e *named, span diag.Span) (first bool, steps []written) {
	states, known := e.get("states")
	if list := e.stateWords(); !known && len(list) > 0 { // no order is told but for the first
		return u.leadsTo(list[0]), nil
	}
	for k, chain := range strings.Split(states.text.text, ", ") {
		names := strings.Split(chain, " -> ")
		if k == 0 && u.leadsTo(names[0]) {
			first = true
		}
		for i := 1; i < len(names); i++ {
			step := written{e.text + " " + names[i-1] + " -> " + names[i], span}
			if u.leadsTo(names[i]) && !slices.ContainsFunc(steps, func(w written) bool { return w.text == step.text }) {
				steps = append(steps, step)
			}
		}
	}
	return first, steps
}

// leadsTo tells that a state is what the verb leaves: approved, of approve.
func (u *useCase) leadsTo(state string) bool {
	ws := fact.Words(state)
	return u.verb != "" && slices.Contains(ws, u.verb) || len(ws) > 0 && lemma(ws[len(ws)-1]) == u.verb && ws[len(ws)-1] != u.verb || len(ws) > 1 && lemma(ws[0]) == u.verb
}

var byForm = regexp.MustCompile(`(?i)^[\w' -]*?\b(?:by|on|for|using|filtered by|matching)\s+(?:their |its |the |his or her )?([\w' ,-]+)`)

// searched gives a use case that looks things up the fields it does so by: those that its
// story names; of a search that names none, all that the thing keeps in words, which is
// asked about.
func (c *collector) searched() {
	for _, u := range c.useCases {
		if u.changes() || !u.list || len(u.touches) == 0 || u.hasTarget("filter", 0) {
			continue
		}
		e := find(c.entities, u.touches[0].entity.text)
		if e == nil {
			continue
		}
		fields, _ := e.get("fields")
		var by []written
		if m := byForm.FindStringSubmatch(u.said); m != nil {
			for _, part := range splitKeeping(m[1], alternatives) {
				x, f := c.holding(e, part.text, 3)
				if f == "" || slices.ContainsFunc(by, func(w written) bool { return w.text == f }) {
					continue
				}
				by = append(by, written{f, u.span})
				if !slices.ContainsFunc(u.touches, func(t touch) bool { return t.entity.text == x.text }) {
					u.touches = append(u.touches, touch{"reads", written{x.text, u.span}, false})
				}
			}
		}
		if by == nil && u.verb == "search" {
			for _, f := range fields.parts {
				if f.text.text == "text" {
					by = append(by, written{f.key, u.span})
				}
			}
			if by != nil {
				c.question(u.span, u.text, "by what is "+fact.Title(u.text)+" asked?", "by "+oneAfterOther(by))
			}
		}
		if by != nil {
			u.values = append(u.values, value{key: "filter", list: by})
		}
	}
}

// holding is the entity with a field that people call so, and the field: the entity that
// is looked for, or what it refers to so many references away: the artist, of the event of
// the ticket of a listing.
func (c *collector) holding(e *named, called string, deep int) (*named, string) {
	if f := e.fieldCalled(called); f != "" {
		return e, f
	}
	fields, _ := e.get("fields")
	for _, f := range fields.parts {
		to, refers := strings.CutPrefix(f.text.text, "-> ")
		if x := find(c.entities, to); refers && x != nil && deep > 1 {
			if y, found := c.holding(x, called, deep-1); found != "" {
				return y, found
			}
		}
	}
	return nil, ""
}

func oneAfterOther(list []written) string {
	var names []string
	for _, w := range list {
		names = append(names, strings.ReplaceAll(w.text, "_", " "))
	}
	return strings.Join(names, ", ")
}

// periodForm finds how often something happens, named by a stretch of the calendar, at
// the beginning or the end of a sentence.
var periodForm = regexp.MustCompile(`(?i)(?:^\W*|[\s,]+)(?:(?:every|each) (night|day|morning|evening|hour|week|month|quarter|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|at the end of (?:every|each|the) (day|week|month|quarter|year)|(nightly|daily|hourly|weekly|monthly|quarterly|yearly)|once an? (day|night|hour|week|month|quarter|year))(?: at (\d{1,2})(?:[:.](\d\d))? ?(am|pm|o'clock)?)?(?:,?\s+|\W*$)`)

// calendar are the schedules of the language for what people say.
var calendar = map[string]string{
	"night": "daily 02:00", "nightly": "daily 02:00", "day": "daily", "daily": "daily", "morning": "daily 06:00", "evening": "daily 20:00", "hour": "hourly", "hourly": "hourly",
	"week": "weekly", "weekly": "weekly", "month": "monthly", "monthly": "monthly", "quarter": "quarterly", "quarterly": "quarterly", "year": "yearly", "yearly": "yearly",
	"monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat", "sunday": "sun",
}

// scheduled reads "every night the sales of the day are sent to SAP" as a use case that
// starts by itself; nil for none. What a person does regularly is no schedule.
func (c *collector) scheduled(p *passage, from, to int) *useCase {
	body := p.text[from:to]
	m := periodForm.FindStringSubmatchIndex(body)
	if m == nil {
		return nil
	}
	at := from + m[1]
	end := to
	if m[0] > 0 { // behind what is done
		if m[1] < len(strings.TrimRight(body, " .")) {
			return nil
		}
		at, end = from, from+m[0]
	}
	ws := split(p.text[at:end], at)
	if len(ws) < 3 || len(ws) > maxWords {
		return nil
	}
	label(ws)
	deed := c.byItself(ws)
	if deed == nil {
		return nil
	}
	s := Story{Span: p.span(c.src.file, from, to)}
	s.analyse(c.src.file, p, deed, true)
	if len(s.Actions) == 0 || len(s.Actions[0].Objects) == 0 {
		return nil
	}
	n := len(c.useCases)
	u := c.useCaseOf(&s, &s.Actions[0])
	if u == nil || len(c.useCases) == n {
		return nil
	}
	for i := range u.touches { // what is sent out exists
		if t := &u.touches[i]; t.how == "creates" && outgoing[u.verb] {
			t.how, u.list = "reads", true
		}
	}
	word := ""
	for k := 2; k < 10; k += 2 {
		if m[k] >= 0 {
			word = lower(body[m[k]:m[k+1]])
		}
	}
	when := calendar[word]
	if m[10] >= 0 {
		day, _, _ := strings.Cut(when, " ")
		hour := 0
		for _, d := range body[m[10]:m[11]] {
			hour = 10*hour + int(d-'0')
		}
		if m[14] >= 0 && lower(body[m[14]:m[15]]) == "pm" && hour < 12 {
			hour += 12
		}
		minute := "00"
		if m[12] >= 0 {
			minute = body[m[12]:m[13]]
		}
		if hour < 24 && day != "hourly" {
			when = fmt.Sprintf("%s %02d:%s", day, hour, minute)
		}
	} else if len(when) == 3 {
		when += " 02:00"
	}
	span := p.span(c.src.file, from, to)
	u.values = append(u.values, value{key: "every", text: written{when, span}})
	c.mark(span, Fact, "use_cases."+u.text, "")
	return u
}

// outgoing are the verbs of what goes to somebody else and is there before.
var outgoing = set(`send report export issue publish post forward transmit upload submit`)

// byItself is what is done, as an infinitive, in a sentence that names nobody who does
// it: the sales are sent to SAP; the system sends the sales. nil for none.
func (c *collector) byItself(ws []word) []word {
	lead := toAt(ws[0].from)
	for i := 1; i+1 < len(ws); i++ {
		if ws[i].low != "is" && ws[i].low != "are" || ws[i+1].kind != letters {
			continue
		}
		verb := lemma(ws[i+1].low)
		phrases := nounPhrases(ws[:i])
		if !isVerb(verb) || verb == ws[i+1].low || len(phrases) == 0 || phrases[0].from > 1 {
			return nil
		}
		deed := []word{lead, {kind: letters, text: verb, low: verb, from: ws[i+1].from, to: ws[i+1].to}}
		deed = append(deed, ws[phrases[0].from:i]...)
		return append(deed, ws[i+2:]...)
	}
	k := 0
	if determiners[ws[0].low] {
		k = 1
	}
	subject := ws[k].low
	if subject != "we" && subject != "it" && senses[subject]&ofSystem == 0 && !strings.EqualFold(ws[k].text, c.system.text) || k+2 >= len(ws) {
		return nil
	}
	verb := lemma(ws[k+1].low)
	if !isVerb(verb) {
		return nil
	}
	deed := []word{lead, {kind: letters, text: verb, low: verb, from: ws[k+1].from, to: ws[k+1].to}}
	return append(deed, ws[k+2:]...)
}
