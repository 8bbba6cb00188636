// Package markdown writes texts of a design into Markdown so that none of them can
// end a table, begin a heading or smuggle in HTML, and tidies tables that a
// template left half empty. It knows GitHub's flavour and no design.
package markdown

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// Text makes a text of the design safe in a paragraph or a table: one line, nothing
// in it that Markdown or HTML would read as their own.
func Text(s any) string {
	words := strings.Join(strings.Fields(fmt.Sprint(s)), " ")
	var b strings.Builder
	runes := []rune(words)
	for i, r := range runes {
		switch {
		case strings.ContainsRune("\\`*[]|", r),
			r == '_' && !(i > 0 && i+1 < len(runes) && wordRune(runes[i-1]) && wordRune(runes[i+1])),
			i == 0 && strings.ContainsRune("#>+-=~", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case unicode.IsControl(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// Code shows a name of the contracts.
func Code(s any) string {
	name := strings.Join(strings.Fields(fmt.Sprint(s)), " ")
	if name == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(strings.ReplaceAll(name, "`", "'"), "|", "\\|") + "`"
}

// Link leads to another file of the design; "" for none.
func Link(label, file string) string {
	if file == "" {
		return ""
	}
	steps := strings.Split(file, "/")
	for i, s := range steps {
		steps[i] = url.PathEscape(s)
	}
	return "[" + Text(label) + "](" + strings.NewReplacer("(", "%28", ")", "%29", ":", "%3A").Replace(strings.Join(steps, "/")) + ")"
}

// Row is a table row of two cells, nothing when the second is empty.
func Row(label, content string) string {
	if content == "" {
		return ""
	}
	return "| " + label + " | " + content + " |\n"
}
