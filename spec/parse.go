package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/diag"
)

// Parse reads an input. The Doc is never nil: what could be read is there even when
// the list has errors, with the values at fault marked Bad. Its size is bounded
// before anything is read ([MaxBytes]), and so are depth, values and aliases.
//
// Parse checks all that one value says by itself: known keys, forms, units, the
// small grammars. What names mean together is the model's to check.
func Parse(file string, text []byte) (*Doc, diag.List) {
	var list diag.List
	doc := tree(file, text, &list)
	if !doc.Root.Bad || doc.Root.Kind == Mapping {
		c := checker{list: &list}
		c.root(doc.Root)
	}
	return doc, list.Sorted()
}

// Check checks a tree that another reader made, as Parse does its own: known keys,
// forms, units, the small grammars. Values at fault are marked Bad.
func Check(doc *Doc) diag.List {
	var list diag.List
	c := checker{list: &list}
	c.root(doc.Root)
	return list.Sorted()
}

// tree turns a text into a tree, whatever its keys are.
func tree(file string, text []byte, list *diag.List) *Doc {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	doc := &Doc{File: file, Root: &Node{Kind: Null, Span: diag.Span{File: file}, Bad: true}}
	if p, ok := unreadable(file, text); !ok {
		list.Add(p)
		return doc
	}
	doc.Source = string(text)
	src := newSource(file, doc.Source)
	written := doc.Source
	if strings.HasPrefix(written, "%YAML 1.2") {
		// The library refuses the number, but what differs concerns no tree of texts.
		written = "%YAML 1.1" + written[len("%YAML 1.1"):]
	}
	dec := yaml.NewDecoder(strings.NewReader(written))
	var y, second yaml.Node
	switch err := dec.Decode(&y); {
	case errors.Is(err, io.EOF):
		at := src.span(0, 0)
		list.Add(diag.Problem{Code: "spec.empty", Span: at, Message: "the file holds nothing", Hint: "start with system, domain and use_cases, or let 'plumb new' write a start"})
		return doc
	case err != nil:
		list.Add(notYAML(src, err))
		return doc
	}
	c := converter{src: src, list: list, done: map[*yaml.Node]anchored{}}
	if len(y.Content) == 1 {
		doc.Root, _ = c.value(y.Content[0])
	}
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		doc.Root.Bad = true
		list.Add(notYAML(src, err))
	default:
		off := src.offset(second.Line, second.Column)
		list.Add(diag.Problem{Code: "spec.many-documents", Span: src.lineSpan(src.pos(off).Line), Message: "a second document starts here", Hint: "keep one document per file: remove the line ---"})
	}
	return doc
}

// unreadable tells why a text is not even worth handing to the YAML library.
func unreadable(file string, text []byte) (diag.Problem, bool) {
	at := diag.Pos{Line: 1, Column: 1}
	p := diag.Problem{Code: "spec.not-text", Span: diag.Span{File: file, Start: at, End: at}}
	switch {
	case len(text) > MaxBytes:
		p.Code, p.Message = "spec.too-large", fmt.Sprintf("the file is larger than %d MiB", MaxBytes>>20)
		p.Hint = "an input describes one system; keep data and specifications in files of their own"
		return p, false
	case bytes.HasPrefix(text, []byte{0xFF, 0xFE}), bytes.HasPrefix(text, []byte{0xFE, 0xFF}):
		p.Message, p.Hint = "the file is encoded as UTF-16", "save it as UTF-8"
		return p, false
	}
	signs := 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		switch {
		case r == utf8.RuneError && size == 1:
			p.Message, p.Hint = fmt.Sprintf("byte 0x%02X is not UTF-8", text[i]), "save the file as UTF-8"
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0x7F, r >= 0x80 && r < 0xA0 && r != 0x85, r == 0xFEFF, r == 0xFFFE, r == 0xFFFF:
			p.Message, p.Hint = fmt.Sprintf("the character U+%04X cannot stand in a text file", r), "remove it; if the file is not a text, name the input instead"
		case r == ',' || r == '[' || r == '{' || r == ':' || (r == '-' || r == '?') && i+1 < len(text) && isBlank(text[i+1]):
			signs++
		}
		if p.Message != "" {
			src := newSource(file, string(bytes.ToValidUTF8(text[:i], []byte("?"))))
			at := src.pos(len(src.text))
			p.Span.Start, p.Span.End = at, at
			return p, false
		}
		i += size
	}
	if signs > 2*maxNodes {
		p.Code, p.Message = "spec.too-large", fmt.Sprintf("the file holds more than %d values", maxNodes)
		p.Hint = "an input describes one system; keep data and specifications in files of their own"
		return p, false
	}
	return p, true
}
