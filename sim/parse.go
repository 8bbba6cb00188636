package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"plumb.dev/plumb/fact"
)

// ParseFault reads a fault as a person writes it:
//
//	kill order 1/3 at 30s for 60s     (one of its replicas; "of three" is for the reader)
//	slow maps 10x at 30s for 60s
//	errors maps 20% for 1min
//	down maps                          (turns everything away)
//	hang maps at 30s                   (takes everything in, answers nothing)
//	zone at 30s for 60s
//
// Without "at" it begins at 30 s, without "for" it lasts to the end.
func ParseFault(text string) (Fault, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Fault{}, fmt.Errorf("a fault is written like: kill order 1/3 at 30s for 60s")
	}
	f := Fault{Kind: FaultKind(words[0]), At: faultAt}
	rest := words[1:]
	if f.Kind != Zone && len(rest) > 0 {
		f.Element, rest = rest[0], rest[1:]
	}
	var err error
	switch f.Kind {
	case Kill, Slow, Errors:
		if len(rest) == 0 || rest[0] == "at" || rest[0] == "for" {
			return f, fmt.Errorf("%q does not say how much: kill order 1/3, slow maps 10x, errors maps 20%%", text)
		}
		err = f.amount(rest[0])
		rest = rest[1:]
	case Down, Hang, Zone:
	default:
		return f, fmt.Errorf("a fault is kill, slow, errors, down, hang or zone, not %q", words[0])
	}
	if err != nil {
		return f, err
	}
	if f.Kind != Zone && (f.Element == "" || f.Element == "at" || f.Element == "for") {
		return f, fmt.Errorf("%q does not say which element", text)
	}
	for ; len(rest) >= 2; rest = rest[2:] {
		s, err := fact.ParseSeconds(rest[1])
		if err != nil {
			return f, err
		}
		d := time.Duration(math.Min(s, longest.Seconds()) * float64(time.Second))
		switch rest[0] {
		case "at":
			f.At = d
		case "for":
			f.For = d
		default:
			return f, fmt.Errorf("%q is neither at nor for", rest[0])
		}
	}
	if len(rest) > 0 {
		return f, fmt.Errorf("%q is left over", rest[0])
	}
	return f, nil
}

// amount reads how much of a fault there is.
func (f *Fault) amount(word string) error {
	var err error
	switch f.Kind {
	case Kill:
		n, _, _ := strings.Cut(word, "/")
		f.Count, err = strconv.Atoi(n)
	case Slow:
		f.Factor, err = strconv.ParseFloat(strings.TrimSuffix(word, "x"), 64)
	case Errors:
		f.Factor, err = fact.ParseShare(word)
	}
	if err != nil {
		return fmt.Errorf("%q is not an amount: kill order 1/3, slow maps 10x, errors maps 20%%", word)
	}
	return nil
}
