package mcp

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
)

// Parts that several answers have. They hold words rather than the vocabulary's own
// types, so that their schemas say what a client will see.

// which names the input; every tool has it.
type which struct {
	File string `json:"file,omitempty" jsonschema:"the input in the workspace, or its directory; plumb.yaml when left out"`
}

// more asks for a longer answer.
type more struct {
	Detail bool `json:"detail,omitempty" jsonschema:"a longer text; the structured content is whole either way"`
}

func (m more) detailed() bool { return m.Detail }

// problem is a finding about the input.
type problem struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	At       string `json:"at,omitempty"`
	Path     string `json:"path,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	// Also are the other places that take part.
	Also []string `json:"also,omitempty"`
}

func problemsOf(list diag.List) []problem {
	out := make([]problem, len(list))
	for i, p := range list {
		out[i] = problem{string(p.Code), p.Severity.String(), p.Span.String(), p.Path, p.Message, p.Hint, nil}
		if p.Label != "" {
			out[i].Message += ": " + p.Label
		}
		for _, r := range p.Related {
			out[i].Also = append(out[i].Also, strings.TrimSpace(r.Span.String()+" "+r.Note))
		}
	}
	return out
}

func (p problem) String() string {
	s := fmt.Sprintf("%s[%s] %s %s", p.Severity, p.Code, p.At, p.Message)
	if p.Hint != "" {
		s += "; " + p.Hint
	}
	return s
}

func showProblems(p *page, list []problem) {
	p.list("Problems", len(list), 8, func(i int) string { return short(list[i].String(), 400) })
}

// assumption is a fact nobody stated, with the range in which it may lie.
type assumption struct {
	Fact  string `json:"fact"`
	Value string `json:"value"`
	Low   string `json:"low,omitempty"`
	High  string `json:"high,omitempty"`
	Why   string `json:"why,omitempty"`
	// Decides lists the significant decisions that read it.
	Decides []string `json:"decides,omitempty"`
	// By is plumb, or the input for one that somebody marked as assumed there.
	By string `json:"by"`
}

func (a assumption) String() string {
	s := fmt.Sprintf("%s = %s", a.Fact, a.Value)
	if a.Low != "" {
		s += fmt.Sprintf(" (plausible %s to %s)", a.Low, a.High)
	}
	if len(a.Decides) > 0 {
		s += ", read by " + strings.Join(a.Decides, ", ")
	}
	return s
}

// assumptions are those that the input itself marks, then those that significant
// decisions read: of this system before those of the catalogue and of what things
// cost, and the ones read by most decisions first.
func assumptions(d *plumb.Design) []assumption {
	uses, small := map[fact.ID][]string{}, map[fact.ID]int{}
	for _, dec := range d.Arch.Decisions {
		for _, id := range dec.Facts {
			small[id]++
			if dec.Significant {
				uses[id] = append(uses[id], string(dec.ID))
			}
		}
	}
	lines := strings.Split(d.Doc.Source, "\n")
	marked, guessed := []assumption{}, []assumption{}
	for _, f := range d.Arch.Facts {
		if why, ok := markedAssumed(lines, f); ok {
			marked = append(marked, assumption{Fact: string(f.ID), Value: f.Value.String(), Why: why, Decides: uses[f.ID], By: "input"})
		}
		if f.Origin == fact.Assumed && len(uses[f.ID]) > 0 {
			guessed = append(guessed, guess(f, uses[f.ID]))
		}
	}
	slices.SortStableFunc(guessed, func(a, b assumption) int {
		return cmp.Or(general(a.Fact)-general(b.Fact), len(b.Decides)-len(a.Decides), small[fact.ID(b.Fact)]-small[fact.ID(a.Fact)])
	})
	return append(marked, guessed...)
}

func guess(f fact.Fact, decides []string) assumption {
	a := assumption{Fact: string(f.ID), Value: f.Value.String(), Why: f.Reason, Decides: decides, By: "plumb"}
	if f.HasRange() && f.Low != f.High {
		low, high := f.Value, f.Value
		low.N, high.N = f.Low, f.High
		a.Low, a.High = low.String(), high.String()
	}
	return a
}

// general is 1 for what is assumed of the world rather than of this system.
func general(id string) int {
	if strings.HasPrefix(id, "catalog.") || strings.HasPrefix(id, "decide.") {
		return 1
	}
	return 0
}

// question is what is worth asking a person.
type question struct {
	Number  int    `json:"number"`
	Asks    string `json:"asks"`
	Finding string `json:"finding"`
	Default string `json:"default"`
	About   string `json:"about,omitempty"`
	// Path is where the answer belongs; empty when several facts are in question.
	Path    string   `json:"path,omitempty" jsonschema:"the path to call answer with"`
	Answers []string `json:"answers,omitempty"`
}

// contradictions are the questions of requirements that do not fit together.
func contradictions(a *arch.Arch) []question {
	out := make([]question, len(a.Questions))
	for i, q := range a.Questions {
		out[i] = question{Number: i + 1, Asks: q.Asks, Finding: q.Finding, Default: q.Default, About: string(q.About)}
		for _, x := range q.Answers {
			out[i].Answers = append(out[i].Answers, x.Says+": "+x.Follows)
		}
	}
	return out
}

// questions are the contradictions of a design, then the guesses that matter most.
func (s *Server) questions(ctx context.Context, src input) ([]question, error) {
	p := s.planned(src)
	p.asking.Lock()
	defer p.asking.Unlock()
	if p.questions != nil {
		return p.questions, nil
	}
	d, err := s.mustRepair(ctx, src)
	if err != nil {
		return nil, err
	}
	out := contradictions(d.Arch)
	guesses, err := d.Session().Questions(ctx, s.workers, nil)
	if err != nil {
		return nil, err
	}
	for _, g := range guesses {
		q := question{Number: len(out) + 1, Asks: g.Asks, Finding: g.Why + ".", Default: g.Default, About: string(g.Fact.ID), Path: g.Path}
		for _, x := range g.Answers {
			follows := plural(len(x.Changes), "decision") + " would change"
			if x.Infeasible {
				follows = "no design serves every requirement"
			}
			q.Answers = append(q.Answers, x.Value+": "+follows)
		}
		out = append(out, q)
	}
	p.questions = out
	return out, nil
}

func showQuestions(p *page, list []question) {
	p.list("Questions for a person, those that matter most first", len(list), 5, func(i int) string {
		q := list[i]
		if q.Path != "" {
			return short(fmt.Sprintf("%s (%s) Taken: %s. %s", q.Asks, q.Path, q.Default, q.Finding), 400)
		}
		taken := q.Default
		if len(q.Answers) > 0 && strings.HasPrefix(q.Answers[0], taken+": ") {
			taken = q.Answers[0]
		}
		return short(fmt.Sprintf("%s %s. Taken: %s", q.Asks, q.Finding, taken), 400)
	})
}

// change is a decision that comes out differently.
type change struct {
	Decision string `json:"decision"`
	From     string `json:"from"`
	To       string `json:"to"`
}

// changes lists the decisions that differ between two designs, in their order; an
// empty side is a decision that is not taken there.
func changes(from, to *arch.Arch) []change {
	out := []change{}
	for i := range from.Decisions {
		d := &from.Decisions[i]
		switch e := to.Decision(d.ID); {
		case e == nil:
			out = append(out, change{string(d.ID), d.NameOf(d.Choice), ""})
		case e.NameOf(e.Choice) != d.NameOf(d.Choice):
			out = append(out, change{string(d.ID), d.NameOf(d.Choice), e.NameOf(e.Choice)})
		}
	}
	for i := range to.Decisions {
		if e := &to.Decisions[i]; from.Decision(e.ID) == nil {
			out = append(out, change{string(e.ID), "", e.NameOf(e.Choice)})
		}
	}
	return out
}

func (c change) String() string {
	or := func(s string) string {
		if s == "" {
			return "not decided"
		}
		return s
	}
	return fmt.Sprintf("%s: %s -> %s", c.Decision, or(c.From), or(c.To))
}

func showChanges(p *page, list []change) {
	if len(list) == 0 {
		p.line("\nNo decision changes.")
		return
	}
	p.list("Decisions that change", len(list), 20, func(i int) string { return list[i].String() })
}

// mustPlan designs an input and turns its errors into one that lists them.
func (s *Server) mustPlan(in input) (*plumb.Design, error) {
	d := s.plan(in)
	if d.Arch == nil {
		return nil, refusal(in.file+" cannot be designed", d.Problems)
	}
	return d, nil
}

// mustRepair is mustPlan with the design decided again after it was
// simulated, which is remembered, too: what is asked about and simulated is the design
// that is shown.
func (s *Server) mustRepair(ctx context.Context, in input) (*plumb.Design, error) {
	p := s.planned(in)
	return s.simulated(ctx, in, &p.repairing, &p.repaired, (*plumb.Design).Repair)
}

// simulated is a design with what a way to simulate it shows, which is kept.
func (s *Server) simulated(ctx context.Context, in input, lock *sync.Mutex, kept **plumb.Design, simulate func(*plumb.Design, context.Context, plumb.Effort) error) (*plumb.Design, error) {
	planned, err := s.mustPlan(in)
	if err != nil {
		return nil, err
	}
	lock.Lock()
	defer lock.Unlock()
	if *kept == nil {
		d := *planned
		if err := simulate(&d, ctx, plumb.Effort{Workers: s.workers}); err != nil {
			return nil, fmt.Errorf("the simulation of the design was stopped: %w", err)
		}
		*kept = &d
	}
	return *kept, nil
}

// mustVerify is mustPlan with what simulating the design shows, which is remembered,
// too: what is shown, explained and written is the design that was simulated.
func (s *Server) mustVerify(ctx context.Context, in input) (*plumb.Design, error) {
	p := s.planned(in)
	return s.simulated(ctx, in, &p.verifying, &p.verified, (*plumb.Design).Verify)
}

// mustFinish is mustVerify with where the significant decisions flip, which is
// remembered, too: what is written, held against files and read as a resource is what
// the command line writes.
func (s *Server) mustFinish(ctx context.Context, in input) (*plumb.Design, error) {
	verified, err := s.mustVerify(ctx, in)
	if err != nil {
		return nil, err
	}
	p := s.planned(in)
	p.finishing.Lock()
	defer p.finishing.Unlock()
	if p.finished == nil {
		d, a := *verified, *verified.Arch
		a.Decisions = slices.Clone(a.Decisions) // others read them
		d.Arch = &a
		if session := d.Session(); session != nil {
			if err := session.Tips(ctx, s.workers, nil); err != nil {
				return nil, fmt.Errorf("the search for tipping points was stopped: %w", err)
			}
		}
		p.finished = &d
	}
	return p.finished, nil
}

// refusal lists errors, so that a model can mend them.
func refusal(what string, list diag.List) error {
	var b strings.Builder
	b.WriteString(what + ":")
	shown := 0
	for _, p := range problemsOf(list) {
		if p.Severity != diag.Error.String() {
			continue
		}
		if shown++; shown > 10 {
			b.WriteString("\n- and more; mend these first")
			break
		}
		b.WriteString("\n- " + short(p.String(), 400))
	}
	b.WriteString("\nexplain CODE shows a failing and a mended example; plumb://language is the reference")
	return errors.New(b.String())
}

// arguments prints the arguments of a call in the order of their names.
func arguments(with map[string]any) string {
	if len(with) == 0 {
		return ""
	}
	text, err := json.Marshal(with)
	if err != nil {
		panic("mcp: the arguments of a next call cannot be printed: " + err.Error())
	}
	return " " + string(text)
}

// on adds the input to the arguments of a next call, unless it is the usual one.
func on(w which, with map[string]any) map[string]any {
	if w.File != "" {
		if with == nil {
			with = map[string]any{}
		}
		with["file"] = w.File
	}
	return with
}
