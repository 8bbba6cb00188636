package brief

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// place gives a reading its place in the model: the use cases it is about, an actor, an
// entity or the context. What has no place is asked about.
func (c *collector) place(r *pendingReading) {
	switch r.Kind {
	case Latency:
		c.each(r, "latency", func(u *useCase) bool { return u.addLatency(r) })
	case Availability:
		if r.Window != "" {
			c.ask(r, r.Window, "what share of that time must it be available?", "99.9% is assumed")
			return
		}
		c.each(r, "available", func(u *useCase) bool { return u.set("available", shareText(r.Q.N), r) })
	case Throughput:
		c.load(r)
	case Online, Accounts:
		c.people(r)
	case Volume:
		if e := c.entityNamed(r.Of); e != nil && r.Q.Kind == fact.Count {
			c.put(e, "volume", plain(r.Q.N), r)
			return
		}
		c.ask(r, r.Of, "what is "+r.Of+" in the model, and how many of it are there?", "10k instances are assumed")
	case Retention:
		e := c.entityNamed(r.Of)
		if u := c.doneBy(r.Of); e == nil && u != nil && len(u.touches) > 0 && u.touches[0].how == "creates" { // orders, of order a meal
			e = find(c.entities, u.touches[0].entity.text)
		}
		if e != nil {
			c.put(e, "retained", fact.FormatSeconds(r.Q.N), r)
			return
		}
		c.ask(r, r.Of, "which entity is kept that long?", "nothing is removed")
	case Growth:
		c.growth(r, 0)
	case Headroom:
		if years := math.Round(r.Within / fact.Year.Seconds()); years >= 1 && r.Q.N > 1 { // may triple within 2 years
			r.Q.N, r.Over = math.Round(1000*(math.Pow(r.Q.N, 1/years)-1))/1000, fact.Year.Seconds()
			c.growth(r, years)
			return
		}
		c.ask(r, r.About, "by when must it bear "+plain(r.Q.N)+" times the load?", "growth of 20% a year is assumed")
	case RecoveryTime:
		c.recovery("time", r)
	case RecoveryPoint:
		c.recovery("point", r)
	case Budget:
		c.budget(r)
	default:
		c.ask(r, r.About, "which load is that, in requests per second?", "growth of 20% a year is assumed")
	}
}

// each sets a target on the use cases a reading is about, or on all when it speaks of
// the whole system.
func (c *collector) each(r *pendingReading, key string, set func(*useCase) bool) {
	targets, whole := c.speaksOf(r)
	if len(targets) == 0 {
		c.ask(r, r.About, "which use case is meant?", "no target is set")
		return
	}
	done := false
	for _, u := range targets {
		if whole && (u.hasTarget(key, r.Span.Start.Line) || key == "latency" && u.hasTarget("every", 0)) { // nobody waits for what a schedule starts
			continue
		}
		if set(u) {
			c.mark(r.Span, Fact, "use_cases."+u.text+"."+key, "")
			done = true
		}
	}
	if !done {
		c.unplaced(r.Span, "every use case it could be about states another "+key)
	}
}

// hasTarget tells that another line states the target already.
func (u *useCase) hasTarget(key string, line int) bool {
	if key == "latency" {
		return slices.ContainsFunc(u.latency, func(q quantile) bool { return q.span.Start.Line != line })
	}
	return slices.ContainsFunc(u.values, func(v value) bool { return v.key == key })
}

// set gives a use case a value, unless it has one; the same one again is fine.
func (u *useCase) set(key, text string, r *pendingReading) bool {
	for _, v := range u.values {
		if v.key == key {
			return v.text.text == text
		}
	}
	u.values = append(u.values, value{key: key, text: written{text, r.Span}})
	return true
}

func (u *useCase) addLatency(r *pendingReading) bool {
	p := r.Percentile
	if r.Mean {
		p = -1
	}
	p = stricter(p)
	for _, q := range u.latency {
		if q.p == p || q.p == 0 || p == 0 {
			return q.p == p && q.seconds == r.Q.N
		}
	}
	u.latency = append(u.latency, quantile{p, r.Q.N, r.Span})
	return true
}

// stricter is the percentile of the language that promises at least as much.
func stricter(p float64) float64 {
	if p <= 0 {
		return p
	}
	for _, known := range []float64{50, 90, 95, 99, 99.9} {
		if p <= known {
			return known
		}
	}
	return 99.9
}

func quantileText(p, sec float64) string {
	switch {
	case p < 0:
		return "mean " + fact.FormatSeconds(sec)
	case p == 0:
		return fact.FormatSeconds(sec)
	}
	return "p" + fact.FormatNumber(stricter(p), 4) + " " + fact.FormatSeconds(sec)
}

// clause is what a reading is about, taken apart once to be compared with every use case.
type clause struct {
	text     string
	words    map[string]bool   // what names something particular
	verbs    map[string]bool   // base forms of all words
	deeds    map[string]bool   // of which a word is the record: reserve, of reservation
	looksUp  bool              // it speaks of a search or a list
	deed     string            // the verb that it begins with as what is measured: accepting a booking takes
	label    string            // before a colon, spelt as a use case is
	labelled []map[string]bool // the forms of each particular word of the label
	named    map[string]bool   // the verbs that its nouns are of: buying, door checks
}

func clauseOf(about string) clause {
	c := clause{text: about, words: content(about), verbs: map[string]bool{}, deeds: map[string]bool{}, named: map[string]bool{}}
	ws := boundedWords(about)
	label(ws)
	for _, w := range ws {
		base := lemma(w.low)
		c.verbs[base] = true
		if one := singular(w.low); (w.tag == tagNoun || w.tag == tagGerund) && c.words[one] {
			for _, d := range append(deedsOf(one), base) {
				c.named[d] = isVerb(d) && !colourless[d]
			}
		}
	}
	for w := range c.words {
		for _, d := range deedsOf(w) {
			c.deeds[d] = true
		}
	}
	c.looksUp = looksUp(c.words)
	first, _, _ := strings.Cut(strings.TrimSpace(about), " ")
	if base := lemma(lower(first)); strings.HasSuffix(lower(first), "ing") && base != lower(first) && !colourless[base] {
		c.deed = base
	}
	if label, _, ok := strings.Cut(about, ":"); ok {
		c.label = spelt(label, fact.Pascal)
		for _, w := range split(label, 0) {
			if forms := content(w.text); len(forms) > 0 {
				c.labelled = append(c.labelled, forms)
			}
		}
	}
	return c
}

// boundedWords are the words of a clause, up to what a sentence may have.
func boundedWords(about string) []word {
	ws := split(about, 0)
	return ws[:min(len(ws), 2*maxWords)]
}

// colourless are verbs that say of any use case that it is carried out.
var colourless = set(`process handle complete perform load open show display retrieve get respond run execute finish save store see view access do make`)

// speaksOf finds the use cases that a reading speaks of. whole tells that it speaks of
// the system as such.
func (c *collector) speaksOf(r *pendingReading) (targets []*useCase, whole bool) {
	about := clauseOf(r.About)
	best := 0.0
	for _, u := range c.useCases {
		if s := u.likeness(&about); s > best+1e-9 {
			best, targets = s, []*useCase{u}
		} else if s > 0 && s > best-1e-9 {
			targets = append(targets, u)
		}
	}
	maker := c.maker(r.About)
	switch {
	case maker != nil && best < 2: // purchases: 60 per second
		return []*useCase{maker}, false
	case best >= 1: // named in full
		return targets, false
	case r.topic != nil:
		return []*useCase{r.topic}, false
	case best >= byRecord:
		return targets, false
	}
	if u := c.onlyDeed(&about); u != nil && best == 0 {
		return []*useCase{u}, false
	}
	for _, w := range fact.Words(c.system.text) { // the system by its name
		delete(about.words, singular(w))
		delete(about.words, lemma(w))
	}
	if len(about.words) == 0 || aboutSystem(r.About) || r.Kind == Availability && best == 0 && !speaksOfThings(r.About) {
		return slices.Clone(c.useCases), true
	}
	return nil, false
}

// maker is the one use case that creates what stands alone before the colon of a clause;
// nil when there are several or none.
func (c *collector) maker(about string) *useCase {
	label, _, ok := strings.Cut(about, ":")
	e := find(c.entities, entityName(strings.TrimSpace(label)))
	if !ok || e == nil {
		return nil
	}
	var only *useCase
	for _, u := range c.useCases {
		if slices.ContainsFunc(u.touches, func(t touch) bool { return t.how == "creates" && t.entity.text == e.text }) {
			if only != nil {
				return nil
			}
			only = u
		}
	}
	return only
}

// onlyDeed is the one use case whose deed a noun of the clause names: door checks, of
// check tickets; nil when there are several or none.
func (c *collector) onlyDeed(about *clause) *useCase {
	var only *useCase
	for _, u := range c.useCases {
		if about.named[u.verb] && (about.deed == "" || about.deed == u.verb) {
			if only != nil {
				return nil
			}
			only = u
		}
	}
	return only
}

// speaksOfThings tells that a clause has a noun of something particular.
func speaksOfThings(about string) bool {
	ws := boundedWords(about)
	label(ws)
	return slices.ContainsFunc(ws, func(w word) bool {
		return w.tag == tagNoun && len(content(w.text)) > 0 && timeUnits[w.low] == 0
	})
}

// aboutSystem tells that what a clause says something of is the system as such, or all
// that nothing else is said of.
func aboutSystem(about string) bool {
	ws := boundedWords(about)
	label(ws)
	if low := lowAt(ws, 0); low == "everything" || low == "anything" || low == "all" && lowAt(ws, 1) == "other" {
		return true
	}
	m := slices.IndexFunc(ws, func(w word) bool { return w.tag == tagModal || w.tag == tagAux })
	if m < 1 || m > 1 && ws[m-2].low == "of" || m > 2 && ws[m-3].low == "of" {
		return false
	}
	return senses[ws[m-1].low]&ofSystem != 0
}

// byRecord is the likeness of a use case to a clause that speaks of the record of its deed:
// just less than that of one that names half of it.
const byRecord = 0.499

// likeness is the share of a use case's name that a clause holds; 0 when it does not name
// what the use case is about, or begins with another deed.
func (u *useCase) likeness(c *clause) float64 {
	switch {
	case c.label != "" && strings.EqualFold(c.label, u.text):
		return 2
	case c.deed != "" && c.deed != u.verb && !(listVerbs[u.verb] && listVerbs[c.deed]):
		return 0
	case c.labels(u):
		return 1.5
	}
	hits := 0
	for _, w := range u.words {
		if c.words[w] {
			hits++
		}
	}
	object := hits > 0 || len(u.words) == 0
	record := hits == 0 && c.deeds[u.verb] // an order, of order a meal
	if !object && !record || c.looksUp && changing(u.verb) {
		return 0
	}
	if c.words[u.verb] || c.verbs[u.verb] || listVerbs[u.verb] && (c.words["search"] || c.words["result"] || c.words["query"]) || record {
		hits++
	}
	share := float64(hits) / float64(len(u.words)+1)
	if record {
		return max(byRecord, share)
	}
	return share
}

// labels tells that every particular word of the label is one of the use case's name:
// Unlock, of UnlockBike.
func (c *clause) labels(u *useCase) bool {
	for _, forms := range c.labelled {
		if !forms[u.verb] && !slices.ContainsFunc(u.words, func(x string) bool { return forms[x] }) {
			return false
		}
	}
	return len(c.labelled) > 0
}

// looksUp tells that the words speak of a search or a list.
func looksUp(words map[string]bool) bool {
	for w := range words {
		if listVerbs[w] || w == "query" || w == "result" {
			return true
		}
	}
	return false
}

// generic are words that say nothing of which use case is meant.
var generic = union(wordsOf(ofSystem|ofLatency|ofUptime|ofDowntime|ofCapacity), predicates, set(`time second minute millisecond hour day month year week percent percentile response request operation action interaction user customer all every each page load loading screen average maximum minimum peak normal condition conditions shall must should case more less no not than within under most least transaction call end median p service-level target be available online use used using access result data answer reply everything server-side backend api endpoint ms s min return display complete process respond take show perform appear receive reach hold exceed achieve have ensure monthly yearly annually read write busy working window core uptime mean quality overall initial up plan planned unplanned maintenance including excluding failure event`))

// content returns the words of a clause that name something particular, verbs and
// nouns in their base form.
func content(s string) map[string]bool {
	out := map[string]bool{}
	ws := split(s, 0)
	ws = ws[:min(len(ws), 2*maxWords)]
	label(ws)
	for _, w := range ws {
		if w.kind != letters || function[w.low] || adverbs[w.low] || adjectives[w.low] || timeUnits[w.low] > 0 || numberWords[w.low] > 0 {
			continue
		}
		if strings.HasSuffix(w.low, "ly") && !notAdverbs[w.low] || len(w.low) < 2 {
			continue
		}
		one := singular(w.low)
		base := lemma(w.low)
		if generic[w.low] || generic[one] || generic[base] || isPerson(one) || magnitudes[w.low] > 0 {
			continue
		}
		if _, ok := rank([]word{w}, 0); ok {
			continue
		}
		out[one], out[base] = true, true
	}
	return out
}

// load places a rate: of orders, on the use case that creates orders; else on the one
// that it names.
func (c *collector) load(r *pendingReading) {
	rate := rateText(r.Q.N)
	key := "peak"
	if !r.Peak {
		key = "average"
	}
	if e := c.entityNamed(r.Of); e != nil {
		for _, u := range c.useCases {
			if slices.ContainsFunc(u.touches, func(t touch) bool { return t.how == "creates" && t.entity.text == e.text }) && u.set(key, rate, r) {
				c.mark(r.Span, Fact, "use_cases."+u.text+"."+key, "")
				return
			}
		}
	}
	if head, _, ok := strings.Cut(r.About, ":"); ok && r.Of == "" { // bids at peak: 200 per second
		ws := split(head, 0)
		label(ws)
		if nps := nounPhrases(ws); len(nps) > 0 {
			r.Of = singular(ws[nps[0].to-1].low)
		}
	}
	if only := c.doneBy(r.Of); only != nil && only.set(key, rate, r) { // 40 unlocks a minute
		c.mark(r.Span, Fact, "use_cases."+only.text+"."+key, "")
		return
	}
	r.About += " " + r.Of
	targets, _ := c.speaksOf(r)
	if len(targets) == 1 && targets[0].set(key, rate, r) {
		c.mark(r.Span, Fact, "use_cases."+targets[0].text+"."+key, "")
		return
	}
	c.ask(r, r.About, "which use case has this load of "+rate+"?", "loads are assumed from the number of accounts")
}

// rateText writes a rate per second in the smallest unit in which it is whole.
func rateText(perSecond float64) string {
	for _, per := range []float64{1, 60, 3600, 86400, fact.Month.Seconds(), fact.Year.Seconds()} {
		if n := math.Round(perSecond * per); n >= 1 && math.Abs(perSecond*per-n) < 1e-6 {
			return plain(n) + "/" + perName(per)
		}
	}
	return fact.FormatNumber(perSecond, 15) + "/s"
}

// doneBy is the one use case whose verb is the noun of what is counted; nil when there
// are several.
func (c *collector) doneBy(noun string) *useCase {
	var only *useCase
	for _, u := range c.useCases {
		if noun != "" && (u.verb == noun || u.verb == lemma(noun) || u.verb == singular(noun)) {
			if only != nil {
				return nil
			}
			only = u
		}
	}
	return only
}

// people places users at once, and users in all, on the actor they are.
func (c *collector) people(r *pendingReading) {
	key := "online"
	if r.Kind == Accounts {
		key = "accounts"
	}
	a := find(c.actors, actorName(r.Of))
	if a == nil {
		for _, x := range c.actors {
			if strings.HasSuffix("_"+x.text, "_"+r.Of) {
				a = x
				break
			}
		}
	}
	if a == nil && len(c.actors) == 1 {
		a = c.actors[0]
	}
	if a == nil || r.Of == "request" || r.Of == "transaction" {
		c.ask(r, r.Of, "which actors are these "+plain(r.Q.N)+"?", "10k accounts are assumed for people, 2% of them online at the busiest moment")
		return
	}
	if a.set(value{key: key, text: written{plain(r.Q.N), r.Span}}) {
		c.mark(r.Span, Fact, "actors."+a.text+"."+key, "")
	}
}

func (c *collector) entityNamed(noun string) *named {
	if noun == "" {
		return nil
	}
	if e := find(c.entities, entityName(noun)); e != nil {
		return e
	}
	for _, e := range c.entities {
		ws := fact.Words(e.text)
		if ws[len(ws)-1] == noun {
			return e
		}
	}
	return nil
}

func (c *collector) put(n *named, key, text string, r *pendingReading) {
	if n.set(value{key: key, text: written{text, r.Span}}) {
		c.mark(r.Span, Fact, "domain."+n.text+"."+key, "")
		return
	}
	c.mark(r.Span, Fact, "", "")
}

// growth adds a growth to the horizon, which is of so many years when they were said.
func (c *collector) growth(r *pendingReading, years float64) {
	text := fmt.Sprintf("%s%%/%s", fact.FormatNumber(r.Q.N*100, 6), perName(r.Over))
	for i := range c.context {
		if v := &c.context[i]; v.key == "horizon" {
			if !strings.Contains(v.text.text, " at ") {
				v.text.text += " at " + text
			}
			c.mark(r.Span, Fact, "context.horizon", "")
			return
		}
	}
	if years > 0 {
		c.stated("horizon", plain(years)+"y at "+text, r.Span)
		return
	}
	c.stated("horizon", "2y at "+text, r.Span)
	c.r.Questions = append(c.r.Questions, Question{Span: r.Span, About: text, Ask: "how far ahead is to be planned?", Default: "2 years"})
}

func (c *collector) recovery(key string, r *pendingReading) {
	text := written{fact.FormatSeconds(r.Q.N), r.Span}
	for i := range c.context {
		if v := &c.context[i]; v.key == "recovery" {
			if !slices.ContainsFunc(v.parts, func(o value) bool { return o.key == key }) {
				v.parts = append(v.parts, value{key: key, text: text})
			}
			c.mark(r.Span, Fact, "context.recovery."+key, "")
			return
		}
	}
	c.context = append(c.context, value{key: "recovery", parts: []value{{key: key, text: text}}, text: written{span: r.Span}})
	c.mark(r.Span, Fact, "context.recovery."+key, "")
}

func (c *collector) budget(r *pendingReading) {
	per := "month"
	if r.Within > 0 {
		per = perName(r.Within)
	}
	c.stated("budget", plain(r.Q.N)+" "+r.Q.Text+"/"+per, r.Span)
}

// ask makes a question of a reading without a place.
func (c *collector) ask(r *pendingReading, about, ask, fallback string) {
	c.unplaced(r.Span, ask)
	if len(c.r.Questions) < maxQuestions {
		c.r.Questions = append(c.r.Questions, Question{Span: r.Span, About: about, Ask: ask, Default: fallback})
	}
}
