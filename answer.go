package plumb

import (
	"context"
	"fmt"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/diag"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/sensitivity"
	"plumb.dev/plumb/spec"
)

// Questions are the guesses in the design that matter most. So many plans are made
// at a time; progress, unless nil, is told how many were made so far.
func (s *Session) Questions(ctx context.Context, workers int, progress func(plans int)) ([]sensitivity.Question, error) {
	_, failed := s.planner.Base()
	return remember(s.design, "questions", failed, func() ([]sensitivity.Question, error) {
		return s.planner.Questions(ctx, sensitivity.Options{Workers: workers, Progress: progress})
	})
}

// Tips adds to the design's significant decisions where they flip, which facts leave
// them as they are, and how they stand under other priorities. The rest of a design
// is not changed but for how many facts were not tried; the decisions must not be read
// meanwhile.
func (s *Session) Tips(ctx context.Context, workers int, progress func(plans int)) error {
	o := sensitivity.Options{Workers: workers, Progress: progress}
	_, failed := s.planner.Base()
	found, err := remember(s.design, "tips", failed, func() (found tips, err error) {
		if found.Tips, err = s.planner.Tips(ctx, o); err == nil {
			found.Robustness, err = s.planner.Robustness(ctx, o)
		}
		return found, err
	})
	if err != nil {
		return err
	}
	s.design.Arch.Untried = found.Tips.Left
	found.Tips.Apply(s.design.Arch.Decisions)
	for i := range s.design.Arch.Decisions {
		d := &s.design.Arch.Decisions[i]
		if r, ok := found.Robustness[d.ID]; ok {
			d.Robustness = &r
		}
	}
	return nil
}

// tips is what planning again shows of significant decisions.
type tips struct {
	Tips       *sensitivity.Tips
	Robustness map[arch.DecisionID]arch.Robustness
}

// Answer writes an answer into the input's text. The error says what is wrong with
// the name or the value; the problems are errors that the input has with the answer
// and did not have before, and then the answer is not to be kept.
func (s *Session) Answer(name, value string) (sensitivity.Edit, diag.List, error) {
	if s.design.Brief != nil {
		return sensitivity.Edit{}, nil, fmt.Errorf("%s is prose: say it there, or let 'plumb new --from' make a plumb.yaml of it first", s.design.Doc.File)
	}
	edit, err := s.planner.Answer(s.design.Doc, name, value)
	if err != nil {
		return edit, nil, err
	}
	doc, problems := spec.Parse(s.design.Doc.File, edit.Text)
	if _, more := model.Bind(doc); more != nil {
		problems = append(problems, more...)
	}
	var wrong diag.List
	for _, p := range newProblems(s.design.Problems, problems) {
		if p.Severity == diag.Error {
			wrong = append(wrong, p)
		}
	}
	return edit, wrong, nil
}
