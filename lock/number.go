package lock

import (
	"cmp"
	"maps"
	"slices"

	"plumb.dev/plumb/arch"
)

// numbers are those of one message's fields or one enumeration's words.
type numbers struct {
	live    map[string]int
	retired map[int]string // "" once the name is in use again
}

// Bounds of the numbers of Protocol Buffers: fields go to 2^29-1 with a range that
// the library keeps for itself; words of an enumeration to 2^31-1, 0 being the word
// for "not specified". https://protobuf.dev/programming-guides/proto3/#assigning
const (
	maxField      = 1<<29 - 1
	maxWord       = 1<<31 - 1
	reservedFirst = 19000
	reservedLast  = 19999
)

// renumber gives each name its number: the one it has, the one its former name had,
// or the next that nothing ever had. Names that are gone are retired. The order of
// names matters for new ones only.
func (n numbers) renumber(names []string, was map[string]string) numbers {
	out := numbers{live: make(map[string]int, len(names)), retired: maps.Clone(n.retired)}
	if out.retired == nil {
		out.retired = map[int]string{}
	}
	current := make(map[string]bool, len(names))
	for _, name := range names {
		current[name] = true
	}
	taken := map[string]bool{} // former names whose number went to a new one
	for _, name := range names {
		if number, known := n.live[name]; known {
			out.live[name] = number
		} else if former := was[name]; former != "" && !current[former] && !taken[former] {
			if number, known := n.live[former]; known {
				out.live[name], taken[former] = number, true
			}
		}
	}
	for name, number := range n.live {
		if !current[name] && !taken[name] {
			out.retired[number] = name
		}
	}
	next := n.next()
	for _, name := range names {
		if _, numbered := out.live[name]; numbered {
			continue
		}
		out.live[name] = next
		next = after(next)
	}
	for number, name := range out.retired {
		if current[name] {
			out.retired[number] = ""
		}
	}
	return out
}

// next is the lowest number above all that were ever given.
func (n numbers) next() int {
	highest := 0
	for _, number := range n.live {
		highest = max(highest, number)
	}
	for number := range n.retired {
		highest = max(highest, number)
	}
	return after(highest)
}

func after(number int) int {
	number++
	if number >= reservedFirst && number <= reservedLast {
		return reservedLast + 1
	}
	return number
}

// sorted lists the retired ones by number, as arch shows them.
func (n numbers) sorted() []arch.Retired {
	var out []arch.Retired
	for number, name := range n.retired {
		out = append(out, arch.Retired{Name: name, Number: number})
	}
	slices.SortFunc(out, func(a, b arch.Retired) int { return cmp.Compare(a.Number, b.Number) })
	return out
}
