package spec

import (
	_ "embed" // the first part of the reference is a text file
	"fmt"
	"strings"
)

//go:embed reference.md
var referenceStart string

// Reference prints the reference of the language as Markdown: an introduction, a
// table per shape, the grammars of the values.
func Reference() []byte {
	r := referencePrinter{}
	r.out.WriteString(referenceStart)
	r.out.WriteString("\n## Keys\n\nThe first column marks required keys with a star.\n")
	r.shape(&root)
	r.reserved()
	r.out.WriteString("\n## Values\n")
	for form := range grammars {
		if g, ok := Form(form).leaf(); ok {
			r.grammar(g)
		}
	}
	r.fieldTypes()
	return []byte(r.out.String())
}

type referencePrinter struct {
	out  strings.Builder
	done []*Shape
}

// shape prints the table of a shape, then those it leads to, each once.
func (r *referencePrinter) shape(s *Shape) {
	for _, d := range r.done {
		if d == s {
			return
		}
	}
	r.done = append(r.done, s)
	fmt.Fprintf(&r.out, "\n### %s\n\n%s\n\n| key | value | meaning | example |\n|---|---|---|---|\n", s.Name, s.Doc)
	for _, k := range s.Keys {
		if k.Form == FormReserved {
			continue
		}
		star := ""
		if k.Required {
			star = " *"
		}
		example := ""
		if k.Example != "" {
			example = code(k.Example)
		}
		fmt.Fprintf(&r.out, "| `%s`%s | %s | %s | %s |\n", k.Name, star, k.Value.said(), cell(k.Doc), example)
	}
	for _, k := range s.Keys {
		for v := &k.Value; v != nil; v = v.Elem {
			if v.Shape != nil {
				r.shape(v.Shape)
			}
		}
	}
}

func (r *referencePrinter) reserved() {
	r.out.WriteString("\n### Reserved keys\n\nThese are refused, so that nobody takes them for understood.\n\n| key | it is |\n|---|---|\n")
	for _, k := range root.Keys {
		if k.Form == FormReserved {
			fmt.Fprintf(&r.out, "| `%s` | %s |\n", k.Name, cell(k.Doc))
		}
	}
}

// said describes a value in a table, with links.
func (v *Value) said() string {
	switch v.Form {
	case FormAny:
		return "anything"
	case FormObject:
		return link(v.Shape.Name)
	case FormMap:
		return "names, each with " + v.Elem.said()
	case FormList:
		return "list of " + v.Elem.said()
	case FormListOrMap:
		return "list of names, or names, each with " + v.Elem.said()
	case FormEither:
		return v.Elem.said() + ", or " + link(v.Shape.Name)
	case FormWord:
		words := make([]string, len(v.Words))
		for i, w := range v.Words {
			words[i] = code(w)
		}
		return strings.Join(words, ", ")
	case FormRef:
		return link("reference") + " to " + strings.Join(v.Of, " or ")
	}
	g, _ := v.Form.leaf()
	return link(g.name)
}

func link(heading string) string { return fmt.Sprintf("[%s](#%s)", heading, slug(heading)) }

// code quotes a value in a table cell; a bar would end the cell.
func code(s string) string { return "`" + cell(s) + "`" }

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func (r *referencePrinter) grammar(g grammar) {
	fmt.Fprintf(&r.out, "\n### %s\n\n%s\n", g.name, g.doc)
	if len(g.examples) > 0 {
		r.out.WriteString("\n")
		for _, e := range g.examples {
			fmt.Fprintf(&r.out, "- `%s`\n", e)
		}
	}
}

func (r *referencePrinter) fieldTypes() {
	r.out.WriteString("\n## Kinds of field\n\n| kind | holds | a range bounds |\n|---|---|---|\n")
	for _, k := range fieldKinds {
		fmt.Fprintf(&r.out, "| `%s` | %s | %s |\n", k.name, cell(k.doc), k.bounds)
	}
	for _, k := range madeKinds {
		fmt.Fprintf(&r.out, "| %s | %s | |\n", code(k.written), cell(k.doc))
	}
	r.out.WriteString("\nWhat is said about the values stands before or after the kind, in any order:\n\n| written | means |\n|---|---|\n")
	for _, m := range modifierDocs {
		fmt.Fprintf(&r.out, "| %s | %s |\n", code(m.written), cell(m.doc))
	}
}

// madeKinds are the kinds made of other names.
var madeKinds = []struct{ written, doc string }{
	{"-> Order", "a reference to an aggregate or an actor"},
	{"OrderLine", "a value object or an enumeration declared under `types`"},
	{"one of small | large", "one of these words; commas do as well where no bracket is around, and `enum(small, large)` says the same"},
	{"[text]", "a list; `list of text` says the same"},
	{"[1..20 OrderLine]", "a list with bounds on how many it holds"},
}

var modifierDocs = []struct{ written, doc string }{
	{"optional", "it may be missing"},
	{"unique", "no two instances share its value"},
	{"fixed", "it never changes after creation"},
	{"1..99, 1.., <= 200, >= 0", "a range, its ends included"},
	{"2 places", "decimal places, of a decimal"},
	{"matches /[A-Z]{2}/", "a pattern (RE2) that the whole value matches"},
	{"default red", "what is taken when none is given; quotes around a value with blanks or signs"},
	{"personal, card, health, secret", "the class of regulated data it carries; `pii` is read as personal"},
}
