package spec

import (
	"regexp"
	"strings"
)

// AcceptedButNotByPattern names the forms whose check accepts a text that their
// pattern does not.
func AcceptedButNotByPattern(s string) []string {
	var out []string
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
