package brief

import (
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/diag"
)

// written is a text of the brief with its place.
type written struct {
	text string
	span diag.Span
}

// named is something that has a name in the model: an actor, an entity, an external.
type named struct {
	written
	proposed bool
	spans    []diag.Span
	values   []value
	ties     []written // what is said of other entities: belongs to a title
}

// value is a key with what was read for it.
type value struct {
	key   string
	text  written
	list  []written // when it is a list
	parts []value   // when it is a mapping
}

// useCase is what is to become one.
type useCase struct {
	written
	verb    string
	deed    string   // the verb with its particle, where the two mean something else: check-out
	said    string   // what follows the verb: titles by author
	words   []string // singular words of the object
	by      []written
	touches []touch
	emits   []written
	on      []written
	list    bool
	latency []quantile
	calls   []call
	values  []value
}

// touch is what a use case does to an entity: creates, changes, deletes or reads.
type touch struct {
	how    string
	entity written
	object bool // the verb is done to it
}

// quantile is a latency at a percentile; 0 stands for a bare target, -1 for the mean.
type quantile struct {
	p, seconds float64
	span       diag.Span
}

// collector gathers what the passages say and builds the tree at the end.
type collector struct {
	src  *source
	r    *Result
	list diag.List

	system, about written
	begun         bool     // a heading below the title has been read
	heads         []headed // the headings that the next passage stands under
	columns       []string // of the table being read
	// topic is the use case a section is about, topicLevel the level of the heading
	// below which it holds.
	topic      *useCase
	topicLevel int
	// byTitle is the topic while the title of a story alone speaks of it: Plan the kitchen.
	// The story below may say better what is done.
	byTitle   *useCase
	entity    *named // the last entity declared
	actors    []*named
	entities  []*named
	declared  declarations
	externals []*named
	context   []value
	useCases  []*useCase
	done      *useCase     // what the sentence before tells
	became    []diag.Span  // what became something
	last      Phrase       // what a requirement of the section was about last
	readAs    map[int]bool // lines whose numbers are no objectives
	pending   []pendingReading
	sentences []sentence
	ruled     []*named  // rules over several entities
	offCall   diag.Span // where it says that nobody is on call
	cut       []*cutContext
	owned     []owns
	regions   []value
	heard     []heard // all passages, in order
	paces     []pace
	scenarios []*pendingScenario
}

type headed struct {
	level   int
	section section
}

// pendingReading is a reading that waits for all use cases to be known.
type pendingReading struct {
	Reading
	topic *useCase
}

func newCollector(src *source, r *Result) *collector {
	return &collector{src: src, r: r, readAs: map[int]bool{}}
}

func (c *collector) section() section {
	for _, h := range slices.Backward(c.heads) {
		if h.section != secNone {
			return h.section
		}
	}
	return secNone
}

// mark says what became of the lines of a span. A fact outranks what was not
// understood, which outranks narrative.
func (c *collector) mark(s diag.Span, status Status, path, why string) {
	if status == Fact {
		c.became = append(c.became, s)
	}
	for n := s.Start.Line; n <= s.End.Line && n >= 1 && n <= len(c.r.Lines); n++ {
		l := &c.r.Lines[n-1]
		switch {
		case status == Fact:
			l.Status, l.Why = Fact, ""
		case status == NotUnderstood && l.Status == Narrative && !c.readAs[n]:
			l.Status, l.Why = NotUnderstood, why
		}
		if path != "" && !slices.Contains(l.Became, path) {
			l.Became = append(l.Became, path)
		}
	}
}

// unplaced says that a number of a line has no place in the model, and why.
func (c *collector) unplaced(s diag.Span, why string) {
	if n := s.Start.Line; n >= 1 && n <= len(c.r.Lines) && c.r.Lines[n-1].Status != Fact {
		c.r.Lines[n-1].Status, c.r.Lines[n-1].Why = NotUnderstood, why
	}
}

func (c *collector) spanOf(p *passage) diag.Span { return p.span(c.src.file, 0, len(p.text)) }

// passage reads one passage by where it stands.
func (c *collector) passage(p *passage) {
	if p.kind != row {
		c.columns = nil
	}
	sec := c.section()
	if p.kind != heading {
		c.heard = append(c.heard, heard{p, sec})
	}
	switch {
	case p.kind == heading:
		c.heading(p)
	case p.kind == row:
		c.row(p, sec)
	case sec == secAside:
	default:
		c.text(p, sec)
	}
}

var (
	genericTitle = regexp.MustCompile(`(?i)^(?:software |product |system |feature |business |technical )?(?:requirements?(?: (?:document|specification))?|brief|spec(?:ification)?|user stories|backlog|prd|srs|overview|introduction)$`)
	titleLead    = regexp.MustCompile(`(?i)^(?:feature spec(?:ification)?|spec(?:ification)?|brief|product brief|project|system|product|prd|requirements(?: for)?)\s*[:–—-]\s*`)
	storyTitle   = regexp.MustCompile(`(?i)^(?:user )?(?:story|requirement|us|epic|scenario)\s*#?[\d.]+\s*[:–—-]?\s*`)
	parenthesis  = regexp.MustCompile(`\s*\([^()]*\)`)
	priority     = regexp.MustCompile(`(?i)\s*[(\[](?:priority|mandatory|optional|must|should|p\d).*?[)\]]\s*`)
)

func (c *collector) heading(p *passage) {
	for len(c.heads) > 0 && c.heads[len(c.heads)-1].level >= p.level {
		c.heads = c.heads[:len(c.heads)-1]
	}
	c.entity, c.byTitle, c.last = nil, nil, Phrase{}
	if p.level <= c.topicLevel {
		c.topic = nil
	}
	title := strings.TrimSpace(priority.ReplaceAllString(p.text, ""))
	if c.system.text == "" && p.level == 1 {
		name := strings.TrimSpace(titleLead.ReplaceAllString(title, ""))
		if !genericTitle.MatchString(name) && name != "" {
			at := strings.Index(p.text, name)
			c.system = written{name, p.span(c.src.file, max(at, 0), max(at, 0)+len(name))}
			c.mark(c.system.span, Fact, "system", "")
			c.heads = append(c.heads, headed{p.level, secNone})
			return
		}
	}
	sec := sectionOf(title)
	if c.system.text == "" && p.level == 2 && len(c.heads) == 1 && !c.begun && sec == secNone && !storyTitle.MatchString(title) {
		name := strings.TrimSpace(parenthesis.ReplaceAllString(title, ""))
		if at := strings.Index(p.text, name); name != "" && at >= 0 && !genericTitle.MatchString(name) { // below a title that says Specification
			c.system = written{name, p.span(c.src.file, at, at+len(name))}
			c.mark(c.system.span, Fact, "system", "")
		}
	}
	c.begun = c.begun || p.level > 1
	if m := storyTitle.FindString(title); m != "" && len(m) < len(title) {
		if sec == secNone {
			sec = secStories
		}
		c.titled(p, title[len(m):])
	} else if parent := c.section(); parent == secEntities && sec == secNone {
		c.declareEntity(p, p)
		sec = secEntities
	} else if parent == secContexts && sec == secNone {
		c.declareContext(p)
		sec = secContexts
	}
	c.heads = append(c.heads, headed{p.level, sec})
}

// titled reads the title of a story as a use case, when it says what is done: Place an
// order. Who does it, the story below tells.
func (c *collector) titled(p *passage, title string) {
	at := strings.Index(p.text, title)
	if at < 0 {
		return
	}
	ws := split(title, at)
	if len(ws) < 2 || !isVerb(lemma(ws[0].low)) {
		return
	}
	s := Story{Span: c.spanOf(p)}
	s.analyse(c.src.file, p, append([]word{toAt(at)}, ws...), true)
	if len(s.Actions) > 0 {
		n := len(c.useCases)
		c.speakOf(c.useCaseOf(&s, &s.Actions[0]), p.level)
		if len(c.useCases) > n {
			c.byTitle = c.topic
		}
		if c.topic != nil {
			c.mark(s.Span, Fact, "use_cases."+c.topic.text, "")
		}
	}
}

// speakOf makes a use case the topic of what follows below the heading of a level.
func (c *collector) speakOf(u *useCase, level int) {
	c.topic, c.topicLevel = u, level
}

func (c *collector) level() int {
	if n := len(c.heads); n > 0 {
		return c.heads[n-1].level
	}
	return 0
}

// text reads a paragraph or an item.
func (c *collector) text(p *passage, sec section) {
	span := c.spanOf(p)
	c.nameIn(p, sec)
	if s, ok := findStory(c.src.file, p); ok {
		c.story(p, &s)
		return
	}
	before := c.r.Lines[max(span.Start.Line-1, 0)].Status
	switch {
	case sec == secActors && p.kind == item:
		c.declareActor(p, p)
	case sec == secActors && p.kind == paragraph && c.cast(p):
	case sec == secEntities && (p.kind == item || arrowed(p.text)):
		c.declareEntity(p, p)
	case sec == secExternals && p.kind == item:
		c.declareExternal(p)
	case sec == secContexts && (p.kind == item || p.kind == paragraph):
		c.declareContext(p)
	case sec == secRegions && (p.kind == item || p.kind == paragraph), sec == secConstraints && regionsLabel(p.text):
		c.declareRegion(p)
	case sec == secScenarios && p.kind == item:
		c.declareScenario(p)
	case sec == secTeam:
		c.declareTeams(p)
	case arrowed(p.text) && (sec == secFlow || flowForm.MatchString(p.text)):
		c.flow(p)
	default:
		c.prose(p, sec)
	}
	if sec.list() && p.kind == item && sec != secConstraints && sec != secScenarios && before == Narrative && c.r.Lines[span.Start.Line-1].Status == Narrative {
		c.mark(span, NotUnderstood, "", "it stands where facts are listed and says none that is known")
	}
	if c.about.text == "" && p.kind == paragraph && (sec == secAbout || sec == secNone) && c.system.text != "" && len(c.useCases) == 0 && (c.r.Lines[span.Start.Line-1].Status == Narrative || c.system.span.Start.Line == span.Start.Line) && (!metadata.MatchString(p.text) || described.MatchString(p.text)) {
		s := c.tells(p)
		if m := described.FindString(p.text[s[0]:s[1]]); m != "" {
			s[0] += len(m)
		}
		if s[1]-s[0] < 300 {
			c.about = written{p.text[s[0]:s[1]], p.span(c.src.file, s[0], s[1])}
			c.mark(c.about.span, Fact, "about", "")
		}
	}
}

// tells is the sentence of a paragraph that says what the system is: the one that begins
// with its name, else the first.
func (c *collector) tells(p *passage) [2]int {
	list := sentences(p.text)
	for _, s := range list {
		if rest, ok := strings.CutPrefix(p.text[s[0]:s[1]], c.system.text+" "); ok && defines.MatchString(rest) {
			return s
		}
	}
	if len(list) == 0 {
		return [2]int{0, len(p.text)}
	}
	return list[0]
}

var (
	// defines finds what follows a name where a sentence says what it is.
	defines = regexp.MustCompile(`^(?:is|lets|helps|allows|enables|gives|provides|offers|replaces|manages|supports|connects|will)\b`)
	// namedForm finds the name of a system in such a sentence.
	namedForm = regexp.MustCompile(`^((?:[A-Z][A-Za-z0-9]*)(?: [A-Z][A-Za-z0-9]*){0,3}) (?:is|lets|helps|allows|enables|gives|provides|offers|replaces|manages|connects)\b`)
)

// nameIn takes the system's name from the sentence that introduces it, where no title
// does: Ward Meals lets nurses order meals.
func (c *collector) nameIn(p *passage, sec section) {
	if c.system.text != "" || p.kind != paragraph || sec != secAbout && sec != secNone {
		return
	}
	m := namedForm.FindStringSubmatchIndex(p.text)
	if m == nil || function[lower(strings.Fields(p.text)[0])] {
		return
	}
	c.system = written{p.text[m[2]:m[3]], p.span(c.src.file, m[2], m[3])}
	c.mark(c.system.span, Fact, "system", "")
}

// described are labels of what a system is.
var described = regexp.MustCompile(`(?i)^(?:what|about|goal|summary|purpose|idea|description)[\w ]*:\s`)

var metadata = regexp.MustCompile(`^[A-Z][\w ]{2,24}:\s`)
