package tree

import (
	"bytes"
	"encoding/json"
)

// MarshalJSON keeps the order of the keys.
func (m *Map) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, k := range m.keys {
		if i > 0 {
			out.WriteByte(',')
		}
		key, err := JSON(k)
		if err != nil {
			return nil, err
		}
		value, err := JSON(m.values[i])
		if err != nil {
			return nil, err
		}
		out.WriteString(key + ":" + value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// JSON writes a value on one line.
func JSON(value any) (string, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // "<" is no danger in a contract, and hard to read escaped
	if err := enc.Encode(value); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), nil
}
