package fact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jinzhu/inflection"
)

// Words splits a name into lower-case words, whatever its habit: PlaceOrder,
// place_order, place-order and "place order" all give [place order]; runs of
// capitals stay together (HTTPServer gives [http server]).
func Words(name string) []string {
	words := wordsIn(make([]string, 0, 4), name)
	if len(words) == 0 {
		return nil
	}
	return words
}

// wordsIn is Words in the room of a list, which most callers put together at once and
// forget: names are spelled some thousands of times a design.
func wordsIn(room []string, name string) []string {
	if plain(name) {
		return plainWords(room, name)
	}
	return anyWords(name)
}

// anyWords is Words for names in any script.
func anyWords(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0:
			before := runes[i-1]
			after := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if unicode.IsLower(before) || unicode.IsDigit(before) || unicode.IsUpper(before) && after {
				flush()
			}
		}
		word = append(word, r)
	}
	flush()
	return words
}

// plain reports whether a name is of ASCII alone, as nearly all are.
func plain(name string) bool {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plainWords is wordsIn for ASCII: names are split again and again, so that it pays to
// cut the words out of one lower-case copy.
func plainWords(words []string, name string) []string {
	lower := strings.ToLower(name)
	start := -1
	for i := range len(name) {
		c := name[i]
		switch {
		case !upper(c) && !small(c) && !digit(c):
			if start >= 0 {
				words = append(words, lower[start:i])
			}
			start = -1
			continue
		case upper(c) && start >= 0:
			before := name[i-1]
			if small(before) || digit(before) || upper(before) && i+1 < len(name) && small(name[i+1]) {
				words = append(words, lower[start:i])
				start = i
			}
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		words = append(words, lower[start:])
	}
	return words
}

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }
func small(c byte) bool { return 'a' <= c && c <= 'z' }
func digit(c byte) bool { return '0' <= c && c <= '9' }

// Camel gives placeOrder.
func Camel(name string) string {
	var room [8]string
	w := wordsIn(room[:0], name)
	for i := 1; i < len(w); i++ {
		w[i] = capital(w[i])
	}
	return strings.Join(w, "")
}

// Pascal gives PlaceOrder.
func Pascal(name string) string {
	var room [8]string
	w := wordsIn(room[:0], name)
	for i := range w {
		w[i] = capital(w[i])
	}
	return strings.Join(w, "")
}

// Kebab gives place-order.
func Kebab(name string) string { return joined(name, "-") }

// Snake gives place_order.
func Snake(name string) string { return joined(name, "_") }

// Phrase gives "place order".
func Phrase(name string) string { return joined(name, " ") }

func joined(name, separator string) string {
	var room [8]string
	return strings.Join(wordsIn(room[:0], name), separator)
}

// Title gives "Place order".
func Title(name string) string {
	var room [8]string
	w := wordsIn(room[:0], name)
	if len(w) == 0 {
		return ""
	}
	w[0] = capital(w[0])
	return strings.Join(w, " ")
}

// Plural gives the plural of the last word, in the habit of the name.
func Plural(name string) string {
	w := Words(name)
	if len(w) == 0 {
		return name
	}
	last := w[len(w)-1]
	at := strings.LastIndex(strings.ToLower(name), last)
	if at < 0 {
		return name
	}
	return name[:at] + inflection.Plural(name[at:])
}

var oneOfMany = regexp.MustCompile(`(^|[^0-9.,])1 (?:[a-z]+ous )?([a-z]{4,}s)\b`)

// AgreeInNumber turns "1 contexts" into "1 context" in a text put together from
// numbers and words.
func AgreeInNumber(text string) string {
	if !strings.Contains(text, "1 ") {
		return text
	}
	return oneOfMany.ReplaceAllStringFunc(text, func(m string) string {
		at := strings.LastIndexByte(m, ' ') + 1
		if strings.HasSuffix(m, "ous") || strings.HasSuffix(m, "ss") {
			return m // synchronous and its like are no plurals
		}
		return m[:at] + inflection.Singular(m[at:])
	})
}

func capital(w string) string {
	if plain(w) {
		return strings.ToUpper(w[:1]) + w[1:]
	}
	r := []rune(w)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
