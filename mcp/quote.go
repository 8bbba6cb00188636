package mcp

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"plumb.dev/plumb/fact"
)

// A number enters a design with the words it came from. A quote counts when the brief
// holds it word for word and it holds every number of the value: 300ms is in "within
// 300 milliseconds" and in "0.3 s", and not in "300 orders".

// supported says why a value may not rest on a quote, and on which line of the brief
// the quote stands.
func supported(value, quote, briefName, brief string) (line int, err error) {
	line, ok := find(brief, quote)
	if !ok {
		return 0, fmt.Errorf("%q is not in %s word for word: quote what is written there, or mark the value as an assumption", short(quote, 120), briefName)
	}
	if missing := unsupported(value, quote); missing != "" {
		return 0, fmt.Errorf("the quote %q does not say %s: quote the words that hold the number and its unit, or mark the value as an assumption", short(quote, 120), missing)
	}
	return line, nil
}

// fewest is how many letters and digits a quote has at least; less proves nothing.
const fewest = 3

// find tells where a text holds a quote: whole words, in order, however the lines
// are broken, with nothing added, left out or respelt.
func find(text, quote string) (line int, ok bool) {
	want := strings.Fields(quote)
	solid := strings.IndexFunc(quote, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	if solid < 0 || len([]rune(strings.Join(want, ""))) < fewest {
		return 0, false
	}
	var b strings.Builder
	lines := []int{} // the line of each byte
	at, blank := 1, true
	for _, r := range text {
		if unicode.IsSpace(r) {
			if !blank {
				b.WriteByte(' ')
				lines = append(lines, at)
			}
			blank = true
			if r == '\n' {
				at++
			}
			continue
		}
		blank = false
		before := b.Len()
		b.WriteRune(r)
		for range b.Len() - before {
			lines = append(lines, at)
		}
	}
	flat, needle := b.String(), strings.Join(want, " ")
	for from := 0; ; {
		i := strings.Index(flat[from:], needle)
		if i < 0 {
			return 0, false
		}
		i += from
		if !joined(flat, i) && !joined(flat, i+len(needle)) {
			return lines[i], true
		}
		from = i + 1
	}
}

// joined reports whether a place in a text lies inside a word or a number.
func joined(s string, at int) bool {
	if at == 0 || at >= len(s) {
		return false
	}
	left, n := utf8.DecodeLastRuneInString(s[:at])
	right, m := utf8.DecodeRuneInString(s[at:])
	farLeft, _ := utf8.DecodeLastRuneInString(s[:at-n])
	farRight, _ := utf8.DecodeRuneInString(s[at+m:])
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	if inWord(left) && inWord(right) {
		return true
	}
	// 1 is no quote of 1.5 or 1,000.
	decimal := func(r rune) bool { return r == '.' || r == ',' }
	return unicode.IsDigit(left) && decimal(right) && unicode.IsDigit(farRight) ||
		decimal(left) && unicode.IsDigit(right) && unicode.IsDigit(farLeft)
}

// unsupported names the first number of a value that a quote does not hold; "" when
// it holds all of them.
func unsupported(value, quote string) string {
	said := figures(quote)
	for _, f := range figures(value) {
		if !slices.ContainsFunc(said, f.same) {
			return f.text
		}
	}
	return ""
}

// Unbacked lists the numbers of a text that none of the sources holds, as they are
// written there. Counted are numbers that measure something (a time, a size, a rate,
// a share, money), those with a decimal point or a multiple, and those from a hundred
// up; small bare ones count what the text itself lists, and one behind a name belongs
// to the name (HTTP 404, TLS 1.3, D4).
func Unbacked(text string, sources []string) []string {
	var said []figure
	for _, s := range sources {
		said = append(said, figures(s)...)
	}
	var out []string
	for _, f := range figures(text) {
		bare := digits.FindString(f.text)
		if f.unit == "" && (!f.counts(text, bare) || named(text, bare)) {
			continue
		}
		backed := slices.ContainsFunc(said, f.same) || f.unit == "" && slices.ContainsFunc(sources, func(s string) bool { return written(s, bare) })
		if !backed && !slices.Contains(out, f.text) {
			out = append(out, f.text)
		}
	}
	return out
}

// counts reports whether a bare number is one that a design could rest on.
func (f figure) counts(text, bare string) bool {
	at := strings.Index(text, bare)
	money := at > 0 && strings.ContainsAny(text[max(0, at-3):at], "$€£")
	return f.n >= 100 || f.n != math.Trunc(f.n) || money
}

// written reports whether a text holds a number just so, whatever it measures there.
func written(text, number string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			return false
		}
		if i += from; stands(text, i, i+len(number)) {
			return true
		}
		from = i + len(number)
	}
}

// stands reports whether digits stand for themselves; a unit or a multiple may follow.
func stands(text string, from, to int) bool {
	return !joined(text, from) && (!joined(text, to) || unicode.IsLetter(rune(text[to])))
}

var digits = regexp.MustCompile(`^\d+(?:[.,_' ]?\d+)*`)

var behindName = regexp.MustCompile(`(?:\b[A-Z][A-Za-z]*[ -]|[§#:/])$`)

// named reports whether every place of a bare number in a text is behind a name.
func named(text, number string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			return true
		}
		if i += from; stands(text, i, i+len(number)) && !behindName.MatchString(text[max(0, i-24):i]) {
			return false
		}
		from = i + len(number)
	}
}

// figure is a number in a text with what it measures.
type figure struct {
	n    float64 // in seconds, bytes, a share, things, or things per second
	unit string  // what it measures: "", time, bytes, share, rate, percentile, clock
	text string
}

func (f figure) same(g figure) bool {
	if f.unit == "percentile" && g.unit == "share" {
		g.n *= 100 // 95 % of the requests
	}
	if f.unit != g.unit && !(f.unit == "percentile" && (g.unit == "" || g.unit == "share")) {
		return false
	}
	return f.n == g.n || math.Abs(f.n-g.n) <= 1e-9*max(math.Abs(f.n), math.Abs(g.n))
}

var (
	number = regexp.MustCompile(`(?i)(?:^|[^\w.])(p|v)?(\d{1,2}:\d\d|\d+(?:[,_' ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(st|nd|rd|th)?(?:[ -]?(k|m|bn|dozen|hundred|thousand|million|billion))?\b`)
	// unitAfter is what may follow a number: a unit, then at most four words up to
	// what it is counted by.
	unitAfter = regexp.MustCompile(`^[ -]?(%|[A-Za-zµ]+)?`)
	perAfter  = regexp.MustCompile(`(?i)^(?:[ -]?[A-Za-z-]+){0,4}? ?(?:/|\bper |\ban? |\beach |\bevery )(?:\d+ )?([A-Za-z]+)`)
)

// A number in words: a run of these, with "and" between them.
const numberWord = `(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|` +
	`twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozen|hundred|thousand|million|billion)`

var (
	spelled   = regexp.MustCompile(`(?i)\b(half an? )?(` + numberWord + `(?:[ -](?:and )?` + numberWord + `)*)\b`)
	behindOne = regexp.MustCompile(`(?i)(?:\d ?|\bof an? )$`)
)

var wordValue = map[string]float64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	"dozen": 12, "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9,
}

// inDigits writes the numbers that a text spells out: two hundred as 200. Words behind
// digits multiply them (2.5 million) and those of a fraction (a quarter of a million)
// have no number of their own; both stay.
func inDigits(text string) string {
	var b strings.Builder
	from := 0
	for _, m := range spelled.FindAllStringSubmatchIndex(text, -1) {
		if behindOne.MatchString(text[:m[0]]) && wordValue[strings.ToLower(strings.FieldsFunc(text[m[4]:m[5]], parts)[0])] >= 12 {
			continue
		}
		b.WriteString(text[from:m[0]])
		numbers := spelledOut(strings.FieldsFunc(strings.ToLower(text[m[4]:m[5]]), parts))
		if m[2] >= 0 {
			numbers[0] /= 2
		}
		for i, n := range numbers {
			if i > 0 {
				b.WriteString("; ")
			}
			b.WriteString(strconv.FormatFloat(n, 'f', -1, 64))
		}
		from = m[1]
	}
	return b.String() + text[from:]
}

func parts(r rune) bool { return r == ' ' || r == '-' }

// spelledOut reads a run of number words: one number where they make one (two thousand
// and fifty), else one after the other (two three).
func spelledOut(words []string) []float64 {
	out := []float64{}
	total, part, open := 0.0, 0.0, false
	end := func() {
		if open {
			out = append(out, total+part)
		}
		total, part, open = 0, 0, false
	}
	for _, w := range words {
		n, isNumber := wordValue[w]
		rest := int(part) % 100
		switch {
		case !isNumber: // and
			continue
		case n >= 1e3:
			if part == 0 && open {
				end()
			}
			total, part = total+max(part, 1)*n, 0
		case n == 100 || w == "dozen":
			part = max(part, 1) * n
		case n >= 10 && rest != 0, rest%10 != 0, rest == 10:
			end()
			part = n
		default:
			part += n
		}
		open = true
	}
	end()
	return out
}

// seconds of the words for times that briefs and inputs use.
var seconds = map[string]float64{
	"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "msec": 1e-3, "millisecond": 1e-3, "s": 1, "sec": 1, "second": 1,
	"min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600, "d": 86400, "day": 86400, "daily": 86400,
	"w": 7 * 86400, "week": 7 * 86400, "month": fact.Month.Seconds(), "y": 365 * 86400, "yr": 365 * 86400, "year": 365 * 86400,
}

var bytesOf = map[string]float64{
	"b": 1, "byte": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
}

var multiples = map[string]float64{"dozen": 12, "hundred": 100, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}

// figures lists the numbers of a text. Digits inside names (eu-west-1, s3) are none.
func figures(text string) []figure {
	text = inDigits(text)
	var out []figure
	for _, m := range number.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return strings.ToLower(text[m[2*i]:m[2*i+1]])
		}
		if group(1) == "v" || inName(text, m[4]) || decimals.MatchString(text[m[1]:]) {
			continue
		}
		rest := text[m[1]:min(len(text), m[1]+near)]
		out = append(out, figureAt(group(1), group(2), group(3), group(4), rest, strings.TrimSpace(text[m[4]:m[1]])))
	}
	return append(out, glued(text)...)
}

// near is how many bytes behind a number may say what it measures.
const near = 80

// inName reports whether the digits at a place end a hyphened name.
func inName(text string, at int) bool {
	return at >= 2 && text[at-1] == '-' && (text[at-2] >= 'a' && text[at-2] <= 'z')
}

// decimals follow the whole part of a number whose unit is written right behind it:
// 1.5s is no 1.
var decimals = regexp.MustCompile(`^\.\d`)

// gluedUnit are numbers with a unit written right behind: 300ms, 40KB, 3y.
var gluedUnit = regexp.MustCompile(`(?i)(?:^|[^\w.])(\d+(?:\.\d+)?)(ns|us|µs|ms|msec|sec|s|min|hr|h|d|w|yr|y|kib|mib|gib|tib|kb|mb|gb|tb)\b`)

func glued(text string) []figure {
	var out []figure
	for _, m := range gluedUnit.FindAllStringSubmatch(text, -1) {
		if n, err := strconv.ParseFloat(m[1], 64); err == nil {
			out = append(out, measured(n, strings.ToLower(m[2]), "", m[1]+m[2]))
		}
	}
	return out
}

func figureAt(prefix, digits, ordinal, multiple, rest, shown string) figure {
	if hours, minutes, ok := strings.Cut(digits, ":"); ok {
		h, _ := strconv.Atoi(hours)
		m, _ := strconv.Atoi(minutes)
		return figure{float64(60*h + m), "clock", digits}
	}
	n, err := strconv.ParseFloat(strings.NewReplacer(",", "", "_", "", "'", "", " ", "").Replace(digits), 64)
	if err != nil {
		n = math.Inf(1) // too long for a number: equal to nothing that is one
	}
	if prefix == "p" || ordinal != "" && strings.HasPrefix(strings.TrimSpace(strings.ToLower(rest)), "percentile") {
		return figure{n, "percentile", prefix + digits + ordinal}
	}
	if by, ok := multiples[multiple]; ok {
		n *= by
	}
	unit := unitAfter.FindStringSubmatch(rest)
	return measured(n, strings.ToLower(unit[1]), rest, strings.TrimSpace(shown+" "+unit[1]))
}

// measured gives a number its unit: what stands behind it, or by what it is counted.
func measured(n float64, unit, rest, shown string) figure {
	one := strings.TrimSuffix(unit, "s")
	if unit == "s" || unit == "ms" || unit == "us" || unit == "ns" || unit == "µs" {
		one = unit
	}
	switch {
	case unit == "%" || one == "percent" || one == "pct":
		return figure{n / 100, "share", shown}
	case seconds[one] > 0:
		return figure{n * seconds[one], "time", shown}
	case bytesOf[one] > 0:
		return figure{n * bytesOf[one], "bytes", shown}
	}
	if per := perAfter.FindStringSubmatch(rest); per != nil {
		by := strings.ToLower(per[1])
		if s := max(seconds[by], seconds[strings.TrimSuffix(by, "s")]); s > 0 {
			return figure{n / s, "rate", shown + "/" + by}
		}
	}
	return figure{n, "", shown}
}
