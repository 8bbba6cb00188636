package brief

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// prose reads sentence by sentence: requirements, numbers, constraints, vague words.
func (c *collector) prose(p *passage, sec section) {
	c.done = nil
	for _, s := range sentences(p.text) {
		c.sentence(p, s[0], s[1], sec)
	}
	c.done = nil
}

func (c *collector) sentence(p *passage, from, to int, sec section) {
	if id := idForm.FindString(p.text[from:to]); id != "" && len(id) < to-from {
		from += len(id)
	}
	if m := openForm.FindStringSubmatchIndex(p.text[from:to]); m != nil {
		c.left(p, from+m[0], from+m[1], p.text[from+m[2]:from+m[3]])
		return
	}
	span := p.span(c.src.file, from, to)
	topic := c.topic
	if sec == secRequirements || sec == secFlow || sec == secNone || sec == secRules || sec == secStories {
		if u := c.scheduled(p, from, to); u != nil {
			c.sentences = append(c.sentences, sentence{p, from, to, u, nil, secStories})
			return
		}
	}
	if sec == secBudget || sec == secConstraints || sec == secNone {
		c.teamsIn(p, from, to, false)
	}
	if sec != secAbout && sec != secTeam && sec != secBudget {
		c.sentences = append(c.sentences, sentence{p, from, to, topic, c.done, sec})
	}
	c.done = nil
	if sec != secRules && sec != secQualities && sec != secBudget && sec != secConstraints && sec != secTeam && sec != secAbout {
		c.requirement(p, from, to)
	}
	if sec != secAside {
		before := len(c.pending)
		c.numbers(p, from, to)
		if c.done != nil && !slices.ContainsFunc(c.pending[before:], func(r pendingReading) bool { return r.Kind == Throughput }) {
			c.often(p, from, to)
		}
	}
	if sec != secAside && sec != secAbout {
		c.served(p, from, to)
		c.provided(p, from, to)
	}
	known := c.constraints(p, from, to, sec)
	status := c.r.Lines[span.Start.Line-1].Status
	if !known && status == Narrative && (sec == secQualities || sec == secConstraints) {
		if ws := split(p.text[from:to], from); len(amounts(ws)) > 0 {
			c.mark(span, NotUnderstood, "", "it states a number that is no quality known here")
		}
	}
	c.vagueWords(p, from, to, sec)
}

// openForm is spec-kit's mark of what its author left open.
var openForm = regexp.MustCompile(`\[?NEEDS CLARIFICATION:?\s*([^\]]*)\]?`)

// left makes a question of what the author left open.
func (c *collector) left(p *passage, from, to int, ask string) {
	span := p.span(c.src.file, from, to)
	c.mark(span, NotUnderstood, "", "its author left it open")
	if len(c.r.Questions) < maxQuestions {
		c.r.Questions = append(c.r.Questions, Question{Span: span, About: p.text, Ask: ask, Default: "the requirement is left out"})
	}
}

// maxQuestions bounds what is asked of one brief.
const maxQuestions = 100

// numbers reads the quality statements of a piece of a passage; they wait until all use
// cases are known.
func (c *collector) numbers(p *passage, from, to int) {
	sec := c.section()
	if at, end, ok := c.through(p, from, to); ok {
		c.numbers(p, from, at) // what is said beside the external
		c.numbers(p, end, to)
		return
	}
	c.size(p, from, to)
	named := c.labelled(p, from)
	for _, r := range readStatement(c.src.file, p, from, to, sec == secQualities || sec == secBudget) {
		if named != "" && !strings.Contains(r.About, named) {
			if _, behind, ok := strings.Cut(r.About, ":"); ok { // scans at the gate, peak: 25 per second
				r.About = strings.TrimSpace(behind)
			}
			r.About = named + ": " + r.About
		}
		c.r.Readings = append(c.r.Readings, r)
		if r.Kind.Objective() {
			c.pending = append(c.pending, pendingReading{r, c.topic})
		} else {
			c.passedOver(r)
		}
	}
}

// often reads a bare rate beside a deed as its load: announces a parcel (80k a day).
func (c *collector) often(p *passage, from, to int) {
	ws := split(p.text[from:to], from)
	if len(ws) > maxWords {
		return
	}
	for _, a := range amounts(ws) {
		if a.unit == things && a.per > 0 && a.noun == "" && a.n > 1 {
			r := Reading{Kind: Throughput, Q: fact.Quantity{Kind: fact.Rate, N: a.n / a.per}, Peak: a.per < 86400, About: c.done.text, Span: p.span(c.src.file, ws[a.from].from, ws[a.to-1].to)}
			c.r.Readings = append(c.r.Readings, r)
			c.pending = append(c.pending, pendingReading{r, c.done})
			return
		}
	}
}

// labelled is what stands before the colon of an item such as Unlock: p99 under
// 800 ms, 99.95 % available; it says of all numbers behind it what they are about.
func (c *collector) labelled(p *passage, from int) string {
	label, _, ok := strings.Cut(p.text, ":")
	if !ok || p.kind != item || len(label) > 60 || from > 0 && from < len(label) || len(content(label)) == 0 {
		return ""
	}
	return strings.TrimSpace(label)
}

var teamOf = regexp.MustCompile(`(?i)\b(?:team of|we are|we['’]re)(?: only| just)? (\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve)\b(?:\s+(?:engineers?|developers?|people|persons?))?( teams?\b)?`)

// staffOf is the same where money and means are listed: 3 engineers.
var staffOf = regexp.MustCompile(`(?i)^\W*(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:engineers?|developers?)\b`)

// size reads how many we are, wherever it is said: we are a team of 4.
func (c *collector) size(p *passage, from, to int) {
	m := teamOf.FindStringSubmatchIndex(p.text[from:to])
	if sec := c.section(); m == nil && (sec == secBudget || sec == secConstraints || sec == secActors || sec == secAbout && p.kind == item) {
		m = staffOf.FindStringSubmatchIndex(p.text[from:to])
	}
	if m == nil || len(m) > 5 && m[4] >= 0 || slices.ContainsFunc(c.context, func(v value) bool { return v.key == "teams" }) {
		return // we're two teams
	}
	size, _, ok := numberAt(split(p.text[from+m[2]:from+m[3]], 0), 0)
	if !ok {
		return
	}
	span := p.span(c.src.file, from+m[2], from+m[3])
	team := value{key: "main", text: written{plain(size), span}}
	c.onCall(p, &team)
	c.context = append(c.context, value{key: "teams", parts: []value{team}, text: written{span: span}})
	c.mark(span, Fact, "context.teams", "")
}

// passedOver notes a number that looks like an objective and is none.
func (c *collector) passedOver(r Reading) {
	c.readAs[r.Span.Start.Line] = true
	l := &c.r.Lines[r.Span.Start.Line-1]
	if l.Status != Fact {
		l.Status, l.Why = Narrative, "read as "+strings.ReplaceAll(string(r.Kind), "-", " ")+", no objective of the system"
	}
}

// vagueWords asks a question for a vague word of a quality statement, once per word.
func (c *collector) vagueWords(p *passage, from, to int, sec section) {
	if sec == secAbout || sec == secAside || len(c.r.Questions) >= maxQuestions {
		return
	}
	ws := split(p.text[from:to], from)
	if len(amounts(ws)) > 0 {
		return
	}
	for at := range ws {
		if v, ok := vagueWords[ws[at].low]; ok && (ws[at].low != "lots" || lowAt(ws, at+1) == "of") {
			c.vagueWord(p, ws, at, vague[v].ask, vague[v].fallback, sec)
		}
	}
}

// vagueWord asks about the vague word at place at, unless the same has been asked.
func (c *collector) vagueWord(p *passage, ws []word, at int, ask, fallback string, sec section) {
	if len(c.r.Questions) >= maxQuestions {
		return
	}
	span := p.span(c.src.file, ws[at].from, ws[at].to)
	if slices.ContainsFunc(c.r.Questions, func(q Question) bool { return q.Ask == ask }) {
		return
	}
	c.r.Questions = append(c.r.Questions, Question{Span: span, About: ws[at].text, Ask: ask, Default: fallback})
	c.list.Add(diag.Problem{
		Code: "brief.vague", Severity: diag.Note, Span: span,
		Message: "\"" + ws[at].low + "\" is no number: " + strings.TrimSuffix(ask, "?"),
		Hint:    "until it is answered, " + fallback,
	})
	if c.r.Lines[span.Start.Line-1].Status == Narrative && sec == secQualities {
		c.mark(span, NotUnderstood, "", "\""+ws[at].low+"\" is no number")
	}
}

// rules and technologies as people write them, and their words in the language.
var (
	rules = []struct{ form, word string }{
		{"gdpr", "gdpr"}, {"dsgvo", "gdpr"}, {"pci-dss", "pci-dss"}, {"pci dss", "pci-dss"}, {"pci", "pci-dss"}, {"hipaa", "hipaa"}, {"sox", "sox"},
		{"soc 2", "soc2"}, {"soc2", "soc2"}, {"iso 27001", "iso27001"}, {"iso27001", "iso27001"}, {"ccpa", "ccpa"},
	}
	hosts        = []struct{ form, word string }{{"kubernetes", "kubernetes"}, {"k8s", "kubernetes"}, {"serverless", "serverless"}, {"lambda", "serverless"}, {"containers", "containers"}, {"docker", "containers"}, {"virtual machines", "vms"}, {"vms", "vms"}}
	clouds       = []struct{ form, word string }{{"aws", "aws"}, {"amazon web services", "aws"}, {"azure", "azure"}, {"gcp", "gcp"}, {"google cloud", "gcp"}, {"own hardware", "own hardware"}, {"on-premises", "own hardware"}, {"on premises", "own hardware"}}
	technologies = []struct{ form, word string }{{"postgresql", "postgres"}, {"postgres", "postgres"}, {"mysql", "mysql"}, {"kafka", "kafka"}, {"rabbitmq", "rabbitmq"}, {"redis", "redis"}, {"mongodb", "mongodb"}}
	alreadyForm  = regexp.MustCompile(`(?i)\b(?:already|operate|we run|we use|in place|existing|runs|know)\b`)
	todayForm    = regexp.MustCompile(`(?i)\b(?:today|currently|at present|so far|at the moment|now|existing|already)\b.*\b(?:is|are|runs?|uses?|have|has|with|on|in)\b`)
	regionForm   = regexp.MustCompile(`(?i)\b(?:data|residency|stay|stored?|kept|remain)\b.*\b(?:in|within) (?:the )?(EU|European Union|Germany|Switzerland|UK|US|Canada|Australia|India)\b`)
	// runsForm finds that a sentence says on what everything runs.
	runsForm = regexp.MustCompile(`^\W*(?:everything|all of it|it all|it|the (?:whole )?system|the platform|we) (?:must |shall |will |should |has to |have to )?(?:be )?(?:runs?|deploys?|hosted|deployed|hosts?|lives?)\b.* (?:on|in|to)\b|\bhost(?:ing|ed) (?:on|in|at)\b`)
	// dataStays finds the same where nothing else tells that it is a constraint.
	dataStays   = regexp.MustCompile(`(?i)\bdata\b[^.;]*\b(?:stays?|stored|kept|remains?|hosted|held|processed|residency|reside)\b[^.;]*\b(?:in|within|inside) (?:the )?(EU|European Union|Germany|Switzerland|UK|US|Canada|Australia|India)\b|\bdata\b[^.;]*\b(?:not|never) leaves? (?:the )?(EU|European Union|Germany|Switzerland|UK|US|Canada|Australia|India)\b`)
	horizonForm = regexp.MustCompile(`(?i)\b(?:horizon|plan(?:ning)?)\b[^.]*?\b(\d{1,2}) ?(?:y|years?)\b`)
)

// constraints reads rules the system is under, what it runs on and where data stays.
func (c *collector) constraints(p *passage, from, to int, sec section) bool {
	body := " " + lower(p.text[from:to]) + " "
	span := p.span(c.src.file, from, to)
	known := false
	has := func(form string) bool {
		at := strings.Index(body, form)
		return at > 0 && !isWordByte(body[at-1]) && !isWordByte(body[at+len(form)])
	}
	var words []string
	for _, r := range rules {
		if has(r.form) && !slices.Contains(words, r.word) {
			words = append(words, r.word)
		}
	}
	for _, w := range words {
		known = true
		c.listed("compliance", w, span)
	}
	if sec == secConstraints || sec == secRegions || sec == secQualities {
		known = c.zones(p, from, to) || known
	}
	if todayForm.MatchString(body) {
		for _, t := range technologies {
			if has(t.form) {
				known = true
				c.listed("runs_already", t.word, span)
			}
		}
	}
	if m := dataStays.FindStringSubmatch(p.text[from:to]); m != nil && sec != secAbout && sec != secAside {
		known = true
		c.stated("residency", lower(cmp.Or(m[1], m[2])), span)
	}
	if sec != secConstraints && !(sec == secAbout && p.kind == item) && (sec == secAbout || sec == secAside || !runsForm.MatchString(body)) {
		return known
	}
	host, cloud := "", ""
	for _, h := range hosts {
		if has(h.form) && host == "" {
			host = h.word
		}
	}
	for _, h := range clouds {
		if has(h.form) && cloud == "" {
			cloud = " on " + h.word
		}
	}
	if host != "" || cloud != "" {
		if host == "" {
			host = "containers"
		}
		known = true
		c.stated("platform", host+cloud, span)
	}
	if alreadyForm.MatchString(body) {
		for _, t := range technologies {
			if has(t.form) {
				known = true
				c.listed("runs_already", t.word, span)
			}
		}
	}
	if m := regionForm.FindStringSubmatch(p.text[from:to]); m != nil {
		known = true
		c.stated("residency", lower(m[1]), span)
	}
	if m := horizonForm.FindStringSubmatch(p.text[from:to]); m != nil {
		known = true
		c.stated("horizon", m[1]+"y", span)
	}
	return known
}

// listed adds a word to a list of the context.
func (c *collector) listed(key, text string, span diag.Span) {
	c.mark(span, Fact, "context."+key, "")
	for i := range c.context {
		if v := &c.context[i]; v.key == key {
			if !slices.ContainsFunc(v.list, func(w written) bool { return w.text == text }) {
				v.list = append(v.list, written{text, span})
			}
			return
		}
	}
	c.context = append(c.context, value{key: key, list: []written{{text, span}}, text: written{span: span}})
}

var arrow = regexp.MustCompile(`\s*(?:->|→|=>)\s*`)

// flow reads an event-storming line: Command -> Event | policy | read model. More
// arrows go on with the command that the event starts.
func (c *collector) flow(p *passage) {
	span := c.spanOf(p)
	text := p.text
	var by []written
	at := 0
	if i := strings.IndexByte(text, ':'); i > 0 && i < strings.IndexAny(text+"->→=", "-→=") && !strings.Contains(text[:i], ">") {
		by = c.person(text[:i], p.span(c.src.file, 0, i))
		at = i + 1
	}
	var last *useCase
	var event written
	steps := splitKeeping(text[at:], arrow)
	for n, step := range steps {
		parts := splitKeeping(step.text, regexp.MustCompile(`\s*\|\s*`))
		name := strings.Trim(parts[0].text, " .,;[]\"")
		off := at + step.from
		where := p.span(c.src.file, off, off+len(step.text))
		if name == "" || strings.Count(name, " ") > 6 {
			return
		}
		if n%2 == 0 {
			u := c.command(name, p, where)
			if u == nil {
				return
			}
			u.addBy(by)
			if event.text != "" {
				u.on = append(u.on, event)
			}
			last, by = u, nil
			c.mark(span, Fact, "use_cases."+u.text, "")
			continue
		}
		event = written{spelt(name, fact.Pascal), where}
		if event.text == "" || last == nil {
			return
		}
		last.emits = append(last.emits, event)
		for k, part := range parts[1:] {
			body := strings.Trim(part.text, " .,;[]\"")
			c.reaction(body, k, p, last, event, p.span(c.src.file, off+part.from, off+part.from+len(part.text)))
		}
	}
}

// policyForm is the condition of a policy: when a hold waits, ...
var policyForm = regexp.MustCompile(`(?i)^(?:when|if|while|unless|for)\b[^,]*,\s*`)

// reaction reads what stands behind a bar: a policy is a use case that the event
// starts, a read model a use case that shows it.
func (c *collector) reaction(body string, k int, p *passage, from *useCase, event written, where diag.Span) {
	low := lower(body)
	for _, lead := range []string{"policy:", "whenever", "then", "read model:", "view:"} {
		if rest, ok := strings.CutPrefix(low, lead); ok {
			body = body[len(body)-len(rest):]
			if strings.HasPrefix(lead, "read") || lead == "view:" {
				k = 1
			} else {
				k = 0
			}
		}
	}
	if cond := policyForm.FindString(body); cond != "" {
		body = body[len(cond):]
	}
	body = strings.TrimSpace(body)
	if body == "" || body == "-" || strings.Count(body, " ") > 5 {
		return
	}
	if k == 0 {
		if u := c.command(body, p, where); u != nil {
			u.on = append(u.on, event)
			c.mark(where, Fact, "use_cases."+u.text, "")
		}
		return
	}
	u := c.command("show "+body, p, where)
	if u == nil {
		return
	}
	u.touches, u.list = nil, true
	for _, t := range from.touches {
		if t.how != "reads" && !slices.ContainsFunc(u.touches, func(o touch) bool { return o.entity.text == t.entity.text }) {
			u.touches = append(u.touches, touch{how: "reads", entity: written{t.entity.text, where}})
		}
	}
	u.addBy(from.by)
	c.mark(where, Fact, "use_cases."+u.text, "")
}

// command returns the use case of a name such as PlaceOrder or Place order.
func (c *collector) command(name string, p *passage, where diag.Span) *useCase {
	ws := fact.Words(name)
	if len(ws) == 0 {
		return nil
	}
	id := spelt(name, fact.Pascal)
	if id == "" {
		return nil
	}
	if i := slices.IndexFunc(c.useCases, func(u *useCase) bool { return strings.EqualFold(u.text, id) }); i >= 0 {
		return c.useCases[i]
	}
	u := &useCase{written: written{id, where}, verb: lemma(ws[0])}
	var object []word
	for _, w := range ws[1:] {
		u.words = append(u.words, singular(w))
		object = append(object, word{kind: letters, text: w, low: w, tag: tagNoun})
	}
	c.touched(u, u.verb, []Phrase{{Span: where, words: object}})
	c.useCases = append(c.useCases, u)
	return u
}
