package brief

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// What stands in lists under headings: actors, entities, externals, teams.

var (
	nameEnd  = regexp.MustCompile(`\s*(?::|\s[–—-]\s|\(|,)`)
	flowForm = regexp.MustCompile(`^\W*(?:[A-Z][\w' ]{0,40}:\s*)?[A-Z]\w*(?:\s\w+){0,4}\s*(?:->|→|=>)\s*[A-Z]`)
)

func arrowed(s string) bool {
	return strings.Contains(s, "->") || strings.Contains(s, "→") || strings.Contains(s, "=>")
}

// nameOf returns the name an item starts with and the byte where the rest begins.
func nameOf(p *passage) (name string, from, rest int) {
	from = len(p.text) - len(strings.TrimLeft(p.text, " \t\"'"))
	end, rest := len(p.text), len(p.text)
	if m := nameEnd.FindStringIndex(p.text[from:]); m != nil {
		end, rest = from+m[0], from+m[1]
	}
	return strings.Trim(p.text[from:end], " \t.\"'"), from, rest
}

// spelt spells words as a name of the language, ASCII letters and digits, or returns
// "".
func spelt(s string, spell func(string) string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r < 0x80 && isWordByte(byte(r)), r == ' ', r == '_', r == '-':
			return r
		case r == '\'' || r == '’':
			return -1
		}
		return ' '
	}, s)
	name := spell(clean)
	name = strings.TrimLeft(name, "0123456789_-")
	if len(name) > 60 {
		name = name[:60]
	}
	return name
}

func actorName(s string) string {
	ws := strings.Fields(s)
	if len(ws) > 5 {
		ws = ws[:5]
	}
	if n := len(ws); n > 0 {
		ws[n-1] = singular(lower(ws[n-1]))
	}
	return spelt(strings.Join(ws, " "), fact.Snake)
}

func entityName(s string) string {
	ws := strings.Fields(s)
	if len(ws) > 4 {
		ws = ws[len(ws)-4:]
	}
	if n := len(ws); n > 0 && len(ws[n-1]) > 3 && lower(ws[n-1]) == ws[n-1] || n > 0 && strings.HasSuffix(ws[n-1], "s") {
		low := lower(ws[n-1])
		if one := singular(low); one != low {
			ws[n-1] = ws[n-1][:min(len(one), len(ws[n-1]))]
			if strings.HasSuffix(low, "ies") {
				ws[n-1] = ws[n-1][:len(ws[n-1])-1] + "y"
			}
		}
	}
	return spelt(strings.Join(ws, " "), fact.Pascal)
}

func find(list []*named, name string) *named {
	for _, n := range list {
		if strings.EqualFold(n.text, name) {
			return n
		}
	}
	return nil
}

func (n *named) set(v value) bool {
	if slices.ContainsFunc(n.values, func(o value) bool { return o.key == v.key }) {
		return false
	}
	n.values = append(n.values, v)
	return true
}

// declareActor reads "Consumer: people who order food, web and mobile, 2M accounts".
func (c *collector) declareActor(name, p *passage) {
	text, from, rest := nameOf(name)
	id := actorName(text)
	if id == "" || strings.Count(text, " ") > 4 {
		return
	}
	span := name.span(c.src.file, from, from+len(text))
	a := find(c.actors, id)
	if a == nil {
		a = &named{written: written{id, span}}
		c.actors = append(c.actors, a)
	}
	c.mark(c.spanOf(p), Fact, "actors."+id, "")
	if name != p {
		rest = 0
	}
	ws := split(p.text[rest:], rest)
	var channels []written
	for _, w := range ws {
		if word := channelWords[singular(w.low)]; word != "" && !slices.ContainsFunc(channels, func(x written) bool { return x.text == word }) {
			channels = append(channels, written{word, p.span(c.src.file, w.from, w.to)})
		}
		if w.low == "guest" || w.low == "anonymous" {
			a.set(value{key: "guest", text: written{"yes", p.span(c.src.file, w.from, w.to)}})
		}
	}
	if last := fact.Words(id); channels == nil && atWork[last[len(last)-1]] {
		channels = append(channels, written{"staff", span})
	}
	if channels != nil {
		a.set(value{key: "channels", list: channels})
	}
	for _, am := range amounts(ws) {
		if am.unit != things || am.per > 0 || am.n < 1 || slices.ContainsFunc(ws[am.to:min(am.to+2, len(ws))], func(w word) bool { return w.low == "per" }) { // 15 per event
			continue
		}
		v := value{key: "accounts", text: written{plain(am.n), p.span(c.src.file, ws[am.from].from, ws[am.to-1].to)}}
		if slices.ContainsFunc(ws[am.from:min(am.to+3, len(ws))], func(w word) bool {
			return w.low == "online" || senses[w.low]&ofConcurrency != 0 || w.low == "connected" || w.low == "once"
		}) {
			v.key = "online"
		}
		a.set(v)
	}
	for _, r := range readStatement(c.src.file, p, rest, len(p.text), true) {
		switch r.Kind {
		case Growth:
			c.r.Readings = append(c.r.Readings, r)
			c.pending = append(c.pending, pendingReading{Reading: r})
		case Period:
			c.r.Readings = append(c.r.Readings, r)
			c.paces = append(c.paces, pace{a, r.Q.N, r.Span})
		}
	}
}

// pace is how often each of an actor's accounts does the one thing that the actor does.
type pace struct {
	actor  *named
	period float64 // seconds
	span   diag.Span
}

// beat gives the use case of an actor that reports by the clock its load: 45,000 devices
// of which each reports every 30 s are 1,500 reports a second.
func (c *collector) beat() {
	for _, x := range c.paces {
		var only *useCase
		several := false
		for _, u := range c.useCases {
			if u.changes() && slices.ContainsFunc(u.by, func(w written) bool { return w.text == x.actor.text }) {
				several = several || only != nil
				only = u
			}
		}
		accounts, ok := x.actor.get("accounts")
		n, err := strconv.ParseFloat(accounts.text.text, 64)
		if !ok || err != nil || only == nil || several {
			c.question(x.span, x.actor.text, "what does each "+x.actor.text+" do that often?", "loads are assumed from the number of accounts")
			continue
		}
		r := pendingReading{Reading: Reading{Span: x.span}}
		if only.set("peak", rateText(n/x.period), &r) {
			c.mark(x.span, Fact, "use_cases."+only.text+".peak", "")
		}
	}
}

// castForm is one of the people that a paragraph lists: fans (1.2 million registered), venue
// staff scanning at the door (400 scanners), our back office of 8.
var castForm = regexp.MustCompile(`^(?:and |or )?(?:the |our |some |a few |their )?((?:[A-Za-z][\w-]* ){0,2}?[A-Za-z][\w-]*?)(?: (?:who|that|scanning|working|using|at|of|with|in|on) [^()]*)?\s*(?:\([^()]*\)[^()]*)?$`)

// atWork are nouns of people of the house.
var atWork = set(`staff office desk department crew management`)

// gatherings are nouns of people taken together.
var gatherings = union(atWork, set(`team support people public police`))

// cast reads the actors that a paragraph under Actors lists; false for one that tells
// something else.
func (c *collector) cast(p *passage) bool {
	text := strings.TrimRight(p.text, ". ")
	type one struct{ from, to, name, end int }
	var list []one
	for _, part := range outsideParens(splitKeeping(text, castSep), text) {
		from := part.from
		body := strings.TrimLeft(part.text, " ")
		from += len(part.text) - len(body)
		m := castForm.FindStringSubmatchIndex(body)
		if m == nil {
			return false
		}
		ws := split(body[m[2]:m[3]], 0)
		label(ws)
		last := ws[len(ws)-1]
		known := isPerson(last.low) || gatherings[last.low] || channelWords[singular(last.low)] != "" || len(ws) == 1 && singular(last.low) != last.low
		if !known || slices.ContainsFunc(ws, func(w word) bool { return w.tag == tagModal || w.tag == tagAux }) {
			return false
		}
		list = append(list, one{from, from + len(body), from + m[2], from + m[3]})
	}
	for _, x := range list {
		piece := p.part(x.name, x.to)
		name := p.part(x.name, x.end)
		c.declareActor(&name, &piece)
	}
	return len(list) > 0
}

// castSep parts such a list.
var castSep = regexp.MustCompile(`\s*(?:,|;)\s*(?:and\s+)?|\s+and\s+`)

var channelWords = map[string]string{"web": "web", "website": "web", "browser": "web", "mobile": "mobile", "app": "mobile", "phone": "mobile", "staff": "staff", "backoffice": "staff", "internal": "staff", "partner": "partner", "device": "device", "sensor": "device", "cli": "cli"}

// plain writes a number without an exponent and without losing digits.
func plain(n float64) string { return fact.FormatNumber(n, 15) }

// declareEntity reads "Order: number, total, status; kept 7 years, 300k a day", the
// states of the entity above, and a heading that is an entity's name.
func (c *collector) declareEntity(name, p *passage) {
	text, from, rest := nameOf(name)
	low := lower(text)
	span := name.span(c.src.file, from, from+len(text))
	if low == "states" || low == "lifecycle" || low == "status" || arrowed(text) || text == "" && arrowed(p.text) {
		if c.entity != nil {
			c.states(c.entity, p, rest, len(p.text))
		}
		return
	}
	if name == p && p.kind == item && p.level >= 2 && c.entity != nil && c.facts(c.entity, p, 0, len(p.text)) {
		return
	}
	if (low == "fields" || low == "attributes" || low == "properties") && c.entity != nil {
		c.fields(c.entity, p, rest, len(p.text))
		return
	}
	if name == p && p.kind == item && p.level >= 2 && c.entity != nil && len(sentences(p.text)) == 1 && !nameEnd.MatchString(p.text) {
		c.fields(c.entity, p, 0, len(p.text)) // an item below the entity's own
		return
	}
	id := entityName(text)
	if id == "" || strings.Count(text, " ") > 3 {
		return
	}
	e := find(c.entities, id)
	if e == nil {
		e = &named{written: written{id, span}}
		c.entities = append(c.entities, e)
	}
	c.entity = e
	c.mark(c.spanOf(p), Fact, "domain."+id, "")
	if name != p {
		rest = 0
	}
	if p.kind == heading {
		return
	}
	for _, s := range sentences(p.text[rest:]) {
		from, to := rest+s[0], rest+s[1]
		body := p.text[from:to]
		if arrowed(body) {
			c.states(e, p, from, to)
			continue
		}
		if c.facts(e, p, from, to) {
			continue
		}
		if about, _, ok := strings.Cut(body, ": "); ok && strings.Count(about, " ") >= 2 && !strings.Contains(about, ",") { // what can be reserved: author, name
			e.set(value{key: "about", text: written{about, p.span(c.src.file, from, from+len(about))}})
			from += len(about) + 2
			body = p.text[from:to]
		}
		if relationForm.MatchString(body) {
			e.ties = append(e.ties, written{body, p.span(c.src.file, from, to)})
		}
		_, told := e.get("about")
		_, listed := e.get("fields")
		if strings.Contains(body, ",") || strings.HasSuffix(lower(p.text[:from]), "with ") || told && listed && strings.Count(body, " ") < 3 || fieldAlone(body) {
			c.fields(e, p, from, to)
		} else if len(body) > 3 && e.set(value{key: "about", text: written{strings.TrimRight(body, ";"), p.span(c.src.file, from, to)}}) {
			c.mark(p.span(c.src.file, from, to), Fact, "domain."+id+".about", "")
		}
	}
}

// fieldAlone tells that what is said of an entity is the name of one field: address, due
// date.
func fieldAlone(body string) bool {
	ws := split(strings.TrimRight(body, ". "), 0)
	if len(ws) == 0 || len(ws) > 2 {
		return false
	}
	label(ws)
	return !slices.ContainsFunc(ws, func(w word) bool {
		return w.tag != tagNoun && w.tag != tagAdjective || w.text != w.low || isPerson(w.low)
	}) && ws[len(ws)-1].tag == tagNoun
}

// facts reads how many there are and how long they are kept.
func (c *collector) facts(e *named, p *passage, from, to int) bool {
	ws := split(p.text[from:to], from)
	got := false
	for _, a := range amounts(ws) {
		span := p.span(c.src.file, ws[a.from].from, ws[a.to-1].to)
		v := value{}
		kept := slices.ContainsFunc(ws[:a.from], func(w word) bool { return senses[w.low]&ofKeeping != 0 }) || slices.ContainsFunc(ws[a.to:], func(w word) bool { return senses[w.low]&ofKeeping != 0 })
		switch {
		case a.unit == seconds && kept:
			v = value{key: "retained", text: written{fact.FormatSeconds(a.n), span}}
		case a.unit == things && a.per > 0:
			v = value{key: "volume", text: written{plain(a.n) + "/" + perName(a.per), span}}
		case a.unit == things && a.n >= 2 && senses[singular(a.noun)]&ofNoLoad == 0:
			v = value{key: "volume", text: written{plain(a.n), span}}
		case a.unit == bytesOf:
			v = value{key: "size", text: written{fact.FormatBytes(a.n), span}}
		default:
			continue
		}
		if e.set(v) {
			got = true
			c.mark(span, Fact, "domain."+e.text+"."+v.key, "")
		}
	}
	return got
}

func perName(per float64) string {
	switch per {
	case 1:
		return "s"
	case 60:
		return "min"
	case 3600:
		return "h"
	case 86400:
		return "day"
	case 604800:
		return "week"
	case fact.Month.Seconds():
		return "month"
	}
	return "year"
}

// states reads "pending -> approved -> delivered, pending -> rejected".
func (c *collector) states(e *named, p *passage, from, to int) {
	body := strings.NewReplacer("→", "->", "=>", "->").Replace(p.text[from:to])
	if _, tail, ok := strings.Cut(body, ":"); ok {
		body = tail
	}
	var chains []string
	for chain := range strings.SplitSeq(strings.Trim(body, " .;()"), ",") {
		var names []string
		for s := range strings.SplitSeq(chain, "->") {
			if n := spelt(strings.TrimSpace(s), fact.Snake); n != "" {
				names = append(names, n)
			}
		}
		if len(names) > 1 {
			chains = append(chains, strings.Join(names, " -> "))
		}
	}
	span := p.span(c.src.file, from, to)
	if len(chains) > 0 && e.set(value{key: "states", text: written{strings.Join(chains, ", "), span}}) {
		c.mark(span, Fact, "domain."+e.text+".states", "")
	}
}

// fields reads a list of fields: number, total (money), customer, placed at (instant).
func (c *collector) fields(e *named, p *passage, from, to int) {
	body := p.text[from:to]
	var fields []value
	at := from
	for _, part := range outsideParens(splitKeeping(body, fieldSep), body) {
		text := strings.Trim(part.text, " \t.")
		for _, lead := range []string{"has ", "with ", "a ", "an ", "the ", "its ", "includes ", "including "} {
			text = strings.TrimPrefix(text, lead)
		}
		typ := ""
		if m := fieldType.FindStringSubmatch(text); m != nil && !measureForm.MatchString(text) {
			text, typ = m[1], lower(strings.TrimSpace(m[2]))
		}
		if m := measureForm.FindStringSubmatchIndex(text); m != nil && typ == "" { // capacity kW
			text, typ = text[:m[3]]+" "+lower(strings.NewReplacer("%", "percent", "°", "degrees ", "/", " per ", "²", "2", "³", "3").Replace(text[m[4]:m[5]])), "decimal"
		}
		name := spelt(text, fact.Snake)
		if name == "" || strings.Count(text, " ") > 3 {
			continue
		}
		off := at + part.from
		f := value{key: name, text: written{fieldOf(name, typ), p.span(c.src.file, off, off+len(part.text))}}
		if !slices.ContainsFunc(fields, func(o value) bool { return o.key == name }) {
			fields = append(fields, f)
		}
	}
	if len(fields) > 0 {
		e.addFields(fields, p.span(c.src.file, from, to))
		c.mark(p.span(c.src.file, from, to), Fact, "domain."+e.text+".fields", "")
	}
}

// addFields adds what an entity holds to what is known of it.
func (n *named) addFields(fields []value, span diag.Span) {
	if n.set(value{key: "fields", parts: fields, text: written{span: span}}) {
		return
	}
	for i := range n.values {
		if v := &n.values[i]; v.key == "fields" {
			for _, f := range fields {
				if !slices.ContainsFunc(v.parts, func(o value) bool { return o.key == f.key }) {
					v.parts = append(v.parts, f)
				}
			}
		}
	}
}

var (
	fieldSep  = regexp.MustCompile(`\s*(?:,|;|\band\b)\s*`)
	fieldType = regexp.MustCompile(`^(.*?)\s*(?:\(|:\s*)([^()]*)\)?$`)
)

// measureForm finds the unit that a field is measured in.
var measureForm = regexp.MustCompile(`^(.+?)\s+(?:in\s+)?\(?((?:[kMGT]?(?:W|Wh|V|A|Hz|J|B|N|Pa)|kg|mg|g|km|cm|mm|m|m²|m³|km/h|m/s|l|ml|°C|°F|°|%|bar|hPa|ppm|lx|dB|kcal|rpm))\)?$`)

// fieldOf is the type of a field: the one written, or the one its name tells.
func fieldOf(name, typ string) string {
	for _, t := range []string{"text", "int", "decimal", "money", "flag", "date", "time", "instant", "duration", "email", "phone", "url", "country", "language", "position", "file", "id"} {
		if typ == t {
			return t
		}
	}
	if words := oneOf(typ); words != "" {
		return words
	}
	ws := fact.Words(name)
	switch ws[len(ws)-1] {
	case "value":
		if ws[0] == "face" || ws[0] == "market" || ws[0] == "nominal" || ws[0] == "insured" {
			return "money"
		}
	case "birthday", "birthdate":
		return "personal date"
	case "birth":
		if ws[0] == "date" {
			return "personal date"
		}
	case "email", "mail":
		return "personal email"
	case "phone", "telephone", "mobile":
		return "personal phone"
	case "price", "amount", "total", "cost", "fee", "balance", "salary":
		return "money"
	case "date", "day":
		if ws[0] == "birth" {
			return "personal date"
		}
		return "date"
	case "at", "timestamp":
		return "instant"
	case "start", "end", "begin", "finish", "deadline", "until", "since":
		return "instant"
	case "duration":
		return "duration"
	case "quantity", "count", "seats", "copies", "points", "stock", "age":
		return "int"
	case "power", "energy", "temperature", "humidity", "pressure", "voltage", "weight", "height", "width", "distance", "speed", "percentage", "ratio", "latitude", "longitude":
		return "decimal"
	case "coordinates", "gps":
		return "position"
	case "country":
		return "country"
	case "photo", "picture", "image", "document", "attachment":
		return "file"
	case "url", "link", "website":
		return "url"
	}
	return "text"
}

// modifiers are words of the language that no word of an enumeration can be.
var modifiers = set(`optional unique fixed places matches default pii personal card health secret`)

// oneOf reads the words a field may hold: available, rented, broken.
func oneOf(typ string) string {
	var words []string
	for part := range strings.FieldsFuncSeq(typ, func(r rune) bool { return r == ',' || r == '/' || r == '|' }) {
		part = strings.TrimPrefix(strings.TrimSpace(part), "or ")
		w := spelt(part, fact.Snake)
		if w == "" || strings.Count(part, " ") > 2 || modifiers[w] {
			return ""
		}
		words = append(words, w)
	}
	if len(words) < 2 {
		return ""
	}
	return "one of " + strings.Join(words, " | ")
}

// outsideParens joins again the parts of a text that was parted within parentheses.
func outsideParens(parts []part, body string) []part {
	var out []part
	depth := 0
	for _, p := range parts {
		if depth > 0 {
			last := &out[len(out)-1]
			last.text = body[last.from : p.from+len(p.text)]
		} else {
			out = append(out, p)
		}
		depth = max(0, depth+strings.Count(p.text, "(")-strings.Count(p.text, ")"))
	}
	return out
}

// refer lets a field that is called like an entity or an actor refer to it, once all entities are
// known; one that is called like several of them holds a list.
func (c *collector) refer() {
	for _, e := range c.entities {
		c.relate(e)
		c.identify(e)
		for i := range e.values {
			if e.values[i].key != "fields" {
				continue
			}
			for k := range e.values[i].parts {
				f := &e.values[i].parts[k]
				if f.text.text != "text" {
					continue
				}
				ws := fact.Words(f.key)
				last := ws[len(ws)-1]
				to := ""
				if x := find(c.entities, entityName(strings.Join(ws, " "))); x != nil && !x.proposed && x != e {
					to = x.text
				} else if a := find(c.actors, f.key); x == nil && a != nil {
					to = a.text
				}
				switch {
				case to == "":
				case singular(last) != last:
					f.text.text = "[-> " + to + "]"
				default:
					f.text.text = "-> " + to
				}
			}
		}
	}
}

// identifying are the fields that tell who a person is.
var identifying = set(`name first_name last_name surname family_name given_name full_name address street home_address iban bank_account account_holder passport_number tax_number social_security_number national_id`)

// identify marks what identifies a person as personal: a name is, where the entity is one
// (GDPR, article 4(1)).
func (c *collector) identify(e *named) {
	ws := fact.Words(e.text)
	if a := find(c.actors, actorName(strings.Join(ws, " "))); a == nil && !isPerson(ws[len(ws)-1]) || a != nil && a.machine() {
		return
	}
	for i := range e.values {
		for k := range e.values[i].parts {
			if f := &e.values[i].parts[k]; e.values[i].key == "fields" && identifying[f.key] && f.text.text == "text" {
				f.text.text = "personal text"
			}
		}
	}
}

// machine tells that an actor is a device.
func (n *named) machine() bool {
	v, _ := n.get("channels")
	return len(v.list) == 1 && v.list[0].text == "device"
}

// relationForm finds what an entity is tied to: belongs to a title; links a patron to a
// title.
var relationForm = regexp.MustCompile(`(?i)\b(?:belongs? to|links?|refers? to|references?|connects?|relates? to|(?:placed|made|written|owned|held) by)\b(.*)`)

// relate adds the entities that a description ties an entity to as its fields.
func (c *collector) relate(e *named) {
	for _, tie := range e.ties {
		to := relationForm.FindStringSubmatch(tie.text)[1]
		var fields []value
		ws := split(to, 0)
		ws = ws[:min(len(ws), maxWords)]
		label(ws)
		for _, np := range nounPhrases(ws) {
			text := to[ws[np.from].from:ws[np.to-1].to]
			if x := find(c.entities, entityName(text)); x != nil && x != e {
				fields = append(fields, value{key: spelt(x.text, fact.Snake), text: written{"-> " + x.text, tie.span}})
			}
		}
		if len(fields) > 0 {
			e.addFields(fields, tie.span)
			c.mark(tie.span, Fact, "domain."+e.text+".fields", "")
		}
	}
}

func (n *named) get(key string) (value, bool) {
	for _, v := range n.values {
		if v.key == key {
			return v, true
		}
	}
	return value{}, false
}

func shareText(n float64) string { return fact.FormatNumber(n*100, 8) + "%" }

// teamPattern is a team with a number behind it: the groups are its name and the number.
const teamPattern = `(?i)(?:^|[,;.:]\s*|\band\s+)(?:the\s+|a\s+)?([a-z][a-z _-]{0,30}?)(?:\s+team)?\s*(?::|\(|=|\bhas\b|\bwith\b|\bof\b)\s*(\d{1,4})`

var teamForm = regexp.MustCompile(teamPattern + `\b`)

// declareTeams reads "ordering: 6, kitchen: 4" or "6 engineers", and beside them what else
// a passage under Team says.
func (c *collector) declareTeams(p *passage) {
	if c.teamsIn(p, 0, len(p.text), true) {
		for _, s := range sentences(p.text) {
			if !c.teamed(p, s[0], s[1]) {
				c.sentence(p, s[0], s[1], secTeam)
			}
		}
		return
	}
	owns := c.teamOwns(p)
	if calm := c.callFree(p); !owns && !calm {
		c.prose(p, secTeam)
	}
}

// teamed tells that a part of a team's declaration lies in a stretch of a passage.
func (c *collector) teamed(p *passage, from, to int) bool {
	span := p.span(c.src.file, from, to)
	return slices.ContainsFunc(c.context, func(v value) bool {
		return v.key == "teams" && slices.ContainsFunc(v.parts, func(t value) bool {
			return overlap(t.text.span, span) || slices.ContainsFunc(t.parts, func(x value) bool { return overlap(x.text.span, span) })
		})
	})
}

// teamsIn reads the teams that a stretch of a passage counts; alone tells that it stands
// where teams are listed, so that a number of people is one.
func (c *collector) teamsIn(p *passage, from, to int, alone bool) bool {
	var teams []value
	add := func(name, count string, from, to int) {
		id := spelt(name, fact.Snake)
		if id == "" || id == "team" || id == "teams" || id == "one_team" {
			id = "main"
		}
		teams = append(teams, value{key: id, text: written{count, p.span(c.src.file, from, to)}})
	}
	ws := split(p.text[from:to], from)
	counted := amounts(ws)
	form := teamForm
	if !alone {
		form = staffedForm
	}
	for _, m := range form.FindAllStringSubmatchIndex(p.text[from:to], -1) {
		if slices.ContainsFunc(counted, func(a amount) bool { // 4 in the team, and no 6,000 EUR
			return ws[a.from].from <= from+m[4] && from+m[5] <= ws[a.to-1].to && (a.unit != things || ws[a.from].to > from+m[5])
		}) {
			continue
		}
		add(p.text[from+m[2]:from+m[3]], p.text[from+m[4]:from+m[5]], from+m[2], from+m[5])
	}
	if teams == nil && alone {
		for _, a := range counted {
			if a.unit == things && a.per == 0 && (isPerson(a.noun) || set(`developer engineer people person fte`)[singular(a.noun)]) {
				add("main", plain(a.n), ws[a.from].from, ws[a.to-1].to)
				break
			}
		}
	}
	if teams == nil {
		return false
	}
	c.teamOwns(p)
	for i := range teams {
		c.onCall(p, &teams[i])
	}
	span := p.span(c.src.file, from, to)
	for i, v := range c.context {
		if v.key == "teams" {
			c.context[i].parts = append(v.parts, teams...)
			c.mark(span, Fact, "context.teams", "")
			return true
		}
	}
	c.context = append(c.context, value{key: "teams", parts: teams, text: written{span: span}})
	c.mark(span, Fact, "context.teams", "")
	return true
}

// staffedForm finds teams with the engineers in them, in a sentence about other things
// too: Market (6 engineers) owns listings.
var staffedForm = regexp.MustCompile(teamPattern + ` (?:engineers?|developers?|devs?)\b`)

// onCallForm finds that a team carries a pager.
var onCallForm = regexp.MustCompile(`(?i)\bon[- ]call\b|\bcarr(?:y|ies) (?:a|the) pagers?\b`)

// onCall reads beside a team whether it is on call.
func (c *collector) onCall(p *passage, team *value) {
	word, m := "no", noCallForm.FindStringIndex(p.text)
	if m == nil {
		word, m = "yes", onCallForm.FindStringIndex(p.text)
	}
	if m == nil {
		return
	}
	team.parts = []value{{key: "people", text: team.text}, {key: "on_call", text: written{word, p.span(c.src.file, m[0], m[1])}}}
}

// noCallForm finds that nobody carries a pager: we have no on-call at night.
var noCallForm = regexp.MustCompile(`(?i)\b(?:no|nobody|not|without|never|no one)\b[^.;]*\bon[- ]call\b|\bon[- ]call\b[^.;]*\b(?:only|during) (?:office|business|working)\b`)

// callFree reads that nobody is on call.
func (c *collector) callFree(p *passage) bool {
	m := noCallForm.FindStringIndex(p.text)
	if m == nil {
		return false
	}
	c.offCall = p.span(c.src.file, m[0], m[1])
	c.mark(c.offCall, Fact, "context.teams", "")
	return true
}

// hangUp says of every team that nobody in it is on call, where the brief says so.
func (c *collector) hangUp() {
	for i := range c.context {
		if v := &c.context[i]; v.key == "teams" && c.offCall.Valid() {
			for k := range v.parts {
				t := &v.parts[k]
				if t.parts != nil { // said beside the team
					continue
				}
				t.parts = []value{{key: "people", text: t.text}, {key: "on_call", text: written{"no", c.offCall}}}
			}
			return
		}
	}
	if c.offCall.Valid() {
		c.unplaced(c.offCall, "how many people are in the team?")
		c.forget(c.offCall, "context.teams")
	}
}

// stated adds a value of the context, unless it was stated before.
func (c *collector) stated(key, text string, span diag.Span) {
	for _, v := range c.context {
		if v.key == key {
			if v.text.text != text {
				c.twice("context."+key, span, v.text.span)
			}
			return
		}
	}
	c.context = append(c.context, value{key: key, text: written{text, span}})
	c.mark(span, Fact, "context."+key, "")
}

func (c *collector) twice(path string, span, first diag.Span) {
	c.list.Add(diag.Problem{
		Code: "brief.stated-twice", Severity: diag.Warning, Span: span, Path: path,
		Message: path + " is stated twice, differently", Label: "passed over",
		Related: []diag.Related{{Span: first, Note: "the first statement counts"}},
		Hint:    "keep one of them, or say which use case each is about",
	})
	c.mark(span, NotUnderstood, "", "it contradicts line "+plain(float64(first.Start.Line)))
}
