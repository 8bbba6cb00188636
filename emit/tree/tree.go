// Package tree holds documents whose keys keep the order in which a reader should
// meet them, and writes them as YAML or JSON.
//
// A document is a [Map]. Its values are strings, booleans, integers, floating point
// numbers, nil, *Map, []any, and the map[string]any of decoded JSON, whose keys are
// written in alphabetical order. A value may stand in several places: nothing is
// written as an anchor or an alias.
//
// The YAML is the part that everybody reads alike, YAML 1.1 and 1.2: strings that
// either could take for something else are quoted. It is written by hand because a
// contract of 500 resources has some 200,000 values and go.yaml.in/yaml/v3 needs
// more than a second for them.
package tree

import "slices"

// Map is an ordered mapping. The zero Map is empty and ready for use.
type Map struct {
	keys   []string
	values []any
}

// Of makes a map from alternating keys and values.
func Of(pairs ...any) *Map {
	m := &Map{keys: make([]string, 0, len(pairs)/2), values: make([]any, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1])
	}
	return m
}

// Set adds a value under a key that the map does not have yet, and returns the map.
func (m *Map) Set(key string, value any) *Map {
	m.keys, m.values = append(m.keys, key), append(m.values, value)
	return m
}

// Put is Set, but leaves out what says nothing: "", false, nil, and empty maps and
// lists.
func (m *Map) Put(key string, value any) *Map {
	switch v := value.(type) {
	case nil:
		return m
	case string:
		if v == "" {
			return m
		}
	case bool:
		if !v {
			return m
		}
	case *Map:
		if v.Len() == 0 {
			return m
		}
	case []any:
		if len(v) == 0 {
			return m
		}
	}
	return m.Set(key, value)
}

// Get returns the value under a key, nil when there is none.
func (m *Map) Get(key string) any {
	if m == nil {
		return nil
	}
	if i := slices.Index(m.keys, key); i >= 0 {
		return m.values[i]
	}
	return nil
}

// Len is the number of keys; that of a nil map is 0.
func (m *Map) Len() int {
	if m == nil {
		return 0
	}
	return len(m.keys)
}

// Each calls f for every key and value, in order.
func (m *Map) Each(f func(key string, value any)) {
	for i, k := range m.keys {
		f(k, m.values[i])
	}
}

// List makes a list of values of one type.
func List[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
