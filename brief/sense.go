package brief

import "strings"

// sense is what a word says of the numbers around it. A word can have several.
type sense uint64

// senses maps every word to what it says.
var senses = func() map[string]sense {
	out := map[string]sense{}
	for s, words := range senseWords {
		for _, w := range strings.Fields(words) {
			out[w] |= s
		}
	}
	return out
}()

// phrase is several words with a sense.
type phrase struct {
	words []string
	sense sense
}

// phrases are the phrases by their first word.
var phrases = func() map[string][]phrase {
	out := map[string][]phrase{}
	for s, list := range sensePhrases {
		for text := range strings.SplitSeq(list, ",") {
			ws := strings.Fields(text)
			out[ws[0]] = append(out[ws[0]], phrase{ws, s})
		}
	}
	return out
}()

// senseOf is what a word says by itself.
func senseOf(w word) sense {
	if w.kind != letters {
		return 0
	}
	s := senses[w.low] | senses[singular(w.low)] | senses[lemma(w.low)]
	if s == 0 {
		for _, base := range stems(w.low) {
			s |= senses[base]
		}
		for _, base := range nominal(w.low) {
			s |= senses[base] & ofOperation
		}
	}
	if meant := respelt(w); meant != "" {
		s |= senses[meant]
	}
	return s
}

// stems are the base forms that a form of a verb may have: propagated, of propagate.
func stems(low string) []string {
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if stem, ok := strings.CutSuffix(low, end); ok && len(stem) > 2 {
			return []string{stem, stem + "e", strings.TrimSuffix(stem, "i") + "y", undouble(stem)}
		}
	}
	return nil
}

// nominals are the endings of nouns, and adjectives, of verbs and what the verb may end in instead:
// transmission, conversion, execution, retrieval, searchable.
var nominals = []struct{ end, verb string }{{"ssion", "t"}, {"sion", "t"}, {"ion", ""}, {"al", ""}, {"able", ""}}

// nominal are the verbs that a noun may be of: calculation, of calculate; retrieval.
func nominal(low string) []string {
	if stem, ok := strings.CutSuffix(low, "ation"); ok && len(stem) > 2 {
		return []string{stem, stem + "ate", stem + "e"}
	}
	for _, n := range nominals {
		if stem, ok := strings.CutSuffix(low, n.end); ok && len(stem) > 3 {
			return []string{stem + n.verb, stem + "e"}
		}
	}
	return nil
}

// sensesOf gives every word of a sentence its senses, those of phrases and of its
// neighbours included.
func sensesOf(ws []word) []sense {
	out := make([]sense, len(ws))
	for i, w := range ws {
		out[i] |= senseOf(w)
		if w.tag == tagNoun && out[i]&ofStore != 0 { // a stock list lets nobody choose
			out[i] &^= ofChoice
		}
		if w.tag == tagNoun && (w.low == "train" || w.low == "trains" || w.low == "master") { // a train, the harbour master
			out[i] &^= ofTraining
		}
		if next := lowAt(ws, i+1); w.low == "learning" && nounAt(ws, i+1) && senses[next]&ofLatency == 0 && timeUnits[next] == 0 && next != "time" && next != "curve" { // a learning platform
			out[i] &^= ofTraining
		}
		if w.low == "cached" && !copulas[lowAt(ws, i-1)] && nounAt(ws, i+1) { // cached pages
			out[i] &^= ofTimer
		}
		if w.low == "exceeded" && lowAt(ws, i-1) == "be" { // 2 s must not be exceeded
			out[i] &^= ofChoice
		}
		if lowAt(ws, i-1) == "or" && lowAt(ws, i-2) == "success" { // success or failure
			out[i] &^= ofFailure | ofRepair
		}
		for _, p := range phrases[w.low] {
			if stands(ws, i, p.words) {
				for k := range p.words {
					out[i+k] |= p.sense
				}
			}
		}
		if out[i]&(ofHelp|ofClicking) != 0 && i+1 < len(ws) && (senseOf(ws[i+1])&ofSystem != 0 || ws[i+1].low == "tool") { // a hotline application
			out[i] &^= ofHelp | ofClicking
		}
		switch {
		case predicates[w.low] || respelt(w) == "available":
			if predicative(ws, i) {
				out[i] |= ofUptime
				if lowAt(ws, i+1) == "again" {
					out[i] |= ofRepair
				}
			}
		case absences[w.low]:
			if predicative(ws, i) {
				out[i] |= ofDowntime
			}
		case (w.low == "time" || w.low == "times") && i > 0 && measured(ws[i-1]):
			out[i] |= ofLatency
		}
	}
	return out
}

// measured tells that "time" behind a word is the time that something takes: load time,
// processing time, answer time. What the system does is measured, what people plan with
// (working time, opening time) is not.
func measured(w word) bool {
	if w.kind != letters || w.low == "take" || w.low == "takes" {
		return false
	}
	base := lemma(w.low)
	if durations[w.low] {
		return true
	}
	return !notTimes[w.low] && (senses[base]&(ofOperation|ofLatency) != 0 || strings.HasSuffix(w.low, "ing") && isVerb(base) && base != w.low)
}

func stands(ws []word, i int, words []string) bool {
	if i+len(words) > len(ws) {
		return false
	}
	for k, w := range words {
		low := ws[i+k].low
		if low != w && (k < len(words)-1 || singular(low) != w) {
			return false
		}
	}
	return true
}

// predicative tells that an adjective is what something is said to be: behind a form of
// be, before or behind a percentage.
func predicative(ws []word, i int) bool {
	k := i - 1
	for k >= 0 && ws[k].tag == tagAdverb && ws[k].low != "up" {
		k--
	}
	if k >= 0 && (copulas[ws[k].low] || ws[k].low == "%" || ws[k].low == "percent") {
		return true
	}
	switch lowAt(ws, k) {
	case "and", "or", ",": // operational and accessible
		if k > 0 && predicates[ws[k-1].low] {
			return predicative(ws, k-1)
		}
	}
	next := lowAt(ws, i+1)
	return i+1 < len(ws) && ws[i+1].kind == number || next == ":" || i == 0 && (next == "" || prepositions[next])
}

// wordsOf are the words with one of the senses.
func wordsOf(x sense) map[string]bool {
	out := map[string]bool{}
	for w, s := range senses {
		if s&x != 0 {
			out[w] = true
		}
	}
	return out
}
