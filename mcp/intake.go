package mcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/brief"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/spec"
)

type intakeIn struct {
	more
	Text   string `json:"text,omitempty" jsonschema:"the requirements: a brief in Markdown, or plumb.yaml text"`
	File   string `json:"file,omitempty" jsonschema:"or a file of the workspace that holds them"`
	Brief  string `json:"brief,omitempty" jsonschema:"for plumb.yaml text, the brief it was made from, a file in the workspace: every number must be quoted from it or be marked as assumed, brief.md when left out; for a brief given as text, the name to keep it under, brief.md when left out"`
	SaveAs string `json:"save_as,omitempty" jsonschema:"keep the input under this name, usually plumb.yaml, when it has no errors"`
}

func (in intakeIn) writes() bool { return in.SaveAs != "" }

type intakeOut struct {
	// System and the counts say what was understood.
	System string `json:"system,omitempty"`
	// Input is what a brief was read as: plumb.yaml text, each fact with its line.
	Input     string     `json:"input,omitempty"`
	Counts    string     `json:"counts,omitempty"`
	Facts     int        `json:"facts"`
	Narrative int        `json:"narrative"`
	NotUnder  int        `json:"not_understood"`
	Lines     []lineRow  `json:"lines"`
	Problems  []problem  `json:"problems"`
	Questions []question `json:"questions"`
	Wrote     []string   `json:"wrote"`
	Next      []call     `json:"next"`
}

// lineRow says what became of one line.
type lineRow struct {
	Line   int      `json:"line"`
	Status string   `json:"status" jsonschema:"fact, narrative or not understood"`
	Became []string `json:"became,omitempty"`
	Why    string   `json:"why,omitempty"`
}

func (s *Server) intake(_ context.Context, _ *sdk.CallToolRequest, in intakeIn) (intakeOut, error) {
	s.files.writing.Lock()
	defer s.files.writing.Unlock()
	src, err := s.taken(in)
	if err != nil {
		return intakeOut{}, err
	}
	d := s.plan(src)
	problems := d.Problems
	if d.Brief == nil {
		name, quoted, err := s.quotable(in)
		if err != nil {
			return intakeOut{}, err
		}
		if name != "" {
			problems = append(problems[:len(problems):len(problems)], unquoted(src.file, string(src.text), name, quoted)...).Sorted()
		}
	}
	out := intakeOut{Problems: problemsOf(problems), Questions: []question{}, Wrote: []string{}}
	out.read(d, problems)
	if in.SaveAs != "" && !problems.HasErrors() {
		if err := s.saveAll(in, src, d, &out); err != nil {
			return intakeOut{}, err
		}
	}
	out.Next = intakeNext(in, &out, problems)
	return out, nil
}

// quotable is the brief that an input must quote; "" when nothing needs to be held
// against one: a file that a person wrote, or a look at a text that is not kept.
func (s *Server) quotable(in intakeIn) (name, text string, err error) {
	if in.Brief != "" {
		brief, err := s.files.read(in.Brief)
		return in.Brief, string(brief), err
	}
	if in.File != "" || s.said == nil && in.SaveAs == "" {
		return "", "", nil
	}
	if in.SaveAs != "" {
		if _, err := s.files.writable(in.SaveAs); err != nil {
			return "", "", err
		}
		if now, err := s.files.read(in.SaveAs); err == nil && string(now) == in.Text {
			return "", "", nil // nothing is added to what is there
		} else if err == nil {
			return "", "", thereAlready(in.SaveAs)
		}
	}
	brief, err := s.files.read(usualBrief)
	if err != nil && !isMissing(err) {
		return "", "", err
	}
	if s.said == nil {
		return usualBrief, string(brief), nil
	}
	return conversation, string(brief) + "\n" + s.said(), nil
}

// taken reads the text from wherever it is given.
func (s *Server) taken(in intakeIn) (input, error) {
	switch {
	case in.Text != "" && in.File != "":
		return input{}, errors.New("give text or file, not both")
	case in.File != "":
		return s.files.open(in.File)
	case strings.TrimSpace(in.Text) == "":
		return input{}, errors.New("give the requirements as text, or the file that holds them")
	case len(in.Text) > maxFile:
		return input{}, fmt.Errorf("the text has more than %d MiB", maxFile>>20)
	}
	name := cmp.Or(in.SaveAs, "plumb.yaml")
	if isProse(in.Text) {
		name = cmp.Or(in.Brief, usualBrief)
		if !brief.Is(name) {
			return input{}, fmt.Errorf("%s is no name for a brief: it ends in .md", name)
		}
	}
	if _, err := local(name); err != nil {
		return input{}, err
	}
	if s.said != nil && isProse(in.Text) {
		if err := ownWords(in.Text, s.said()); err != nil {
			return input{}, err
		}
	}
	return input{file: name, text: []byte(in.Text)}, nil
}

// ownWords refuses a brief that holds more than what the person said: later quotes
// rest on it. Headings without a number only put their words in order.
func ownWords(text, said string) error {
	for i, line := range strings.Split(text, "\n") {
		words := strings.TrimLeft(strings.TrimSpace(line), "#-*+> \t")
		heading := strings.HasPrefix(strings.TrimSpace(line), "#") && len(figures(words)) == 0
		if words == "" || heading || len(strings.Join(strings.Fields(words), "")) < fewest {
			continue
		}
		if _, ok := find(said, words); !ok {
			return fmt.Errorf("line %d, %q, is not what the person said: a brief holds their words alone, or is a file of the workspace", i+1, short(words, 120))
		}
	}
	return nil
}

// isProse tells a brief from text in the input language: no key of it is there.
func isProse(text string) bool {
	doc, _ := spec.Parse("", []byte(text))
	return doc.Root.Kind != spec.Mapping || !slices.ContainsFunc(spec.Root().Keys, func(k spec.Key) bool {
		return doc.Root.Get(k.Name) != nil
	})
}

// saveAll keeps the input, and with one read from a brief the brief that it quotes.
func (s *Server) saveAll(in intakeIn, src input, d *plumb.Design, out *intakeOut) error {
	if d.Brief == nil {
		return s.save(in.SaveAs, src.text, out)
	}
	if brief.Is(in.SaveAs) {
		return errors.New("what a brief is read as is kept in plumb.yaml: give that as save_as")
	}
	text := d.Brief.YAML()
	if read := s.plan(input{file: in.SaveAs, text: text}); read.Arch == nil {
		return refusal("what the brief was read as cannot be designed", read.Problems)
	}
	if in.File == "" {
		if err := s.save(src.file, src.text, out); err != nil {
			return err
		}
	}
	return s.save(in.SaveAs, text, out)
}

func thereAlready(name string) error {
	return fmt.Errorf("%s is there already and stays as it is: change facts with answer, edit the file itself, or save under another name", name)
}

// save keeps a text as a new file; one that is there is a person's.
func (s *Server) save(name string, text []byte, out *intakeOut) error {
	name, err := s.files.writable(name)
	if err != nil {
		return err
	}
	now, err := s.files.read(name)
	switch {
	case err == nil && string(now) == string(text):
		return nil
	case err == nil:
		return thereAlready(name)
	case !isMissing(err):
		return err
	}
	if err := s.files.replace(name, nil, text); err != nil {
		return err
	}
	out.Wrote = append(out.Wrote, name)
	return nil
}

// read says what the text means, as a whole and line by line.
func (o *intakeOut) read(d *plumb.Design, problems diag.List) {
	if m := d.Model; m != nil {
		o.System = m.Name
		o.Counts = fmt.Sprintf("%s, %s, %s, %s", plural(len(m.Aggregates), "aggregate"), plural(len(m.UseCases), "use case"),
			plural(len(m.Actors), "actor"), plural(len(m.Externals), "external"))
	}
	if d.Arch != nil {
		o.Questions = contradictions(d.Arch)
	}
	o.Lines = lineRows(d, problems)
	if d.Brief != nil {
		o.Input = string(d.Brief.YAML())
		o.Lines = nil
		for _, l := range d.Brief.Lines {
			o.Lines = append(o.Lines, lineRow{l.Number, l.Status.String(), l.Became, l.Why})
		}
		for _, q := range d.Brief.Questions {
			o.Questions = append(o.Questions, question{Number: len(o.Questions) + 1, Asks: q.Ask, Finding: "see " + q.Span.String(), Default: q.Default, About: q.About})
		}
	}
	for _, l := range o.Lines {
		switch l.Status {
		case understood:
			o.Facts++
		case narrative:
			o.Narrative++
		default:
			o.NotUnder++
		}
	}
}

// What can become of a line.
const (
	understood    = "fact"
	narrative     = "narrative"
	notUnderstood = "not understood"
)

// lineRows gives every line of the text a status: comments and blank lines are
// narrative, a line with an error is not understood, the rest are facts.
func lineRows(d *plumb.Design, problems diag.List) []lineRow {
	lines := strings.Split(strings.TrimSuffix(d.Doc.Source, "\n"), "\n")
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		rows[i] = lineRow{Line: i + 1, Status: understood}
		if value, _ := cutComment(l); strings.TrimSpace(value) == "" {
			rows[i].Status = narrative
		}
	}
	for _, p := range problems {
		if at := p.Span.Start.Line; p.Severity == diag.Error && at >= 1 && at <= len(rows) {
			rows[at-1].Status = notUnderstood
			if rows[at-1].Why == "" {
				rows[at-1].Why = p.Message
			}
		}
	}
	if d.Doc.Root != nil {
		became(d.Doc.Root, "", rows)
	}
	return rows
}

// became notes on each line the paths of the values that end there.
func became(n *spec.Node, path string, rows []lineRow) {
	note := func(v *spec.Node, path string) {
		if v.Kind == spec.Mapping || v.Kind == spec.Sequence && len(v.Entries) > 0 {
			became(v, path, rows)
			return
		}
		if at := v.Span.Start.Line; at >= 1 && at <= len(rows) && rows[at-1].Status == understood {
			rows[at-1].Became = append(rows[at-1].Became, path)
		}
	}
	for _, e := range n.Entries {
		key := e.Key
		if path != "" {
			key = path + "." + key
		}
		note(e.Value, key)
	}
}

func intakeNext(in intakeIn, out *intakeOut, problems diag.List) []call {
	w := which{}
	if in.SaveAs != "plumb.yaml" {
		w.File = in.SaveAs
	}
	if in.File != "" && out.Input == "" {
		w.File = in.File
	}
	again := map[string]any{"text": "..."}
	switch {
	case problems.HasErrors() && out.Input != "":
		again["brief"], again["save_as"] = cmp.Or(in.File, in.Brief, usualBrief), "plumb.yaml"
		why := "as text what it was read as, completed by you"
		if in.File == "" {
			why += fmt.Sprintf(", when the brief is in the file %s", again["brief"])
		}
		return []call{{"intake", again, why}}
	case problems.HasErrors():
		for _, p := range out.Problems {
			if p.Severity == diag.Error.String() {
				if _, ok := diag.Page(diag.Code(p.Code)); ok {
					return []call{{"explain", map[string]any{"name": p.Code}, "a failing and a mended example"}}
				}
			}
		}
		return []call{{"intake", again, "the mended text"}}
	case len(out.Wrote) == 0 && (in.File == "" || out.Input != ""):
		why := "the same text, kept"
		if in.File != "" {
			again, why = map[string]any{"file": in.File}, "the same, kept"
		}
		if in.Brief != "" {
			again["brief"] = in.Brief
		}
		again["save_as"] = "plumb.yaml"
		return []call{{"intake", again, why}}
	}
	return []call{{"design", on(w, nil), "what would be built, what was assumed"}}
}

func (o intakeOut) show(p *page) {
	if o.System != "" {
		p.line("%s: %s", o.System, o.Counts)
	}
	p.line("Lines: %d with facts, %d narrative, %d not understood.", o.Facts, o.Narrative, o.NotUnder)
	showProblems(p, o.Problems)
	showQuestions(p, o.Questions)
	showWrote(p, o.Wrote)
	if o.Facts > 0 && o.Input != "" {
		p.line("\nRead as\n%s", o.Input)
	}
	p.then(o.Next)
}
