package brief

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/spec"
)

// finish proposes what nobody declared, places the readings and builds the tree.
func (c *collector) finish() {
	c.relink()
	c.record()
	c.refer()
	c.propose()
	c.moves()
	c.lifecycles()
	c.rules()
	c.asked()
	c.searched()
	for i := range c.pending {
		c.place(&c.pending[i])
	}
	c.beat()
	c.settle()
	c.hangUp()
	c.putRegions()
	c.playScenarios()
	c.missing()
	c.r.Doc.Root = c.tree()
	if !c.list.HasErrors() {
		for _, p := range spec.Check(c.r.Doc) {
			if p.Severity == diag.Error {
				c.unplaced(p.Span, p.Message)
			}
		}
		prune(c.r.Doc.Root)
		c.leftovers()
		c.unread()
	}
	c.report()
}

// prune takes out of the tree what the language does not accept; its line was not
// understood.
func prune(n *spec.Node) {
	n.Bad = false
	n.Items = slices.DeleteFunc(n.Items, func(i *spec.Node) bool { return i.Bad })
	n.Entries = slices.DeleteFunc(n.Entries, func(e spec.Entry) bool {
		if e.Value.Kind != spec.Mapping && e.Value.Bad {
			return true
		}
		prune(e.Value)
		return e.Value.Kind == spec.Sequence && len(e.Value.Items) == 0
	})
}

// relink lets declared entities win over names that stories gave before the
// declaration was read.
func (c *collector) relink() {
	for _, u := range c.useCases {
		for i := range u.touches {
			t := &u.touches[i]
			if find(c.entities, t.entity.text) != nil {
				continue
			}
			ws := fact.Words(t.entity.text)
			for from := 1; from < len(ws); from++ {
				if e := find(c.entities, entityName(strings.Join(ws[from:], " "))); e != nil {
					t.entity.text = e.text
					break
				}
			}
		}
		u.touches = slices.CompactFunc(u.touches, func(a, b touch) bool { return a.how == b.how && a.entity.text == b.entity.text })
	}
}

// record lets a deed create its record where the brief speaks of one: to reserve a table
// creates a reservation, and reads the table; to pay a fine creates a payment, and changes
// the fine.
func (c *collector) record() {
	recordOf := map[string]string{} // the entity that each deed leaves
	add := func(id string) {
		if ws := fact.Words(id); len(ws) == 1 {
			for _, deed := range deedsOf(ws[0]) {
				if recordOf[deed] == "" {
					recordOf[deed] = id
				}
			}
		}
	}
	for _, e := range c.entities {
		add(e.text)
	}
	for _, u := range c.useCases {
		for _, t := range u.touches {
			add(t.entity.text)
		}
	}
	for _, u := range c.useCases {
		if offers := recordOf["list"]; u.verb == "list" && offers == "Listing" && len(u.touches) > 0 && one.MatchString(u.said) { // to list a ticket
			u.list = false
			u.touches = slices.Insert(u.touches, 0, touch{"creates", written{offers, u.touches[0].entity.span}, false})
			continue
		}
		if len(u.touches) == 0 || u.touches[0].how == "deletes" || lookVerbs[cmp.Or(u.deed, u.verb)] || len(u.touches) > 1 && u.touches[1].object {
			continue
		}
		t := &u.touches[0]
		if id := recordOf[cmp.Or(u.deed, u.verb)]; id != "" && id != t.entity.text {
			t.how = map[string]string{"creates": "reads", "changes": "changes", "reads": "changes"}[t.how]
			if e := find(c.entities, t.entity.text); e != nil && e.lives() && t.how == "reads" { // what is bought is no longer for sale
				t.how = "changes"
			}
			u.touches = slices.Insert(u.touches, 0, touch{"creates", written{id, t.entity.span}, false})
		} else if id == "" && t.how == "changes" && strings.HasPrefix(u.said, " for ") {
			if done := c.broughtTo(u); done != "" && done != t.entity.text { // to pay for a product changes the sale that is then paid
				t.how = "reads"
				u.touches = slices.Insert(u.touches, 0, touch{"changes", written{done, t.entity.span}, false})
			}
		}
	}
}

// lives tells that an entity has a lifecycle, or words for its state.
func (n *named) lives() bool {
	_, ok := n.get("states")
	return ok || n.stateWords() != nil
}

// one finds that a verb is done to a single thing.
var one = regexp.MustCompile(`(?i)^\s*(?:an?|one|my|their|his|her)\s`)

// broughtTo is the one entity that has a state which the deed leads to; "" for none, or several.
func (c *collector) broughtTo(u *useCase) string {
	only := ""
	for _, e := range c.entities {
		if _, steps := u.steps(e, e.span); len(steps) > 0 {
			if only != "" {
				return ""
			}
			only = e.text
		}
	}
	return only
}

// deedsOf are the deeds that a noun may be the record of: reserve, of reservation.
func deedsOf(noun string) []string {
	out := append([]string{lemma(noun)}, nominal(noun)...)
	out = append(out, strings.Fields(records[noun])...)
	if stem, ok := strings.CutSuffix(noun, "ment"); ok {
		out = append(out, stem, strings.TrimSuffix(stem, "l")+"l")
	}
	return out
}

// records are the nouns of deeds that no ending tells.
var records = map[string]string{"application": "apply", "subscription": "subscribe", "registration": "register", "sale": "sell", "entry": "enter", "loan": "lend borrow check-out", "rental": "rent", "purchase": "buy", "order": "buy", "booking": "reserve", "reservation": "book", "payout": "pay-out"}

// propose adds the entities that use cases need and nobody declared.
func (c *collector) propose() {
	for _, u := range c.useCases {
		kept := u.touches[:0]
		for i, t := range u.touches {
			e := find(c.entities, t.entity.text)
			if e == nil && (i == 0 || t.object || t.how != "reads") {
				e = &named{written: t.entity, proposed: true}
				c.entities = append(c.entities, e)
			}
			if e == nil {
				continue // read beside something else, and declared nowhere
			}
			t.entity.text = e.text
			e.spans = append(e.spans, t.entity.span)
			kept = append(kept, t)
		}
		u.touches = kept
	}
}

// report tells what was proposed and not understood.
func (c *collector) report() {
	for _, e := range c.entities {
		if e.proposed {
			c.r.Proposed = append(c.r.Proposed, Proposal{e.text, e.spans})
			c.list.Add(diag.Problem{
				Code: "brief.proposed-entity", Severity: diag.Warning, Span: e.span, Path: "domain." + e.text,
				Message: e.text + " is declared nowhere and is proposed as an entity",
				Hint:    "confirm it by a line under a heading Entities, such as: - " + e.text + ": what is known of it",
			})
		}
	}
	for _, l := range c.r.Lines {
		if l.Status == NotUnderstood {
			at := diag.Pos{Line: l.Number, Column: 1 + len([]rune(l.Text)) - len([]rune(strings.TrimLeft(l.Text, " \t")))}
			end := diag.Pos{Line: l.Number, Column: 1 + len([]rune(l.Text))}
			c.list.Add(diag.Problem{
				Code: "brief.not-understood", Severity: diag.Warning, Span: diag.Span{File: c.src.file, Start: at, End: end},
				Message: "the line is not understood: " + l.Why,
				Hint:    "say it as in docs/brief.md, or move it under a heading such as Background",
			})
		}
	}
}

// missing tells what the brief lacks altogether.
func (c *collector) missing() {
	first := diag.Span{File: c.src.file, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
	switch {
	case len(c.useCases) == 0:
		c.list.Add(diag.Problem{Code: "brief.no-use-cases", Span: first, Message: "no line says what the system is asked to do",
			Hint: "write a user story: As a customer, I want to place an order, so that I can eat"})
	case len(c.entities) == 0:
		c.list.Add(diag.Problem{Code: "brief.no-entities", Span: first, Message: "no line says what is kept",
			Hint: "list it under a heading Entities, such as: - Order: number, total, status"})
	}
	if c.system.text == "" {
		base := strings.TrimSuffix(path.Base(strings.ReplaceAll(c.src.file, "\\", "/")), path.Ext(c.src.file))
		c.system = written{fact.Title(spelt(base, fact.Pascal)), first}
		if c.system.text == "" {
			c.system.text = "System"
		}
		c.r.Questions = append(c.r.Questions, Question{Span: first, About: "the name", Ask: "what is the system called?", Default: c.system.text})
	}
}

// builder helpers: scalars, lists and mappings with places.

func scalar(w written) *spec.Node {
	return &spec.Node{Kind: spec.Scalar, Text: w.text, Span: w.span}
}

func sequence(list []written, span diag.Span) *spec.Node {
	n := &spec.Node{Kind: spec.Sequence, Span: span}
	for _, w := range list {
		n.Items = append(n.Items, scalar(w))
	}
	return n
}

func mapping(span diag.Span) *spec.Node { return &spec.Node{Kind: spec.Mapping, Span: span} }

func put(n *spec.Node, key string, v *spec.Node, at diag.Span) {
	n.Entries = append(n.Entries, spec.Entry{Key: key, KeySpan: at, Value: v})
}

func putValues(n *spec.Node, values []value) {
	for _, v := range values {
		switch {
		case v.list != nil:
			put(n, v.key, sequence(v.list, v.list[0].span), v.list[0].span)
		case v.parts != nil:
			m := mapping(v.text.span)
			putValues(m, v.parts)
			put(n, v.key, m, v.text.span)
		default:
			put(n, v.key, scalar(v.text), v.text.span)
		}
	}
}

func (c *collector) tree() *spec.Node {
	all := diag.Span{File: c.src.file, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: max(len(c.src.lines), 1), Column: 1}}
	root := mapping(all)
	put(root, "system", scalar(c.system), c.system.span)
	if c.about.text != "" {
		put(root, "about", scalar(c.about), c.about.span)
	}
	if len(c.context) > 0 {
		n := mapping(c.context[0].text.span)
		putValues(n, c.context)
		put(root, "context", n, n.Span)
	}
	c.putNamed(root, "actors", c.actors)
	c.putNamed(root, "externals", c.externals)
	c.putNamed(root, "domain", c.entities)
	c.putNamed(root, "rules", c.ruled)
	if len(c.useCases) > 0 {
		n := mapping(c.useCases[0].span)
		for _, u := range c.useCases {
			put(n, u.text, u.node(), u.span)
		}
		put(root, "use_cases", n, n.Span)
	}
	if len(c.cut) > 0 {
		n := mapping(c.cut[0].span)
		for _, x := range c.cut {
			put(n, x.text, x.node(), x.span)
		}
		put(root, "contexts", n, n.Span)
	}
	var scenarios []*named
	for _, x := range c.scenarios {
		scenarios = append(scenarios, &x.named)
	}
	c.putNamed(root, "scenarios", scenarios)
	return root
}

func (c *collector) putNamed(root *spec.Node, section string, list []*named) {
	if len(list) == 0 {
		return
	}
	n := mapping(list[0].span)
	for _, x := range list {
		m := mapping(x.span)
		putValues(m, x.values)
		put(n, x.text, m, x.span)
	}
	put(root, section, n, n.Span)
}

// node is a context as it would be written: its aggregates alone when nothing else is
// said of it.
func (x *cutContext) node() *spec.Node {
	list := sequence(x.holds, x.holds[0].span)
	if x.owner.text == "" && x.about.text == "" {
		return list
	}
	n := mapping(x.span)
	put(n, "aggregates", list, list.Span)
	if x.about.text != "" {
		put(n, "about", scalar(x.about), x.about.span)
	}
	if x.owner.text != "" {
		put(n, "owner", scalar(x.owner), x.owner.span)
	}
	return n
}

// node is a use case as it would be written.
func (u *useCase) node() *spec.Node {
	n := mapping(u.span)
	if len(u.by) > 0 {
		put(n, "by", sequence(u.by, u.by[0].span), u.by[0].span)
	}
	if len(u.on) > 0 {
		put(n, "on", sequence(u.on, u.on[0].span), u.on[0].span)
	}
	for _, how := range []string{"creates", "changes", "deletes", "reads"} {
		var list []written
		for _, t := range u.touches {
			if t.how == how && !slices.ContainsFunc(list, func(w written) bool { return w.text == t.entity.text }) {
				list = append(list, t.entity)
			}
		}
		if how == "reads" {
			list = slices.DeleteFunc(list, func(w written) bool {
				return slices.ContainsFunc(u.touches, func(t touch) bool { return t.how != "reads" && t.entity.text == w.text })
			})
		}
		if len(list) > 0 {
			put(n, how, sequence(list, list[0].span), list[0].span)
		}
	}
	if v, ok := u.callValues(); ok {
		putValues(n, []value{v})
	}
	if len(u.emits) > 0 {
		put(n, "emits", sequence(u.emits, u.emits[0].span), u.emits[0].span)
	}
	if u.list && n.Get("reads") != nil && n.Get("creates") == nil && n.Get("changes") == nil {
		put(n, "result", scalar(written{"list", u.span}), u.span)
	}
	if len(u.latency) > 0 {
		slices.SortFunc(u.latency, func(a, b quantile) int { return int(10 * (a.p - b.p)) })
		var parts []string
		for _, q := range u.latency {
			parts = append(parts, quantileText(q.p, q.seconds))
		}
		at := u.latency[len(u.latency)-1].span
		put(n, "latency", scalar(written{strings.Join(parts, " "), at}), at)
	}
	putValues(n, u.values)
	return n
}

// YAML writes the tree as an input, each value with the line of the brief that it
// rests on as a comment.
func (r *Result) YAML() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Read from %s; each fact is followed by its line there.\n", r.Doc.File)
	for _, e := range r.Doc.Root.Entries {
		r.write(&b, e, 0, 0)
	}
	return []byte(b.String())
}

func (r *Result) write(b *strings.Builder, e spec.Entry, indent, above int) {
	lead := strings.Repeat(" ", indent)
	line := e.KeySpan.Start.Line
	if v := e.Value; v.Kind != spec.Mapping || len(v.Entries) == 0 {
		line = e.Value.Span.Start.Line
	}
	quote := ""
	if line != above && line >= 1 && line <= len(r.Lines) && indent > 0 || indent == 0 && e.Value.Kind == spec.Scalar {
		if text := strings.TrimSpace(strings.Map(printable, r.Lines[line-1].Text)); text != "" {
			quote = fmt.Sprintf("  # line %d: %s", line, text)
		}
	}
	if r.proposed(e, indent) {
		quote = strings.Replace(quote, "  # ", "  # proposed, declared nowhere; ", 1)
	}
	if e.Value.Kind == spec.Mapping && len(e.Value.Entries) > 0 {
		fmt.Fprintf(b, "%s%s:%s\n", lead, e.Key, quote)
		for _, sub := range e.Value.Entries {
			r.write(b, sub, indent+2, shownLine(line, indent))
		}
		return
	}
	doc := &spec.Doc{Root: &spec.Node{Kind: spec.Mapping, Entries: []spec.Entry{e}}}
	if e.Value.Kind == spec.Mapping {
		fmt.Fprintf(b, "%s%s: {}%s\n", lead, e.Key, quote)
		return
	}
	body := strings.TrimRight(string(spec.Print(doc)), "\n")
	body = strings.ReplaceAll(body, "\n", "\n"+lead)
	head, rest, more := strings.Cut(body, "\n")
	b.WriteString(lead + head + quote + "\n")
	if more {
		b.WriteString(rest + "\n")
	}
}

// printable keeps what cannot stand in a comment out of it.
func printable(r rune) rune {
	if !unicode.IsPrint(r) {
		return ' '
	}
	return r
}

// shownLine is the line that has been quoted already for what is written below.
func shownLine(line, indent int) int {
	if indent == 0 {
		return 0
	}
	return line
}

func (r *Result) proposed(e spec.Entry, indent int) bool {
	return indent == 2 && slices.ContainsFunc(r.Proposed, func(p Proposal) bool { return p.Name == e.Key && slices.Contains(p.Spans, e.KeySpan) })
}
