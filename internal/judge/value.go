package judge

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// readValue reads a YAML or JSON file as the value a JSON Schema speaks of:
// maps with string keys, slices, strings, numbers, booleans and nil.
func readValue(path string) (any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if doc.Kind != yaml.DocumentNode {
		return nil, fmt.Errorf("%s is empty", path)
	}
	return valueOf(doc.Content[0])
}

// valueOf converts a node by hand because the library's own decoding follows
// YAML 1.1 where it hurts: an unquoted date would become a time, and a key 200
// a number. An artefact that needs an alias or a merge is refused.
func valueOf(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i < len(n.Content); i += 2 {
			v, err := valueOf(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			m[n.Content[i].Value] = v
		}
		return m, nil
	case yaml.SequenceNode:
		s := make([]any, len(n.Content))
		for i, item := range n.Content {
			v, err := valueOf(item)
			if err != nil {
				return nil, err
			}
			s[i] = v
		}
		return s, nil
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!int", "!!float", "!!bool", "!!null":
			var v any
			err := n.Decode(&v)
			return v, err
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("line %d: an alias in an artefact", n.Line)
}
