package plumb

import (
	"encoding/json"

	"plumb.dev/plumb/decide"
	"plumb.dev/plumb/fact"
)

// plannedFrom is everything that the plan of a design is a function of.
type plannedFrom struct {
	File, Text []byte
	Overrides  fact.Overrides
	Evidence   []decide.Evidence
}

func (d *Design) plannedFrom() plannedFrom {
	from := plannedFrom{File: []byte(d.in.File), Text: d.in.Text, Overrides: d.in.Overrides}
	if d.Plan != nil {
		from.Evidence = d.Plan.Evidence
	}
	return from
}

// remember computes a value of a design, or finds it in the cache of the input. what
// names the computation; the value may depend on that, on the plan and on what else
// is given, and on nothing else. Its JSON must hold all of it: what is returned has
// always been through JSON, so that a value that was found is as good as one that was
// computed.
func remember[T any](d *Design, what string, also any, compute func() (T, error)) (T, error) {
	key, known := d.in.Cache.Key(what, d.plannedFrom(), also)
	if known {
		if text, ok := d.in.Cache.Get(key); ok {
			var v T
			if json.Unmarshal(text, &v) == nil {
				return v, nil
			}
		}
	}
	v, err := compute()
	if err != nil {
		return v, err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return v, nil // a number that JSON cannot hold: nothing to keep
	}
	var read T
	if json.Unmarshal(text, &read) != nil {
		return v, nil
	}
	if known {
		d.in.Cache.Put(key, text)
	}
	return read, nil
}
