package brief

import (
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// cutContext is a bounded context as the brief draws it: a name, what stands in it, who
// owns it, what it is responsible for. What it holds is looked up at the end, when all
// entities are declared.
type cutContext struct {
	written
	level   int // of the item that declares it
	heading bool
	says    []saying
	holds   []written // the entities, found at the end
	owner   written
	about   written
	place   diag.Span
}

// saying is a piece of what is said of a context, and the list that it may be.
type saying struct {
	written
	list []written
}

// owns is what a team is said to own: contexts or entities.
type owns struct {
	team  written
	holds []written
}

var (
	// ownWords stand between a context or a team and what it owns.
	ownWords = set(`owns own owning holds hold holding contains containing keeps keeping covers covering includes including manages managing has having with`)
	// holdLabels and ownerLabels name lists of what is held, and who owns it.
	holdLabels  = set(`aggregates aggregate entities entity data holds owns contains objects keeps`)
	ownerLabels = set(`owner team owned by`)
)

// declareContext reads "Sales: Order, Voucher; owned by ordering", "Sales owns Order and
// Voucher", and items below the name.
func (c *collector) declareContext(p *passage) {
	if n := len(c.cut); n > 0 && p.kind == item && (c.cut[n-1].heading || p.level > c.cut[n-1].level) {
		c.cut[n-1].hold(c, p, 0)
		c.mark(c.spanOf(p), Fact, "contexts."+c.cut[n-1].text, "")
		return
	}
	name, from, rest := nameOf(p)
	if at, end := ownWord(p, len(p.text)); at > 0 && at < rest {
		name, rest = strings.Trim(p.text[from:at], " \t.\"'"), end
	}
	id := spelt(trimmed(name), fact.Pascal)
	if id == "" || strings.Count(name, " ") > 4 || p.kind == paragraph && rest == len(p.text) {
		c.prose(p, secContexts)
		return
	}
	k := slices.IndexFunc(c.cut, func(x *cutContext) bool { return strings.EqualFold(x.text, id) })
	if k < 0 {
		at := max(strings.Index(p.text, name), 0)
		k = len(c.cut)
		c.cut = append(c.cut, &cutContext{written: written{id, p.span(c.src.file, at, at+len(name))}, level: p.level, heading: p.kind == heading, place: c.spanOf(p)})
	}
	c.mark(c.spanOf(p), Fact, "contexts."+id, "")
	c.cut[k].hold(c, p, rest)
	if p.kind == item { // numbers and rules that stand beside
		c.prose(p, secAbout)
	}
}

// trimmed is a name without the word that says it is one: Sales context, the module
// Sales.
func trimmed(name string) string {
	ws := strings.Fields(name)
	for len(ws) > 1 && (determiners[lower(ws[0])] || contextWords[singular(lower(ws[0]))]) {
		ws = ws[1:]
	}
	for len(ws) > 1 && contextWords[singular(lower(ws[len(ws)-1]))] {
		ws = ws[:len(ws)-1]
	}
	return strings.Join(ws, " ")
}

var contextWords = set(`context module service subsystem bounded component domain`)

// ownWord finds the first word before byte limit that says that something is owned, and
// returns where it starts and ends; 0 for none.
func ownWord(p *passage, limit int) (from, to int) {
	for i, w := range split(p.text[:limit], 0) {
		if i > 5 {
			return 0, 0
		}
		if i > 0 && ownWords[w.low] {
			return w.from, w.to
		}
	}
	return 0, 0
}

// hold adds what a piece of a passage says of a context.
func (x *cutContext) hold(c *collector, p *passage, from int) {
	for _, piece := range pieces(p.text, from, ";()") {
		body := p.text[piece.from:piece.to]
		ws := split(body, piece.from)
		if len(ws) == 0 {
			continue
		}
		if label := ws[0].low; holdLabels[label] {
			ws = ws[1:]
			if len(ws) > 0 && ws[0].low == ":" {
				ws = ws[1:]
			}
			if len(ws) == 0 {
				continue
			}
		}
		if owner, ok := ownerOf(ws); ok {
			if x.owner.text == "" {
				x.owner = written{owner, p.span(c.src.file, ws[0].from, ws[len(ws)-1].to)}
			}
			continue
		}
		whole := strings.Trim(p.text[ws[0].from:piece.to], " \t.,")
		x.says = append(x.says, saying{
			written{whole, p.span(c.src.file, ws[0].from, ws[0].from+len(whole))}, c.listedIn(p, ws[0].from, piece.to),
		})
	}
}

// ownerOf reads "owned by ordering", "team: ordering", "the ordering team".
func ownerOf(ws []word) (string, bool) {
	from, to := 0, len(ws)
	for from < to && (ownerLabels[ws[from].low] || from > 0 && (ws[from].low == ":" || determiners[ws[from].low])) {
		from++
	}
	if to-from > 1 && ws[to-1].low == "team" && from == 0 {
		to--
		if determiners[ws[0].low] {
			from = 1
		}
	} else if from == 0 {
		return "", false
	}
	if to > from && ws[to-1].low == "team" {
		to--
	}
	var name []string
	for _, w := range ws[from:to] {
		if w.kind == letters {
			name = append(name, w.text)
		}
	}
	id := spelt(strings.Join(name, " "), fact.Snake)
	return id, id != ""
}

// pieces cuts a text from a byte on at the signs of seps, keeping the places.
func pieces(s string, from int, seps string) []stretch {
	var out []stretch
	for i := from; i <= len(s); i++ {
		if i == len(s) || strings.IndexByte(seps, s[i]) >= 0 {
			if strings.TrimSpace(s[from:i]) != "" {
				out = append(out, stretch{from, i})
			}
			from = i + 1
		}
	}
	return out
}

// listedIn are the parts of a list: Order, Voucher and Menu.
func (c *collector) listedIn(p *passage, from, to int) []written {
	var out []written
	for _, part := range splitKeeping(p.text[from:to], alternatives) {
		body := strings.Trim(part.text, " \t.,:\"'")
		if body == "" {
			continue
		}
		at := from + part.from + strings.Index(part.text, body)
		out = append(out, written{body, p.span(c.src.file, at, at+len(body))})
	}
	return out
}

// contextRow reads a row of a table of contexts by its columns' names.
func (c *collector) contextRow(p *passage) {
	n := len(c.cut)
	c.declareContext(&p.cells[0])
	if len(c.cut) == n {
		return
	}
	x := c.cut[n]
	for i := 1; i < len(p.cells); i++ {
		cell, col := &p.cells[i], ""
		if i < len(c.columns) {
			col = c.columns[i]
		}
		switch {
		case cell.text == "":
		case strings.Contains(col, "team") || strings.Contains(col, "owner"):
			if id := spelt(strings.TrimSuffix(lower(cell.text), " team"), fact.Snake); id != "" {
				x.owner = written{id, c.spanOf(cell)}
			}
		case strings.Contains(col, "descri") || strings.Contains(col, "about") || strings.Contains(col, "purpose") || strings.Contains(col, "responsib"):
			x.about = written{cell.text, c.spanOf(cell)}
		default:
			x.hold(c, cell, 0)
		}
	}
}

// ownsForm finds the words between a team and what it owns.
var ownsForm = regexp.MustCompile(`(?i)\b(?:owns?|owning|(?:is |are )?responsible for|(?:is |are )?in charge of|looks? after|takes? care of|maintains?|runs?|handles?|builds?|develops?|works? on)\b`)

// teamOwns reads what teams are said to own behind their names or sizes: "ordering: 6, owns
// Sales and Cooking", "the kitchen team is responsible for Ticket", "Two teams: Lending
// (4 people) looks after loans; ...".
func (c *collector) teamOwns(p *passage) bool {
	found := false
	for _, s := range sentences(p.text) {
		for _, piece := range owners(p.text, pieces(p.text[:s[1]], s[0], ";")) {
			body := p.text[piece.from:piece.to]
			m := ownsForm.FindStringIndex(body)
			if m == nil {
				continue
			}
			who := body[:m[0]]
			lead := 0
			if label, rest, ok := strings.Cut(who, ":"); ok && strings.TrimSpace(rest) != "" && teamLabel.MatchString(label) {
				lead = len(label) + 1
			}
			name := who[lead:]
			if k := strings.IndexAny(name, ":,(="); k >= 0 {
				name = name[:k]
			}
			id := teamName(name)
			if id == "" || strings.Count(strings.TrimSpace(name), " ") > 3 {
				continue
			}
			at := piece.from + lead + strings.Index(who[lead:], strings.TrimSpace(name))
			c.owned = append(c.owned, owns{written{id, p.span(c.src.file, at, at+len(strings.TrimSpace(name)))}, c.listedIn(p, piece.from+m[1], piece.to)})
			found = true
		}
	}
	return found
}

// owners parts pieces where another team begins: Market owns listings, Door (3 engineers)
// owns tickets.
func owners(text string, list []stretch) []stretch {
	var out []stretch
	for _, piece := range list {
		from := piece.from
		ms := ownsForm.FindAllStringIndex(text[piece.from:piece.to], -1)
		for i := 1; i < len(ms); i++ {
			last := piece.from + ms[i-1][1]
			between := text[last : piece.from+ms[i][0]]
			if m := another.FindStringSubmatchIndex(between); m != nil {
				out = append(out, stretch{from, last + m[0]})
				from = last + m[2]
			}
		}
		out = append(out, stretch{from, piece.to})
	}
	return out
}

// another finds the name of a team, with its size or without, at the end of a list.
var another = regexp.MustCompile(`(?:,|,? and)\s+((?:the )?[A-Z]?[\w-]+(?: [\w-]+)?(?: team)?\s*(?:\([^()]*\))?\s*)$`)

// teamLabel finds a label before a list of teams.
var teamLabel = regexp.MustCompile(`(?i)\bteams\s*$|^\s*team\s*$`)

// teamName is a team by its name alone: ordering, of the ordering team.
func teamName(name string) string {
	ws := strings.Fields(lower(name))
	if len(ws) > 1 && determiners[ws[0]] {
		ws = ws[1:]
	}
	if n := len(ws); n > 1 && (ws[n-1] == "team" || ws[n-1] == "squad") {
		ws = ws[:n-1]
	}
	return spelt(strings.Join(ws, " "), fact.Snake)
}

// settle looks up what contexts hold and teams own, and asks about what is declared
// nowhere.
func (c *collector) settle() {
	in := map[string]*cutContext{}
	for _, x := range c.cut {
		for _, says := range x.says {
			c.settlePiece(x, says, in)
		}
		if len(x.holds) == 0 {
			c.unplaced(x.place, "no entity that is declared stands in the context "+x.text)
			c.forget(x.place, "contexts."+x.text)
		}
	}
	c.cut = slices.DeleteFunc(c.cut, func(x *cutContext) bool { return len(x.holds) == 0 })
	for _, o := range c.owned {
		for _, h := range o.holds {
			switch x, e := c.contextCalled(h.text), c.entityCalled(h.text); {
			case !c.isTeam(o.team.text):
				c.unplaced(h.span, o.team.text+" is no team that is declared")
			case x != nil:
				x.owner = o.team
				c.mark(h.span, Fact, "contexts."+x.text+".owner", "")
			case e != nil:
				e.set(value{key: "owner", text: written{o.team.text, h.span}})
				c.mark(h.span, Fact, "domain."+e.text+".owner", "")
			default:
				c.question(h.span, h.text, "what is "+h.text+", which "+o.team.text+" owns, in the model?", "it is left out")
			}
		}
	}
	for _, x := range c.cut {
		if x.owner.text != "" && !c.isTeam(x.owner.text) {
			c.question(x.owner.span, x.owner.text, "which team is "+x.owner.text+", and how many people are in it?", "the context "+x.text+" has no owner")
			x.owner = written{}
		}
	}
}

// settlePiece looks up the entities of a piece; a piece without any says what the
// context is about.
func (c *collector) settlePiece(x *cutContext, says saying, in map[string]*cutContext) {
	var other []written
	known := false
	for _, h := range says.list {
		e := c.entityCalled(h.text)
		known = known || e != nil
		switch {
		case e == nil:
			other = append(other, h)
		case in[e.text] == x:
		case in[e.text] != nil:
			c.question(h.span, e.text, "is "+e.text+" in the context "+in[e.text].text+" or in "+x.text+"?", "it is in "+in[e.text].text+", which names it first")
		default:
			in[e.text] = x
			x.holds = append(x.holds, written{e.text, h.span})
		}
	}
	if !known && strings.Contains(says.text, " ") && x.about.text == "" {
		x.about = says.written
		return
	}
	for _, h := range other {
		c.question(h.span, h.text, "is "+h.text+" an entity of its own?", "it is left out of the context "+x.text)
	}
}

// question asks, unless enough is asked already.
func (c *collector) question(at diag.Span, about, ask, fallback string) {
	if len(c.r.Questions) < maxQuestions {
		c.r.Questions = append(c.r.Questions, Question{Span: at, About: about, Ask: ask, Default: fallback})
	}
}

// forget takes back what a line was said to have become.
func (c *collector) forget(s diag.Span, path string) {
	l := &c.r.Lines[s.Start.Line-1]
	l.Became = slices.DeleteFunc(l.Became, func(p string) bool { return p == path })
	if len(l.Became) == 0 && l.Status == Fact {
		l.Status, l.Why = NotUnderstood, "it names a context without an entity that is declared"
	}
}

func (c *collector) entityCalled(name string) *named {
	id := entityName(strings.TrimPrefix(lower(name), "the "))
	if id == "" {
		return nil
	}
	if e := find(c.entities, id); e != nil {
		return e
	}
	if strings.Contains(strings.TrimSpace(name), " ") {
		return nil
	}
	return c.entityNamed(singular(lower(name)))
}

func (c *collector) contextCalled(name string) *cutContext {
	id := spelt(trimmed(name), fact.Pascal)
	for _, x := range c.cut {
		if strings.EqualFold(x.text, id) {
			return x
		}
	}
	return nil
}

func (c *collector) isTeam(id string) bool {
	for _, v := range c.context {
		if v.key == "teams" {
			return slices.ContainsFunc(v.parts, func(t value) bool { return t.key == id })
		}
	}
	return false
}

// regionsLabel tells a line such as "Regions: eu-west, us-east".
func regionsLabel(text string) bool {
	label, _, ok := strings.Cut(lower(text), ":")
	return ok && (label == "regions" || label == "region")
}

// zones reads how many availability zones a region has.
func (c *collector) zones(p *passage, from, to int) bool {
	ws := split(p.text[from:to], from)
	for _, a := range amounts(ws[:min(len(ws), maxWords)]) {
		if a.unit == things && a.per == 0 && singular(a.noun) == "zone" && a.n >= 1 && a.n <= 6 {
			c.stated("zones", plain(a.n), p.span(c.src.file, ws[a.from].from, ws[a.to-1].to))
			return true
		}
	}
	return false
}

// declareRegion reads "eu-west: home, 60 %" and "us-east (80 ms away)".
func (c *collector) declareRegion(p *passage) {
	name, from, rest := nameOf(p)
	if low := lower(name); low == "regions" || low == "region" {
		for _, r := range c.listedIn(p, rest, len(p.text)) {
			if id := spelt(r.text, fact.Kebab); id != "" {
				c.regions = append(c.regions, value{key: id, text: written{span: r.span}})
				c.mark(r.span, Fact, "context.regions", "")
			}
		}
		return
	}
	id := spelt(name, fact.Kebab)
	if id == "" || strings.Contains(strings.TrimSpace(name), " ") || p.kind == paragraph && !strings.Contains(p.text, ":") {
		c.prose(p, secRegions)
		return
	}
	r := value{key: id, text: written{span: p.span(c.src.file, from, from+len(name))}}
	ws := split(p.text, 0)
	set := func(key, text string, a amount) { // the first counts
		if !slices.ContainsFunc(r.parts, func(v value) bool { return v.key == key }) {
			r.parts = append(r.parts, value{key: key, text: written{text, p.span(c.src.file, ws[a.from].from, ws[a.to-1].to)}})
		}
	}
	for _, a := range amounts(ws) {
		switch {
		case a.unit == percent:
			set("share", shareText(a.n/100), a)
		case a.unit == seconds && a.n < 10:
			set("distance", fact.FormatSeconds(a.n), a)
		}
	}
	c.mark(c.spanOf(p), Fact, "context.regions", "")
	for _, w := range ws {
		if w.low == "home" {
			c.regions = slices.Insert(c.regions, 0, r)
			return
		}
	}
	c.regions = append(c.regions, r)
}

// putRegions adds the regions to the context: names alone as a list.
func (c *collector) putRegions() {
	if len(c.regions) == 0 {
		return
	}
	v := value{key: "regions", text: written{span: c.regions[0].text.span}}
	plain := !slices.ContainsFunc(c.regions, func(r value) bool { return r.parts != nil })
	for _, r := range c.regions {
		if slices.ContainsFunc(v.parts, func(o value) bool { return o.key == r.key }) {
			continue
		}
		if plain {
			v.list = append(v.list, written{r.key, r.text.span})
		} else if r.parts == nil {
			r.parts = []value{}
		}
		v.parts = append(v.parts, r)
	}
	if plain {
		v.parts = nil
	}
	c.context = append(c.context, v)
}
