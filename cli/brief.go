package cli

import (
	"fmt"
	"strings"

	"plumb.dev/plumb/brief"
	"plumb.dev/plumb/diag"
)

// lines shows what became of each line of a brief.
func (a *app) lines(in input) error {
	r, problems, err := readBrief(in)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Lines     []brief.Line     `json:"lines"`
			Questions []brief.Question `json:"questions"`
			Proposed  []brief.Proposal `json:"proposed"`
			Problems  diag.List        `json:"problems"`
		}{r.Lines, r.Questions, r.Proposed, problems})
	}
	count := map[brief.Status]int{}
	for _, l := range r.Lines {
		if strings.TrimSpace(l.Text) == "" {
			continue
		}
		count[l.Status]++
		fmt.Fprintf(a.Stdout, "%4d  %-14s  %s\n", l.Number, l.Status, l.Text)
		if became := few(l.Became); became != "" {
			fmt.Fprintf(a.Stdout, "%20s  -> %s\n", "", became)
		}
		if l.Why != "" {
			fmt.Fprintf(a.Stdout, "%20s  (%s)\n", "", l.Why)
		}
	}
	fmt.Fprintf(a.Stdout, "\n%d facts, %d narrative, %d not understood\n", count[brief.Fact], count[brief.Narrative], count[brief.NotUnderstood])
	if len(r.Questions) > 0 {
		fmt.Fprintln(a.Stdout, "\nquestions")
	}
	for _, q := range r.Questions {
		fmt.Fprintf(a.Stdout, "  line %d: %s\n    until then, %s\n", q.Span.Start.Line, q.Ask, q.Default)
	}
	if problems.HasErrors() {
		return exit(ExitFindings, "%s", firstError(problems))
	}
	return nil
}

// few shows the first paths of a line and how many more there are.
func few(paths []string) string {
	const most = 3
	if len(paths) <= most {
		return strings.Join(paths, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(paths[:most], ", "), len(paths)-most)
}

func firstError(list diag.List) string {
	for _, p := range list {
		if p.Severity == diag.Error {
			return p.Message
		}
	}
	return ""
}

func readBrief(in input) (*brief.Result, diag.List, error) {
	if !brief.Is(in.file) {
		return nil, nil, exit(ExitUsage, "%s is no brief; a brief is a Markdown file whose name ends in .md", in.file)
	}
	r, problems := brief.Read(in.file, in.text)
	return r, problems, nil
}

// startFrom writes what a brief says as a new input.
func (a *app) startFrom(dir, from string) error {
	in, err := a.open([]string{from})
	if err != nil {
		return err
	}
	r, problems, err := readBrief(in)
	if err != nil {
		return err
	}
	source := func(string) (string, bool) { return r.Doc.Source, r.Doc.Source != "" }
	if err := diag.Render(a.Stderr, problems, diag.Style{Color: a.colored(), Source: source}); err != nil {
		return err
	}
	if problems.HasErrors() {
		return exit(ExitFindings, "nothing was written: %s", firstError(problems))
	}
	return a.keep(dir, r.YAML())
}
