package tree

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// width is the column at which prose is folded and short lists are broken up.
const width = 110

// YAML writes a document, one key per line, indented by two spaces.
func YAML(m *Map) []byte {
	w := &writer{}
	w.mapping(m, 0)
	return w.out
}

type writer struct{ out []byte }

func (w *writer) text(s string) { w.out = append(w.out, s...) }

func (w *writer) indent(by int) {
	for range by {
		w.out = append(w.out, ' ')
	}
}

func (w *writer) mapping(m *Map, indent int) {
	for i, key := range m.keys {
		w.indent(indent)
		w.entry(key, m.values[i], indent)
	}
}

// entry writes a key, whose line is indented already, with its value.
func (w *writer) entry(key string, value any, indent int) {
	w.scalar(key, false)
	w.text(":")
	switch v := plain(value).(type) {
	case *Map:
		if v.Len() == 0 {
			w.text(" {}\n")
			return
		}
		w.text("\n")
		w.mapping(v, indent+2)
	case []any:
		if flow, ok := inline(v, width-indent-len(key)-4); ok {
			w.text(" " + flow + "\n")
			return
		}
		w.text("\n")
		w.list(v, indent+2)
	default:
		w.text(" ")
		w.value(v, indent+2)
		w.text("\n")
	}
}

func (w *writer) list(items []any, indent int) {
	for _, item := range items {
		w.indent(indent)
		w.text("- ")
		switch v := plain(item).(type) {
		case *Map:
			if v.Len() == 0 {
				w.text("{}\n")
				continue
			}
			for i, key := range v.keys {
				if i > 0 {
					w.indent(indent + 2)
				}
				w.entry(key, v.values[i], indent+2)
			}
		case []any:
			if flow, ok := inline(v, width-indent-2); ok {
				w.text(flow + "\n")
				continue
			}
			// A list directly in a list is rare: its first dash stands on a line of its own.
			w.text("\n")
			w.list(v, indent+2)
		default:
			w.value(v, indent+2)
			w.text("\n")
		}
	}
}

// plain turns decoded JSON into the values that are written.
func plain(value any) any {
	switch v := value.(type) {
	case map[string]any:
		m := &Map{}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			m.Set(k, v[k])
		}
		return m
	case *Map:
		if v == nil {
			return &Map{}
		}
	}
	return value
}

// inline writes a list of scalars as [a, b] where it fits.
func inline(items []any, room int) (string, bool) {
	if len(items) == 0 {
		return "[]", true
	}
	w := &writer{}
	w.text("[")
	for i, item := range items {
		switch v := plain(item).(type) {
		case *Map, []any:
			return "", false
		case string:
			if strings.Contains(v, "\n") {
				return "", false
			}
			if i > 0 {
				w.text(", ")
			}
			w.scalar(v, true)
		default:
			if i > 0 {
				w.text(", ")
			}
			w.value(v, 0)
		}
		if len(w.out) > room {
			return "", false
		}
	}
	w.text("]")
	return string(w.out), true
}

// value writes a scalar; the lines of a long text are indented by indent.
func (w *writer) value(value any, indent int) {
	switch v := value.(type) {
	case string:
		w.prose(v, indent)
	case nil:
		w.text("null")
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case int:
		w.out = strconv.AppendInt(w.out, int64(v), 10)
	case float64:
		w.out = appendFloat(w.out, v)
	default:
		panic(fmt.Sprintf("tree: a document cannot hold a %T", value))
	}
}

// appendFloat writes a number without an exponent where JSON would have none.
func appendFloat(out []byte, f float64) []byte {
	if f > -1e15 && f < 1e15 && (f > 1e-6 || f < -1e-6 || f == 0) {
		return strconv.AppendFloat(out, f, 'f', -1, 64)
	}
	return strconv.AppendFloat(out, f, 'e', -1, 64)
}

// prose writes a text: in one line, folded, or as a block of its own lines.
func (w *writer) prose(s string, indent int) {
	switch {
	case strings.Contains(s, "\n") && blockable(s):
		w.block(s, indent)
	case len(s) > width-indent && foldable(s):
		w.fold(s, indent)
	default:
		w.scalar(s, false)
	}
}

// blockable reports whether a text can be written line by line: nothing in it would
// be lost or need an escape.
func blockable(s string) bool {
	if s[0] == ' ' || s[0] == '\n' || strings.HasSuffix(s, "\n\n") {
		return false
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.HasSuffix(line, " ") || !printable(line) {
			return false
		}
	}
	return true
}

func (w *writer) block(s string, indent int) {
	body, kept := strings.CutSuffix(s, "\n")
	w.text("|")
	if !kept {
		w.text("-")
	}
	for line := range strings.SplitSeq(body, "\n") {
		w.text("\n")
		if line != "" {
			w.indent(indent)
			w.text(line)
		}
	}
}

// foldable reports whether a text reads the same after its single spaces have
// become line breaks and back.
func foldable(s string) bool {
	return !strings.HasPrefix(s, " ") && !strings.HasSuffix(s, " ") && !strings.Contains(s, "  ") && printable(s)
}

func (w *writer) fold(s string, indent int) {
	w.text(">-\n")
	w.indent(indent)
	column := indent
	for i, word := range strings.Split(s, " ") {
		if i > 0 && column+1+len(word) > width {
			w.text("\n")
			w.indent(indent)
			column = indent
		} else if i > 0 {
			w.text(" ")
			column++
		}
		w.text(word)
		column += len(word)
	}
}

// scalar writes a string in one line, quoted where it must be.
func (w *writer) scalar(s string, inFlow bool) {
	switch {
	case bare(s, inFlow):
		w.text(s)
	case strings.ContainsAny(s, `"\`) && printable(s):
		// Between single quotes nothing is an escape: patterns and quoted strings stay
		// as they are.
		w.text("'" + strings.ReplaceAll(s, "'", "''") + "'")
	default:
		w.quoted(s)
	}
}

// bare reports whether a string means itself without quotes, to every reader.
func bare(s string, inFlow bool) bool {
	if s == "" || reserved(s) {
		return false
	}
	switch c := s[0]; {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '/', c == '$', c == '_', c >= utf8.RuneSelf:
	default:
		return false // digits begin numbers and dates, the rest may be an indicator
	}
	for i := range len(s) {
		switch s[i] {
		case ':':
			if i+1 == len(s) || s[i+1] == ' ' {
				return false
			}
		case '#':
			if s[i-1] == ' ' {
				return false
			}
		}
		if inFlow && !strings.ContainsRune(flowSafe, rune(s[i])) {
			return false
		}
	}
	return s[len(s)-1] != ' ' && printable(s)
}

// flowSafe are the characters that mean nothing else between brackets, to any reader.
const flowSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-./+"

// reserved are the words that YAML 1.1 or 1.2 reads as something else than text.
func reserved(s string) bool {
	if len(s) > len("false") {
		return false
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}

// printable reports whether a text needs no escape.
func printable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f || c >= utf8.RuneSelf {
			return printableRunes(s)
		}
	}
	return true
}

func printableRunes(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || r == '\ufeff' || r != ' ' && !unicode.IsGraphic(r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}

// quoted writes a string in double quotes, in which YAML has the escapes of JSON.
func (w *writer) quoted(s string) {
	w.out = append(w.out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.out = append(w.out, '\\', byte(r))
		case r == '\n':
			w.text(`\n`)
		case r == '\t':
			w.text(`\t`)
		case r == '\r':
			w.text(`\r`)
		case r == utf8.RuneError || r == ' ' || unicode.IsGraphic(r) && r != '\u2028' && r != '\u2029' && r != '\ufeff':
			w.out = utf8.AppendRune(w.out, r)
		case r < 0x10000:
			w.text(fmt.Sprintf(`\u%04x`, r))
		default:
			w.text(fmt.Sprintf(`\U%08x`, r))
		}
	}
	w.out = append(w.out, '"')
}
