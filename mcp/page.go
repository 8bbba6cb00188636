package mcp

import (
	"fmt"
	"strings"
	"unicode"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// The budgets of an answer's text, in tokens as [tokens] estimates them. What is cut
// is in the structured content and in the resources.
const (
	shortBudget  = 2000
	detailBudget = 10000
)

// page is the text of an answer.
type page struct {
	lines  []string
	links  []sdk.Content
	next   []call
	detail bool
}

// call is a sensible next step: a tool, its arguments as JSON, and why.
type call struct {
	Tool string         `json:"tool"`
	With map[string]any `json:"with,omitempty"`
	Why  string         `json:"why"`
}

func (p *page) line(format string, args ...any) {
	p.lines = append(p.lines, strings.Split(fmt.Sprintf(format, args...), "\n")...)
}

// list shows up to most of n items under a title, or all of them in detail.
func (p *page) list(title string, n, most int, item func(i int) string) {
	if n == 0 {
		return
	}
	p.line("\n%s", title)
	for i := range n {
		if i == most && !p.detail {
			p.line("- and %d more: detail, or the structured content", n-most)
			return
		}
		p.line("- %s", item(i))
	}
}

// link points to a resource.
func (p *page) link(uri, name, mime string) {
	p.links = append(p.links, &sdk.ResourceLink{URI: uri, Name: name, MIMEType: mime})
}

// then says what to call next, at the end of the page.
func (p *page) then(next []call) { p.next = next }

// content is the page within its budget: lines are dropped from the end of the
// body, never from the next calls.
func (p *page) content() []sdk.Content {
	budget := shortBudget
	if p.detail {
		budget = detailBudget
	}
	tail := p.tail()
	left := budget - tokens(tail) - tokens(cut)
	var body strings.Builder
	for _, l := range p.lines {
		if left -= tokens(l) + 1; left < 0 {
			body.WriteString(cut)
			break
		}
		body.WriteString(l + "\n")
	}
	text := strings.TrimSpace(body.String() + tail)
	return append([]sdk.Content{&sdk.TextContent{Text: text}}, p.links...)
}

const cut = "... cut here: ask for detail, or read the resources\n"

func (p *page) tail() string {
	if len(p.next) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nNext\n")
	for _, c := range p.next {
		fmt.Fprintf(&b, "- %s%s: %s\n", c.Tool, arguments(c.With), c.Why)
	}
	return b.String()
}

// tokens estimates how many tokens a model reads: a short word or a punctuation mark
// is about one, six letters or three digits of a long one are another. It errs on the
// high side for English and YAML.
func tokens(s string) int {
	n, letters, digits := 0, 0, 0
	for _, r := range s {
		isLetter, isDigit := unicode.IsLetter(r), unicode.IsDigit(r)
		if !isLetter {
			letters = 0
		}
		if !isDigit {
			digits = 0
		}
		switch {
		case isLetter:
			if letters%6 == 0 {
				n++
			}
			letters++
		case isDigit:
			if digits%3 == 0 {
				n++
			}
			digits++
		case r != ' ':
			n++
		}
	}
	return n
}

// short cuts a text at a word for places where a whole sentence is too long.
func short(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	head := string(r[:runes])
	if at := strings.LastIndexByte(head, ' '); at > runes/2 {
		head = head[:at]
	}
	return head + "..."
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
