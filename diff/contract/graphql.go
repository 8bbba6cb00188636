package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
)

// graphQL compares graphs by the changes that graphql-js finds: findBreakingChanges
// and findDangerousChanges of version 16, under their names; what is safe has the
// names of version 17. A standard scalar that nothing refers to any more is not
// reported: the fields that did so are.
func (c *comparer) graphQL(from, to []emit.File) error {
	for _, f := range from {
		old, err := gqlparser.LoadSchema(&ast.Source{Name: f.Path, Input: string(f.Data)})
		if err != nil {
			return unreadable(f.Path, err)
		}
		g := &graph{c: c, file: f.Path, old: old, reached: reached(old)}
		at := slices.IndexFunc(to, func(x emit.File) bool { return x.Path == f.Path })
		if at < 0 {
			g.add("TYPE_REMOVED", Breaking, "", old.Query.Name, "the whole graph is gone", gone)
			continue
		}
		if g.now, err = gqlparser.LoadSchema(&ast.Source{Name: f.Path, Input: string(to[at].Data)}); err != nil {
			return unreadable(f.Path, err)
		}
		g.types()
		g.directives()
	}
	return nil
}

// graph is the comparison of one graph.
type graph struct {
	c        *comparer
	file     string
	old, now *ast.Schema
	// reached lists the root fields through which a type is reached.
	reached map[string][]string
}

// add reports a change of a type; field is the one it is about, "" for all.
func (g *graph) add(rule string, level Level, typ, place, what string, e effect) {
	var users []string
	field := strings.TrimPrefix(place, typ+".")
	field, _, _ = strings.Cut(field, "(")
	fields := g.reached[typ]
	if g.root(typ) && field != place {
		fields = []string{field}
	}
	for _, name := range fields {
		op := g.c.users.operation(g.file, func(o *arch.Operation) bool { return o.Graph != nil && o.Graph.Field == name })
		if op != nil {
			users = append(users, g.c.users.of(g.file, op)...)
		}
	}
	if len(users) == 0 {
		users = g.c.users.of(g.file, nil)
	}
	g.c.add(Finding{Contract: g.file, Format: "graphql", Rule: rule, Level: level, Place: place, What: what, Users: sorted(users)}, e)
}

func (g *graph) root(typ string) bool {
	return slices.ContainsFunc([]*ast.Definition{g.old.Query, g.old.Mutation, g.old.Subscription}, func(d *ast.Definition) bool { return d != nil && d.Name == typ })
}

// reached follows each root field to all the types that its arguments and its answer
// can hold.
func reached(s *ast.Schema) map[string][]string {
	out := map[string][]string{}
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		if root == nil {
			continue
		}
		for _, f := range root.Fields {
			seen := map[string]bool{root.Name: true}
			var walk func(typ *ast.Type)
			var follow func(f *ast.FieldDefinition)
			walk = func(typ *ast.Type) {
				name := typ.Name()
				if d := s.Types[name]; d != nil && !seen[name] {
					seen[name] = true
					out[name] = append(out[name], f.Name)
					for _, inner := range d.Fields {
						follow(inner)
					}
					for _, member := range s.GetPossibleTypes(d) {
						walk(ast.NamedType(member.Name, nil))
					}
				}
			}
			follow = func(f *ast.FieldDefinition) {
				walk(f.Type)
				for _, a := range f.Arguments {
					walk(a.Type)
				}
			}
			follow(f)
		}
	}
	return out
}

// standard are the scalars that the language brings, present where they are used.
var standard = []string{"Int", "Float", "String", "Boolean", "ID"}

func (g *graph) types() {
	for _, name := range typeNames(g.old) {
		old, now := g.old.Types[name], g.now.Types[name]
		switch {
		case now == nil:
			g.add("TYPE_REMOVED", Breaking, name, name, "the "+kindName(old)+" is gone", gone)
		case old.Kind != now.Kind:
			g.add("TYPE_CHANGED_KIND", Breaking, name, name, fmt.Sprintf("it changed from %s to %s", kindName(old), kindName(now)), looser)
		default:
			g.definition(old, now)
		}
	}
	for _, name := range typeNames(g.now) {
		if g.old.Types[name] == nil {
			g.add("TYPE_ADDED", Safe, name, name, "the "+kindName(g.now.Types[name])+" is new", effect{})
		}
	}
}

func typeNames(s *ast.Schema) []string {
	var out []string
	for name := range s.Types {
		if !strings.HasPrefix(name, "__") && !slices.Contains(standard, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func kindName(d *ast.Definition) string {
	return strings.ToLower(strings.ReplaceAll(string(d.Kind), "_", " "))
}

func (g *graph) definition(old, now *ast.Definition) {
	switch old.Kind {
	case ast.Enum:
		g.enum(old, now)
	case ast.Union:
		g.names(old.Types, now.Types, "TYPE_REMOVED_FROM_UNION", "TYPE_ADDED_TO_UNION", old.Name, "member of the union")
	case ast.InputObject:
		g.input(old, now)
	case ast.Object, ast.Interface:
		g.fields(old, now)
		g.names(old.Interfaces, now.Interfaces, "IMPLEMENTED_INTERFACE_REMOVED", "IMPLEMENTED_INTERFACE_ADDED", old.Name, "interface that it implements")
	}
}

// names compares two lists of which a member more is dangerous and one less breaking.
func (g *graph) names(old, now []string, removed, added, typ, what string) {
	for _, n := range old {
		if !slices.Contains(now, n) {
			g.add(removed, Breaking, typ, typ, n+" is no longer a "+what, looser)
		}
	}
	for _, n := range now {
		if !slices.Contains(old, n) {
			g.add(added, Dangerous, typ, typ, n+" is a new "+what, looser)
		}
	}
}

func (g *graph) enum(old, now *ast.Definition) {
	for _, v := range old.EnumValues {
		if now.EnumValues.ForName(v.Name) == nil {
			g.add("VALUE_REMOVED_FROM_ENUM", Breaking, old.Name, old.Name, "the value "+v.Name+" is gone", stricter)
		}
	}
	for _, v := range now.EnumValues {
		if old.EnumValues.ForName(v.Name) == nil {
			g.add("VALUE_ADDED_TO_ENUM", Dangerous, old.Name, old.Name, "the value "+v.Name+" is new", looser)
		}
	}
}

func (g *graph) input(old, now *ast.Definition) {
	for _, f := range now.Fields {
		place := old.Name + "." + f.Name
		switch {
		case old.Fields.ForName(f.Name) != nil:
		case f.Type.NonNull && f.DefaultValue == nil:
			g.add("REQUIRED_INPUT_FIELD_ADDED", Breaking, old.Name, place, "the required field is new", stricter)
		default:
			g.add("OPTIONAL_INPUT_FIELD_ADDED", Dangerous, old.Name, place, "the optional field is new", unsaid)
		}
	}
	for _, f := range old.Fields {
		place := old.Name + "." + f.Name
		other := now.Fields.ForName(f.Name)
		switch {
		case other == nil:
			g.add("FIELD_REMOVED", Breaking, old.Name, place, "the field is gone", stricter)
		case !safeInput(f.Type, other.Type):
			g.add("FIELD_CHANGED_KIND", Breaking, old.Name, place, typeChange(f.Type, other.Type), stricter)
		}
	}
}

// unsaid is a field or argument that old clients do not send: the answer is made as
// if they had left it out on purpose.
var unsaid = effect{"they leave it out, and get what that means",
	"let leaving it out mean what was done before it was there"}

func typeChange(old, now *ast.Type) string {
	return fmt.Sprintf("the type changed from %s to %s", old, now)
}

func (g *graph) fields(old, now *ast.Definition) {
	for _, f := range old.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		place := old.Name + "." + f.Name
		other := now.Fields.ForName(f.Name)
		if other == nil {
			g.add("FIELD_REMOVED", Breaking, old.Name, place, "the field is gone", missing)
			continue
		}
		g.arguments(old, f, other)
		if !safeOutput(f.Type, other.Type) {
			g.add("FIELD_CHANGED_KIND", Breaking, old.Name, place, typeChange(f.Type, other.Type), looser)
		}
	}
	for _, f := range now.Fields {
		if old.Fields.ForName(f.Name) == nil {
			g.add("FIELD_ADDED", Safe, old.Name, old.Name+"."+f.Name, "the field is new", effect{})
		}
	}
}

func (g *graph) arguments(typ *ast.Definition, old, now *ast.FieldDefinition) {
	place := func(a *ast.ArgumentDefinition) string { return fmt.Sprintf("%s.%s(%s:)", typ.Name, old.Name, a.Name) }
	for _, a := range old.Arguments {
		other := now.Arguments.ForName(a.Name)
		switch {
		case other == nil:
			g.add("ARG_REMOVED", Breaking, typ.Name, place(a), "the argument is gone", stricter)
		case !safeInput(a.Type, other.Type):
			g.add("ARG_CHANGED_KIND", Breaking, typ.Name, place(a), typeChange(a.Type, other.Type), stricter)
		case a.DefaultValue != nil && shownValue(a.DefaultValue) != shownValue(other.DefaultValue):
			g.add("ARG_DEFAULT_VALUE_CHANGE", Dangerous, typ.Name, place(a),
				fmt.Sprintf("the default changed from %s to %s", shownValue(a.DefaultValue), shownValue(other.DefaultValue)), unsaid)
		}
	}
	for _, a := range now.Arguments {
		switch {
		case old.Arguments.ForName(a.Name) != nil:
		case a.Type.NonNull && a.DefaultValue == nil:
			g.add("REQUIRED_ARG_ADDED", Breaking, typ.Name, place(a), "the required argument is new", stricter)
		default:
			g.add("OPTIONAL_ARG_ADDED", Dangerous, typ.Name, place(a), "the optional argument is new", unsaid)
		}
	}
}

// shownValue is a value with the fields of objects in order.
func shownValue(v *ast.Value) string {
	if v == nil {
		return "none"
	}
	if v.Kind != ast.ObjectValue && v.Kind != ast.ListValue {
		return v.String()
	}
	var parts []string
	for _, child := range v.Children {
		parts = append(parts, strings.TrimPrefix(child.Name+": ", ": ")+shownValue(child.Value))
	}
	if v.Kind == ast.ListValue {
		return "[" + strings.Join(parts, ", ") + "]"
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}

// safeOutput reports whether readers of the old type can read the new one: it may
// only promise more.
func safeOutput(old, now *ast.Type) bool {
	if now.NonNull && !old.NonNull {
		now = nullable(now)
	}
	if old.NonNull != now.NonNull {
		return false
	}
	if old.Elem != nil || now.Elem != nil {
		return old.Elem != nil && now.Elem != nil && safeOutput(old.Elem, now.Elem)
	}
	return old.NamedType == now.NamedType
}

// safeInput reports whether writers of the old type may go on: it may only demand
// less.
func safeInput(old, now *ast.Type) bool {
	if old.NonNull && !now.NonNull {
		old = nullable(old)
	}
	if old.NonNull != now.NonNull {
		return false
	}
	if old.Elem != nil || now.Elem != nil {
		return old.Elem != nil && now.Elem != nil && safeInput(old.Elem, now.Elem)
	}
	return old.NamedType == now.NamedType
}

func nullable(t *ast.Type) *ast.Type {
	u := *t
	u.NonNull = false
	return &u
}

func (g *graph) directives() {
	var names []string
	for name := range g.old.Directives {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		old, now := g.old.Directives[name], g.now.Directives[name]
		place := "@" + name
		if now == nil {
			g.add("DIRECTIVE_REMOVED", Breaking, "", place, "the directive is gone", gone)
			continue
		}
		for _, a := range now.Arguments {
			if old.Arguments.ForName(a.Name) == nil && a.Type.NonNull && a.DefaultValue == nil {
				g.add("REQUIRED_DIRECTIVE_ARG_ADDED", Breaking, "", place, "the required argument "+a.Name+" is new", stricter)
			}
		}
		for _, a := range old.Arguments {
			if now.Arguments.ForName(a.Name) == nil {
				g.add("DIRECTIVE_ARG_REMOVED", Breaking, "", place, "the argument "+a.Name+" is gone", stricter)
			}
		}
		if old.IsRepeatable && !now.IsRepeatable {
			g.add("DIRECTIVE_REPEATABLE_REMOVED", Breaking, "", place, "it may no longer be repeated", stricter)
		}
		for _, l := range old.Locations {
			if !slices.Contains(now.Locations, l) {
				g.add("DIRECTIVE_LOCATION_REMOVED", Breaking, "", place, "it may no longer stand on "+string(l), stricter)
			}
		}
	}
}
