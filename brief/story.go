package brief

import (
	"regexp"
	"strings"

	"plumb.dev/plumb/diag"
)

// Story is a user story as analysed: who, does what, with what, what for.
type Story struct {
	Span     diag.Span
	Personas []Phrase
	// Actions are the verbs of what is wanted and of the benefit; Primary tells those
	// of what is wanted.
	Actions []Action
	// Entities are the noun phrases, without their determiners.
	Entities []Phrase
	// Benefit is the text behind "so that".
	Benefit string
}

// Phrase is a piece of a sentence, word for word.
type Phrase struct {
	Text string
	Span diag.Span
	// Primary tells that it belongs to what is wanted, not to the benefit.
	Primary bool
	words   []word
	when    bool // it tells when: before the walk
}

// Action is a verb with what it is done to.
type Action struct {
	Phrase
	// Verb is the base form.
	Verb string
	// Objects are indexes of Story.Entities.
	Objects []int
	passive bool
	// particle belongs to the verb: up, of pick up; "" for none.
	particle string
	// subject is the index of the entity that the verb is done to where it stands before
	// it: I want patients to be taken over; -1 for none.
	subject int
	// rest is what follows up to the next action: titles by author.
	rest string
}

var (
	// storyForm finds "As a ..., I want": the persona is the first group.
	storyForm    = regexp.MustCompile(`(?i)(?:^|[\s,:;(\["'#>.-])as\s+(?:an?\s+|a\(n\)\s+|the\s+|\[|\(|<)?(.+?)(?:[\])>])?\s*[,;:.]*\s+(?:(?:so|then|and|that)\s+)?(?:I|we|it should be possible|they|he|she)(?:'d|’d|'m|’m|'ll|’ll)?\s+((?:\w+\s+){0,3}?)(want|would|need|can|wish|should|must|may|could|shall|will|like|able|expect|have|prefer|am|require|love|do|don't|get|see|use|\w+)\b`)
	insetForm    = regexp.MustCompile(`(?i)^\s*(?:I|we),\s+(as)\s+(?:an?\s+|the\s+)?([^,]+),\s+(?:(want|would\s+like|need|wish)|can|should|must|may|could|shall)\b`)
	benefitForm  = regexp.MustCompile(`(?i)[,;.]?\s+\(?(?:so\s+that|so\s+as\s+to|in\s+order\s+(?:to|that)|such\s+that|because|so,?\s+(?:I|we|they|it|the|my|users|people|that)\b|so\s+[a-z]+\s+(?:can|could|may|will|is|are)\b)`)
	relative     = regexp.MustCompile(`(?i)\s+(?:who|that|which|with an?|whose|where|when|I)\b.*$`)
	alternatives = regexp.MustCompile(`(?i)\s*(?:\band/or\b|/|\bor\b|\band\b|&|,)\s*(?:an?\s+|the\s+)?`)
	leadPersona  = regexp.MustCompile(`(?i)^(?:an?|the|any|every|one)\s+`)
)

// findStory analyses a passage that holds a user story; ok is false when it holds
// none.
func findStory(file string, p *passage) (s Story, ok bool) {
	text := p.text
	if len(text) > 10*maxWords {
		return s, false
	}
	m := storyForm.FindStringSubmatchIndex(text)
	inner := insetForm.FindStringSubmatchIndex(text) // I, as a tenant, want to
	inset := inner != nil
	if inset {
		m = inner[2:]
	}
	if m == nil || m[2] < 0 {
		return s, false
	}
	from, to := m[2], m[3]
	if m[2]-m[0] > 0 && !strings.HasPrefix(lower(strings.TrimLeft(text[m[0]:], " \t,:;([\"'#>.-")), "as") {
		return s, false
	}
	persona := text[from:to]
	if r := relative.FindStringIndex(persona); r != nil && r[0] > 0 {
		persona = persona[:r[0]]
	}
	if strings.Count(persona, " ") > 9 {
		return s, false
	}
	s.Span = p.span(file, 0, len(text))
	at := from
	for _, part := range roles(persona) {
		lead := len(leadPersona.FindString(part.text))
		body := strings.Trim(part.text[lead:], " \t.,;:\"'()[]")
		if body == "" {
			continue
		}
		off := at + part.from + lead + strings.Index(part.text[lead:], body)
		s.Personas = append(s.Personas, Phrase{Text: body, Span: p.span(file, off, off+len(body)), Primary: true, words: split(body, off)})
	}
	if len(s.Personas) == 0 {
		return s, false
	}
	rest := to
	if inset && m[4] >= 0 {
		rest = m[5]
	}
	want, benefit := text[rest:], ""
	if b := benefitForm.FindStringIndex(want); b != nil {
		want, benefit = want[:b[0]], want[b[0]:]
	} else if lead := text[:m[0]]; strings.Contains(lower(lead), "in order to") || strings.Contains(lower(lead), "so that") {
		s.analyse(file, p, split(lead, 0), false)
		s.Benefit = strings.Trim(lead, " ,")
	}
	s.analyse(file, p, split(want, rest), true)
	if benefit != "" {
		s.analyse(file, p, split(benefit, rest+len(want)), false)
		s.Benefit = strings.TrimLeft(benefitLead.ReplaceAllString(benefit, ""), " ,")
	}
	return s, true
}

var benefitLead = regexp.MustCompile(`(?i)^[,;.]?\s*\(?(?:so\s+that|in\s+order\s+to|because|so)\s*`)

type part struct {
	text string
	from int
}

// roles splits a persona at the words and signs between alternatives; a slash in the name
// of one role (UX/UI designer) parts nothing.
func roles(persona string) []part {
	var out []part
	for _, r := range splitKeeping(persona, alternatives) {
		if n := len(out); n > 0 && r.from > 0 && persona[r.from-1] == '/' && persona[out[n-1].from+len(out[n-1].text):r.from] == "/" {
			ws := split(out[n-1].text, 0)
			if len(ws) > 0 && !isPerson(ws[len(ws)-1].low) {
				out[n-1].text = persona[out[n-1].from : r.from+len(r.text)]
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// splitKeeping splits a text and keeps where the parts stood.
func splitKeeping(s string, sep *regexp.Regexp) []part {
	var out []part
	from := 0
	for _, m := range sep.FindAllStringIndex(s, -1) {
		out = append(out, part{s[from:m[0]], from})
		from = m[1]
	}
	return append(out, part{s[from:], from})
}

// analyse adds the actions and the entities of a clause.
func (s *Story) analyse(file string, p *passage, ws []word, primary bool) {
	ws = ws[:min(len(ws), 2*maxWords)]
	label(ws)
	phrases := nounPhrases(ws)
	base := len(s.Entities)
	for _, np := range phrases {
		s.Entities = append(s.Entities, Phrase{
			Text: p.text[ws[np.from].from:ws[np.to-1].to], Span: p.span(file, ws[np.from].from, ws[np.to-1].to),
			Primary: primary, words: ws[np.from:np.to], when: tellsWhen(ws, np.from),
		})
	}
	acts := actions(ws)
	for i, a := range acts {
		act := Action{Verb: lemma(ws[a.verb].low), passive: a.passive, subject: -1}
		if a.to > a.verb+1 {
			act.particle = ws[a.to-1].low
		}
		act.Text, act.Primary = p.text[ws[a.from].from:ws[a.to-1].to], primary
		act.Span = p.span(file, ws[a.from].from, ws[a.to-1].to)
		end := len(ws)
		if i+1 < len(acts) {
			end = acts[i+1].from
		}
		if from, to := ws[a.to-1].to, ws[max(end, a.to)-1].to; to > from {
			act.rest = p.text[from:to]
		}
		for k, np := range phrases {
			if np.from >= a.to && np.from < end {
				act.Objects = append(act.Objects, base+k)
			}
		}
		for k, np := range phrases {
			if a.passive && np.to == a.from-2 && ws[np.to].low == "to" && ws[np.to+1].low == "be" {
				act.subject = base + k
			}
		}
		s.Actions = append(s.Actions, act)
	}
	// edit and delete my posts: the object belongs to both.
	for i := len(s.Actions) - 2; i >= len(s.Actions)-len(acts) && i >= 0; i-- {
		next := acts[i+1-(len(s.Actions)-len(acts))]
		if a := &s.Actions[i]; len(a.Objects) == 0 && !alone[a.Verb+" "+a.particle] && lowAt(ws, next.from-1) != "to" {
			a.Objects, a.rest = s.Actions[i+1].Objects, s.Actions[i+1].rest
		}
	}
}

// tellsWhen tells that a preposition of time leads to the phrase that begins at word i.
func tellsWhen(ws []word, i int) bool {
	if i > 0 && ws[i-1].tag == tagDeterminer {
		i--
	}
	switch lowAt(ws, i-1) {
	case "before", "after", "until", "till", "within", "during", "since":
		return true
	}
	return false
}

// alone are deeds that are done to nothing.
var alone = map[string]bool{"sign up": true, "sign in": true, "sign out": true, "log in": true, "log out": true, "check in": true, "check out": true, "login ": true, "logout ": true}

// stretch is a run of words.
type stretch struct{ from, to int }

// nounPhrases finds runs of adjectives and nouns that end in a noun.
func nounPhrases(ws []word) []stretch {
	var out []stretch
	for i := 0; i < len(ws); {
		j := i
		for j < len(ws) && inPhrase(ws, i, j) {
			j++
		}
		end := j
		for end > i && ws[end-1].tag != tagNoun {
			end--
		}
		if end > i && !emptyNoun(ws[i:end], lowAt(ws, end)) && !(ws[i].low == "charge" && lowAt(ws, i-2) == "free") && !(ws[i].low == "order" && lowAt(ws, i-1) == "in") {
			out = append(out, stretch{i, end})
		}
		i = max(j, i+1)
	}
	return out
}

func inPhrase(ws []word, from, i int) bool {
	switch ws[i].tag {
	case tagNoun, tagAdjective:
		return true
	case tagNumber:
		return i+1 < len(ws) && (ws[i+1].tag == tagNoun || ws[i+1].tag == tagAdjective) || i > from
	case tagSign:
		return ws[i].low == "-" && i > from && i+1 < len(ws) && ws[i-1].to == ws[i].from && ws[i].to == ws[i+1].from
	case tagAdverb: // pick up time
		return i > from && ws[i].low == "up" && i+1 < len(ws) && ws[i+1].tag == tagNoun && ws[i-1].tag == tagNoun
	}
	return false
}

// emptyNoun tells phrases that name nothing: ability, way; a lot of what follows, but not the
// lot of an auction.
func emptyNoun(ws []word, next string) bool {
	switch singular(ws[len(ws)-1].low) {
	case "lot":
		return len(ws) == 1 && (next == "of" || next == "more")
	case "ability", "way", "possibility", "behalf", "option", "chance", "example", "e.g", "i.e", "etc":
		return len(ws) == 1
	}
	return false
}

// deed is an action: the words from an adverb before the verb to its particle.
type deed struct {
	from, to, verb int
	passive        bool
}

// actions finds what the person does: infinitives, verbs after modals, coordinated
// verbs, gerunds after prepositions.
func actions(ws []word) []deed {
	var out []deed
	for i := range ws {
		w := ws[i]
		switch w.tag {
		case tagVerb, tagGerund:
		case tagFinite:
			if !done(ws, i) {
				continue
			}
		default:
			continue
		}
		if w.tag == tagVerb && between(ws, i) || w.low == "make" && lowAt(ws, i+1) == "sure" {
			continue
		}
		d := deed{from: i, to: i + 1, verb: i, passive: w.tag == tagFinite}
		for d.from > 0 && ws[d.from-1].tag == tagAdverb && strings.HasSuffix(ws[d.from-1].low, "ly") {
			d.from--
		}
		if d.to < len(ws) && hasWord(phrasal[lemma(w.low)], ws[d.to].low) && (ws[d.to].tag == tagAdverb || w.low == "hand" || !startsObject(ws, d.to+1) && !nounAt(ws, d.to+1)) {
			d.to++
		}
		out = append(out, d)
	}
	return out
}

// done tells a finite verb that the person does or lets happen: to be notified, I
// have uploaded, who submitted.
func done(ws []word, i int) bool {
	low := lowAt(ws, i-1)
	if i > 0 && ws[i-1].tag == tagAdverb {
		low = lowAt(ws, i-2)
	}
	switch low {
	case "be", "get", "i", "i've", "we", "i'm":
		return true
	case "have":
		return lowAt(ws, i-2) == "i" || lowAt(ws, i-2) == "we"
	}
	return false
}

// between tells a verb that only leads to the one that counts: I want to, I need to,
// would like to, be able to; and has no other object.
func between(ws []word, i int) bool {
	low := ws[i].low
	if low == "be" {
		return true
	}
	if !skipped[low] {
		return false
	}
	return i == 0 || ws[i-1].tag == tagPronoun || ws[i-1].tag == tagModal || ws[i-1].tag == tagAdverb
}

func hasWord(list, w string) bool {
	for _, l := range strings.Fields(list) {
		if l == w {
			return true
		}
	}
	return false
}
