package build

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"plumb.dev/plumb/fact"
)

// orAbout is what a person wrote about an element, or a sentence made of its names.
func orAbout(about, format string, args ...any) string {
	if about == "" {
		return fmt.Sprintf(format, args...)
	}
	if !strings.HasSuffix(about, ".") && !strings.HasSuffix(about, "!") && !strings.HasSuffix(about, "?") {
		about += "."
	}
	return sentenceCase(about)
}

func sentenceCase(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// and joins a list as a sentence does.
func and(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// or joins alternatives.
func or(list []string) string {
	if len(list) < 2 {
		return and(list)
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// article gives "an order", "a kitchen slot".
func article(name string) string {
	p := fact.Phrase(name)
	if p != "" && strings.ContainsRune("aeiou", rune(p[0])) {
		return "an " + p
	}
	return "a " + p
}
