package brief

import "strings"

// tag is a part of speech.
type tag uint8

const (
	tagOther tag = iota
	tagNoun
	tagAdjective
	tagVerb   // a base form that is done by somebody
	tagGerund // creating, after a preposition
	tagFinite // sends, sent
	tagDeterminer
	tagPronoun
	tagPreposition
	tagConjunction
	tagClause // that, which, when
	tagModal
	tagAux
	tagAdverb
	tagTo
	tagNumber
	tagSign
)

// label gives every word of a sentence its part of speech, from left to right. A
// word that the tables know as one thing is that; the rest is decided by what stands
// before and after it.
func label(ws []word) {
	for i := range ws {
		ws[i].tag = tagOf(ws, i)
	}
}

func tagOf(ws []word, i int) tag {
	w := ws[i]
	if w.kind == number {
		return tagNumber
	}
	if w.kind == sign {
		if w.low == "/" || w.low == "&" {
			return tagConjunction
		}
		return tagSign
	}
	if t, ok := closed(ws, i); ok {
		return t
	}
	return open(ws, i)
}

// closed tags the words that come from small sets.
func closed(ws []word, i int) (tag, bool) {
	low := ws[i].low
	next := lowAt(ws, i+1)
	switch {
	case attributes[low] && nounAt(ws, i+1) && attributed(ws, i):
		return tagAdjective, true
	case low == "to":
		if infinitive(ws, i+1) {
			return tagTo, true
		}
		return tagPreposition, true
	case low == "that":
		if i > 0 && ws[i-1].low == "so" || function[next] && !possessives[next] || strings.HasSuffix(next, "s") || i > 0 && (ws[i-1].tag == tagNoun || ws[i-1].tag == tagVerb) {
			return tagClause, true
		}
		return tagDeterminer, true
	case low == "no" || low == "what":
		return tagDeterminer, true
	case low == "like":
		if i > 0 && modals[ws[i-1].low] || next == "to" {
			return tagVerb, true
		}
		return tagPreposition, true
	case low == "need" || low == "needs":
		if i > 0 && (ws[i-1].tag == tagDeterminer || ws[i-1].tag == tagAdjective) {
			return tagNoun, true
		}
		if next != "to" { // I need a report
			return tagVerb, true
		}
		return tagModal, true
	case low == "up" || low == "out" || low == "off" || low == "back" || low == "down":
		return tagAdverb, true
	case determiners[low]:
		return tagDeterminer, true
	case possessives[low]:
		return tagDeterminer, true
	case modals[low]:
		return tagModal, true
	case auxiliaries[low]:
		if (low == "have" || low == "do") && i > 0 && (ws[i-1].tag == tagTo || ws[i-1].tag == tagModal || ws[i-1].tag == tagConjunction) {
			return tagVerb, true
		}
		return tagAux, true
	case clauseWords[low]:
		return tagClause, true
	case pronouns[low]:
		return tagPronoun, true
	case conjunctions[low]:
		return tagConjunction, true
	case prepositions[low]:
		return tagPreposition, true
	case adverbs[low] || strings.HasSuffix(low, "ly") && len(low) > 4 && !notAdverbs[low]:
		return tagAdverb, true
	}
	return tagOther, false
}

// attributes are adverbs and prepositions that say which thing is meant when they stand
// before its noun: past invoices, an online copy, good first issues.
var attributes = set(`past online offline first back inside outside`)

// attributed tells that what stands before word i leads to a noun.
func attributed(ws []word, i int) bool {
	switch tagBefore(ws, i) {
	case tagDeterminer, tagAdjective:
		return true
	case tagVerb:
		return singular(lowAt(ws, i+1)) != lowAt(ws, i+1) && ws[i].low != "back"
	}
	return false
}

// open tags nouns, verbs and adjectives.
func open(ws []word, i int) tag {
	low := ws[i].low
	before := tagBefore(ws, i)
	base := verbs[low] || either[low]
	switch {
	case (before == tagTo || before == tagModal) && (base || !nounLike(low)):
		return tagVerb
	case strings.HasSuffix(low, "ing") && lemma(low) != low && i > 0 && ws[i-1].low == "," && nounAt(ws, i+1): // , saving energy
		return tagGerund
	case strings.HasSuffix(low, "ing") && lemma(low) != low:
		switch {
		case before == tagPreposition || before == tagClause, before == tagVerb && startsObject(ws, i+1):
			if startsObject(ws, i+1) || !nounAt(ws, i+1) || lowAt(ws, i-1) == "by" && singular(lowAt(ws, i+1)) != lowAt(ws, i+1) { // by dragging items
				return tagGerund
			}
			return tagAdjective
		case before == tagAux:
			return tagFinite
		}
		if nounAt(ws, i+1) {
			return tagAdjective
		}
		return tagNoun
	case strings.HasSuffix(low, "ed") && (lemma(low) != low || before == tagAux) || irregular[low] != "" && !base:
		switch {
		case before == tagAux || before == tagAdverb && i > 1 && ws[i-2].tag == tagAux:
			return tagFinite
		case nounAt(ws, i+1) && before != tagPronoun && before != tagNoun:
			return tagAdjective
		case before == tagDeterminer || before == tagAdjective:
			return tagAdjective
		}
		return tagFinite
	case before == tagAux && (base || !nounLike(low)) && negatedDo(ws, i): // do not queue
		return tagVerb
	case adjectives[low] && before == tagDeterminer && (i+1 == len(ws) || ws[i+1].kind == sign): // inform the public
		return tagNoun
	case (adjectives[low] || adjectival(low) && !verbs[low] && nounAt(ws, i+1)) && !(base && startsObject(ws, i+1) && (coordinated(ws, i) || before == tagNoun && strings.HasSuffix(ws[i-1].low, "s"))):
		return tagAdjective
	case base && before == tagNoun && i > 0 && strings.HasSuffix(ws[i-1].low, "s") && startsObject(ws, i+1): // users use a feature
		return tagFinite
	case (base || !nounLike(low)) && coordinated(ws, i):
		return tagVerb
	case before == tagPronoun && subjectPronoun(ws, i) && (base || !nounLike(low)):
		return tagVerb
	case base && before == tagOther && startsObject(ws, i+1): // the first word
		return tagVerb
	case strings.HasSuffix(low, "s") && isVerb(lemma(low)) && lemma(low) != low && says(ws, i, before):
		return tagFinite
	}
	return tagNoun
}

// says tells that a form in -s is what its subject does, not more of a noun: it
// arrives, a parent signs a form.
func says(ws []word, i int, before tag) bool {
	switch before {
	case tagPronoun:
		return true
	case tagClause:
		return ws[i-1].low != "that" || startsObject(ws, i+1) || !either[lemma(ws[i].low)] && nounAt(ws, i+1)
	case tagNoun:
		return startsObject(ws, i+1) || !either[lemma(ws[i].low)] && !nounAt(ws, i+1)
	}
	return false
}

// isVerb tells whether a base form is a verb.
func isVerb(base string) bool { return verbs[base] || either[base] }

func lowAt(ws []word, i int) string {
	if i >= 0 && i < len(ws) {
		return ws[i].low
	}
	return ""
}

// tagBefore returns the tag of the word before, adverbs left aside.
func tagBefore(ws []word, i int) tag {
	for i--; i >= 0 && ws[i].tag == tagAdverb; i-- {
	}
	if i < 0 {
		return tagOther
	}
	return ws[i].tag
}

// infinitive tells that "to" is followed by a verb, not by the place one goes to.
func infinitive(ws []word, i int) bool {
	for i < len(ws) && (adverbs[ws[i].low] || strings.HasSuffix(ws[i].low, "ly") && !notAdverbs[ws[i].low]) && !verbs[ws[i].low] {
		i++
	}
	if i >= len(ws) || ws[i].kind != letters {
		return false
	}
	low := ws[i].low
	switch {
	case low == "be" || low == "have" || low == "do":
		return true
	case function[low]:
		return false
	case i > 1 && wishes[ws[i-2].low] && !nounLike(low): // want to page through
		return true
	case verbs[low] || either[low]:
		return true
	}
	return !nounLike(low) && startsObject(ws, i+1)
}

// wishes are the words behind which "to" leads to a deed.
var wishes = set(`want wish like able need order`)

// negatedDo tells that a word stands behind do not.
func negatedDo(ws []word, i int) bool {
	for i--; i >= 0 && ws[i].tag == tagAdverb; i-- {
	}
	switch lowAt(ws, i) {
	case "do", "does", "did", "don't", "doesn't", "didn't":
		return true
	}
	return false
}

// nounLike tells by its ending that a word is no base form of a verb.
func nounLike(low string) bool {
	if len(low) < 6 && strings.HasSuffix(low, "ive") { // waive
		return false
	}
	for _, end := range []string{"tion", "sion", "ment", "ness", "ity", "ing", "ance", "ence", "ship", "ism", "ies", "ers", "ors", "ed", "ful", "ous", "able", "ible", "ive", "al", "ic", "ary"} {
		if strings.HasSuffix(low, end) && len(low) > max(len(end)+1, 4) {
			return true
		}
	}
	return strings.HasSuffix(low, "s") && !strings.HasSuffix(low, "ss") && !verbs[low]
}

// startsObject tells that word i can begin what a verb is done to.
func startsObject(ws []word, i int) bool {
	if i >= len(ws) {
		return false
	}
	low := ws[i].low
	return determiners[low] || possessives[low] || pronouns[low] && low != "i" || low == "all"
}

// nounAt tells that word i can be a noun or an adjective before one.
func nounAt(ws []word, i int) bool {
	if i >= len(ws) || ws[i].kind != letters {
		return false
	}
	low := ws[i].low
	return !function[low] && !adverbs[low] && low != "to" && !(strings.HasSuffix(low, "ly") && !notAdverbs[low])
}

func subjectPronoun(ws []word, i int) bool {
	for i--; i >= 0 && ws[i].tag == tagAdverb; i-- {
	}
	switch lowAt(ws, i) {
	case "i", "we", "you", "who":
		return true
	}
	return false
}

// coordinated tells that a base form after "and", "or" or a comma goes on with the
// verbs before it: edit and delete my posts; view, sort or filter.
func coordinated(ws []word, i int) bool {
	j := i - 1
	for j >= 0 && ws[j].tag == tagAdverb {
		j--
	}
	if j < 0 || ws[j].tag != tagConjunction && ws[j].low != "," {
		return false
	}
	for j >= 0 && (ws[j].tag == tagConjunction || ws[j].low == "," || ws[j].tag == tagAdverb) {
		j--
	}
	if j < 0 {
		return false
	}
	low := ws[i].low
	if ws[j].tag == tagVerb && ws[j].low != "have" { // a verb right before: edit and delete
		return true
	}
	if startsObject(ws, i+1) {
		return verbBefore(ws, j)
	}
	if !isVerb(low) {
		return false
	}
	next := lowAt(ws, i+1)
	if isPerson(next) && strings.HasSuffix(next, "s") && singular(next) != next { // and log visitors
		return verbBefore(ws, j)
	}
	if rowVerbs[low] && nounAt(ws, i+1) {
		return verbBefore(ws, j)
	}
	if either[low] {
		// One thing would have its article: and comment on the report.
		return (prepositions[next] && next != "of" || next == "to") && verbs[low] && verbBefore(ws, j) && ws[j].tag != tagAdjective
	}
	return verbBefore(ws, j) && (nounAt(ws, i+1) || prepositions[next] || conjunctions[next])
}

// rowVerbs are the words of both kinds that in a row of deeds are deeds.
var rowVerbs = set(`monitor record document log plan grade tag flag view upload download update change import export print share check track edit report schedule search review request book rate test sort filter answer copy invite post reset block`)

func verbBefore(ws []word, j int) bool {
	for ; j >= 0; j-- {
		switch ws[j].tag {
		case tagVerb, tagFinite:
			return true
		case tagClause, tagPronoun:
			if ws[j].low == "that" || ws[j].low == "which" {
				continue
			}
		}
	}
	return false
}

// adjectives that stand alone or before a noun; adjectival tells them by the ending.
var adjectives = set(`new old good bad better best clear easy simple quick fast slow large small big great high low open public private personal previous next last recent current past future own full empty complete whole same different similar specific general main major minor own available able valid invalid relevant important useful multiple single various certain free safe secure accurate up-to-date daily weekly monthly yearly online offline nearby close near local global detailed automatic manual early late long short possible necessary responsible aware sure mobile initial final total average additional further extra related ready due overdue busy idle`)

func adjectival(low string) bool {
	for _, end := range []string{"able", "ible", "ful", "ous", "ive", "al", "ic", "less", "ary"} {
		if strings.HasSuffix(low, end) && len(low) > len(end)+2 {
			return true
		}
	}
	return false
}

// lemma gives the base form of a verb, or the word itself.
func lemma(low string) string {
	if base := irregular[low]; base != "" {
		return base
	}
	if isVerb(low) {
		return low
	}
	for _, end := range []string{"ing", "ed", "es", "s"} {
		stem, ok := strings.CutSuffix(low, end)
		if !ok || len(stem) < 2 {
			continue
		}
		bases := []string{stem, stem + "e", strings.TrimSuffix(stem, "i") + "y", undouble(stem)}
		if end == "s" { // units are not of unite
			bases = bases[:1]
		}
		for _, base := range bases {
			if isVerb(base) {
				return base
			}
		}
	}
	return low
}

func undouble(s string) string {
	if n := len(s); n > 2 && s[n-1] == s[n-2] {
		return s[:n-1]
	}
	return s
}

// singular gives the singular of a noun: a light rule is enough to compare names.
func singular(low string) string {
	switch {
	case low == "people":
		return "person"
	case low == "children":
		return "child"
	case low == "criteria", low == "news", low == "series", low == "status", low == "analysis", low == "gas", low == "bus", low == "address", low == "process", low == "access", low == "business", len(low) < 4:
		return low
	case strings.HasSuffix(low, "ies") && len(low) > 4:
		return low[:len(low)-3] + "y"
	case strings.HasSuffix(low, "sses"), strings.HasSuffix(low, "xes"), strings.HasSuffix(low, "ches"), strings.HasSuffix(low, "shes"), strings.HasSuffix(low, "uses") && !strings.HasSuffix(low, "ouses"):
		return low[:len(low)-2]
	case strings.HasSuffix(low, "ss"), strings.HasSuffix(low, "us"), strings.HasSuffix(low, "is"):
		return low
	case strings.HasSuffix(low, "s"):
		return low[:len(low)-1]
	}
	return low
}

// personAt tells whether word i names somebody; the reader of tickets is a device.
func personAt(ws []word, i int) bool {
	if low := singular(lowAt(ws, i)); low == "reader" && i > 0 && ws[i-1].tag == tagNoun {
		return false
	}
	return isPerson(lowAt(ws, i))
}

// isPerson tells whether a noun names somebody.
func isPerson(low string) bool {
	s := singular(low)
	if people[s] || people[low] {
		return true
	}
	if notPeople[s] || len(s) < 5 {
		return false
	}
	for _, end := range []string{"er", "or", "ist", "ian", "eer"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}
