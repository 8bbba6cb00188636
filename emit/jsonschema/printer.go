package jsonschema

import (
	"errors"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
)

// Dialect is a version of JSON Schema.
type Dialect uint8

const (
	// Draft202012 is the dialect of OpenAPI 3.1.
	Draft202012 Dialect = iota
	// Draft07 is what AsyncAPI 3.0 extends. There a reference stands alone: what is
	// beside it is ignored.
	Draft07
)

// Root is where both OpenAPI and AsyncAPI keep the schemas of a document.
const Root = "#/components/schemas/"

// Printer prints schemas for one document.
type Printer struct {
	graph   *Graph
	dialect Dialect
	// reached are the schemas referred to; closed those of them that a request
	// carries.
	reached, closed map[arch.SchemaID]bool
	queue           []arch.SchemaID
	own             *tree.Map // components that are not in the graph
	problems        []error
}

// Printer starts a document.
func (g *Graph) Printer(d Dialect) *Printer {
	return &Printer{graph: g, dialect: d, reached: map[arch.SchemaID]bool{}, closed: map[arch.SchemaID]bool{}, own: &tree.Map{}}
}

// Ref refers to a schema that an answer or a message carries.
func (p *Printer) Ref(id arch.SchemaID) *tree.Map {
	if !p.reached[id] {
		if p.graph.Get(id) == nil {
			p.problems = append(p.problems, missing(id))
			return &tree.Map{}
		}
		p.reached[id] = true
		p.queue = append(p.queue, id)
	}
	return reference(string(id))
}

// RequestRef refers to a schema that a request carries: its enumerations, and those
// below it, accept their own words only.
func (p *Printer) RequestRef(id arch.SchemaID) *tree.Map {
	p.close(id)
	return p.Ref(id)
}

func (p *Printer) close(id arch.SchemaID) {
	s := p.graph.Get(id)
	if s == nil || p.closed[id] {
		return
	}
	p.closed[id] = true
	for _, f := range s.Fields {
		p.close(f.Type.Schema)
	}
}

// Own adds a component that is not in the graph, under a name near the wanted one
// that no schema has, and refers to it. Adding a name again adds nothing.
func (p *Printer) Own(name string, schema func() *tree.Map) *tree.Map {
	for p.taken(name) {
		name += "Object"
	}
	if p.own.Get(name) == nil {
		p.own.Set(name, &tree.Map{}) // known while it is made, so that it may refer to itself
		*p.own.Get(name).(*tree.Map) = *schema()
	}
	return reference(name)
}

// taken reports whether a schema of the graph needs the name. Pages do not: a
// document makes its own around what it lists.
func (p *Printer) taken(name string) bool {
	s := p.graph.Get(arch.SchemaID(name))
	return s != nil && s.Role != "page"
}

func reference(name string) *tree.Map { return tree.Of("$ref", Root+name) }

// Components returns all schemas that were referred to, directly or not: those of
// the graph in its order, then the document's own. The error names the references to
// schemas that are not there.
func (p *Printer) Components() (*tree.Map, error) {
	made := map[arch.SchemaID]*tree.Map{}
	for len(p.queue) > 0 {
		id := p.queue[0]
		p.queue = p.queue[1:]
		made[id] = p.schema(p.graph.Get(id))
	}
	out := &tree.Map{}
	for _, id := range p.graph.order {
		if s := made[id]; s != nil {
			out.Set(string(id), s)
		}
	}
	p.own.Each(func(name string, value any) { out.Set(name, value) })
	return out, errors.Join(p.problems...)
}

// schema prints one schema of the graph.
func (p *Printer) schema(s *arch.Schema) *tree.Map {
	switch s.Kind {
	case "enum":
		return p.enum(s)
	case "union":
		out := p.object(s)
		return out.Set("minProperties", 1).Set("maxProperties", 1)
	}
	return p.object(s)
}

func (p *Printer) object(s *arch.Schema) *tree.Map {
	required, properties := []any{}, &tree.Map{}
	for _, f := range s.Fields {
		properties.Set(f.Name, p.Field(f))
		if f.Required && s.Kind != "union" {
			required = append(required, f.Name)
		}
	}
	return (&tree.Map{}).Put("description", s.About).Set("type", "object").Put("required", required).Put("properties", properties)
}

func (p *Printer) enum(s *arch.Schema) *tree.Map {
	out := (&tree.Map{}).Put("description", s.About+meanings(s)).Set("type", "string")
	if p.closed[s.ID] {
		return out.Set("enum", tree.List(s.Words))
	}
	return out.Set("x-extensible-enum", tree.List(s.Words))
}

// meanings lists the words of an enumeration with what each means, in Markdown.
func meanings(s *arch.Schema) string {
	var out []byte
	for i, m := range s.Meanings {
		if i < len(s.Words) && m != "" {
			out = append(out, "\n- `"+s.Words[i]+"`: "+m...)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "\n" + string(out)
}

// Words are those of a field whose type is an enumeration, nil for other types.
func (p *Printer) Words(t arch.Type) []string {
	if s := p.graph.Get(t.Schema); s != nil && s.Kind == "enum" {
		return slices.Clone(s.Words)
	}
	return nil
}
