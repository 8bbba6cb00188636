package spec

import (
	"regexp"
	"strings"
	"unicode"
)

// AcceptedButNotByPattern names the forms whose check accepts a text that their
// pattern does not.
func AcceptedButNotByPattern(s string) []string {
	var out []string
	// Control characters are refused before; blanks outside ASCII count as blanks in
	// editors' patterns and not in RE2's.
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) && r != '\n' {
			return ' '
		}
		return r
	}, s)
	if strings.TrimSpace(s) == "" {
		return nil
	}
	for f := range grammars {
		g, ok := Form(f).leaf()
		if !ok || g.pattern == "" || g.check == nil {
			continue
		}
		n := &Node{Kind: Scalar, Text: s}
		if g.check(n, &Value{}) == nil && !regexp.MustCompile(`^\s*(?:`+g.pattern+`)\s*$`).MatchString(s) {
			out = append(out, g.name)
		}
	}
	return out
}
