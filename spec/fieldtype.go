package spec

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// fieldKind is one kind of field: its word, what it holds, which modifiers suit it
// and the words people write for it by habit.
type fieldKind struct {
	name, doc string
	// bounds tells what a range such as 1..99 means for it; "" when it takes none.
	bounds  string
	pattern bool
	instead []string
}

var fieldKinds = []fieldKind{
	{name: "id", doc: "the identity of an aggregate, or an opaque identifier of somebody else's", instead: []string{"uuid", "ulid", "guid", "key"}},
	{name: "text", doc: "text", bounds: "length in characters", pattern: true, instead: []string{"string", "str", "varchar", "char"}},
	{name: "int", doc: "a whole number", bounds: "the number", instead: []string{"integer", "long", "int32", "int64", "bigint", "number"}},
	{name: "decimal", doc: "a number with decimal places, kept exactly", bounds: "the number", instead: []string{"float", "double", "number", "numeric", "real"}},
	{name: "money", doc: "an amount with its currency", bounds: "the amount", instead: []string{"price", "amount", "currency"}},
	{name: "flag", doc: "yes or no", instead: []string{"bool", "boolean"}},
	{name: "date", doc: "a calendar day", instead: []string{"day"}},
	{name: "time", doc: "a time of day"},
	{name: "instant", doc: "a point in time, UTC", instead: []string{"timestamp", "datetime", "timestamptz"}},
	{name: "duration", doc: "a length of time", instead: []string{"interval"}},
	{name: "email", doc: "an e-mail address", pattern: true},
	{name: "phone", doc: "a telephone number", pattern: true},
	{name: "url", doc: "a web address", instead: []string{"uri", "link"}},
	{name: "country", doc: "a country, by its two-letter ISO 3166 code"},
	{name: "language", doc: "a language, by its BCP 47 tag", instead: []string{"locale"}},
	{name: "position", doc: "latitude and longitude", instead: []string{"geo", "point", "location", "coordinates"}},
	{name: "bytes", doc: "a small piece of binary data", bounds: "length in bytes", instead: []string{"blob", "binary"}},
	{name: "file", doc: "a document or picture; the design says where it is kept and how it gets there"},
}

// FieldKinds lists the words for the kind of a field, in the order of the
// reference.
func FieldKinds() []string {
	out := make([]string, len(fieldKinds))
	for i, k := range fieldKinds {
		out[i] = k.name
	}
	return out
}

// modifiers are the words that may stand before or after a kind; none of them can
// be a word of an enumeration written with "one of".
var modifiers = append([]string{"optional", "unique", "fixed", "places", "matches", "default", "pii"}, dataClasses...)

// FieldType reads the type of a field: text personal optional, -> Order,
// [OrderLine], int 1..99. See [FieldType].
func (n *Node) FieldType() (FieldType, bool) { return read(n, readFieldType) }

func readFieldType(n *Node) (FieldType, *flaw) {
	switch n.Kind {
	case Scalar:
		return typeOf(n, false)
	case Sequence:
		return listType(n)
	case Null:
		return FieldType{}, flawf(0, 0, "the field has no type").in(n).with("write one, such as text, money or -> Order")
	default:
		return FieldType{}, flawf(0, 0, "expected the type of a field, found a mapping").in(n).with("declare a group of fields under types and name it here")
	}
}

// listType reads [OrderLine], which YAML has read as a list of one.
func listType(n *Node) (FieldType, *flaw) {
	if len(n.Items) != 1 || n.Items[0].Kind != Scalar {
		f := flawf(0, 0, "a list type names one type, such as [text]").in(n)
		if words, ok := plainNames(n.Items); ok && len(words) > 1 {
			f.with("to allow several words, write one of " + strings.Join(words, " | "))
		}
		return FieldType{}, f
	}
	t, f := typeOf(n.Items[0], true)
	t.Span = n.Span
	return t, f
}

func plainNames(items []*Node) ([]string, bool) {
	var out []string
	for _, it := range items {
		if it.Kind != Scalar || !isName(it.Text) {
			return nil, false
		}
		out = append(out, it.Text)
	}
	return out, true
}

// typeOf reads a scalar; list tells that it stands in the brackets of a list.
func typeOf(n *Node, list bool) (FieldType, *flaw) {
	p := typeParser{node: n, toks: tokens(n.Text), t: FieldType{Places: -1, Span: n.Span, List: list}}
	if list {
		if f := p.count(); f != nil {
			return FieldType{}, f.in(n)
		}
	}
	if f := p.run(); f != nil {
		return FieldType{}, f.in(n)
	}
	return p.t, nil
}

// typeParser reads modifiers and one core, in any order.
type typeParser struct {
	node *Node
	toks []token
	i    int
	t    FieldType
	core token // the token that gave the kind; kind tokEnd before
	// ranged tells that a range for the values was read.
	ranged bool
}

func (p *typeParser) peek() token { return p.toks[p.i] }

func (p *typeParser) take() token {
	t := p.toks[p.i]
	if t.kind != tokEnd {
		p.i++
	}
	return t
}

func (p *typeParser) run() *flaw {
	for p.peek().kind != tokEnd {
		if f := p.step(); f != nil {
			return f
		}
	}
	if p.t.Kind == "" {
		return flawf(0, len(p.node.Text), "the type has no kind").with("say what it holds, such as text, money or -> Order")
	}
	return p.suits()
}

func (p *typeParser) step() *flaw {
	t := p.take()
	switch {
	case t.is(","):
		return nil
	case t.is("->"):
		return p.reference(t)
	case t.is("["):
		return p.bracket(t)
	case t.is("<="), t.is(">="), t.is("<"), t.is(">"), t.is(".."), t.kind == tokNumber:
		return p.bounds(t)
	case t.kind == tokName:
		return p.name(t)
	}
	return flawf(t.from, t.to, "%q does not belong in a field type", t.text)
}

func (p *typeParser) name(t token) *flaw {
	switch t.text {
	case "optional":
		return p.once(t, "optional", &p.t.Optional)
	case "unique":
		return p.once(t, "unique", &p.t.Unique)
	case "fixed":
		return p.once(t, "fixed", &p.t.Fixed)
	case "matches":
		return p.matches(t)
	case "default":
		return p.fallback(t)
	case "one":
		if p.peek().is("of") {
			p.take()
			return p.enum(t, "")
		}
	case "enum":
		if p.peek().is("(") {
			p.take()
			return p.enum(t, ")")
		}
	case "list":
		if p.peek().is("of") {
			p.take()
			return p.listOf(t)
		}
	}
	class := t.text
	if class == "pii" {
		class = "personal"
	}
	if slices.Contains(dataClasses, class) {
		if p.t.Class != "" {
			return flawf(t.from, t.to, "a field has one data class, and %s was given before", p.t.Class)
		}
		p.t.Class = class
		return nil
	}
	return p.kind(t)
}

func (p *typeParser) once(t token, what string, flag *bool) *flaw {
	if *flag {
		return flawf(t.from, t.to, "%s is written twice", what)
	}
	*flag = true
	return nil
}

func (p *typeParser) kind(t token) *flaw {
	if f := p.single(t); f != nil {
		return f
	}
	var instead []string
	for _, k := range fieldKinds {
		if k.name == t.text {
			p.t.Kind = k.name
			return nil
		}
		if slices.Contains(k.instead, t.text) {
			instead = append(instead, k.name+": "+k.doc)
		}
	}
	if instead != nil {
		return flawf(t.from, t.to, "there is no field type %q", t.text).with("write " + strings.Join(instead, "; or "))
	}
	p.t.Kind, p.t.Name = "named", p.node.word(t)
	return nil
}

// single refuses a second kind.
func (p *typeParser) single(t token) *flaw {
	if p.t.Kind != "" {
		return flawf(t.from, t.to, "%q is neither a modifier of a field type nor can a field have two types", t.text).
			with("modifiers are " + strings.Join(modifiers, ", ") + " and a range such as 1..99")
	}
	p.core = t
	return nil
}

func (p *typeParser) reference(t token) *flaw {
	if f := p.single(t); f != nil {
		return f
	}
	name := p.take()
	if name.kind != tokName {
		return flawf(t.from, t.to, "-> needs the name of an aggregate or actor after it")
	}
	p.t.Kind, p.t.Name = "ref", p.node.word(name)
	return nil
}

// bracket reads [item] inside a quoted scalar, where YAML has not split it.
func (p *typeParser) bracket(t token) *flaw {
	if p.t.List || p.t.Kind != "" {
		return flawf(t.from, t.to, "a list of lists is no field type").with("declare the inner list as a field of a value object under types")
	}
	p.t.List = true
	if f := p.count(); f != nil {
		return f
	}
	for !p.peek().is("]") {
		if p.peek().kind == tokEnd {
			return flawf(t.from, t.to, "[ has no matching ]")
		}
		if f := p.step(); f != nil {
			return f
		}
	}
	p.take()
	return nil
}

func (p *typeParser) listOf(t token) *flaw {
	if p.t.List || p.t.Kind != "" {
		return flawf(t.from, t.to, "a list of lists is no field type").with("declare the inner list as a field of a value object under types")
	}
	p.t.List = true
	return p.count()
}

// count reads the range of a list's length when one follows: [1..20 OrderLine].
func (p *typeParser) count() *flaw {
	t := p.peek()
	if t.kind != tokNumber && !t.is("<=") && !t.is(">=") {
		return nil
	}
	p.take()
	f := p.bounds(t)
	p.t.Count, p.t.Bounds, p.ranged = p.t.Bounds, Range{}, false
	return f
}

// bounds reads 1..99, 1.., ..99, <= 99, >= 1 or, for a decimal, "2 places".
func (p *typeParser) bounds(t token) *flaw {
	if t.kind == tokNumber && p.peek().is("places") || t.kind == tokNumber && p.peek().is("place") {
		p.take()
		return p.places(t)
	}
	var r Range
	end := t
	switch {
	case t.is("<"), t.is(">"):
		return flawf(t.from, t.to, "a bound includes its end").with("write " + t.text + "= with the last value allowed")
	case t.is("<="):
		end, r.Max = p.limit()
	case t.is(">="):
		end, r.Min = p.limit()
	case t.is(".."):
		end, r.Max = p.limit()
	default:
		r.Min = numberOf(t)
		if !p.peek().is("..") {
			return flawf(t.from, t.to, "%q alone says nothing", t.text).with("write a range such as 1.." + t.text + " or <= " + t.text)
		}
		end = p.take()
		if p.peek().kind == tokNumber {
			end, r.Max = p.limit()
		}
	}
	if r.Min == nil && r.Max == nil {
		return flawf(t.from, end.to, "expected a number after %s", t.text)
	}
	if p.ranged {
		return flawf(t.from, end.to, "a second range for the same field")
	}
	if r.Min != nil && r.Max != nil && *r.Min > *r.Max {
		return flawf(t.from, end.to, "the range is empty: its lower end is above its upper end")
	}
	p.ranged, p.t.Bounds = true, r
	return nil
}

func (p *typeParser) limit() (token, *float64) {
	t := p.peek()
	if t.kind != tokNumber {
		return t, nil
	}
	p.take()
	return t, numberOf(t)
}

func numberOf(t token) *float64 {
	v, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return nil
	}
	return &v
}

func (p *typeParser) places(t token) *flaw {
	v, err := strconv.Atoi(t.text)
	if err != nil || v < 0 || v > 18 {
		return flawf(t.from, t.to, "decimal places lie between 0 and 18")
	}
	if p.t.Places >= 0 {
		return flawf(t.from, t.to, "places are given twice")
	}
	p.t.Places = v
	return nil
}

func (p *typeParser) matches(t token) *flaw {
	pat := p.take()
	if pat.kind != tokPattern {
		return flawf(t.from, t.to, "matches needs a pattern between slashes, such as matches /[A-Z]{2}/")
	}
	if p.t.Pattern != "" {
		return flawf(t.from, pat.to, "a second pattern for the same field")
	}
	text := strings.ReplaceAll(pat.text, `\/`, "/")
	if _, err := regexp.Compile(text); err != nil || text == "" {
		return flawf(pat.from, pat.to, "%q is no regular expression", pat.text).with("patterns are RE2: no look-around and no back-references")
	}
	p.t.Pattern = text
	return nil
}

func (p *typeParser) fallback(t token) *flaw {
	v := p.take()
	if v.kind != tokName && v.kind != tokNumber && v.kind != tokQuoted {
		return flawf(t.from, t.to, "default needs a value after it").with("put a value with blanks or signs into quotes")
	}
	if p.t.Default != "" {
		return flawf(t.from, v.to, "a second default for the same field")
	}
	p.t.Default = v.text
	return nil
}

// enum reads the words of "one of a | b" or, up to close, of enum(a, b).
func (p *typeParser) enum(t token, close string) *flaw {
	if f := p.single(t); f != nil {
		return f
	}
	p.t.Kind = "enum"
	for {
		w := p.take()
		switch {
		case w.kind == tokEnd && close != "":
			return flawf(t.from, len(p.node.Text), "enum( has no matching )").with("inside { } a comma ends the value: write one of a | b")
		case w.kind != tokName:
			return flawf(w.from, w.to, "expected a word of the enumeration").with("words are names, such as one of small | large")
		case close == "" && slices.Contains(modifiers, w.text):
			return flawf(w.from, w.to, "%q is a modifier and cannot be a word after one of", w.text).with("leave out the comma before it, or write enum(...)")
		}
		for _, had := range p.t.Words {
			if had.Text == w.text {
				return flawf(w.from, w.to, "%q is listed twice", w.text)
			}
		}
		p.t.Words = append(p.t.Words, p.node.word(w))
		switch sep := p.peek(); {
		case sep.is(","), sep.is("|"):
			p.take()
		case close != "" && sep.is(close):
			p.take()
			return nil
		case close == "":
			return nil
		}
	}
}

// suits checks that the modifiers go with the kind.
func (p *typeParser) suits() *flaw {
	t, c := &p.t, p.core
	k := fieldKind{}
	if i := slices.IndexFunc(fieldKinds, func(k fieldKind) bool { return k.name == t.Kind }); i >= 0 {
		k = fieldKinds[i]
	}
	ranged := t.Bounds.Min != nil || t.Bounds.Max != nil
	switch {
	case ranged && k.bounds == "":
		f := flawf(c.from, c.to, "%s takes no range", p.shown())
		if t.List {
			f.with("to bound how many there are, put the range first: [1..20 " + p.shown() + "]")
		}
		return f
	case ranged && strings.HasPrefix(k.bounds, "length") && (whole(t.Bounds.Min) || whole(t.Bounds.Max)):
		return flawf(c.from, c.to, "a %s is a whole number from 0", k.bounds)
	case whole(t.Count.Min) || whole(t.Count.Max):
		return flawf(c.from, c.to, "how many there are is a whole number from 0")
	case t.Pattern != "" && !k.pattern:
		return flawf(c.from, c.to, "%s takes no pattern", p.shown())
	case t.Places >= 0 && t.Kind != "decimal":
		return flawf(c.from, c.to, "%s has no decimal places", p.shown()).with("write decimal")
	case t.Kind == "enum" && t.Default != "" && !slices.ContainsFunc(t.Words, func(w Word) bool { return w.Text == t.Default }):
		return flawf(c.from, len(p.node.Text), "the default %q is none of the words", t.Default)
	}
	return nil
}

// whole tells whether a bound is there and is no whole number from 0.
func whole(v *float64) bool { return v != nil && (*v < 0 || *v != float64(int64(*v))) }

func (p *typeParser) shown() string {
	switch p.t.Kind {
	case "ref", "named":
		return p.t.Name.Text
	case "enum":
		return "an enumeration"
	}
	return p.t.Kind
}
