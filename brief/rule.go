package brief

import (
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/fact"
)

// What a sentence says of the data and of use cases without setting a target: what must
// never happen twice, how old an answer may be, whose data it is, what is personal.

// sentence is one that may say a rule. It waits until entities, externals and use cases
// are known.
type sentence struct {
	p        *passage
	from, to int
	topic    *useCase
	before   *useCase // what the sentence before it tells
	section  section
}

// spoken is a sentence taken apart.
type spoken struct {
	*sentence
	c        *collector
	text     string
	ws       []word
	mentions []mention
}

// mention is an entity that a sentence names, by words from to to.
type mention struct {
	entity   *named
	from, to int
}

// rules reads the sentences that waited.
func (c *collector) rules() {
	for i := range c.sentences {
		s := &c.sentences[i]
		x := spoken{sentence: s, c: c, text: s.p.text[s.from:s.to], ws: split(s.p.text[s.from:s.to], s.from)}
		if len(x.ws) == 0 || len(x.ws) > maxWords {
			continue
		}
		label(x.ws)
		x.mentions = c.mentioned(x.ws)
		for _, read := range []func() bool{x.objective, x.unique, x.notNegative, x.once, x.together, x.stale, x.classed, x.history, x.tenancy, x.own, x.importance, x.timer, x.stands} {
			if read() {
				break
			}
		}
		x.calls()
	}
}

// objective tells that the sentence is a statement of load, or a story, and no rule.
func (x *spoken) objective() bool {
	line := x.whole().span.Start.Line
	return x.section == secStories || slices.ContainsFunc(x.c.pending, func(r pendingReading) bool {
		switch r.Kind {
		case Online, Accounts, Throughput, Availability:
		case Latency:
			if r.Percentile == 0 && !r.Mean {
				return false // within an hour, which may be of a rule
			}
		default:
			return false
		}
		return r.Span.Start.Line == line
	})
}

// lacks says, where facts are listed, why a sentence became nothing.
func (x *spoken) lacks(why string) bool {
	if x.section.list() {
		x.c.unplaced(x.whole().span, why)
	}
	return false
}

// mentioned finds the entities that words name, the longest name first.
func (c *collector) mentioned(ws []word) []mention {
	var out []mention
	for i := 0; i < len(ws); i++ {
		for n := min(4, len(ws)-i); n > 0; n-- {
			if ws[i+n-1].tag != tagNoun && !strings.HasSuffix(ws[i+n-1].low, "'s") {
				continue
			}
			var name []string
			for _, w := range ws[i : i+n] {
				if w.kind == letters {
					name = append(name, owner(w.low))
				}
			}
			if len(name) < n {
				continue
			}
			if e := find(c.entities, entityName(strings.Join(name, " "))); e != nil {
				if !slices.ContainsFunc(out, func(m mention) bool { return m.entity == e }) {
					out = append(out, mention{e, i, i + n})
				}
				i += n - 1
				break
			}
		}
	}
	return out
}

// owner is a word without the sign that something belongs to it: readers'.
func owner(low string) string {
	return strings.TrimSuffix(strings.TrimSuffix(low, "'s"), "'")
}

// says tells that one of the words or phrases stands in the sentence.
func (x *spoken) says(phrases ...string) bool {
	body := " " + lower(x.text) + " "
	return slices.ContainsFunc(phrases, func(phrase string) bool {
		for from := 0; ; {
			at := strings.Index(body[from:], phrase)
			if at < 0 {
				return false
			}
			at += from
			if !isWordByte(body[at-1]) && !isWordByte(body[at+len(phrase)]) {
				return true
			}
			from = at + 1
		}
	})
}

// denied tells that the sentence says that something may not be.
func (x *spoken) denied() bool {
	return x.says("never", "not", "no", "cannot", "can't", "mustn't", "nobody", "no one", "neither", "nor")
}

// became says what the sentence became.
func (x *spoken) became(path string) bool {
	x.c.mark(x.p.span(x.c.src.file, x.from, x.to), Fact, path, "")
	return true
}

// whole is the sentence as a value of the model, without the sign of an item before it
// and the stop behind it.
func (x *spoken) whole() written {
	text := strings.TrimRight(x.text, " .;!")
	return written{text, x.p.span(x.c.src.file, x.from, x.from+len(text))}
}

var (
	noTwoForm  = regexp.MustCompile(`(?i)\b(?:no|never) (?:two|2) ([\w' -]{2,40}?) (?:(?:may|can|must|shall|should|will|ever) )*(?:have|share|use|carry|get|bear) the same ([\w' ,-]+)`)
	uniqueForm = regexp.MustCompile(`(?i)\b(?:is|are|be|has an?|have an?|with an?) unique\b`)
)

// unique reads "no two clubs have the same name", "an order's number is unique".
func (x *spoken) unique() bool {
	if m := noTwoForm.FindStringSubmatchIndex(x.text); m != nil {
		e := x.c.entityCalled(x.text[m[2]:m[3]])
		if e == nil {
			return false
		}
		var names []string
		for _, part := range splitKeeping(strings.TrimRight(x.text[m[4]:m[5]], " "), alternatives) {
			f := e.fieldCalled(part.text)
			if f == "" {
				return false
			}
			names = append(names, f)
		}
		return x.alone(e, strings.Join(names, " + "))
	}
	if !uniqueForm.MatchString(x.text) || len(x.mentions) != 1 {
		return false
	}
	e := x.mentions[0].entity
	if f := e.fieldAmong(x.ws); f != "" && !x.denied() {
		return x.alone(e, f)
	}
	return false
}

// alone adds a field, or several joined, that no two instances share.
func (x *spoken) alone(e *named, fields string) bool {
	w := written{fields, x.whole().span}
	for i := range e.values {
		if v := &e.values[i]; v.key == "unique" {
			if !slices.ContainsFunc(v.list, func(o written) bool { return o.text == fields }) {
				v.list = append(v.list, w)
			}
			return x.became("domain." + e.text + ".unique")
		}
	}
	e.values = append(e.values, value{key: "unique", list: []written{w}, text: w})
	return x.became("domain." + e.text + ".unique")
}

// fieldCalled is the field of a name in the words of people; "" for none.
func (n *named) fieldCalled(text string) string {
	fields, _ := n.get("fields")
	want := spelt(strings.TrimPrefix(strings.TrimSpace(lower(text)), "the "), fact.Snake)
	for _, f := range fields.parts {
		if f.key == want || singular(f.key) == singular(want) {
			return f.key
		}
	}
	return ""
}

// fieldAmong is the field whose name stands among the words, the longest name first; ""
// for none.
func (n *named) fieldAmong(ws []word) string {
	fields, _ := n.get("fields")
	best := ""
	for _, f := range fields.parts {
		if inRow(ws, fact.Words(f.key)) && len(f.key) > len(best) {
			best = f.key
		}
	}
	return best
}

// inRow tells that words follow each other in a sentence, in the singular or plural.
func inRow(ws []word, name []string) bool {
	for i := 0; len(name) > 0 && i+len(name) <= len(ws); i++ {
		same := true
		for k, w := range name {
			low := owner(ws[i+k].low)
			same = same && (low == w || singular(low) == singular(w))
		}
		if same {
			return true
		}
	}
	return false
}

// belowZero is what a number may not become.
var belowZero = []string{"below zero", "below 0", "under zero", "negative", "less than zero", "less than 0", "into the red", "overdrawn"}

// notNegative reads "the stock of an item never falls below zero".
func (x *spoken) notNegative() bool {
	if !x.says(belowZero...) || !x.denied() {
		return false
	}
	of := x.mentions
	if len(of) == 0 {
		for _, e := range x.c.entities {
			of = append(of, mention{entity: e})
		}
	}
	var owner *named
	field := ""
	for _, m := range of {
		f := m.entity.fieldAmong(x.ws)
		switch {
		case f == "", owner != nil && f == "number" && x.says("number of"): // the number of seats
		case owner != nil && !(field == "number" && x.says("number of")):
			return false // two may be meant
		default:
			owner, field = m.entity, f
		}
	}
	if owner == nil {
		return x.lacks("no field is declared that it could be about")
	}
	fields, _ := owner.get("fields")
	i := slices.IndexFunc(fields.parts, func(f value) bool { return f.key == field })
	switch f := &fields.parts[i]; f.text.text {
	case "text":
		f.text.text = "int" // what can be below zero is a number
	case "money":
		field += ".amount"
	case "int", "decimal":
	default:
		return false
	}
	owner.list("invariants", written{field + " >= 0", x.whole().span})
	return x.became("domain." + owner.text + ".invariants")
}

// list adds to a list of an entity.
func (n *named) list(key string, w written) {
	for i := range n.values {
		if v := &n.values[i]; v.key == key {
			v.list = append(v.list, w)
			return
		}
	}
	n.values = append(n.values, value{key: key, list: []written{w}, text: w})
}

// onceForms say how often something may be, at most or exactly.
var (
	twiceForms = []string{"twice", "two times", "more than once", "at the same time", "simultaneously", "doubly", "again"}
	onceForms  = []string{"only once", "exactly once", "at most once", "just once", "a single time", "once only", "once and only once"}
	doubleForm = regexp.MustCompile(`(?i)\bdouble[- ](?:\w+ed|\w+ings?|charges?|sales?|payments?)\b`)
	oneForm    = regexp.MustCompile(`(?i)\b(?:at most one|only one|no more than one|never more than one|not more than one) (\w+)`)
	moreForm   = regexp.MustCompile(`(?i)\b(?:never|not|no|cannot) (?:\w+ ){0,3}?more \w+(?: \w+){0,4} than\b`)
)

// once reads "a seat is never sold twice", "every payment is booked exactly once", "there
// are never more bookings than places".
func (x *spoken) once() bool {
	limits := x.says(onceForms...) || moreForm.MatchString(x.text)
	if m := oneForm.FindStringSubmatch(lower(x.text)); m != nil && timeUnits[m[1]] == 0 && !function[m[1]] {
		limits = true
	}
	if !limits && !(x.denied() && (x.says(twiceForms...) || doubleForm.MatchString(x.text) || noTwoForm.MatchString(x.text) || x.says("the same"))) {
		return false
	}
	return x.over()
}

// togetherForms say that several things change as one, or agree.
var togetherForms = []string{"together or not at all", "all or nothing", "in one transaction", "always agree", "always match", "must agree", "must match", "must always agree", "must always match", "always consistent", "must be consistent", "add up", "at the same instant", "at the same moment", "in one step"}

// together reads "an order and its payment must always agree".
func (x *spoken) together() bool {
	return x.says(togetherForms...) && len(x.mentions) > 1 && x.over()
}

// over makes a rule of the sentence, over the entities that it names and the record that
// its deed leaves: to lend a copy leaves a loan.
func (x *spoken) over() bool {
	var over []written
	add := func(id string) {
		if !slices.ContainsFunc(over, func(w written) bool { return w.text == id }) {
			over = append(over, written{id, x.whole().span})
		}
	}
	for _, m := range x.mentions {
		if find(x.c.actors, actorName(m.entity.text)) == nil { // who does it is not what it is about
			add(m.entity.text)
		}
	}
	if len(over) == 0 {
		for _, m := range x.mentions {
			add(m.entity.text)
		}
	}
	told := len(over)
	for _, w := range x.ws {
		if w.kind != letters || w.tag != tagFinite && w.tag != tagVerb && w.tag != tagGerund {
			continue
		}
		verb := lemma(strings.TrimPrefix(w.low, "double-"))
		for _, e := range x.c.entities {
			ws := fact.Words(e.text)
			if len(ws) == 1 && !isPerson(ws[0]) && verb != ws[0] && slices.Contains(deedsOf(ws[0]), verb) {
				add(e.text)
			}
		}
		for _, u := range x.c.useCases {
			if u.verb != verb {
				continue
			}
			about := told == 0 || slices.ContainsFunc(u.touches, func(t touch) bool {
				return slices.ContainsFunc(over[:told], func(w written) bool { return w.text == t.entity.text })
			})
			for _, t := range u.touches {
				if about && (t.how == "creates" || told == 0 && t.how != "reads") {
					add(t.entity.text)
				}
			}
		}
	}
	if len(over) == 0 {
		return x.lacks("it names no entity that is declared")
	}
	holds := x.whole()
	words := split(holds.text, 0)
	var name []string
	for _, w := range words {
		if len(name) > 1 && (w.low == "at" || w.low == "for" || w.low == "in" || w.low == "by" || w.low == "to") {
			break
		}
		if w.kind == letters && !determiners[w.low] && !auxiliaries[w.low] && !modals[w.low] && len(name) < 5 {
			name = append(name, w.low)
		}
	}
	id := spelt(strings.Join(name, " "), fact.Pascal)
	if id == "" || find(x.c.ruled, id) != nil {
		return false
	}
	r := &named{written: written{id, holds.span}}
	r.values = append(r.values, value{key: "over", list: over, text: holds}, value{key: "holds", text: written{strings.ToLower(holds.text[:1]) + holds.text[1:], holds.span}})
	if when := x.eventually(); when != "" {
		r.values = append(r.values, value{key: "when", text: written{when, holds.span}})
	}
	x.c.ruled = append(x.c.ruled, r)
	return x.became("rules." + id)
}

// eventually is within what time the rule holds, where it says that it need not at once;
// the amount of time is no target of its own then.
func (x *spoken) eventually() string {
	as := amounts(x.ws)
	for _, a := range as {
		if a.unit == seconds && a.per == 0 && (lowAt(x.ws, a.from-1) == "within" || lowAt(x.ws, a.from-1) == "after") {
			x.c.pending = slices.DeleteFunc(x.c.pending, func(r pendingReading) bool {
				return r.Span.Start.Line == x.whole().span.Start.Line && r.Q.Kind == fact.Duration && r.Q.N == a.n
			})
			return "eventual within " + fact.FormatSeconds(a.n)
		}
	}
	if x.says("eventually", "in the end") {
		return "eventual"
	}
	return ""
}

// staleWords say that what is shown may be older than what is true.
var (
	staleAfter  = set(`old stale behind outdated out-of-date late`)
	staleBefore = set(`older stale lag lags lagging behind outdated`)
)

// stale reads "search results may be 5 minutes old", "the map lags at most 5 s".
func (x *spoken) stale() bool {
	for _, a := range x.ages() {
		after := slices.ContainsFunc(x.ws[a.to:min(a.to+2, len(x.ws))], func(w word) bool { return staleAfter[w.low] }) || lowAt(x.ws, a.to) == "out" && lowAt(x.ws, a.to+1) == "of"
		before := slices.ContainsFunc(x.ws[max(a.from-5, 0):a.from], func(w word) bool { return staleBefore[w.low] })
		if !after && !before || !x.allowed(a, after) {
			continue
		}
		var targets []*useCase
		if x.topic != nil && !x.topic.changes() {
			targets = []*useCase{x.topic}
		}
		about := x.without(a)
		found, whole := x.c.speaksOf(&pendingReading{Reading: Reading{Kind: Latency, About: about}})
		switch {
		case len(found) > 0 && !whole:
			targets = found
		case len(x.mentions) > 0:
			for _, u := range x.c.useCases {
				if slices.ContainsFunc(u.touches, func(t touch) bool {
					return slices.ContainsFunc(x.mentions, func(m mention) bool { return m.entity.text == t.entity.text })
				}) {
					targets = append(targets, u)
				}
			}
		case whole && len(targets) == 0:
			targets = found
		}
		w := written{fact.FormatSeconds(a.n), x.whole().span}
		done := false
		for _, u := range targets {
			if u.changes() || u.hasTarget("stale", 0) {
				continue
			}
			u.values = append(u.values, value{key: "stale", text: w})
			done = x.became("use_cases." + u.text + ".stale")
		}
		if done {
			x.c.pending = slices.DeleteFunc(x.c.pending, func(r pendingReading) bool {
				return r.Span.Start.Line == w.span.Start.Line && r.Kind == Latency && r.Q.N == a.n
			})
		}
		return done || x.lacks("which use case shows what is that old?")
	}
	return false
}

// ages are the amounts of time of up to a week, "a minute" among them.
func (x *spoken) ages() []amount {
	var out []amount
	for _, a := range amounts(x.ws) {
		if a.unit == seconds && a.per == 0 && a.n <= 7*86400 {
			out = append(out, a)
		}
	}
	for i, w := range x.ws {
		if unit := timeUnits[lowAt(x.ws, i+1)]; unit > 0 && (w.low == "a" || w.low == "an") && !slices.ContainsFunc(out, func(a amount) bool { return a.from == i }) {
			out = append(out, amount{n: unit, unit: seconds, from: i, to: i + 2})
		}
	}
	return out
}

// changes tells that a use case writes.
func (u *useCase) changes() bool {
	return slices.ContainsFunc(u.touches, func(t touch) bool { return t.how != "reads" })
}

// allowed tells that an age is what may be, and not that of things that something is done
// to: records older than 30 days are deleted.
func (x *spoken) allowed(a amount, after bool) bool {
	if x.says("delete", "deleted", "removed", "purged", "archived", "erased") {
		return false
	}
	bounded := x.says("up to", "at most", "no more than", "not more than", "maximum", "no longer than", "within", "a few")
	for _, w := range x.ws[:a.from] {
		if w.low == "may" || w.low == "can" || w.low == "could" || after && w.tag == tagModal {
			bounded = true
		}
	}
	return bounded || x.denied()
}

// without is the sentence without an amount.
func (x *spoken) without(a amount) string {
	return x.text[:x.ws[a.from].from-x.from] + x.text[x.ws[a.to-1].to-x.from:]
}

var (
	classForm  = regexp.MustCompile(`(?i)^(.*?)\s*(?:\b(?:is|are|counts? as|treated as|regarded as|classified as|holds?|contains?|includes?|has|have)\b|:)\s*(?:all\s+|also\s+|to be treated as\s+|treated as\s+|considered\s+|strictly\s+)*(?:sensitive )?(personal|health|medical|patient|card|cardholder|secret)\s*(?:data|information|details|records)?\b`)
	dataClass  = map[string]string{"personal": "personal", "health": "health", "medical": "health", "patient": "health", "card": "card", "cardholder": "card", "secret": "secret"}
	wholeTypes = set(`text date email phone position file url`)
)

// classed reads "readers' data are personal", "diagnosis and dose are health data": of
// fields where it names any, else of all that the entity keeps in words.
func (x *spoken) classed() bool {
	m := classForm.FindStringSubmatchIndex(x.text)
	if m == nil {
		return false
	}
	class := dataClass[lower(x.text[m[4]:m[5]])]
	subject := split(x.text[:m[3]], x.from)
	label(subject)
	entities := x.c.mentioned(subject)
	done := false
	mark := func(e *named, only func(*value) bool) {
		for i := range e.values {
			if e.values[i].key != "fields" {
				continue
			}
			for k := range e.values[i].parts {
				f := &e.values[i].parts[k]
				typ := strings.TrimPrefix(f.text.text, "personal ")
				if first, _, _ := strings.Cut(typ, " "); !wholeTypes[first] || !only(f) {
					continue
				}
				f.text.text = class + " " + typ
				done = x.became("domain." + e.text + ".fields." + f.key)
			}
		}
	}
	of := x.c.entities
	if len(entities) > 0 {
		of = nil
		for _, m := range entities {
			of = append(of, m.entity)
		}
	}
	for _, e := range of {
		mark(e, func(f *value) bool { return inRow(subject, fact.Words(f.key)) })
	}
	if !done && len(entities) > 0 {
		for _, e := range of {
			mark(e, func(*value) bool { return true })
		}
	}
	return done
}

var (
	auditForm   = regexp.MustCompile(`(?i)\b(?:audit(?:ed|able|s)?(?:[- ](?:trail|log))?|traceable|who (?:did|changed|has changed) what|(?:every|each|all|any) changes?\b.*\b(?:recorded|logged|kept|traced|tracked))\b`)
	replayForm  = regexp.MustCompile(`(?i)\b(?:(?:any|every|each) (?:past|earlier|former|previous) (?:state|version)|(?:full|complete|whole) history|replayed?|as (?:it was|they were) (?:on|at) any)\b`)
	everyChange = regexp.MustCompile(`(?i)\b(?:everything|every change|all changes|any change|each change)\b`)
)

// history reads "every change of a contract is recorded", "any past state of an account
// can be shown".
func (x *spoken) history() bool {
	kind := ""
	switch {
	case x.denied():
		return false
	case replayForm.MatchString(x.text):
		kind = "required"
	case auditForm.MatchString(x.text):
		kind = "audit"
	default:
		return false
	}
	var of []*named
	for _, m := range x.mentions {
		of = append(of, m.entity)
	}
	if len(of) == 0 { // of a field: every change of a price
		for _, e := range x.c.entities {
			if e.fieldAmong(x.ws) != "" {
				of = append(of, e)
			}
		}
	}
	if len(of) == 0 && everyChange.MatchString(x.text) {
		of = x.c.entities
	}
	done := false
	for _, e := range of {
		if e.set(value{key: "history", text: written{kind, x.whole().span}}) {
			done = x.became("domain." + e.text + ".history")
		}
	}
	return done || x.lacks("which entity's changes are to be kept?")
}

var tenancyForms = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:each|every|an?|one) ([\w ]{2,30}?) (?:only )?(?:sees|see|works (?:only )?(?:on|with)|has access to|(?:may|can|must|shall|should) (?:only |never )?(?:see|read|access|reach|work (?:on|with)))(?: only| nothing but)? (?:its|their|his|her) own (?:data|records|things)\b`),
	regexp.MustCompile(`(?i)\b(?:data|records|information) of (?:different |two |each |every |one |the )?([\w ]{2,30}?) (?:is|are|must be|have to be|has to be|must stay|stay|stays|must never be)(?: strictly)? (?:kept apart|isolated|separated?|kept separate|mixed)\b`),
	regexp.MustCompile(`(?i)\b(?:multi-?tenant|tenants?)\b[^.]*?\b(?:by|per|is an?|are(?: the)?|each) ([\w ]{2,30}?)$`),
	regexp.MustCompile(`(?i)\b(?:no|one) ([\w ]{2,30}?) (?:may|must|can|shall)?(?: ever| never| not)*(?: ever)? sees? (?:the )?(?:data|records|anything) of another\b`),
}

// tenancy reads "each clinic sees only its own data".
func (x *spoken) tenancy() bool {
	for _, form := range tenancyForms {
		m := form.FindStringSubmatch(strings.TrimRight(x.text, " .!"))
		if m == nil {
			continue
		}
		if e := x.c.entityCalled(strings.TrimSpace(m[1])); e != nil {
			x.c.stated("tenancy", "by "+e.text, x.whole().span)
			return true
		}
		return x.lacks(strings.TrimSpace(m[1]) + " is no entity that is declared")
	}
	return false
}

var ownForm = regexp.MustCompile(`(?i)^\W*(?:the |an? |every |each )?([\w ]{2,30}?) (?:may |can |must |shall |should )?(?:only )?(?:ever )?([a-z]+)(?:,? (?:and|or) [a-z]+)?(?: only)? (?:their|his or her|his|her|its|his/her) own ([\w -]{2,40}?)(?:,.*| and nobody else's.*| only)?$`)

// own reads "readers see only their own loans".
func (x *spoken) own() bool {
	m := ownForm.FindStringSubmatch(strings.TrimRight(x.text, " .!"))
	if m == nil || !x.says("only") {
		return false
	}
	actor, e := find(x.c.actors, actorName(m[1])), x.c.entityCalled(strings.TrimSpace(m[3]))
	if actor == nil || e == nil || !isVerb(lemma(lower(m[2]))) {
		return false
	}
	whose := actor.text
	if fields, ok := e.get("fields"); ok {
		for _, f := range fields.parts {
			if f.key == actor.text || f.text.text == "-> "+entityName(strings.ReplaceAll(actor.text, "_", " ")) {
				whose = f.key
			}
		}
	}
	e.set(value{key: "owned_by", text: written{whose, x.whole().span}})
	return x.became("domain." + e.text + ".owned_by")
}

var (
	waitForm     = regexp.MustCompile(`(?i)^(.*?)\s*\b(?:(?:may|can|could) wait|(?:is|are) (?:not urgent|less important|of low priority|the least important|nice to have)|(?:may|can) be (?:shed|dropped|refused) first)\b`)
	criticalForm = regexp.MustCompile(`(?i)^(.*?)\s*\b(?:(?:is|are) (?:business[- ]critical|mission[- ]critical|critical|the most important)|must (?:always work|never stop|keep working|go on)|comes? first)\b`)
)

// importance reads "reports can wait", "placing an order is critical".
func (x *spoken) importance() bool {
	for _, f := range []struct {
		form *regexp.Regexp
		word string
	}{{waitForm, "may-wait"}, {criticalForm, "critical"}} {
		m := f.form.FindStringSubmatch(x.text)
		if m == nil || x.denied() {
			continue
		}
		found, whole := x.c.speaksOf(&pendingReading{Reading: Reading{Kind: Latency, About: m[1]}})
		if whole {
			return false
		}
		done := false
		for _, u := range found {
			if !u.hasTarget("importance", 0) {
				u.values = append(u.values, value{key: "importance", text: written{f.word, x.whole().span}})
				done = x.became("use_cases." + u.text + ".importance")
			}
		}
		return done
	}
	return false
}

var (
	// lapseForm finds what becomes of a thing after a time: is released after 10 minutes.
	lapseForm = regexp.MustCompile(`(?i)\b(?:is|are|gets?|becomes?)?\s*(?:automatically )?([a-z]+)(?: automatically| again)? (?:after|within)\b`)
	// backWords say that a thing goes back to the state before.
	backWords = set(`release free return restore reopen unlock`)
)

// timer reads "a reserved listing is released after 10 minutes": the state that a thing
// stands in lasts that long. It goes to the state that the verb names, or back to the one
// before where it is released.
func (x *spoken) timer() bool {
	if len(x.mentions) == 0 {
		return false
	}
	m := x.mentions[0]
	states, ok := m.entity.get("states")
	if !ok || m.from == 0 {
		return false
	}
	from := x.ws[m.from-1].low
	verb := ""
	if f := lapseForm.FindStringSubmatch(x.text); f != nil {
		verb = lemma(lower(f[1]))
	}
	as := amounts(x.ws)
	if verb == "" || len(as) != 1 || as[0].unit != seconds {
		return false
	}
	to, known, back := "", false, ""
	for chain := range strings.SplitSeq(states.text.text, ", ") {
		names := strings.Split(chain, " -> ")
		for i, name := range names {
			known = known || name == from
			if i == 0 {
				continue
			}
			before := names[i-1]
			switch {
			case before == from && (lemma(name) == verb || name == verb):
				to = name
			case name == from && back == "":
				back = before
			}
		}
	}
	if to == "" && backWords[verb] && slices.Contains(strings.Split(states.text.text, ", "), from+" -> "+back) {
		to = back
	}
	if !known || to == "" {
		return false
	}
	span := x.whole().span
	a := as[0]
	t := value{key: "timers", text: written{span: span}, parts: []value{{key: from, text: written{span: span}, parts: []value{
		{key: "after", text: written{fact.FormatSeconds(a.n), span}}, {key: "to", text: written{to, span}},
	}}}}
	if !m.entity.set(t) {
		return false
	}
	x.c.pending = slices.DeleteFunc(x.c.pending, func(r pendingReading) bool {
		return overlap(r.Span, span) && r.Q.Kind == fact.Duration
	})
	return x.became("domain." + m.entity.text + ".timers")
}

// stands makes a rule of what a list of rules says of entities and is nothing else.
func (x *spoken) stands() bool {
	return x.section == secRules && len(x.mentions) > 0 &&
		(x.denied() || x.says("always", "only", "must", "add up", "adds up", "equals", "at least", "at most", "exactly")) && x.over()
}
