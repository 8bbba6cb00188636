package brief

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordKind is what a word is made of.
type wordKind uint8

const (
	letters wordKind = iota
	number
	sign
)

// word is a piece of a sentence with its place in the passage.
type word struct {
	kind     wordKind
	text     string
	low      string // lower case
	from, to int    // bytes of the passage
	n        float64
	tag      tag
}

// toAt is the "to" before a deed that is said in another form: owners book a walk is read
// as to book a walk.
func toAt(at int) word {
	return word{kind: letters, text: "to", low: "to", from: at, to: at}
}

// split cuts a piece of text, which starts at byte base of its passage, into words.
// A number with a unit glued to it (300ms, 20k) is two words.
func split(s string, base int) []word {
	var out []word
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r), r == '"', r == '“', r == '”':
			i += size
			continue
		case r >= '0' && r <= '9' && label3(s[i:]) > 0: // section 3.2.1
			end := i + label3(s[i:])
			out = append(out, word{kind: sign, text: s[i:end], low: s[i:end], from: base + i, to: base + end})
			i = end
		case r >= '0' && r <= '9':
			w := numeral(s, i)
			w.from, w.to = base+w.from, base+w.to
			out = append(out, w)
			i = w.to - base
		case unicode.IsLetter(r):
			end := wordEnd(s, i)
			if dash := strings.IndexByte(s[i:end], '-'); dash > 0 && numberWords[lower(s[i:i+dash])] > 0 {
				end = i + dash // five-minute, twenty-four
				out = append(out, word{kind: letters, text: s[i:end], low: lower(s[i:end]), from: base + i, to: base + end})
				i = end + 1
				continue
			}
			out = append(out, word{kind: letters, text: s[i:end], low: lower(s[i:end]), from: base + i, to: base + end})
			i = end
		default:
			end := i + size
			for _, two := range []string{"->", "=>", "<=", ">=", "--"} {
				if strings.HasPrefix(s[i:], two) {
					end = i + len(two)
				}
			}
			out = append(out, word{kind: sign, text: s[i:end], low: s[i:end], from: base + i, to: base + end})
			i = end
		}
	}
	return out
}

// label3 is the length of a number with two points or more, two strokes or two hyphens,
// which numbers a section, a version, a date or a telephone and counts nothing: 3.2.1,
// 12/31/2001; 0 for none. Groups of three digits are one number: 1.234.567.
func label3(s string) int {
	for _, sep := range ".-/" {
		end, groups, thousands := 0, 0, true
		for {
			from := end
			for end < len(s) && s[end] >= '0' && s[end] <= '9' {
				end++
			}
			if end == from {
				end = from - 1 // the point behind the number is no part of it
				break
			}
			groups++
			thousands = thousands && (groups == 1 || end-from == 3)
			if end >= len(s) || s[end] != byte(sep) {
				break
			}
			end++
		}
		if groups >= 3 && !(thousands && sep == '.') && s[:end] != "24/7/365" {
			return end
		}
	}
	return 0
}

// lower is strings.ToLower with the typographic apostrophe made plain.
func lower(s string) string { return strings.ReplaceAll(strings.ToLower(s), "’", "'") }

// wordEnd finds where a word ends: hyphens and apostrophes inside it belong to it.
func wordEnd(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' {
			i += size
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[min(i+size, len(s)):])
		if (r == '-' || r == '\'' || r == '’' || r == '.' && i+size < len(s) && unicode.IsLower(next) && i > 0) && i+size < len(s) && (unicode.IsLetter(next) || unicode.IsDigit(next)) {
			i += size
			continue
		}
		if (r == '\'' || r == '’') && i > 0 && s[i-1] == 's' { // users'
			return i + size
		}
		return i
	}
	return i
}

var grouping = strings.NewReplacer(",", "", "'", "", " ", "", ".", "")

// numeral reads digits with grouping and decimals.
func numeral(s string, i int) word {
	digit := func(j int) bool { return j < len(s) && s[j] >= '0' && s[j] <= '9' }
	end := i
	for digit(end) {
		end++
	}
	for end-i <= 3 || end > i+3 && strings.IndexByte(",' ", s[end-4]) >= 0 {
		if end+3 >= len(s) || strings.IndexByte(",' ", s[end]) < 0 || !digit(end+1) || !digit(end+2) || !digit(end+3) || digit(end+4) {
			break
		}
		end += 4 // 30,000 or 30 000
	}
	for strings.HasPrefix(s[end:], ".000") && !digit(end+4) && end-i <= 3 || end > i+3 && strings.HasPrefix(s[end:], ".000") && !digit(end+4) { // 30.000, of those who write so
		end += 4
	}
	digits := grouping.Replace(s[i:end])
	if end < len(s) && (s[end] == '.' || s[end] == ',' && !digit(end+3)) && digit(end+1) { // 1.5, and 1,5 of those who write so
		from := end + 1
		for end++; digit(end); {
			end++
		}
		digits += "." + s[from:end]
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || n > 1e15 {
		n = 1e15
	}
	return word{kind: number, text: s[i:end], low: s[i:end], from: i, to: end, n: n}
}

// sentences cuts a text at full stops, keeping the places. A stop ends a sentence
// when a blank and something other than a small letter follow.
func sentences(s string) [][2]int {
	var out [][2]int
	from := 0
	add := func(to int) {
		lead := len(s[from:to]) - len(strings.TrimLeft(s[from:to], " \t"))
		if body := strings.TrimSpace(s[from:to]); body != "" {
			out = append(out, [2]int{from + lead, from + lead + len(body)})
		}
		from = to
	}
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(".!?;", s[i]) < 0 || i+1 >= len(s) || s[i+1] != ' ' {
			continue
		}
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[i+1:], " "))
		if s[i] == '.' && (unicode.IsLower(next) || abbreviated(s[from:i])) {
			continue
		}
		add(i + 1)
	}
	add(len(s))
	return out
}

// abbreviated tells that a stop belongs to the word before it.
func abbreviated(s string) bool {
	last := lower(s[strings.LastIndexAny(s, " (")+1:])
	switch last {
	case "e.g", "i.e", "etc", "approx", "max", "min", "no", "vs", "dr", "mr", "mrs", "ms", "st", "resp", "incl":
		return true
	}
	return len(last) == 1 && last >= "a" && last <= "z"
}
