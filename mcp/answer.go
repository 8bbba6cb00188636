package mcp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/query"
)

type answerIn struct {
	which
	Path       string `json:"path" jsonschema:"the fact: use_cases.PlaceOrder.peak, or the end of it"`
	Value      string `json:"value,omitempty" jsonschema:"as written in an input: 350/s, p99 300ms, 2M, yes; left out, the person is asked"`
	Quote      string `json:"quote,omitempty" jsonschema:"the words of the brief that say so, with the number and its unit"`
	Brief      string `json:"brief,omitempty" jsonschema:"the file that is quoted; brief.md when left out"`
	Assumption bool   `json:"assumption,omitempty" jsonschema:"nobody said so; it is assumed, with because"`
	Because    string `json:"because,omitempty" jsonschema:"what an assumption rests on"`
	Replace    bool   `json:"replace,omitempty" jsonschema:"replace a value that somebody stated"`
}

func (in answerIn) writes() bool { return in.Value != "" }

type answerOut struct {
	Path string `json:"path"`
	// From and To are the values as written; From is empty when nothing was.
	From string `json:"from,omitempty"`
	To   string `json:"to"`
	// Source is quoted, assumed or said by the person.
	Source   string    `json:"source"`
	At       string    `json:"at" jsonschema:"where it stands in the input"`
	Wrote    []string  `json:"wrote"`
	Changes  []change  `json:"changes"`
	Problems []problem `json:"problems"`
	Next     []call    `json:"next"`
}

const usualBrief = "brief.md"

// errBrief keeps a person's brief as it was written.
var errBrief = errors.New("a brief stays as the person wrote it: intake it with save_as plumb.yaml, and answer there")

func (s *Server) answer(_ context.Context, req *sdk.CallToolRequest, in answerIn) (answerOut, error) {
	s.files.writing.Lock()
	defer s.files.writing.Unlock()
	src, err := s.files.open(in.File)
	if err != nil {
		return answerOut{}, err
	}
	before := s.plan(src)
	if before.Brief != nil {
		return answerOut{}, errBrief
	}
	var from source
	where := ""
	if in.Value == "" {
		if in.Value, err = askPerson(req, before, s.known(src), in.Path); err != nil {
			return answerOut{}, err
		}
		from, where = source{quote: in.Value}, "said when asked"
	} else if from, where, err = s.sourceOf(in); err != nil {
		return answerOut{}, err
	}
	session := before.Session()
	if session == nil {
		return answerOut{}, refusal(src.file+" has errors that come first", before.Problems)
	}
	edit, wrong, err := session.Answer(in.Path, in.Value)
	if err != nil {
		return answerOut{}, err
	}
	if len(wrong) > 0 {
		return answerOut{}, refusal(fmt.Sprintf("nothing was written, as %s = %s is not valid", edit.Path, edit.Value), wrong)
	}
	out := answerOut{Path: edit.Path, To: edit.Value, Source: kindOf(in, where), Wrote: []string{}, Changes: []change{}}
	if err := mayReplace(before, edit.Path, edit.Fact, in.Replace, &out); err != nil {
		return answerOut{}, err
	}
	text, err := remark(edit.Text, edit.Path, edit.Fact, from, where)
	if err != nil {
		return answerOut{}, err
	}
	return s.write(src, text, before, in, out)
}

// write keeps the new input and says what follows from it.
func (s *Server) write(src input, text []byte, before *plumb.Design, in answerIn, out answerOut) (answerOut, error) {
	if !bytes.Equal(src.text, text) {
		if err := s.files.replace(src.file, src.text, text); err != nil {
			return answerOut{}, err
		}
		out.Wrote = append(out.Wrote, src.file)
	}
	src.text = text
	after := s.plan(src)
	_, span := after.Doc.At(out.Path)
	out.At, out.Problems = span.String(), problemsOf(after.Problems)
	if before.Arch != nil && after.Arch != nil {
		out.Changes = changes(before.Arch, after.Arch)
	}
	out.Next = []call{{"design", on(in.which, nil), "the design with the answer"}}
	if len(out.Changes) > 0 && out.Changes[0].To != "" {
		out.Next = append(out.Next, call{"explain", on(in.which, map[string]any{"name": out.Changes[0].Decision}), "why it is different now"})
	}
	return out, nil
}

// sourceOf checks what a value rests on.
func (s *Server) sourceOf(in answerIn) (source, string, error) {
	switch {
	case in.Assumption && in.Quote != "":
		return source{}, "", errors.New("a fact is quoted or assumed, not both")
	case in.Assumption && len(strings.Fields(in.Because)) < 2:
		return source{}, "", errors.New("say in because what the assumption rests on")
	case in.Assumption:
		return source{assumed: true, because: in.Because}, "", nil
	case in.Quote == "":
		return source{}, "", errors.New("say where the value comes from: quote the brief word for word, or set assumption with because")
	}
	name := in.Brief
	if name == "" {
		name = usualBrief
	}
	brief, err := s.files.read(name)
	if err == nil {
		var line int
		if line, err = supported(in.Value, in.Quote, name, string(brief)); err == nil {
			return source{quote: in.Quote}, fmt.Sprintf("%s:%d", name, line), nil
		}
	} else {
		err = fmt.Errorf("the quote cannot be checked: %w", err)
	}
	if s.said != nil && in.Brief == "" {
		_, unsaid := supported(in.Value, in.Quote, conversation, s.said())
		if unsaid == nil {
			return source{quote: in.Quote}, "said in conversation", nil
		}
		if isMissing(err) {
			err = unsaid
		}
	}
	return source{}, "", err
}

// conversation is where a person wrote what they did not write into a file.
const conversation = "the conversation"

func kindOf(in answerIn, where string) string {
	switch {
	case in.Assumption:
		return "assumed"
	case in.Quote != "":
		return "quoted from " + where
	}
	return "said by the person"
}

// mayReplace refuses to change what a person stated unless that is asked for. What
// is marked as assumed may always be replaced, and a fact that stood nowhere replaces
// none of those that share its place.
func mayReplace(d *plumb.Design, path string, of fact.ID, asked bool, out *answerOut) error {
	node, span := d.Doc.At(path)
	if node == nil {
		return nil
	}
	out.From = strings.TrimSpace(string(d.Doc.Excerpt(node)))
	if d.Arch != nil && of != "" {
		if f, ok := d.Arch.FactOf(of); ok && f.Origin != fact.Stated {
			return nil
		}
		path = string(of)
	}
	lines := strings.Split(d.Doc.Source, "\n")
	for _, s := range sources(lines[min(max(span.End.Line, 1), len(lines))-1]) {
		if s.assumed && s.covers(path) {
			return nil
		}
	}
	if asked || out.From == out.To {
		return nil
	}
	return fmt.Errorf("%s is stated as %s at %s; set replace when that is no longer right", path, short(out.From, 80), span)
}

// asking is the error of a call that needs a person's answer first.
type asking struct{ params *sdk.ElicitParams }

func (a asking) Error() string { return a.params.Message }

const askedFor = "value"

func (a asking) requests() sdk.InputRequestMap { return sdk.InputRequestMap{askedFor: a.params} }

// askPerson puts the question to the person, where the client can; otherwise the
// error tells the model what to ask.
func askPerson(req *sdk.CallToolRequest, d *plumb.Design, known map[string]question, path string) (string, error) {
	text := questionFor(d, known, path)
	if r, ok := req.Params.InputResponses[askedFor].(*sdk.ElicitResult); ok {
		value, _ := r.Content[askedFor].(string)
		if r.Action != "accept" || strings.TrimSpace(value) == "" {
			return "", errors.New("the person gave no answer; the design goes on with its default, or set assumption with because")
		}
		return oneLine(value), nil
	}
	caps := req.ClientCapabilities()
	if caps == nil || caps.Elicitation == nil || caps.Elicitation.Form == nil && caps.Elicitation.URL != nil {
		return "", fmt.Errorf("this client cannot ask the person. Ask: %s Add the answer to the brief and quote it, or set assumption with because", text)
	}
	return "", asking{&sdk.ElicitParams{Message: text, RequestedSchema: map[string]any{
		"type":     "object",
		"required": []string{askedFor},
		"properties": map[string]any{askedFor: map[string]any{
			"type": "string", "title": path, "description": "As in an input: 350/s, p99 300ms, 2M, 99.9%, yes",
		}},
	}}}
}

// known are the questions that a design was asked for, by the path of their answer.
func (s *Server) known(src input) map[string]question {
	p := s.planned(src)
	p.asking.Lock()
	defer p.asking.Unlock()
	out := map[string]question{}
	for _, q := range p.questions {
		if q.Path != "" {
			out[q.Path] = q
		}
	}
	return out
}

// questionFor words the question for one fact: what is taken now, and its range.
func questionFor(d *plumb.Design, known map[string]question, path string) string {
	text := fmt.Sprintf("What is %s?", path)
	if d.Arch == nil {
		return text
	}
	if q, ok := known[path]; ok {
		return fmt.Sprintf("%s Taken: %s. %s", q.Asks, q.Default, q.Finding)
	}
	for _, f := range query.Facts(d.Arch, path) {
		if strings.EqualFold(string(f.ID), path) || f.Origin == fact.Assumed {
			return fmt.Sprintf("%s Taken: %s.", text, rowOfFact(f, 0))
		}
	}
	return text
}

func (o answerOut) show(p *page) {
	from := ""
	if o.From != "" {
		from = " (was " + short(o.From, 80) + ")"
	}
	p.line("%s = %s%s, %s, at %s", o.Path, o.To, from, o.Source, o.At)
	showWrote(p, o.Wrote)
	showChanges(p, o.Changes)
	var errs []problem
	for _, x := range o.Problems {
		if x.Severity == diag.Error.String() {
			errs = append(errs, x)
		}
	}
	showProblems(p, errs)
	p.then(o.Next)
}
