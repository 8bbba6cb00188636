package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plumb.dev/plumb"
	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/query"
	"plumb.dev/plumb/spec"
)

type decideIn struct {
	which
	Decision string `json:"decision" jsonschema:"D4 or Order.store"`
	Choose   string `json:"choose,omitempty" jsonschema:"the option to pin it to"`
	Because  string `json:"because,omitempty" jsonschema:"the person's reason, for the record"`
	Accept   bool   `json:"accept,omitempty" jsonschema:"mark the record as accepted by the person"`
	Try      bool   `json:"try,omitempty" jsonschema:"show the regret and write nothing"`
}

func (in decideIn) writes() bool { return !in.Try }

type decideOut struct {
	Decision string `json:"decision"`
	Choice   string `json:"choice"`
	// Computed is what plumb chooses by itself, Regret what the pin costs in utility.
	Computed string    `json:"computed,omitempty"`
	Regret   float64   `json:"regret"`
	Status   string    `json:"status,omitempty"`
	Wrote    []string  `json:"wrote"`
	Changes  []change  `json:"changes"`
	Problems []problem `json:"problems"`
	Next     []call    `json:"next"`
}

func (s *Server) decide(_ context.Context, _ *sdk.CallToolRequest, in decideIn) (decideOut, error) {
	switch {
	case in.Choose == "" && !in.Accept:
		return decideOut{}, errors.New("say what is decided: choose an option, or accept the choice")
	case in.Choose != "" && !strings.ContainsFunc(in.Because, unicode.IsLetter):
		return decideOut{}, errors.New("a pin needs its reason in because: the record will quote it")
	}
	s.files.writing.Lock()
	defer s.files.writing.Unlock()
	src, err := s.files.open(in.File)
	if err != nil {
		return decideOut{}, err
	}
	before, err := s.mustPlan(src)
	if err != nil {
		return decideOut{}, err
	}
	if before.Brief != nil {
		return decideOut{}, errBrief
	}
	dec := query.Decision(before.Arch, in.Decision)
	if dec == nil {
		return decideOut{}, unknown(before.Arch, in.Decision)
	}
	after, out := before, decideOut{Decision: string(dec.ID), Wrote: []string{}, Changes: []change{}}
	if in.Choose != "" {
		text, err := pinned(src.text, dec, in)
		if err != nil {
			return decideOut{}, err
		}
		was := src.text
		src.text = text
		if after, err = s.mustPlan(src); err != nil {
			return decideOut{}, err
		}
		out.Changes = changes(before.Arch, after.Arch)
		if !in.Try && !bytes.Equal(was, text) {
			if err := s.files.replace(src.file, was, text); err != nil {
				return decideOut{}, err
			}
			out.Wrote = append(out.Wrote, src.file)
		}
	}
	if in.Accept && !in.Try {
		wrote, err := s.accept(src, after, dec.ID)
		if err != nil {
			return decideOut{}, err
		}
		out.Status = "accepted"
		out.Wrote = append(out.Wrote, wrote...)
	}
	out.fill(after, in)
	return out, nil
}

// pinned writes the pin into the text.
func pinned(text []byte, dec *arch.Decision, in decideIn) ([]byte, error) {
	var option *arch.Option
	for i, o := range dec.Options {
		if strings.EqualFold(string(o.ID), in.Choose) || strings.EqualFold(o.Name, in.Choose) {
			option = &dec.Options[i]
		}
	}
	if option == nil {
		return nil, fmt.Errorf("%s has no option %q; it has %s", dec.ID, in.Choose, optionIDs(dec))
	}
	return spec.Edit(text, "pins."+string(dec.ID), fmt.Sprintf("{choose: %s, because: %s}", quoted(string(option.ID)), quoted(oneLine(in.Because))))
}

// quoted writes a text as a double-quoted YAML scalar; JSON's strings are such.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("mcp: a text cannot be quoted: " + err.Error())
	}
	return strings.TrimSpace(b.String())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// accept writes the lock in which the record is accepted.
func (s *Server) accept(src input, d *plumb.Design, id arch.DecisionID) ([]string, error) {
	accepted, ok := d.Lock.Accept(id, s.today)
	if !ok {
		return nil, fmt.Errorf("%s is a small decision without a record; there is nothing to accept", id)
	}
	text := accepted.Text()
	if bytes.Equal(text, src.lock) {
		return nil, nil
	}
	return []string{src.lockFile()}, s.files.replace(src.lockFile(), src.lock, text)
}

func (o *decideOut) fill(d *plumb.Design, in decideIn) {
	o.Problems = problemsOf(d.Problems)
	o.Next = []call{{"emit", on(in.which, nil), "what the files become"}}
	if in.Try {
		pin := on(in.which, map[string]any{"decision": in.Decision, "because": in.Because})
		if in.Choose != "" {
			pin["choose"] = in.Choose
		}
		if in.Accept {
			pin["accept"] = true
		}
		o.Next = []call{{"decide", pin, "the same, written"}}
	}
	dec := d.Arch.Decision(arch.DecisionID(o.Decision))
	if dec == nil {
		return
	}
	o.Choice = dec.NameOf(dec.Choice)
	if dec.Pinned != nil {
		o.Computed, o.Regret = dec.NameOf(dec.Pinned.Computed), dec.Pinned.Regret
	}
	if o.Status == "" {
		o.Status = dec.Status
	}
	o.Next = append(o.Next, call{"explain", on(in.which, map[string]any{"name": o.Decision}), "the comparison behind it"})
}

func (o decideOut) show(p *page) {
	p.line("%s: %s", o.Decision, o.Choice)
	if o.Computed != "" {
		p.line("Computed would be %s; the regret of the pin is %.3f of utility.", o.Computed, o.Regret)
	}
	if o.Status != "" {
		p.line("Status: %s", o.Status)
	}
	showWrote(p, o.Wrote)
	showChanges(p, o.Changes)
	showProblems(p, o.Problems)
	p.then(o.Next)
}

func showWrote(p *page, files []string) {
	if len(files) == 0 {
		p.line("Nothing was written.")
		return
	}
	p.line("Wrote %s.", strings.Join(files, ", "))
}
