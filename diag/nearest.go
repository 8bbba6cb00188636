package diag

import "github.com/agnivade/levenshtein"

// Nearest returns the candidate that name was probably meant to be, or "" when
// none is close: about a third of the name's letters may differ, and two of five, so
// that two letters exchanged are found in a short name. Of those that are equally near
// but for the spelling habit the one nearer as it is written is meant, else the first.
// Names over 100 bytes have no nearest, which bounds the work a hostile input can cause.
func Nearest(name string, candidates []string) string {
	if len(name) > 100 {
		return ""
	}
	best, bestAt := "", (len(name)+1)/3+1
	for _, c := range candidates {
		if len(c) > 100 || c == name {
			continue
		}
		d := levenshtein.ComputeDistance(fold(name), fold(c))
		if d < bestAt || d == bestAt && best != "" && levenshtein.ComputeDistance(name, c) < levenshtein.ComputeDistance(name, best) {
			best, bestAt = c, d
		}
	}
	return best
}

// fold makes spelling habits equal: place-order, place_order and PlaceOrder.
func fold(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c == '_' || c == '-' || c == ' ':
		case 'A' <= c && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
