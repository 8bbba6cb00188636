package brief

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// What verbs do to what they name. A verb in none of the sets reads.
var (
	createVerbs = set(`create add register place submit post upload book open request record leave publish write make import schedule reserve sign apply donate issue send enter enrol enroll order raise file propose invite comment log capture ingest buy purchase start insert draft generate copy duplicate report sell hire clone take-over hand-in sign-up`)
	deleteVerbs = set(`delete remove discard erase purge drop`)
	changeVerbs = set(`update edit change modify set assign approve reject cancel mark rename archive close move configure confirm pay rate reschedule correct adjust accept decline publish unpublish enable disable activate deactivate moderate validate resolve reopen complete merge split reset lock unlock tag prioritise prioritize replace revoke grant reassign return review finish customise customize block flag extend renew deliver ship fulfil collect sort-out withdraw deposit transfer vote toggle suspend reorder rearrange refund amend annotate restore ban unblock mute follow unfollow upgrade downgrade redeem waive swap redact claim escalate pause resume retire void check-in check-out pick-up hand-over`)
	manageVerbs = set(`manage maintain administer`)
	// aside are verbs that ask nothing of a system: to know, to be sure.
	asideVerbs = set(`be know feel trust understand think believe stay avoid ensure remember forget want need like`)
	// lookVerbs change nothing, whatever they are the deed of.
	lookVerbs = union(listVerbs, set(`view see look check track follow monitor watch get receive read download export show open display retrieve access know visit learn scan preview print inspect analyse analyze count measure`))
	// listVerbs answer with many.
	listVerbs = set(`list search browse filter find sort compare explore query`)
)

// uiNouns are parts of a screen or of the system, no entities; aspects belong to what
// is named beside them: the status of an order, an order's details.
var (
	uiNouns = set(`page screen button dashboard tab menu website site app application system platform portal link form view home homepage interface ui icon window dialog popup checkbox field box sidebar navigation widget click mouse keyboard panel header footer banner layout font colour color logo browser server database api step thing way time moment day week month year date today area place part kind type sort case end top bottom change action experience access help support need use functionality feature option mode ease click second minute hour problem question something anything life money work email notification message result information data info detail overview summary progress order-of number phone`)
	aspects = set(`list history detail details information info data status state number name set copy overview view kind type date time amount price total description title size content contents version progress result results count summary deadline location position availability id code`)
)

// story adds what a user story asks for.
func (c *collector) story(p *passage, s *Story) {
	c.r.Stories = append(c.r.Stories, *s)
	var by []written
	for _, person := range s.Personas {
		by = append(by, c.person(person.Text, person.Span)...)
	}
	c.mark(s.Span, Fact, "", "")
	made := false
	title := c.byTitle
	c.byTitle = nil
	for i := range s.Actions {
		a := &s.Actions[i]
		if !a.Primary || stays[a.Verb] || a.Verb == "keep" && a.keeps(s) || made && len(a.Objects) == 0 && !changing(a.Verb) || asideVerbs[a.Verb] && len(a.Objects) == 0 || a.Verb == "have" && len(s.Actions) > 1 && i == 0 && s.Actions[1].Primary {
			continue
		}
		if u := c.useCaseOf(s, a); u != nil {
			u.addBy(by)
			c.mark(s.Span, Fact, "use_cases."+u.text, "")
			c.speakOf(u, c.level())
			made = true
			if title != nil && title != u {
				if !a.passive || a.subject >= 0 {
					c.drop(title, u)
				} else {
					title.addBy(by)
				}
			}
			title = nil
		}
	}
	if !made && c.topic != nil {
		c.topic.addBy(by)
	} else if !made {
		for n := s.Span.Start.Line; n <= s.Span.End.Line; n++ {
			c.r.Lines[n-1].Status, c.r.Lines[n-1].Why = NotUnderstood, "it names no deed that a use case could be made of"
		}
	}
	c.numbers(p, 0, len(p.text))
	if c.topic != nil {
		c.sentences = append(c.sentences, sentence{p, 0, len(p.text), c.topic, nil, secStories})
	}
}

// stays are verbs of what happens by itself: I want refunds to go out.
var stays = set(`go come happen arrive exist work`)

// keeps tells that what is kept is doing something: scanning is to keep working.
func (a *Action) keeps(s *Story) bool {
	return len(a.Objects) > 0 && strings.HasSuffix(lastWord(s.Entities[a.Objects[0]].words), "ing")
}

// drop takes away a use case that only a title spoke of, for the one that the story
// below the title tells.
func (c *collector) drop(title, told *useCase) {
	c.useCases = slices.DeleteFunc(c.useCases, func(u *useCase) bool { return u == title })
	for n := title.span.Start.Line; n <= title.span.End.Line; n++ {
		l := &c.r.Lines[n-1]
		if k := slices.Index(l.Became, "use_cases."+title.text); k >= 0 {
			l.Became[k] = "use_cases." + told.text
		}
	}
}

func (u *useCase) addBy(by []written) {
	for _, b := range by {
		if !slices.ContainsFunc(u.by, func(x written) bool { return x.text == b.text }) {
			u.by = append(u.by, b)
		}
	}
}

// useCaseOf returns the use case of an action, a new one when none has its name.
func (c *collector) useCaseOf(s *Story, a *Action) *useCase {
	var words []string
	var objects []Phrase
	for _, k := range a.Objects {
		if ws := s.Entities[k].words; timeUnits[lastWord(ws)] == 0 && !s.Entities[k].when {
			objects = append(objects, s.Entities[k])
		}
	}
	verb := a.Verb
	switch {
	case a.subject >= 0:
		objects = []Phrase{s.Entities[a.subject]}
	case a.passive: // to be notified when a parent signs a form
		objects = nil
		for _, k := range a.Objects {
			if !isPerson(singular(lastWord(s.Entities[k].words))) {
				objects = append(objects, s.Entities[k])
			}
		}
	}
	if len(objects) == 0 && c.last.words != nil && (changeVerbs[verb] || deleteVerbs[verb]) { // owners can cancel up to 2 hours before
		objects = []Phrase{c.last}
	}
	list := listVerbs[verb]
	for i, o := range objects {
		words = nounsOf(o.words)
		if len(words) == 0 {
			continue
		}
		last := words[len(words)-1]
		if c.fieldOver(objects, i) != nil {
			words = append(append(words, "of"), nounsOf(objects[i+1].words)...)
			break
		}
		if !changing(verb) && (singular(last) != last && !eachOf[verb] || last == "list" || last == "history") {
			list = true
		}
		if (last == "list" || last == "history" || last == "set") && i+1 < len(objects) {
			words = nounsOf(objects[i+1].words)
		}
		break
	}
	if len(words) > 3 {
		words = words[len(words)-3:]
	}
	for i := range words {
		if !(list && i == len(words)-1) {
			words[i] = singular(words[i])
		}
	}
	name := spelt(verb+" "+a.particle+" "+strings.Join(words, " "), fact.Pascal)
	if name == "" {
		return nil
	}
	if phrased := verb + "-" + a.particle; a.particle != "" && changing(phrased) {
		verb = phrased
	}
	if i := slices.IndexFunc(c.useCases, func(u *useCase) bool { return strings.EqualFold(u.text, name) }); i >= 0 {
		return c.useCases[i]
	}
	if (verb == "ask" || verb == "apply" || verb == "call") && strings.HasPrefix(a.rest, " for ") {
		verb = "request"
	}
	u := &useCase{written: written{name, a.Span}, verb: a.Verb, deed: verb, said: a.rest, list: list}
	for _, w := range words {
		u.words = append(u.words, singular(w))
	}
	c.touched(u, verb, objects)
	c.useCases = append(c.useCases, u)
	return u
}

// eachOf are verbs that are done to one thing after the other, though people say that they
// check tickets.
var eachOf = set(`check scan verify validate inspect weigh measure test`)

func changing(verb string) bool {
	return createVerbs[verb] || deleteVerbs[verb] || changeVerbs[verb] || manageVerbs[verb]
}

func lastWord(ws []word) string {
	if len(ws) == 0 {
		return ""
	}
	return ws[len(ws)-1].low
}

// nounsOf returns the words of a noun phrase that can stand in a name.
func nounsOf(ws []word) []string {
	var out []string
	for _, w := range ws {
		if w.kind == letters && w.tag != tagAdjective && w.tag != tagAdverb && numberWords[w.low] == 0 {
			out = append(out, strings.TrimSuffix(strings.TrimSuffix(w.low, "'s"), "'"))
		}
	}
	return out
}

// touched notes what a use case does to the entities of its objects: the first is what
// the verb is about, the others are read where they are declared.
func (c *collector) touched(u *useCase, verb string, objects []Phrase) {
	main := false
	for i := 0; i < len(objects); i++ {
		o := objects[i]
		id := c.entityOf(o.words, changing(verb))
		if e := c.fieldOver(objects, i); e != nil {
			id, i = e.text, i+1
		}
		if id == "" {
			continue
		}
		how := []string{"reads"}
		if !main {
			how = effect(verb)
			if verb == "drop" && putForm.MatchString(u.said) || verb == "open" && theForm.MatchString(u.said) {
				how = []string{"changes"} // a parcel into a locker; the locker, which is there
			}
		}
		if !main && workedOut[verb] && strings.EqualFold(id, entityName(strings.Join(nounsOf(o.words), " "))) && c.declared.byName[strings.ToLower(id)] != nil {
			how = []string{"creates"} // settlements are computed, and no price of theirs
		}
		for _, h := range how {
			u.touches = append(u.touches, touch{h, written{id, o.Span}, !main})
		}
		main = true
	}
}

// fieldOver is the entity with a field that objects i and i+1 call together: state of
// charge; nil for none.
func (c *collector) fieldOver(objects []Phrase, i int) *named {
	if i+1 >= len(objects) {
		return nil
	}
	name := strings.Join(nounsOf(objects[i].words), " ") + " of " + strings.Join(nounsOf(objects[i+1].words), " ")
	return c.declared.byField[spelt(name, fact.Snake)]
}

var (
	// putForm finds that something is put somewhere, not thrown away.
	putForm = regexp.MustCompile(`(?i)\b(?:into|in|at|onto|off|on)\b`)
	// theForm finds that a deed is done to what is there.
	theForm = regexp.MustCompile(`(?i)^\s*(?:the|this|that|my|their|its|his|her)\b`)
)

// workedOut are verbs that leave what they are done to where that is something kept.
var workedOut = set(`compute calculate derive determine produce prepare compile`)

func effect(verb string) []string {
	switch {
	case createVerbs[verb]:
		return []string{"creates"}
	case deleteVerbs[verb]:
		return []string{"deletes"}
	case changeVerbs[verb]:
		return []string{"changes"}
	case manageVerbs[verb]:
		return []string{"creates", "changes"}
	}
	return []string{"reads"}
}

// entityOf names the entity of a noun phrase: the part before an aspect, the longest
// tail of nouns; "" when the phrase names none.
func (c *collector) entityOf(ws []word, changed bool) string {
	words := nounsOf(ws)
	for n := len(words); n > 0; n-- { // a declared one, by its longest tail
		for from := 0; from < n; from++ {
			name := entityName(strings.Join(words[from:n], " "))
			if e := cmp.Or(c.declared.byName[strings.ToLower(name)], find(c.entities, name)); e != nil {
				return e.text
			}
		}
	}
	if len(words) > 1 || len(words) == 1 && find(c.actors, actorName(words[0])) != nil {
		if e := c.declared.byField[spelt(singular(strings.Join(words, " ")), fact.Snake)]; e != nil { // contact data, of a donor; the driver, of a tour
			return e.text
		}
	}
	for len(words) > 0 && len(words[0]) > 2 && (aspects[singular(words[len(words)-1])] || aspects[words[len(words)-1]]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return ""
	}
	head := singular(words[len(words)-1])
	if uiNouns[head] || timeUnits[head] > 0 || vagueNoun[head] || !changed && isPerson(head) {
		return ""
	}
	if len(words) > 3 {
		words = words[len(words)-3:]
	}
	return entityName(strings.Join(words, " "))
}

var vagueNoun = set(`lot ability bit chance context impact idea fact reason purpose basis matter sense attention behalf mistake effort care advantage performance quality security energy value workload`)

var (
	// allowForm finds who may do what: the system shall allow customers to ...; users
	// must be able to ...
	allowForm = regexp.MustCompile(`(?i)\b(?:allows?|enables?|permits?|lets?)\s+(?:an?\s+|the\s+|all\s+|any\s+|each\s+|only\s+)?([\w' -]{2,40}?)\s+(?:to\s+)`)
	ableForm  = regexp.MustCompile(`(?i)^\W*(?:the\s+|an?\s+|all\s+|each\s+|every\s+|any\s+|only\s+)?([\w' -]{2,40}?)\s+(?:shall|must|should|can|may|will|is|are|needs? to|has to|have to)\s+(?:also\s+|only\s+)?(?:be\s+)?(?:able\s+to|allowed\s+to)?\s*`)
	idForm    = regexp.MustCompile(`^\s*(?:\[?[A-Z]{2,4}[-_]?\d+(?:[.-]\d+)*\]?\s*[:.)–—-]?\s+|[A-Z]?\d+(?:\.\d+)*\s*[:)–—]\s+|\d+(?:\.\d+){2,}\s+)`)
	forbids   = regexp.MustCompile(`(?i)^(?:not|never|no longer)\b`)
	earsForm  = regexp.MustCompile(`(?i)^\W*(?:when|while|if|where|whenever|given)\b`)
)

// requirement reads "the system shall allow a customer to place an order" and "users
// must be able to reset their password" as use cases.
func (c *collector) requirement(p *passage, from, to int) bool {
	body := p.text[from:to]
	if earsForm.MatchString(body) {
		return c.acceptance(p, from, to)
	}
	sec := c.section()
	if (sec == secRequirements || sec == secFlow || sec == secStories && p.kind == item || sec == secNone && c.src.bare) && c.told(p, from, to) {
		return true
	}
	if (sec == secRequirements || sec == secStories) && p.kind == item && from == 0 && c.ordered(p, to) {
		return true
	}
	who, at := "", 0
	var person []int
	if m := allowForm.FindStringSubmatchIndex(body); m != nil {
		who, person, at = body[m[2]:m[3]], m[2:4], m[1]
	} else if m := ableForm.FindStringSubmatchIndex(body); m != nil {
		who, person, at = body[m[2]:m[3]], m[2:4], m[1]
	}
	if forbids.MatchString(body[at:]) {
		return false
	}
	ws := split(who, 0)
	if who == "" || len(ws) > 5 || !isPerson(lastWord(ws)) && find(c.actors, actorName(who)) == nil {
		return false
	}
	s := Story{Span: p.span(c.src.file, from, to)}
	lead := toAt(from + at)
	s.analyse(c.src.file, p, append([]word{lead}, split(body[at:], from+at)...), true)
	return c.deeds(&s, p, who, from+person[0], false)
}

// ordered reads an item that begins with its deed: Search boats by class; Cancel a booking.
// Who does it is left open.
func (c *collector) ordered(p *passage, to int) bool {
	end := strings.IndexAny(p.text[:to], ":(")
	if end < 0 {
		end = to
	}
	ws := split(p.text[:end], 0)
	if len(ws) < 2 || len(ws) > maxWords || ws[0].text == ws[0].low || !isVerb(ws[0].low) || isPerson(ws[0].low) || unsaid[ws[0].low] || asideVerbs[ws[0].low] {
		return false
	}
	label(ws[1:])
	if either[ws[0].low] && !startsObject(ws, 1) && singular(ws[1].low) == ws[1].low { // Order history
		return false
	}
	s := Story{Span: p.span(c.src.file, 0, to)}
	s.analyse(c.src.file, p, append([]word{toAt(0)}, ws...), true)
	made := false
	for i := range s.Actions {
		a := &s.Actions[i]
		if a.passive || len(a.Objects) == 0 {
			continue
		}
		if u := c.useCaseOf(&s, a); u != nil {
			c.mark(s.Span, Fact, "use_cases."+u.text, "")
			c.done, made = u, true
		}
	}
	return made
}

// told reads what people do as a use case each: owners add their dogs and book a walk; at
// the end the walker uploads a photo.
func (c *collector) told(p *passage, from, to int) bool {
	ws := split(p.text[from:to], from)
	if len(ws) > maxWords {
		return false
	}
	ws, aside := withoutAside(ws)
	label(ws)
	if c.doneTo(p, ws, from, to) {
		return true
	}
	at := -1
	for i := 0; i+1 < len(ws) && i < 10; i++ {
		switch ws[i].tag {
		case tagModal, tagAux, tagClause, tagFinite:
			return false
		}
		if (isPerson(ws[i].low) || find(c.actors, actorName(ws[i].low)) != nil) && agrees(ws, i) {
			at = i
			break
		}
	}
	if at < 0 {
		return false
	}
	first := at // of the words that name who
	for first > 0 && (ws[first-1].tag == tagNoun || ws[first-1].tag == tagAdjective) {
		first--
	}
	if first > 0 && ws[first-1].tag == tagPreposition {
		return false
	}
	if first < at && numberWords[ws[first].low] > 0 { // five clerks
		aside, first = append(aside, ws[first]), first+1
	}
	who := p.text[ws[first].from:ws[at].to]
	defer func() { c.counted(p, who, aside) }()
	deeds := append([]word{toAt(ws[at].to)}, ws[at+1:]...)
	for i := range deeds {
		if base := lemma(deeds[i].low); i > 0 && strings.HasSuffix(deeds[i].low, "s") && isVerb(base) && (i == 1 || deeds[i-1].tag == tagConjunction || deeds[i-1].tag == tagAdverb) {
			deeds[i].low = base
		}
	}
	s := Story{Span: p.span(c.src.file, from, to)}
	s.analyse(c.src.file, p, deeds, true)
	return c.deeds(&s, p, who, ws[first].from, true)
}

// withoutAside takes what stands in parentheses out of a sentence.
func withoutAside(ws []word) (rest, aside []word) {
	depth := 0
	for _, w := range ws {
		switch {
		case w.low == "(":
			depth++
		case w.low == ")":
			depth = max(0, depth-1)
		case depth > 0:
			aside = append(aside, w)
		default:
			rest = append(rest, w)
		}
	}
	return rest, aside
}

// counted gives somebody who was found the number that is said beside the name: doctors
// (about 900 of them), five clerks.
func (c *collector) counted(p *passage, who string, aside []word) {
	a := find(c.actors, actorName(who))
	if a == nil || len(aside) == 0 {
		return
	}
	n, next := 0.0, 0
	for i := range aside {
		var ok bool
		if n, next, ok = numberAt(aside, i); ok {
			break
		}
	}
	if n < 1 || n != float64(int64(n)) || next < len(aside) && aside[next].low != "of" && !isPerson(aside[next].low) {
		return
	}
	span := p.span(c.src.file, aside[0].from, aside[len(aside)-1].to)
	if a.set(value{key: "accounts", text: written{plain(n), span}}) {
		c.mark(span, Fact, "actors."+a.text+".accounts", "")
	}
}

// doneTo reads what is done by somebody: lessons are scheduled by the tutor.
func (c *collector) doneTo(p *passage, ws []word, from, to int) bool {
	for i := 1; i+3 < len(ws) && i < 12; i++ {
		if ws[i].low != "is" && ws[i].low != "are" || ws[i+1].tag != tagFinite || !isVerb(lemma(ws[i+1].low)) || ws[i+2].low != "by" {
			continue
		}
		first := i + 3
		if ws[first].tag == tagDeterminer {
			first++
		}
		last := first
		for last < len(ws) && ws[last].tag == tagNoun {
			last++
		}
		phrases := nounPhrases(ws[:i])
		if last == first || !isPerson(ws[last-1].low) || len(phrases) == 0 || phrases[0].from > 1 {
			return false
		}
		np := phrases[0]
		verb := lemma(ws[i+1].low)
		deed := append([]word{toAt(ws[np.from].from), {kind: letters, text: verb, low: verb, from: ws[i+1].from, to: ws[i+1].to}}, ws[np.from:np.to]...)
		s := Story{Span: p.span(c.src.file, from, to)}
		s.analyse(c.src.file, p, deed, true)
		return c.deeds(&s, p, p.text[ws[first].from:ws[last-1].to], ws[first].from, true)
	}
	return false
}

// agrees tells that word i+1, adverbs left aside, is what word i does: owners book, an
// owner books.
func agrees(ws []word, i int) bool {
	k := i + 1
	for k < len(ws) && ws[k].tag == tagAdverb {
		k++
	}
	if k >= len(ws) || ws[k].kind != letters || unsaid[lemma(ws[k].low)] {
		return false
	}
	base := lemma(ws[k].low)
	if singular(ws[i].low) != ws[i].low || ws[i].low == "people" || ws[i].low == "staff" {
		return ws[k].low == base && isVerb(base)
	}
	return ws[k].low != base && strings.HasSuffix(ws[k].low, "s") && isVerb(base)
}

// unsaid are verbs that in a description ask nothing of a system.
var unsaid = set(`have need want use get live work know like wait be do become go come arrive own belong prefer expect share-of`)

// deeds makes use cases of what somebody does; with who stands at byte at of the passage.
// A deed without an object is done to what was spoken of last.
func (c *collector) deeds(s *Story, p *passage, who string, at int, all bool) bool {
	made := 0
	for i := range s.Actions {
		a := &s.Actions[i]
		if a.passive || asideVerbs[a.Verb] || all && unsaid[a.Verb] || len(a.Objects) == 0 && (i > 0 || all && a.particle == "") {
			continue
		}
		u := c.useCaseOf(s, a)
		if len(a.Objects) > 0 {
			c.last = s.Entities[a.Objects[0]]
		}
		if u != nil {
			u.addBy(c.person(who, p.span(c.src.file, at, at+len(who))))
			c.mark(s.Span, Fact, "use_cases."+u.text, "")
			c.done = u
			made++
		}
		if made > 2 && !all {
			break
		}
	}
	return made > 0
}

func (c *collector) person(who string, span diag.Span) []written {
	id := actorName(who)
	if id == "" {
		return nil
	}
	a := find(c.actors, id)
	if stem, last, ok := cutLast(id); a == nil && ok && roleNouns[last] {
		a = find(c.actors, stem) // a support agent is of support
	}
	if a == nil {
		a = &named{written: written{id, span}}
		c.actors = append(c.actors, a)
	}
	c.mark(span, Fact, "actors."+a.text, "")
	return []written{{a.text, span}}
}

// roleNouns say nothing about somebody beyond what stands before them.
var roleNouns = set(`agent user member staff person employee team representative`)

func cutLast(id string) (stem, last string, ok bool) {
	i := strings.LastIndexByte(id, '_')
	if i <= 0 {
		return id, "", false
	}
	return id[:i], id[i+1:], true
}

var whenForm = regexp.MustCompile(`(?i)\b(?:when|whenever)\s+(?:an?\s+|the\s+)?([\w' -]{2,30}?)\s+([a-z]+s)\b`)

// acceptance reads an EARS or Gherkin criterion. Below a story it tells how the story's
// use case behaves, and is narrative; on its own, "when a customer submits an order"
// is a use case.
func (c *collector) acceptance(p *passage, from, to int) bool {
	span := p.span(c.src.file, from, to)
	if c.topic != nil {
		c.mark(span, Narrative, "use_cases."+c.topic.text, "")
		c.readAs[span.Start.Line] = true
		if len(c.topic.by) == 0 {
			if m := whenForm.FindStringSubmatchIndex(p.text[from:to]); m != nil && isPerson(lastWord(split(p.text[from+m[2]:from+m[3]], 0))) {
				c.topic.addBy(c.person(p.text[from+m[2]:from+m[3]], p.span(c.src.file, from+m[2], from+m[3])))
			}
		}
		return true
	}
	m := whenForm.FindStringSubmatchIndex(p.text[from:to])
	if m == nil {
		return false
	}
	who, verb := p.text[from+m[2]:from+m[3]], lemma(lower(p.text[from+m[4]:from+m[5]]))
	if !isPerson(lastWord(split(who, 0))) || !isVerb(verb) || verb == "click" || verb == "press" || verb == "enter" {
		return false
	}
	end := strings.IndexAny(p.text[from+m[5]:to], ",;")
	if end < 0 {
		end = to - from - m[5]
	}
	s := Story{Span: span}
	ws := split(p.text[from+m[5]:from+m[5]+end], from+m[5])
	lead := []word{toAt(from + m[4]), {kind: letters, text: verb, low: verb, from: from + m[4], to: from + m[5]}}
	s.analyse(c.src.file, p, append(lead, ws...), true)
	if len(s.Actions) == 0 || len(s.Actions[0].Objects) == 0 {
		return false
	}
	if u := c.useCaseOf(&s, &s.Actions[0]); u != nil {
		u.addBy(c.person(who, p.span(c.src.file, from+m[2], from+m[3])))
		c.mark(span, Fact, "use_cases."+u.text, "")
		return true
	}
	return false
}
