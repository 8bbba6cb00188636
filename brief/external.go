package brief

import (
	"fmt"
	"regexp"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// What the brief says of the systems of others.

// declareExternal reads "Card processor: authorises payments, p99 900 ms, 99.9 %".
func (c *collector) declareExternal(p *passage) {
	text, from, rest := nameOf(p)
	if m := workForm.FindStringSubmatchIndex(text); m != nil { // payment via Adyen
		text, from, rest = text[m[2]:m[3]], from+m[2], from+m[3]
	}
	id := spelt(strings.Replace(text, "APIs", "api", 1), fact.Snake)
	if id == "" || strings.Count(text, " ") > 4 {
		return
	}
	x := find(c.externals, id)
	if x == nil {
		x = &named{written: written{id, p.span(c.src.file, from, from+len(text))}}
		c.externals = append(c.externals, x)
	}
	c.mark(c.spanOf(p), Fact, "externals."+id, "")
	rest = min(rest, len(p.text))
	x.promises(readStatement(c.src.file, p, rest, len(p.text), true))
	if _, ok := x.get("availability"); !ok {
		ws := split(p.text[rest:], rest)
		for _, a := range amounts(ws) {
			if a.unit == percent && a.n >= 90 {
				x.set(value{key: "availability", text: written{shareText(a.n / 100), p.span(c.src.file, ws[a.from].from, ws[a.to-1].to)}})
			}
		}
	}
	c.traits(x, p, rest, len(p.text))
	body, at := p.text[rest:], rest
	if digit := strings.IndexAny(body, "0123456789"); digit >= 0 { // what stands before the numbers
		body = body[:max(strings.LastIndexAny(body[:digit], ",;("), 0)]
	}
	for {
		clause, more, _ := strings.Cut(body, ",")
		if !protocolAlone.MatchString(clause) {
			break
		}
		at, body = at+len(body)-len(more), more
	}
	if body = strings.Trim(body, " \t,;()"); strings.Count(body, " ") > 0 || len(x.values) == 0 && body != "" {
		if k := strings.Index(p.text[at:], body); k >= 0 {
			at += k
		}
		x.set(value{key: "about", text: written{body, p.span(c.src.file, at, at+len(body))}})
	}
}

var (
	// protocols are the words that say how a system is spoken to.
	protocols = []struct {
		word string
		form *regexp.Regexp
	}{
		{"grpc", regexp.MustCompile(`(?i)\bgrpc\b`)},
		{"soap", regexp.MustCompile(`(?i)\bsoap\b`)},
		{"graphql", regexp.MustCompile(`(?i)\bgraphql\b`)},
		{"file", regexp.MustCompile(`(?i)\b(?:s?ftps?|csv|[\w-]+ files?|as a file|file (?:transfer|exchange|export|import|drop))\b`)},
		{"events", regexp.MustCompile(`(?i)\b(?:mqtt|amqp|kafka topics?|event stream|message (?:queue|broker)|publishes|emits)\b`)},
		{"sql", regexp.MustCompile(`(?i)\b(?:(?:through|via|by|over|in) (?:its|their|the) (?:sql )?database|sql)\b`)},
		{"rest", regexp.MustCompile(`(?i)\b(?:rest(?:ful)? (?:api|interface|service|endpoints?)|rest|https? api|json api|web api|json over http)\b`)},
	}
	// protocolAlone is a clause that says nothing else.
	protocolAlone = regexp.MustCompile(`(?i)^[\s(]*(?:an? )?(?:old |public |their |our )?(?:rest(?:ful)?|https?|json|soap|grpc|graphql|mqtt|amqp|sftp|ftp|csv|sql)(?: (?:api|interface|service|file|files|endpoint|over https?))?[\s)]*$`)

	callsBackForm = regexp.MustCompile(`(?i)\b(?:web ?hooks?|calls? (?:us |our \w+ )?back|call-?backs?|notif(?:y|ies) us|reports? (?:results?|back|changes) (?:to us|by))\b`)
	tellsForm     = regexp.MustCompile(`(?i)\b(?:to (?:tell|inform|notify|alert)|(?:tells?|informs?|notif(?:y|ies)) them|for them|of theirs)\b`)
	repeatForm    = regexp.MustCompile(`(?i)\b(?:idempoten\w+|safe to (?:repeat|retry)|can be (?:repeated|retried) safely)\b`)
	lookupForm    = regexp.MustCompile(`(?i)\b(?:by our (?:own )?reference|(?:status|outcome|result|state) (?:of [\w ]+ )?can be (?:asked|queried|looked up|polled)|look ?up by reference)\b`)
	legacyForm    = regexp.MustCompile(`(?i)\b(?:legacy|mainframe|as/400|cobol|our (?:old|own|existing|present)|in-house|home-grown|to be replaced)\b`)
	negationForm  = regexp.MustCompile(`(?i)\b(?:not|no|never|without|cannot|can't|lacks?)\b`)
	holdForm      = regexp.MustCompile(`(?i)\b(?:holds?|held|valid|reserved?|reservations?|authori[sz]ations?|expires?|quotes?|keeps?)\b`)
	limitForm     = regexp.MustCompile(`(?i)\b(?:requests?|calls?|quer(?:y|ies)|messages?|transactions?|operations?|hits|limits?|limited|throttle[sd]?|quota|accepts?|allows?|tps|rps|qps|req/s)\b`)
	atOnceForm    = regexp.MustCompile(`(?i)\b(?:concurrent(?:ly)?|at once|at a time|simultaneous(?:ly)?|in parallel|parallel|connections?)\b`)
	plannedForm   = regexp.MustCompile(`(?i)\b(?:maintenance|maintained|down|offline|closed)\b`)
)

// traits reads what a stretch of text says of an external beside its latency and its
// availability: how it is spoken to, how many calls it accepts and what they cost, when
// it answers, whether it calls back. Each clause speaks for itself.
func (c *collector) traits(x *named, p *passage, from, to int) {
	path := "externals." + x.text + "."
	put := func(key, text string, from, to int) {
		span := p.span(c.src.file, from, to)
		if x.set(value{key: key, text: written{text, span}}) {
			c.mark(span, Fact, path+key, "")
		}
	}
	for _, part := range splitKeeping(p.text[from:to], clauseEnd) {
		at := from + part.from
		said := func(key, text string, form *regexp.Regexp) {
			if m := form.FindStringIndex(part.text); m != nil && !negationForm.MatchString(part.text[:m[0]]) {
				put(key, text, at+m[0], at+m[1])
			}
		}
		for _, proto := range protocols {
			said("protocol", proto.word, proto.form)
		}
		if tellsForm.MatchString(part.text) { // we call them
			said("protocol", "webhook", callsBackForm)
		} else {
			said("calls_back", "yes", callsBackForm)
		}
		said("idempotent", "yes", repeatForm)
		said("lookup", "yes", lookupForm)
		said("legacy", "yes", legacyForm)
		ws := split(part.text, at)
		if when := windowOf(ws); when != "" {
			key := "open"
			if plannedForm.MatchString(part.text) {
				key = "maintenance"
			}
			span := p.span(c.src.file, at, at+len(part.text))
			if x.set(value{key: key, list: []written{{when, span}}, text: written{when, span}}) {
				c.mark(span, Fact, path+key, "")
			}
			continue
		}
		for _, a := range amounts(ws) {
			start, end := ws[a.from].from, ws[a.to-1].to
			each := part.text[start-at:]
			switch {
			case a.unit == money && a.per > 0:
				put("cost", plain(a.n)+" "+a.currency+"/"+perName(a.per), start, end)
			case a.unit == money && priceForm.MatchString(each):
				put("price", plain(a.n)+" "+a.currency, start, end)
			case a.unit == things && a.per > 0 && limitForm.MatchString(part.text):
				put("limit", plain(a.n)+"/"+perName(a.per), start, end)
			case a.unit == things && a.per == 0 && a.n >= 1 && a.n == float64(int64(a.n)) && atOnceForm.MatchString(part.text):
				put("concurrent", plain(a.n), start, end)
			case a.unit == seconds && holdForm.MatchString(part.text):
				put("holds_for", fact.FormatSeconds(a.n), start, end)
			}
		}
	}
}

var (
	clauseEnd = regexp.MustCompile(`\s*[,;()]\s*|\.\s+`)
	priceForm = regexp.MustCompile(`(?i)\b(?:per|each|every|an?)\b`)
)

// windowOf reads days with a stretch of hours as a window of the language: weekdays from
// 6 to 20, Sundays 01:00-05:00; "" for none.
func windowOf(ws []word) string {
	from, to, ok := hoursOf(ws, hourAt)
	if !ok {
		return ""
	}
	days := ""
	for i, w := range ws {
		day := dayOf(w.low)
		first, last, ranged := strings.Cut(w.low, "-")
		switch {
		case ranged && dayOf(first) != "" && dayOf(last) != "":
			days = dayOf(first) + "-" + dayOf(last)
		case w.low == "weekdays" || w.low == "workdays" || w.low == "working" && lowAt(ws, i+1) == "days":
			days = "weekdays"
		case w.low == "weekends":
			days = "weekends"
		case w.low == "daily" || w.low == "night" || w.low == "day" && (lowAt(ws, i-1) == "every" || lowAt(ws, i-1) == "each"):
			days = "daily"
		case day != "" && days == "":
			days = day
			if next := lowAt(ws, i+1); (next == "to" || next == "-" || next == "–" || next == "through") && dayOf(lowAt(ws, i+2)) != "" {
				days += "-" + dayOf(lowAt(ws, i+2))
			}
		}
	}
	if days == "" {
		return ""
	}
	return days + " " + clockText(from) + "-" + clockText(to)
}

// hourAt reads a time of day, which between days and hours may be a bare hour.
func hourAt(ws []word, i int) (hours float64, next int, ok bool) {
	if hours, next, ok = timeOfDay(ws, i); ok {
		return hours, next, true
	}
	if i < len(ws) && ws[i].kind == number && ws[i].n >= 0 && ws[i].n <= 24 && ws[i].n == float64(int(ws[i].n)) && !strings.Contains(ws[i].text, ".") {
		prev, behind := lowAt(ws, i-1), lowAt(ws, i+1)
		if prev == "from" || prev == "to" || prev == "-" || prev == "–" || prev == "until" || prev == "between" || prev == "and" || behind == "to" || behind == "-" || behind == "–" || behind == "until" {
			return ws[i].n, i + 1, true
		}
	}
	return 0, i, false
}

func clockText(hours float64) string {
	h := int(hours)
	return fmt.Sprintf("%02d:%02d", h%24, int((hours-float64(h))*60+0.5))
}

// dayOf is the name of a weekday in the language; "" for none.
func dayOf(low string) string {
	if !days[singular(low)] {
		return ""
	}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		if strings.HasPrefix(low, d[:2]) {
			return d
		}
	}
	return ""
}

// workForm is the name in an item that says what is done first: payment via Adyen.
var workForm = regexp.MustCompile(`^[A-Z]?[a-z][\w -]{1,40}? (?:via|through|by|with|from) (?:the )?([A-Z][A-Za-z0-9]*(?: [A-Z][A-Za-z0-9]*){0,2})$`)

// promises sets what an external is said to keep: its latency, at one percentile or
// two, and its availability.
func (n *named) promises(readings []Reading) {
	var times []string
	var span diag.Span
	for _, r := range readings {
		switch {
		case r.Kind == Latency && len(times) < 2:
			times = append(times, quantileText(r.Percentile, r.Q.N))
			if !span.Valid() {
				span = r.Span
			}
			span.End = r.Span.End
		case r.Kind == Availability && r.Window == "":
			n.set(value{key: "availability", text: written{shareText(r.Q.N), r.Span}})
		}
	}
	if times != nil {
		n.set(value{key: "latency", text: written{strings.Join(times, " "), span}})
	}
}

// throughForm is a name that something goes through, with what it keeps in
// parentheses: goes through Stripe (p99 1.2 s, 99.95 % available).
var throughForm = regexp.MustCompile(`\b(?:through|via|by|with|using|uses?|from|to|over|calls?|asks?)\s+(?:the\s+)?([A-Z][A-Za-z0-9]*(?:[ .-][A-Z][A-Za-z0-9]*){0,3})\s*\(([^()]*)\)`)

// promisedForm is the same of an external by what it does: with the payment provider
// (Stripe, p99 2.5 s).
var promisedForm = regexp.MustCompile(providerPattern + `\s*\((?:([A-Z][A-Za-z0-9]*(?:[ .-][A-Z][A-Za-z0-9]*){0,3})\s*[,;]\s*)?([^()]*)\)`)

// through declares the external of such a sentence; from and to bound what was read
// of it. A name that is declared as something else is none.
func (c *collector) through(p *passage, from, to int) (at, end int, ok bool) {
	m := throughForm.FindStringSubmatchIndex(p.text[from:to])
	if m == nil {
		if m = promisedForm.FindStringSubmatchIndex(p.text[from:to]); m == nil {
			return 0, 0, false
		}
		if m[4] < 0 { // no name but what it does
			m[4], m[5] = m[2], m[3]
		}
		m = append(m[:2:2], m[4:8]...)
	}
	name := p.text[from+m[2] : from+m[3]]
	id := spelt(name, fact.Snake)
	if id == "" || find(c.actors, id) != nil || find(c.entities, entityName(name)) != nil {
		return 0, 0, false
	}
	readings := readStatement(c.src.file, p, from+m[4], from+m[5], true)
	x := &named{written: written{id, p.span(c.src.file, from+m[2], from+m[3])}}
	x.promises(readings)
	c.traits(x, p, from+m[4], from+m[5])
	if len(x.values) == 0 {
		return 0, 0, false
	}
	if k := strings.IndexByte(p.text[from:to], '('); k > 0 {
		x.set(value{key: "about", text: written{strings.TrimSpace(p.text[from : from+k]), p.span(c.src.file, from, from+k)}})
	}
	if find(c.externals, id) == nil {
		c.externals = append(c.externals, x)
	}
	c.r.Readings = append(c.r.Readings, readings...)
	c.mark(p.span(c.src.file, from, to), Fact, "externals."+id, "")
	return from + m[0], from + m[1], true
}

// servedForm is a name that does a part of the work: payment is through Stripe, mail via
// SES.
var servedForm = regexp.MustCompile(`(?i:\b(?:pay|payments?|paid|deposits?|fees?|charged|cards?|e-?mails?|mails?|sms|texts|text messages|messages|maps?|log ?in|sign ?in|invoices?|shipping|addresses|routing|notifications?)\b[\w ]{0,30}?\b(?:through|via|by|with|using|from)) ([A-Z][A-Za-z0-9]+(?: [A-Z][A-Za-z0-9]+)?)`)

// providerForm is an external by what it does, with its name behind it or none: through a
// payment provider (Adyen), with the national register.
var providerForm = regexp.MustCompile(providerPattern + `(?:,? (?:called|named)|\s*\(|,)?\s*([A-Z][A-Za-z0-9]+(?: [A-Z][A-Za-z0-9]+)?)?`)

// providerPattern is what stands before it: the group is what the external does.
const providerPattern = `\b(?:through|via|by|with|using|from|to|over|at|in|calls?|asks?|uses?|of) (?:an?|the|our|their|its|your) (?:external |existing |outside |third[- ]party )?((?:[a-z-]+ ){0,2}(?:provider|gateway|processor|bank|register|registry|carrier|bureau|clearing house|service of others|api))\b`

// provided declares such an external.
func (c *collector) provided(p *passage, from, to int) {
	for _, m := range providerForm.FindAllStringSubmatchIndex(p.text[from:to], -1) {
		at := m[2:4]
		if m[4] >= 0 && p.text[from+m[3]:from+m[4]] != " " { // behind a sign or called
			at = m[4:6]
		}
		name := p.text[from+at[0] : from+at[1]]
		id := spelt(name, fact.Snake)
		kind := p.text[from+m[2] : from+m[3]]
		if id == "" || find(c.actors, id) != nil || find(c.entities, entityName(name)) != nil || find(c.externals, id) != nil || c.declared.byName[strings.ToLower(entityName(kind))] != nil {
			continue
		}
		span := p.span(c.src.file, from+at[0], from+at[1])
		x := &named{written: written{id, span}}
		x.set(value{key: "about", text: written{strings.TrimSpace(p.text[from:to]), p.span(c.src.file, from, to)}})
		c.externals = append(c.externals, x)
		c.mark(span, Fact, "externals."+id, "")
	}
}

// served declares the externals that a sentence names for a part of the work. A name that
// is declared as something else is none.
func (c *collector) served(p *passage, from, to int) {
	for _, m := range servedForm.FindAllStringSubmatchIndex(p.text[from:to], -1) {
		name := p.text[from+m[2] : from+m[3]]
		id := spelt(name, fact.Snake)
		if id == "" || find(c.actors, id) != nil || find(c.externals, id) != nil || find(c.entities, entityName(name)) != nil || c.declared.byName[strings.ToLower(entityName(name))] != nil || isPerson(lower(name)) {
			continue
		}
		span := p.span(c.src.file, from+m[2], from+m[3])
		x := &named{written: written{id, span}}
		x.set(value{key: "about", text: written{strings.TrimSpace(p.text[from+m[0] : from+m[1]]), p.span(c.src.file, from+m[0], from+m[1])}})
		c.externals = append(c.externals, x)
		c.mark(span, Fact, "externals."+id, "")
	}
}
