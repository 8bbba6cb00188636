package build

import (
	"fmt"
	"hash/fnv"
	"regexp/syntax"
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// example makes a value that is valid for the field and says which field it is, so
// that a reader of a contract recognises it. It is a pure function of the field's
// names. References and value objects take theirs from their own schema.
func (b *builder) example(f *model.Field, of string) any {
	if f.Value != nil && len(f.Value.Words) == 0 {
		return nil
	}
	one := b.exampleOne(f, of)
	if f.List && one != nil {
		return []any{one}
	}
	return one
}

func (b *builder) exampleOne(f *model.Field, of string) any {
	switch f.Kind {
	case model.KindID:
		return ulid(of)
	case model.KindRef:
		switch {
		case f.Ref != nil:
			return ulid(f.Ref.Name)
		case f.RefActor != nil:
			return ulid(f.RefActor.Name)
		}
		return ulid(f.Name)
	case model.KindEnum:
		return enumExample(f)
	case model.KindValue:
		return enumExample(f) // an enumeration declared under types
	case model.KindInt:
		return int(within(f, 3))
	case model.KindDecimal:
		return fact.FormatNumber(within(f, 4.5), 3)
	case model.KindMoney:
		return map[string]any{"amount": "24.50", "currency": orDefault(b.m.Context.Currency, "EUR")}
	case model.KindText:
		return textExample(f, of)
	case model.KindPosition:
		return map[string]any{"latitude": 52.3702, "longitude": 4.8952}
	}
	return plainExamples[f.Kind]
}

var plainExamples = map[model.FieldKind]any{
	model.KindFlag: true, model.KindDate: "2026-03-14", model.KindTime: "18:30:00",
	model.KindInstant: "2026-03-14T18:30:00Z", model.KindDuration: "PT15M", model.KindEmail: "ada@mail.example",
	model.KindPhone: "+31201234567", model.KindURL: "https://www.mail.example/ada", model.KindCountry: "NL",
	model.KindLanguage: "nl-NL", model.KindBytes: "cGx1bWI=", model.KindFile: "file_01JQ3B4T5V6W7X8Y9Z",
}

// ulid is a made-up identifier in the shape of a ULID, the same for the same name.
func ulid(name string) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's base 32
	h := fnv.New64a()
	h.Write([]byte(fact.Snake(name)))
	n := h.Sum64()
	var out strings.Builder
	out.WriteString("01JQ3B")
	for range 20 {
		n = n*6364136223846793005 + 1442695040888963407 // Knuth's MMIX generator
		out.WriteByte(digits[n>>59])
	}
	return out.String()
}

func enumExample(f *model.Field) any {
	switch {
	case f.Value != nil && len(f.Value.Words) > 0:
		return fact.Snake(f.Value.Words[0])
	case len(f.Enum) > 0:
		return fact.Snake(f.Enum[0])
	}
	return nil
}

// within is the wish, moved into the field's bounds.
func within(f *model.Field, wish float64) float64 {
	if f.Min != nil {
		wish = max(wish, *f.Min)
	}
	if f.Max != nil {
		wish = min(wish, *f.Max)
	}
	return wish
}

func textExample(f *model.Field, of string) string {
	if f.Pattern != "" {
		if s, ok := matching(f.Pattern); ok {
			return s
		}
	}
	s := fmt.Sprintf("%s of the %s", fact.Phrase(f.Name), fact.Phrase(of))
	if f.Max != nil && len(s) > int(*f.Max) {
		s = s[:int(*f.Max)]
	}
	for f.Min != nil && len(s) < int(*f.Min) {
		s += "."
	}
	return s
}

// matching makes a short text that a pattern accepts; false for patterns with
// assertions it cannot serve.
func matching(pattern string) (string, bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	var out strings.Builder
	ok := writeMatch(&out, re.Simplify(), 0)
	return out.String(), ok && out.Len() <= textMost
}

func writeMatch(out *strings.Builder, re *syntax.Regexp, depth int) bool {
	if depth > 50 || out.Len() > textMost {
		return false
	}
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpStar, syntax.OpQuest:
		return true
	case syntax.OpLiteral:
		out.WriteString(string(re.Rune))
		return true
	case syntax.OpCharClass:
		if len(re.Rune) == 0 {
			return false
		}
		out.WriteRune(re.Rune[0])
		return true
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		out.WriteByte('x')
		return true
	case syntax.OpCapture, syntax.OpPlus:
		return writeMatch(out, re.Sub[0], depth+1)
	case syntax.OpAlternate:
		return writeMatch(out, re.Sub[0], depth+1)
	case syntax.OpConcat:
		for _, s := range re.Sub {
			if !writeMatch(out, s, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}
