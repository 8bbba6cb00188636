// Package contract says which changes of a system's contracts break the programs
// that use them, by the rules of each format's own field.
//
//	OpenAPI           the rules of oasdiff, by its library
//	AsyncAPI          the classes of @asyncapi/diff for what surrounds a message, the
//	                  rules of oasdiff for what is in it, by who sends and who receives
//	Protocol Buffers  the rules of buf: WIRE_JSON for all, FILE for what is public
//	GraphQL           the changes of graphql-js, breaking and dangerous
//
// A rule keeps the id it has in its field, so that its documentation and its
// suppressions can be found. What a finding means, and for whom, comes from the
// design: the actors, deployables and use cases that call an operation or act on an
// event. Contracts are compared version by version: a new major version beside the
// old one breaks nobody. Start reading at [Between].
package contract

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
)

// Level says how serious a change is.
type Level string

// The levels. A dangerous change breaks those who rely on more than the contract
// promised them, or who do not move in the order that it asks for.
const (
	Breaking  Level = "breaking"
	Dangerous Level = "dangerous"
	Safe      Level = "safe"
)

// Finding is one change of a contract that its field has a rule for.
type Finding struct {
	// Contract is the file, relative to the directory of the design.
	Contract string `json:"contract"`
	// Format is openapi, asyncapi, protobuf or graphql.
	Format string `json:"format"`
	// Rule is its id in the field: new-required-request-property (oasdiff),
	// FIELD_SAME_TYPE (buf), FIELD_REMOVED (graphql-js), "/channels/* remove"
	// (@asyncapi/diff).
	Rule  string `json:"rule"`
	Level Level  `json:"level"`
	// Place in the contract: "POST /orders", "Order.total", a channel.
	Place string `json:"place"`
	What  string `json:"what"`
	// Users of the place as the old design knows them: actors, deployables, use cases.
	Users []string `json:"users,omitempty"`
	// Means is what happens to them; Remedy how the change can be made without it.
	// Both are empty for a safe change.
	Means  string `json:"means,omitempty"`
	Remedy string `json:"remedy,omitempty"`
}

// Side is one of two designs with its contracts as files.
type Side struct {
	Arch  *arch.Arch
	Files []emit.File
}

// Between lists what changed in the contracts, the most serious first, then by
// contract and place. Equal contracts give nothing. An error names a contract that
// cannot be read, which a person has edited or which is a fault of plumb.
func Between(from, to Side) ([]Finding, error) {
	c := &comparer{from: from, to: to, users: newUsers(from.Arch)}
	for _, f := range formats {
		of := func(s Side) (out []emit.File) {
			for _, file := range s.Files {
				if f.has(file.Path) {
					out = append(out, file)
				}
			}
			return out
		}
		if err := f.compare(c, of(from), of(to)); err != nil {
			return nil, err
		}
	}
	c.access()
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Level.rank(), b.Level.rank()), cmp.Compare(a.Contract, b.Contract), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.What, b.What))
	})
	return slices.CompactFunc(c.findings, func(a, b Finding) bool {
		return a.Contract == b.Contract && a.Place == b.Place && a.Rule == b.Rule && a.What == b.What
	}), nil
}

func (l Level) rank() int { return slices.Index([]Level{Breaking, Dangerous, Safe}, l) }

// format is a kind of contract, known by how its files' names end.
type format struct {
	suffixes []string
	compare  func(c *comparer, from, to []emit.File) error
}

// formats are what is compared.
var formats = []format{
	{[]string{"openapi.yaml"}, (*comparer).openAPI},
	{[]string{"asyncapi.yaml"}, (*comparer).asyncAPI},
	{[]string{".proto"}, (*comparer).protobuf},
	{[]string{".graphqls", ".graphql"}, (*comparer).graphQL},
}

// has reports whether a file is of the format.
func (f format) has(name string) bool {
	return slices.ContainsFunc(f.suffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// Is reports whether a file is a contract that is compared here.
func Is(name string) bool {
	return slices.ContainsFunc(formats, func(f format) bool { return f.has(name) })
}

// comparer is one comparison under way.
type comparer struct {
	from, to Side
	users    *users
	findings []Finding
}

// add reports a change. What is unset of a finding's meaning is taken from the
// effect.
func (c *comparer) add(f Finding, e effect) {
	if f.Level != Safe {
		f.Means, f.Remedy = cmp.Or(f.Means, e.means), cmp.Or(f.Remedy, e.remedy)
	} else {
		f.Users, f.Means, f.Remedy = nil, "", ""
	}
	c.findings = append(c.findings, f)
}

// effect is what a change does to programs written against the old contract.
type effect struct{ means, remedy string }

// The effects, from the reader's side. A remedy is what a person can do in the input
// or in the release, in the order of what costs least.
var (
	gone = effect{"what they call is no longer there",
		"keep it in the input until they have moved, then take it away"}
	stricter = effect{"what they send today can be refused",
		"make what is new optional, keep accepting what was accepted, or offer it as another operation beside the old one"}
	looser = effect{"they can be sent what the old contract ruled out",
		"keep sending what was promised, and put what is new into a field of its own"}
	missing = effect{"they read what is no longer there",
		"keep sending it until they have moved, then take it away"}
	ignored = effect{"what they send is refused, or taken and not used",
		"keep accepting it until they have moved"}
	rights = effect{"what they are signed in with may no longer be enough",
		"let what was enough stay enough until they have moved"}
	wire = effect{"old and new programs read each other's messages wrongly or not at all",
		"give what is new a number and a name of its own and keep the old one; commit plumb.lock, which keeps numbers"}
	empty = effect{"a program that still reads it finds it empty",
		"release those who read it before those who send it"}
	source = effect{"their code no longer compiles against newly generated code; messages on the wire stay readable",
		"tell them before they generate again, or keep the old element beside the new one"}
	lost = effect{"they no longer get what they act on, or look for it in the wrong place",
		"tell it in both places until they have moved"}
	order = effect{"those who have not moved yet fail while both releases run",
		"release the callers first, then what they called"}
)

var versionPart = regexp.MustCompile(`([/.])v[0-9]+([/.])`)

// family is what the versions of one contract have in common: its path without the
// version in it.
func family(file string) string { return versionPart.ReplaceAllString(path.Clean(file), "$1") }

func unreadable(file string, err error) error { return fmt.Errorf("%s cannot be read: %w", file, err) }
