package emit

import (
	"fmt"
	"slices"
	"strings"
)

// Status is what became of one file, or what would become of it.
type Status uint8

// The statuses. A Refused file stops the whole write; a Kept one stays as the
// person left it and stops nothing.
const (
	Unchanged Status = iota
	Created
	Changed
	Removed
	Kept
	Refused
)

// String gives the word shown to a person.
func (s Status) String() string {
	return [...]string{"unchanged", "created", "changed", "removed", "kept", "refused"}[min(s, Refused)]
}

// MarshalText lets JSON show the word.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Entry is the report on one file.
type Entry struct {
	Path   string `json:"path"`
	Status Status `json:"status"`
	// Bytes is the size of what plumb makes, of what it removed, or of what it left
	// alone.
	Bytes int64 `json:"bytes"`
	// Reason says why a file was kept or refused.
	Reason string `json:"reason,omitempty"`
}

// Report is the outcome of a [Write] or a [Compare], sorted by path.
type Report struct {
	Dir     string  `json:"dir"`
	Entries []Entry `json:"files"`
}

// Of returns the entries with the status.
func (r Report) Of(s Status) []Entry {
	var out []Entry
	for _, e := range r.Entries {
		if e.Status == s {
			out = append(out, e)
		}
	}
	return out
}

// UpToDate reports whether the directory holds exactly what plumb makes, apart
// from the files a person chose to keep.
func (r Report) UpToDate() bool {
	return !slices.ContainsFunc(r.Entries, func(e Entry) bool {
		return e.Status != Unchanged && e.Status != Kept
	})
}

// String sums up in a line: "3 created, 1 changed, 12 unchanged".
func (r Report) String() string {
	var parts []string
	for _, s := range []Status{Created, Changed, Removed, Unchanged, Kept, Refused} {
		if n := len(r.Of(s)); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if parts == nil {
		return "no files"
	}
	return strings.Join(parts, ", ")
}

// RefusedError tells that nothing was written, because some files are not
// plumb's to overwrite.
type RefusedError struct {
	Dir   string
	Files []Entry
}

// Error lists the files, each with its reason, and the remedy.
func (e *RefusedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "nothing was written to %s, because a person's work is in the way:", e.Dir)
	for _, f := range e.Files {
		fmt.Fprintf(&b, "\n  %s: %s", f.Path, f.Reason)
	}
	b.WriteString("\nmove or delete what is listed, or say that it is to be kept, and write again")
	return b.String()
}
